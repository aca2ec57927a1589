"""Reads the sheets of a workbook: .xlsx and .xlsm, and .xlsb, .xls and .ods as well."""

import io
from collections.abc import Iterator
from typing import Any, Final

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
    load_workbook,
)

from form_specs.language import marked
from form_specs.sheets.archive import holds_macros, parts_of
from form_specs.sheets.cells import CUT, LONGEST, cell_of, packed
from form_specs.sheets.errors import UnreadableSheet
from form_specs.sheets.foreign import refuse_archive
from form_specs.sheets.remarks import Remark
from form_specs.sheets.shown_as import shown_numbers

UNPACKED: Final = 400 * 1024 * 1024
MOST_CELLS: Final = 4_000_000
MOST_SHEETS: Final = 100
MOST_COLUMNS: Final = 2_000
_MOST_SPANS: Final = 10_000


def read_workbook(content: bytes) -> dict[str, Any]:
    """All sheets with cells, as packed texts; raises `UnreadableSheet`."""
    parts = parts_of(content, UNPACKED) if content.startswith(b"PK") else set[str]()
    if parts:
        refuse_archive(parts)
    book = opened(content)
    notes = [Remark(marked("The workbook holds macros; they are never run"))] * holds_macros(parts)
    metas = [m for m in book.sheets_metadata if m.typ is SheetTypeEnum.WorkSheet]
    if len(metas) > MOST_SHEETS:
        raise UnreadableSheet(
            marked("The workbook has more than %(most)s sheets"), most=MOST_SHEETS
        )
    shown = shown_numbers(content, notes) if "xl/workbook.xml" in parts else {}
    sheets, left = [], MOST_CELLS
    for meta in metas:
        sheet = book.get_sheet_by_name(meta.name)
        rows, long = _rows(sheet, left)
        left -= sum(map(len, rows))
        notes += [Remark(CUT, {"cells": long, "most": LONGEST})] * (long > 0)
        sheets.append(
            {
                "name": meta.name,
                "hidden": meta.visible is not SheetVisibleEnum.Visible,
                "rows": rows,
                "merged": _spans(sheet),
                "formats": shown.get(meta.name, {}),
            }
        )
    return {"sheets": sheets, "notes": [(note.text, dict(note.values)) for note in notes]}


def opened(content: bytes) -> CalamineWorkbook:
    """The workbook in a file; raises `UnreadableSheet`."""
    try:
        return load_workbook(io.BytesIO(content))
    except PasswordError:
        raise UnreadableSheet(
            marked("The workbook is locked with a password: save it without one")
        ) from None
    except (CalamineError, OSError, ValueError) as error:
        raise UnreadableSheet(
            marked(
                "The file cannot be read as a workbook (%(fault)s): open it in a spreadsheet "
                "program and save it as .xlsx"
            ),
            fault=str(error),
        ) from None


def _rows(sheet: CalamineSheet, most: int) -> tuple[list[list[str]], int]:
    """The rows without their empty ends, and how many cells were too long."""
    if sheet.start is None:
        return [], 0
    rows: list[list[str]] = []
    seen, long, filled = 0, 0, 0
    for cells in _shifted(sheet):
        long += sum(1 for cell in cells if isinstance(cell, str) and len(cell) > LONGEST)
        row = [packed(cell_of(cell)) for cell in cells]
        while row and not row[-1]:
            row.pop()
        rows.append(row)
        filled = len(rows) if row else filled
        seen += len(row)
        if seen > most:
            raise UnreadableSheet(
                marked("Sheet '%(sheet)s' has too many cells; a workbook may have %(most)s"),
                sheet=sheet.name,
                most=f"{MOST_CELLS:,}",
            )
    return rows[:filled], long


def _shifted(sheet: CalamineSheet) -> Iterator[list[Any]]:
    """The rows from the first line and column of the sheet on."""
    assert sheet.start is not None
    before = [""] * sheet.start[1]
    for row in sheet.iter_rows():
        yield [*before, *row][:MOST_COLUMNS]


def _spans(sheet: CalamineSheet) -> list[tuple[int, int, int, int]]:
    found = sheet.merged_cell_ranges or []
    return [(*first, *last) for first, last in found[:_MOST_SPANS]]
