from pathlib import Path

from tests.house.sources import ROOT, name_of, written_files

CEILING = 500


def lines_of(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_a_file_can_be_read_in_one_sitting():
    written = [*written_files(".py", ".html", ".js", ".mjs", ".css"), ROOT / "hatch_build.py"]
    long = {name_of(path): lines_of(path) for path in written if lines_of(path) > CEILING}
    assert long == {}
