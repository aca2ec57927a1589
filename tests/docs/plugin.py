"""Announces a page's example package as if it were installed."""

import tomllib
from collections.abc import Mapping
from pathlib import Path


def announce(folder: Path, files: Mapping[str, str]) -> bool:
    """Write what an installer leaves of the package's `pyproject.toml`; False where there is none."""
    if "pyproject.toml" not in files:
        return False
    project = tomllib.loads(files["pyproject.toml"])["project"]
    name, version = project["name"].replace("-", "_"), project["version"]
    about = folder / f"{name}-{version}.dist-info"
    about.mkdir()
    about.joinpath("METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {version}\n"
    )
    lines: list[str] = []
    for group, points in project["entry-points"].items():
        lines += [f"[{group}]", *(f"{point} = {target}" for point, target in points.items())]
    about.joinpath("entry_points.txt").write_text("\n".join(lines) + "\n")
    return True
