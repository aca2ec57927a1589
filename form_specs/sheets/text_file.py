"""Reads CSV in whatever form somebody's program wrote it: encoding, delimiter, quotes."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from form_specs.language import marked
from form_specs.sheets.cells import CUT, LONGEST, cell_of, packed
from form_specs.sheets.encodings import decoded
from form_specs.sheets.errors import UnreadableSheet
from form_specs.sheets.remarks import Remark

MOST_CELLS: Final = 10_000_000
MOST_ROWS: Final = 1_000_000
MOST_COLUMNS: Final = 2_000
DELIMITERS: Final = ",;\t|"
_UNCLOSED: Final = marked(
    "A quotation mark in row %(row)s is opened and never closed: quotation marks are read as "
    "plain characters"
)
_SAMPLE_LINES: Final = 200
_SAMPLE: Final = 200_000
_BROKEN_LINES: Final = 20
"""A cell of more lines than this, with as many delimiters, is a quote that was never closed."""


def read_text_file(content: bytes, encoding: str, delimiter: str) -> dict[str, Any]:
    """The one sheet of a text file; raises `UnreadableSheet`."""
    text, encoding, notes = decoded(content, encoding)
    text, said = _said_delimiter(text)
    delimiter = delimiter or said or delimiter_of(text)
    rows, more = _rows(text, delimiter)
    return {
        "sheets": [{"name": "", "rows": rows, "formats": {}, "merged": [], "hidden": False}],
        "notes": [(note.text, dict(note.values)) for note in (*notes, *more)],
        "encoding": encoding,
        "delimiter": delimiter,
    }


def _said_delimiter(text: str) -> tuple[str, str]:
    """The text without a first line `sep=;`, and what that line says."""
    first, _, rest = text.partition("\n")
    line = first.strip().strip('"').lower()
    if line.startswith("sep=") and len(line) <= 5:
        # A line stays in its place, so that rows keep the numbers that people see.
        return f"\n{rest}", first.strip().strip('"')[4:] or "\t"
    return text, ""


def delimiter_of(text: str) -> str:
    """The delimiter that cuts the most lines into the same number of cells, and into the most."""
    sample = text[:_SAMPLE]
    ranked = {delimiter: _evenness(sample, delimiter) for delimiter in DELIMITERS}
    return max(DELIMITERS, key=lambda delimiter: ranked[delimiter])


def _evenness(sample: str, delimiter: str) -> tuple[float, int]:
    widths: Counter[int] = Counter()
    try:
        for row in islice(_cut(sample, delimiter), _SAMPLE_LINES):
            widths[len(row)] += bool(row)
    except csv.Error:
        return 0.0, 0
    wide = {width: count for width, count in widths.items() if width > 1 and count}
    if not wide:
        return 0.0, 0
    width = max(wide, key=lambda found: (wide[found], found))
    # Rows one cell short are still rows: programs drop empty ends.
    return round(wide[width] / sum(widths.values()), 1), width


def _cut(text: str, delimiter: str, quoting: Any = csv.QUOTE_MINIMAL) -> Iterator[list[str]]:
    csv.field_size_limit(2**31 - 1)
    lines = io.StringIO(text, newline="")
    skips = delimiter != " "
    return csv.reader(lines, delimiter=delimiter, quoting=quoting, skipinitialspace=skips)


def _rows(text: str, delimiter: str) -> tuple[list[list[str]], list[Remark]]:
    notes: list[Remark] = []
    rows = list(_bounded(_cut(text, delimiter)))
    if row := _swallowing(rows, delimiter):
        notes.append(Remark(_UNCLOSED, {"row": row}))
        rows = list(_bounded(_cut(text, delimiter, csv.QUOTE_NONE)))
    long = sum(1 for row in rows for cell in row if len(cell) > LONGEST)
    if long:
        notes.append(Remark(CUT, {"cells": long, "most": LONGEST}))
    packed_rows = [[packed(cell_of(cell)) for cell in row] for row in rows]
    while packed_rows and not any(packed_rows[-1]):
        packed_rows.pop()
    return packed_rows, notes


def _bounded(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    seen = 0
    for number, row in enumerate(rows, 1):
        seen += len(row)
        if number > MOST_ROWS or seen > MOST_CELLS:
            raise UnreadableSheet(
                marked("The file has more than %(rows)s rows or %(cells)s cells: split it"),
                rows=f"{MOST_ROWS:,}",
                cells=f"{MOST_CELLS:,}",
            )
        yield row[:MOST_COLUMNS]


def _swallowing(rows: list[list[str]], delimiter: str) -> int:
    """The number of the row in which a quote swallows the lines after it; 0 where there is none."""
    for number, row in enumerate(rows, 1):
        for cell in row:
            lines = cell.count("\n")
            if lines >= _BROKEN_LINES and cell.count(delimiter) >= lines:
                return number
    if rows and rows[-1] and (lines := rows[-1][-1].count("\n")):
        width = max(len(row) for row in rows)
        if len(rows[-1]) < width and rows[-1][-1].count(delimiter) >= lines:
            return len(rows)
    return 0
