"""Spreadsheets as people have them become tables, and tables become forms.

Pure, from bytes to values: `reading` takes a file apart (in a process of its own, under limits),
`finding` looks for the table in a sheet.  What a file does is never believed, and whatever was
decided about it is said in a sentence that a person can correct.
"""

from form_specs.sheets.cells import Cell, text_of
from form_specs.sheets.errors import UnreadableSheet
from form_specs.sheets.finding import Column, Row, Table, table_in
from form_specs.sheets.reading import Book, read_book, read_table
from form_specs.sheets.sheet import Grid

__all__ = [
    "Book", "Cell", "Column", "Grid", "Row", "Table", "UnreadableSheet", "read_book", "read_table",
    "table_in", "text_of",
]  # fmt: skip
