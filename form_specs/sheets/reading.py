"""From the bytes of a file to the sheets in it, and to the table in one of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from form_specs.language import marked
from form_specs.sheets.apart import asked
from form_specs.sheets.cells import unpacked
from form_specs.sheets.child import LIMITS
from form_specs.sheets.errors import UnreadableSheet
from form_specs.sheets.finding import Table, table_in
from form_specs.sheets.remarks import Remark
from form_specs.sheets.sheet import Grid

MAX_BYTES: Final = 50_000_000
"""Of one file."""


@dataclass(frozen=True, slots=True)
class Book:
    """A file as it was read; a text file has one sheet."""

    name: str
    sheets: Sequence[Grid]
    notes: Sequence[Remark] = ()
    """What was found out about the file while it was read."""
    encoding: str = ""
    """Of a text file."""
    delimiter: str = ""
    """Of a text file."""

    def sheet(self, name: str | None = None) -> Grid:
        """A sheet by its name; none: the largest of those that are not hidden.

        Raises `UnreadableSheet`.
        """
        if name is not None:
            for sheet in self.sheets:
                if sheet.name == name:
                    return sheet
            raise UnreadableSheet(marked("There is no sheet '%(sheet)s'"), sheet=name)
        return max(self.sheets, key=lambda sheet: (not sheet.hidden, _cells(sheet)))


def read_book(data: bytes, name: str = "", *, encoding: str = "", delimiter: str = "") -> Book:
    """All sheets of a CSV file or a workbook; raises `UnreadableSheet`.

    Encoding and delimiter of a text file are found out unless they are given.
    """
    if len(data) > MAX_BYTES:
        raise UnreadableSheet(
            marked("The file is larger than %(most)s MB: split it"), most=MAX_BYTES // 1_000_000
        )
    if not data.strip():
        raise UnreadableSheet(marked("The file is empty: choose one with headings and rows"))
    wishes = {"encoding": encoding, "delimiter": delimiter}
    found = asked("form_specs.sheets.child", data, LIMITS, wishes)
    sheets = [grid for sheet in found["sheets"] if (grid := _grid(sheet)).rows]
    if not sheets:
        raise UnreadableSheet(
            marked(
                "There is nothing in the file but empty cells: choose one with headings and rows"
            )
        )
    notes = tuple(Remark(text, values) for text, values in found["notes"])
    return Book(name, sheets, notes, found.get("encoding", ""), found.get("delimiter", ""))


def read_table(
    data: bytes, name: str = "", *, sheet: str | None = None, header: int | None = None
) -> Table:
    """The table of a file, in the named sheet or the largest one; raises `UnreadableSheet`.

    `header` is the number of the row with the headings; 0: there is none; none: it is looked for.
    """
    return table_in(read_book(data, name).sheet(sheet), header)


def _grid(sheet: Mapping[str, Any]) -> Grid:
    rows = [[unpacked(cell) if cell else "" for cell in row] for row in sheet["rows"]]
    formats = {int(column): kind for column, kind in sheet["formats"].items()}
    spans = [(top, left, bottom, right) for top, left, bottom, right in sheet["merged"]]
    return Grid(sheet["name"], rows, sheet["hidden"], spans, formats)


def _cells(sheet: Grid) -> int:
    return sum(1 for row in sheet.rows for cell in row if cell != "")
