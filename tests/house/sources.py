"""Where the files stand that the house tests look at."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("opswright", "builder", "runtime", "components", "form_specs", "templates")
ELSEWHERE = ("assets", "benchmarks", "tests")
MADE = {"node_modules", "dist", "__pycache__"}


def written_files(*suffixes: str, folders: tuple[str, ...] = PACKAGES + ELSEWHERE) -> list[Path]:
    """Every file with one of these suffixes that a person wrote."""
    return sorted(
        path
        for folder in folders
        for path in (ROOT / folder).rglob("*")
        if path.suffix in suffixes and not MADE.intersection(path.relative_to(ROOT).parts)
    )


def name_of(path: Path) -> str:
    """A path as test ids show it."""
    return path.relative_to(ROOT).as_posix()
