"""From an uploaded file to rows of texts that can be gone through piece by piece.

The file is read in a process of its own, under limits.  What comes out is one JSON list a line:
the number of the row as people see it, then its cells.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

import orjson

from form_specs.sheets.apart import TOO_MUCH
from form_specs.sheets.errors import UnreadableSheet
from form_specs.sheets.remarks import Remark
from runtime.batches.unpacking_child import LIMITS
from runtime.storage.files import FileStore

_ROOT: Final = str(Path(__file__).resolve().parents[2])
_START: Final = "from runtime.batches.unpacking_child import main; main()"
_MOST_UNPACKED: Final = 4 * 1024**3


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A file whose rows can be gone through."""

    sha256: str
    """Of the rows, in the file store."""
    titles: Sequence[str]
    samples: Sequence[Sequence[str]]
    """Of each column the first cells that are not empty."""
    rows: int
    notes: Sequence[Remark]
    """What was found out about the file, to be told."""


def unpack(
    files: FileStore, source: Path, name: str, known: Iterable[str], *, header: int | None = None
) -> Unpacked:
    """Reads a file and keeps its rows; raises `UnreadableSheet`.

    `known` are names that headings may have; `header` is the row with the headings where
    somebody says it (0: there is none).
    """
    with tempfile.TemporaryDirectory(prefix="opswright-rows-") as folder:
        rows = Path(folder) / "rows"
        wishes = {"name": name, "known": [*known], "header": header}
        found = _asked(source, rows, wishes)
        with rows.open("rb") as stream:
            kept = files.write(stream, limit=_MOST_UNPACKED)
    notes = [Remark(text, values) for text, values in found["notes"]]
    return Unpacked(kept.sha256, found["titles"], found["samples"], found["rows"], notes)


def _asked(source: Path, rows: Path, wishes: dict[str, Any]) -> dict[str, Any]:
    asked = orjson.dumps({"source": str(source.resolve()), "rows": str(rows), **wishes})
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and code
            [sys.executable, "-P", "-c", _START],
            input=asked,
            capture_output=True,
            timeout=LIMITS.seconds * 2,
            env={"PYTHONPATH": _ROOT, "PYTHONUTF8": "1", "PATH": ""},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise UnreadableSheet(TOO_MUCH) from None
    if done.returncode != 0:
        raise UnreadableSheet(TOO_MUCH)
    found: dict[str, Any] = orjson.loads(done.stdout)
    if "error" in found:
        raise UnreadableSheet(found["error"], **found["values"])
    return found


class Rows:
    """The rows of an unpacked file, from a place in it on."""

    def __init__(self, stream: BinaryIO, offset: int = 0) -> None:
        self._stream = stream
        stream.seek(offset)
        self.offset = offset
        """Where the next row stands."""

    def take(self, most: int) -> list[tuple[int, list[str]]]:
        """The next rows, each with its number; fewer than `most` at the end."""
        found = []
        for line in self._lines(most):
            number, *cells = orjson.loads(line)
            found.append((number, cells))
            self.offset += len(line)
        return found

    def _lines(self, most: int) -> Iterator[bytes]:
        for _number in range(most):
            line = self._stream.readline()
            if not line:
                return
            yield line
