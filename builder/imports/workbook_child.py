"""Reads one workbook as the texts that somebody typed into it, in a process of its own.

Asked by `workbook`; answers {"sheets": [{"name", "rows": [[text, ...], ...]}, ...], "unsaved": [place, ...]}.
"""

import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time
from itertools import islice
from typing import Any, Final

from form_specs.language import marked
from form_specs.sheets.apart import Limits, answer
from form_specs.sheets.archive import holds_macros, parts_of
from form_specs.sheets.errors import UnreadableSheet

MOST_CELLS: Final = 600_000
MOST_COLUMNS: Final = 200
MOST_SHEETS: Final = 50
MOST_EMPTY: Final = 2_000
"""Rows without anything, one after the other."""
LONGEST: Final = 20_000
"""Characters of one cell."""
_OLD: Final = b"\xd0\xcf\x11\xe0"
"""Begins workbooks of the old kind (.xls), and locked ones."""


def main() -> None:
    """Reads standard input and writes what was found."""
    answer(read, Limits())


def read(content: bytes, wishes: Mapping[str, Any]) -> dict[str, Any]:
    """The sheets of a workbook as texts, all or the first `rows` of each; raises `UnreadableSheet`."""
    if content.startswith(_OLD):
        return {"sheets": list(old_sheets(content)), "unsaved": []}
    refuse_foreign(content)
    from openpyxl import load_workbook  # noqa: PLC0415 - after the limits are set

    wanted: int | None = wishes.get("rows")
    if wanted is not None:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        begun = [(sheet.title, texts(sheet, MOST_CELLS, wanted)) for sheet in book.worksheets]
        return {"sheets": [{"name": n, "rows": [*rows]} for n, rows in begun], "unsaved": []}
    unsaved = formulas(load_workbook(io.BytesIO(content), read_only=True))
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    sheets, missing, left = [], [], MOST_CELLS
    for sheet in book.worksheets:
        rows = list(texts(sheet, left))
        left -= sum(map(len, rows))
        missing += [
            f"{sheet.title}!{column}{row}"
            for row, column, index in unsaved.get(sheet.title, ())
            if not _text_at(rows, row, index)
        ]
        sheets.append({"name": sheet.title, "rows": rows})
    return {"sheets": sheets, "unsaved": missing}


def refuse_foreign(content: bytes) -> None:
    """Refuses what is no workbook, holds macros, or unpacks to too much."""
    parts = parts_of(content)
    if holds_macros(parts):
        raise UnreadableSheet(
            marked(
                "The workbook holds macros, which are never opened: save it as .xlsx without them"
            )
        )
    if "xl/workbook.xml" not in parts:
        raise UnreadableSheet(marked("This is no .xlsx workbook: save it as .xlsx"))


def old_sheets(content: bytes) -> Iterator[dict[str, Any]]:
    """The sheets of a workbook of the old kind (.xls); raises `UnreadableSheet`, also for a locked one."""
    from form_specs.sheets.workbook import opened  # noqa: PLC0415 - after the limits are set

    book = opened(content)
    if len(book.sheet_names) > MOST_SHEETS:
        raise _too_many_sheets()
    left = MOST_CELLS
    for name in book.sheet_names:
        sheet = book.get_sheet_by_name(name)
        before = [""] * (sheet.start[1] if sheet.start else 0)
        found = (
            _trimmed(map(text_of, [*before, *row][:MOST_COLUMNS])) for row in sheet.iter_rows()
        )
        rows = list(_bounded(found, name, left))
        left -= sum(map(len, rows))
        yield {"name": name, "rows": rows}


def formulas(book: Any) -> dict[str, list[tuple[int, str, int]]]:
    """Row, column letter and column index (from 0) of each cell with a formula, by sheet."""
    if len(book.worksheets) > MOST_SHEETS:
        raise _too_many_sheets()
    return {
        sheet.title: [
            (cell.row, cell.column_letter, cell.column - 1)
            for row in bounded(sheet)
            for cell in row
            if cell.value is not None and cell.data_type == "f"
        ]
        for sheet in book.worksheets
    }


def bounded(sheet: Any, most_rows: int | None = None) -> Iterator[tuple[Any, ...]]:
    """The rows that there are; what a sheet says of its own size is not believed.

    What stands alone below thousands of empty rows is no part of a form: programs write a last row
    of the sheet for its looks.
    """
    sheet.reset_dimensions()
    empty = 0
    for row in islice(sheet.iter_rows(max_col=MOST_COLUMNS), most_rows):
        empty = 0 if any(cell.value is not None for cell in row) else empty + 1
        if empty > MOST_EMPTY:
            return
        yield row


def texts(sheet: Any, most: int, most_rows: int | None = None) -> Iterator[list[str]]:
    """Each row as texts, without the empty end; raises `UnreadableSheet` past `most` cells."""
    rows = (_trimmed(text_of(cell.value) for cell in row) for row in bounded(sheet, most_rows))
    yield from _bounded(rows, sheet.title, most)


def _bounded(rows: Iterable[list[str]], sheet: str, most: int) -> Iterator[list[str]]:
    """The rows without those at the end that are empty; raises `UnreadableSheet` past `most` cells."""
    empty: list[list[str]] = []
    seen = 0
    for cells in rows:
        seen += max(len(cells), 1)
        if seen > most:
            raise UnreadableSheet(
                marked("Sheet '%(sheet)s' has too many cells; a workbook may have %(most)s"),
                sheet=sheet,
                most=f"{MOST_CELLS:,}",
            )
        empty.append(cells)
        if cells:
            yield from empty
            empty = []


def _too_many_sheets() -> UnreadableSheet:
    return UnreadableSheet(marked("The workbook has more than %(most)s sheets"), most=MOST_SHEETS)


def _trimmed(cells: Iterable[str]) -> list[str]:
    found = list(cells)
    while found and not found[-1]:
        found.pop()
    return found


def _text_at(rows: list[list[str]], row: int, index: int) -> str:
    cells = rows[row - 1] if row <= len(rows) else []
    return cells[index] if index < len(cells) else ""


def text_of(value: Any) -> str:
    """A cell as the text that somebody typed: 1 and not 1.0, TRUE and not True."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    if isinstance(value, datetime):
        return (value.date() if value.time() == time() else value).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)[:LONGEST]


if __name__ == "__main__":
    main()
