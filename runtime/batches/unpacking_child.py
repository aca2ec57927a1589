"""What runs in the process that takes one file apart; `unpacking` asks it.

Text files go through it line by line, so that their size costs no memory.  Nothing is left out
silently: what is no row of the table is refused later, with its number.
"""

import codecs
import csv
import io
import resource
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO, Final

import orjson

from form_specs.language import marked
from form_specs.sheets.apart import TOO_MUCH, Limits
from form_specs.sheets.cells import Cell, text_of
from form_specs.sheets.encodings import encoding_of, refuse_binary
from form_specs.sheets.errors import UnreadableSheet
from form_specs.sheets.finding import letter_of, table_in
from form_specs.sheets.foreign import refuse_foreign
from form_specs.sheets.headings import header_row_of
from form_specs.sheets.reading import read_book
from form_specs.sheets.sheet import Grid
from form_specs.sheets.text_file import delimiter_of
from runtime.batches.headings import plain

LIMITS: Final = Limits(memory=3 * 1024**3, seconds=240)
MOST_BYTES: Final = 1024**3
MOST_ROWS: Final = 2_000_000
MOST_COLUMNS: Final = 1_000
LONGEST: Final = 200_000
"""Characters of one cell."""
_HEAD: Final = 1_000_000
_LOOKED_AT: Final = 60
_NAMED: Final = 10
_SAMPLES: Final = 30
_SHOWN: Final = 80
_WORKBOOKS: Final = (b"PK", b"\xd0\xcf\x11\xe0")

Numbered = tuple[int, list[str]]
Notes = list[tuple[str, dict[str, Any]]]


