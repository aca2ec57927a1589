"""Where the files stand that the house tests look at."""

import os
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("opswright", "builder", "runtime", "components", "form_specs", "templates")
ELSEWHERE = ("assets", "benchmarks", "tests")
MADE = {"node_modules", "dist", "__pycache__"}


def written_files(*suffixes: str, folders: tuple[str, ...] = PACKAGES + ELSEWHERE) -> list[Path]:
    """Every file with one of these suffixes that a person wrote."""
    return sorted(
        Path(folder, name)
        for top in folders
        for folder, names in _folders_below(ROOT / top)
        for name in names
        if name.endswith(suffixes)
    )


def _folders_below(top: Path) -> Iterator[tuple[str, list[str]]]:
    """Each folder and the names of its files, without entering what was made."""
    for folder, inner, names in os.walk(top):
        inner[:] = [name for name in inner if name not in MADE]
        yield folder, names


def name_of(path: Path) -> str:
    """A path as test ids show it."""
    return path.relative_to(ROOT).as_posix()
