"""Rows as files for spreadsheet programs, in which no cell is a formula."""

import csv
import io
import re
import tempfile
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, BinaryIO, Final

from components.base import FieldType
from form_specs.conditions import Kind
from runtime.batches.exporting import Export
from runtime.batches.guarding import guarded, unguarded

MARK: Final = "\ufeff"
"""Tells spreadsheet programs that a CSV file is UTF-8."""
MOST_XLSX: Final = 50_000
"""Rows of a workbook, which is made as a whole before it is sent."""
_PIECE: Final = 64 * 1024
_PLAIN: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,14})?")
_EXACT: Final = 15
_LONGEST: Final = 32_767
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def csv_pieces(export: Export, *, mark: bool = False) -> Iterator[bytes]:
    """A CSV file piece by piece, so that its size costs no memory."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    if mark:
        out.write(MARK)
    writer.writerow(export.header)
    for row in export.rows():
        writer.writerow([guarded(cell) for cell in row])
        if out.tell() >= _PIECE:
            yield _emptied(out)
    yield _emptied(out)


def _emptied(out: io.StringIO) -> bytes:
    found = out.getvalue().encode()
    out.seek(0)
    out.truncate()
    return found


def xlsx_file(export: Export) -> BinaryIO:
    """A workbook in a temporary file, to be read from its start."""
    from openpyxl import Workbook  # noqa: PLC0415 - as long to import as a page takes

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Records")
    sheet.append([_text(sheet, name) for name in export.header])
    kinds = [_kind(of) for of in export.fields]
    for row in export.rows():
        sheet.append([_cell(sheet, kind, text) for kind, text in zip(kinds, row, strict=True)])
    target = tempfile.TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    book.save(target)
    target.seek(0)
    return target


def pieces_of(stream: BinaryIO) -> Iterator[bytes]:
    """A file piece by piece; closed at the end."""
    with stream:
        while piece := stream.read(_PIECE):
            yield piece


def _kind(of: FieldType | None) -> str:
    if of is None or of.multiple:
        return ""
    if of.name == "date":
        return "day"
    return "number" if of.kind in (Kind.INTEGER, Kind.REAL) else ""


def _cell(sheet: Any, kind: str, text: str) -> Any:
    """Numbers that a workbook keeps exactly as numbers, days as days, all else as texts."""
    if not text:
        return None
    if kind == "day" and _DAY.fullmatch(text) and text >= "1900-03-01":
        return date.fromisoformat(text)
    if kind == "number" and _PLAIN.fullmatch(text) and sum(map(str.isdigit, text)) <= _EXACT:
        number = Decimal(text)
        # 12.50 would come back as 12.5: the same number to every field type.
        return int(number) if "." not in text else float(number)
    return _text(sheet, text)


def _text(sheet: Any, text: str) -> Any:
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415 - as above
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # noqa: PLC0415

    kept = text if unguarded(text) == text else f"'{text}"
    cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", kept)[:_LONGEST])
    # Else a text that begins with = would be a formula.
    cell.data_type = "s"
    return cell
