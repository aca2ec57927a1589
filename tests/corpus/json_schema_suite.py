"""The JSON Schema Test Suite, as the locked release of `jsonschema` carries it in its source.

No wheel holds it, so that release is fetched once, by the hash that the lock file names.
"""

import json
import re
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.house.sources import ROOT

KEPT_IN = ROOT / ".venv" / "json-schema-test-suite"
_LOCKED = re.compile(r"^jsonschema==\S+( \\\n    --hash=\S+)+", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Group:
    """One schema of the suite with the values that it judges."""

    name: str
    schema: Any
    tests: list[dict[str, Any]]


def groups(draft: str) -> Iterator[Group]:
    """The groups of a draft that every implementation has to get right."""
    with tarfile.open(_archive()) as archive:
        for member in sorted(archive, key=lambda found: found.name):
            _folder, _, file = member.name.partition(f"/json/tests/{draft}/")
            stream = archive.extractfile(member) if file and "/" not in file else None
            for number, group in enumerate(json.load(stream) if stream else ()):
                name = f"{file.removesuffix('.json')} {number} {group['description']}"
                yield Group(name, group["schema"], group["tests"])


def _archive() -> Path:
    found = re.search(_LOCKED, (ROOT / "requirements.lock").read_text())
    assert found is not None
    version = found[0].split()[0].partition("==")[2]
    path = KEPT_IN / f"jsonschema-{version}.tar.gz"
    if not path.exists():
        KEPT_IN.mkdir(parents=True, exist_ok=True)
        wanted = KEPT_IN / "requirements.txt"
        wanted.write_text(found[0])
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet"]
        # Its metadata are made by the packages for building that the lock files pin, no others.
        exactly = ["--no-deps", "--no-build-isolation", "--no-binary", "jsonschema"]
        command = [*pip, *exactly, "--require-hashes", "-r", str(wanted), "-d", str(KEPT_IN)]
        subprocess.run(command, check=True)
    return path
