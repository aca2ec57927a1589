"""Workbooks made for a test."""

import io
from collections.abc import Callable, Iterable
from typing import Any

from openpyxl import Workbook


def workbook(fill: Callable[[Any], None]) -> bytes:
    """The bytes of a workbook that `fill` has written into."""
    book = Workbook()
    fill(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sheet_of(rows: Iterable[Iterable[Any]]) -> bytes:
    """A workbook with one sheet of rows."""

    def fill(book: Any) -> None:
        for row in rows:
            book.active.append(list(row))

    return workbook(fill)