def main() -> None:
    """Reads what is asked from standard input, writes the rows to a file and the rest to standard output."""
    asked = orjson.loads(sys.stdin.buffer.read())
    resource.setrlimit(resource.RLIMIT_AS, (LIMITS.memory, LIMITS.memory))
    resource.setrlimit(resource.RLIMIT_CPU, (LIMITS.seconds, LIMITS.seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        found = read(Path(asked["source"]), Path(asked["rows"]), asked)
    except UnreadableSheet as error:
        found = {"error": error.remark.text, "values": dict(error.remark.values)}
    except MemoryError:
        found = {"error": TOO_MUCH, "values": {}}
    sys.stdout.buffer.write(orjson.dumps(found))


def read(source: Path, rows: Path, asked: dict[str, Any]) -> dict[str, Any]:
    """Takes a file apart; raises `UnreadableSheet`."""
    size = source.stat().st_size
    if size > MOST_BYTES:
        text = marked("The file is larger than %(most)s MB: split it")
        raise UnreadableSheet(text, most=MOST_BYTES // 1024**2)
    with source.open("rb") as stream, rows.open("wb") as out:
        head = stream.read(_HEAD)
        if not head.strip():
            raise UnreadableSheet(marked("The file is empty: choose one with headings and rows"))
        stream.seek(0)
        if head.startswith(_WORKBOOKS):
            return _workbook(stream.read(), out, asked)
        refuse_foreign(head)
        return _text_file(stream, head, out, asked)


# -- workbooks ----------------------------------------------------------------------------


def _workbook(content: bytes, out: BinaryIO, asked: dict[str, Any]) -> dict[str, Any]:
    sheet = read_book(content, asked["name"]).sheet()
    table = table_in(sheet, _known_row(sheet, asked))
    if len(table.columns) > MOST_COLUMNS:
        raise _too_wide()
    rows = ((row.number, [_cell_text(cell) for cell in row.cells]) for row in table.rows)
    notes = [(note.text, dict(note.values)) for note in table.notes]
    return _written(out, [column.title for column in table.columns], rows, notes)


def _known_row(sheet: Grid, asked: dict[str, Any]) -> int | None:
    """The row whose cells are names of the form; none: it has to be looked for."""
    if asked["header"] is not None:
        return int(asked["header"])
    start = [(number, list(map(text_of, row))) for number, row in enumerate(sheet.rows[:_NAMED], 1)]
    at = _named_at(start, asked)
    return None if at is None else start[at][0]


def _cell_text(cell: Cell) -> str:
    """As our own CSV has it: days and moments as ISO writes them."""
    if isinstance(cell, str):
        return cell
    text = text_of(cell)
    return text.removesuffix(" 00:00:00").replace(" ", "T", 1)


# -- text files ---------------------------------------------------------------------------


def _text_file(
    stream: BinaryIO, head: bytes, out: BinaryIO, asked: dict[str, Any]
) -> dict[str, Any]:
    notes: Notes = []
    text = _Text(stream, _encoding(head))
    sample = text.sample(head)
    refuse_binary(sample)
    skip, delimiter = _said_delimiter(sample)
    cut = _cut(text.lines(), delimiter or delimiter_of(sample))
    rows = ((number, row) for number, row in cut if any(row) and number > skip)
    start = list(islice(rows, _LOOKED_AT))
    titles, below = _headed(start, asked, notes)
    found = _written(out, titles, chain(below, rows), notes)
    return found | {"notes": [*text.notes(), *found["notes"]]}


def _encoding(head: bytes) -> str:
    """The encoding of a file; one that is UTF-8 in most places is UTF-8, the rest was pasted in."""
    found = encoding_of(head)
    if found in ("utf-8", "utf-8-sig") or found.startswith(("utf-16", "utf-32")):
        return found
    letters = head.decode("utf-8", "surrogateescape")
    strange = sum("\udc80" <= letter <= "\udcff" for letter in letters)
    proper = sum(letter > "\x7f" for letter in letters) - strange
    return "utf-8" if proper >= strange else found


class _Text:
    """The lines of a text file; bytes that are not of its encoding are read as Windows wrote them."""

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        self._stream = stream
        self.encoding = encoding
        self.strange = 0
        self.nuls = 0
        codecs.register_error("opswright-windows", self._windows)

    def _windows(self, error: UnicodeError) -> tuple[str, int]:
        assert isinstance(error, UnicodeDecodeError)
        self.strange += 1
        return error.object[error.start : error.end].decode("cp1252", "replace"), error.end

    def sample(self, head: bytes) -> str:
        text = head.decode(self.encoding, "replace")
        return text.removeprefix("\ufeff")[:200_000]

    def lines(self) -> Iterator[str]:
        stream = io.TextIOWrapper(
            self._stream, self.encoding, errors="opswright-windows", newline=""
        )
        first = True
        for line in stream:
            found = line.removeprefix("\ufeff") if first else line
            first = False
            if "\0" in found:
                self.nuls += found.count("\0")
                found = found.replace("\0", "")
            yield found

    def notes(self) -> Notes:
        notes: Notes = []
        if not self.encoding.startswith("utf-8"):
            text = marked("The file is read as %(encoding)s")
            notes.append((text, {"encoding": self.encoding}))
        if self.strange:
            text = marked(
                "Characters that are not of the file's encoding, read as Windows writes them: %(count)s"
            )
            notes.append((text, {"count": self.strange}))
        if self.nuls:
            notes.append((marked("NUL characters dropped: %(count)s"), {"count": self.nuls}))
        return notes


def _said_delimiter(sample: str) -> tuple[int, str]:
    """How many lines a first line `sep=;` takes, and what it says."""
    first = sample.partition("\n")[0].strip().strip('"')
    if first.lower().startswith("sep=") and len(first) <= 5:
        return 1, first[4:] or "\t"
    return 0, ""


def _cut(lines: Iterable[str], delimiter: str) -> Iterator[Numbered]:
    csv.field_size_limit(LONGEST)
    number = 0
    try:
        for number, row in enumerate(csv.reader(lines, delimiter=delimiter), 1):
            if number > MOST_ROWS:
                text = marked("The file has more than %(most)s rows: split it")
                raise UnreadableSheet(text, most=f"{MOST_ROWS:,}")
            if len(row) > MOST_COLUMNS and any(row[MOST_COLUMNS:]):
                raise _too_wide()
            yield number, row
    except csv.Error:
        text = marked(
            "Row %(row)s cannot be read: it has a cell of more than %(most)s characters, or a quotation mark that is never closed"
        )
        raise UnreadableSheet(text, row=number + 1, most=f"{LONGEST:,}") from None


def _too_wide() -> UnreadableSheet:
    text = marked("The file has more than %(most)s columns: leave some out")
    return UnreadableSheet(text, most=f"{MOST_COLUMNS:,}")


# -- headings -----------------------------------------------------------------------------


def _headed(
    start: list[Numbered], asked: dict[str, Any], notes: Notes
) -> tuple[list[str], list[Numbered]]:
    """The headings, and the rows below them among those that were looked at."""
    at = _heading_at(start, asked)
    width = max((len(row) for _, row in start), default=0)
    if at is None:
        notes.append((marked("No row has headings: the columns are called by their letters"), {}))
        return _titles([], width), start
    number, row = start[at]
    if above := [n for n, _ in start[:at]]:
        text = marked("Row %(row)s has the headings; what stands above it is left out")
        notes.append((text, {"row": number, "above": len(above)}))
    titles = _titles(row, len(row))
    while titles and not row[len(titles) - 1].strip() and not _filled(start[at + 1 :], titles):
        titles.pop()
    return titles, start[at + 1 :]


def _filled(rows: list[Numbered], titles: list[str]) -> bool:
    last = len(titles) - 1
    return any(row[last].strip() for _, row in rows if len(row) > last)


def _heading_at(start: list[Numbered], asked: dict[str, Any]) -> int | None:
    """Where the headings stand among the first rows."""
    wanted = asked["header"]
    if wanted is not None:
        return next((at for at, (number, _) in enumerate(start) if number == wanted), None)
    known = _named_at(start[:_NAMED], asked)
    if known is not None:
        return known
    found = header_row_of([row for _, row in start])
    return found - 1 if found else None


def _named_at(start: list[Numbered], asked: dict[str, Any]) -> int | None:
    """Where the first row stands of which half the cells are names of the form."""
    known = set(asked["known"])
    for at, (_, row) in enumerate(start):
        cells = [plain(cell) for cell in row if cell.strip()]
        if cells and sum(cell in known for cell in cells) * 2 >= len(cells):
            return at
    return None


def _titles(row: Sequence[str], width: int) -> list[str]:
    """What the columns are called, no two alike."""
    taken: set[str] = set()
    titles = []
    for index in range(width):
        said = " ".join(row[index].split())[:120] if index < len(row) else ""
        name = said or f"({letter_of(index)})"
        number = 2
        while name.casefold() in taken:
            name = f"{said or letter_of(index)} ({number})"
            number += 1
        taken.add(name.casefold())
        titles.append(name)
    return titles


# -- what comes out -----------------------------------------------------------------------


def _written(
    out: BinaryIO, titles: list[str], rows: Iterable[Numbered], notes: Notes
) -> dict[str, Any]:
    samples: list[list[str]] = [[] for _ in titles]
    lacking = set(range(len(titles)))
    count = 0
    for number, cells in rows:
        out.write(orjson.dumps([number, *cells], option=orjson.OPT_APPEND_NEWLINE))
        count += 1
        for index in [index for index in lacking if index < len(cells) and cells[index].strip()]:
            samples[index].append(cells[index].strip()[:_SHOWN])
            if len(samples[index]) == _SAMPLES:
                lacking.discard(index)
    if not titles or not count:
        raise UnreadableSheet(marked("There are no rows below the headings"))
    return {"titles": titles, "samples": samples, "rows": count, "notes": notes}
