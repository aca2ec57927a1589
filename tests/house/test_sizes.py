from pathlib import Path

import pytest

from tests.house.sources import ROOT, name_of, written_files

CEILING = 500


def lines_of(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize(
    "path",
    [*written_files(".py", ".html", ".js", ".mjs", ".css"), ROOT / "hatch_build.py"],
    ids=name_of,
)
def test_a_file_can_be_read_in_one_sitting(path):
    assert lines_of(path) <= CEILING
