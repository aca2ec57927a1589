"""From the files that somebody names or sends to what an importer reads."""

import csv
import io
import re
from typing import Final

from builder.imports.workbook import sheets_of
from form_specs.imports import Given, Sheet, UnreadableFile
from form_specs.language import _, digits, marked
from form_specs.model import JsonValue
from form_specs.source import SourceError, parse_source

MAX_BYTES: Final = 10_000_000
"""Of one file."""
_ROWS: Final = marked(
    "these are rows as JSON, and no form. Export them as CSV or .xlsx from where they come"
)
_ROWS_SHOW: Final = 100_000
_WORKBOOKS: Final = (b"PK", b"\xd0\xcf\x11\xe0")
_GLIMPSED: Final = 200
"""Rows of a sheet by which a form shows itself."""
_LIST: Final = re.compile(rb"\[\s*\{")
_MAX_DEPTH: Final = 200
"""A schema may nest deeper than a spec: what lies deep gets a definition of its own there."""
_MOST_ROWS: Final = 100_000
_DELIMITERS: Final = ",;\t"


def given(content: bytes, name: str = "", ui: bytes | None = None, ui_name: str = "") -> Given:
    """What one file holds, or two where the look of a form stands apart.

    Raises `UnreadableFile` with the place in a sentence.
    """
    if len(content) > MAX_BYTES:
        raise UnreadableFile(
            _("The file is larger than %(number)s MB", number=MAX_BYTES // 1_000_000)
        )
    look = None if ui is None else json_in(ui, ui_name or _("The second file"))
    if content.startswith(_WORKBOOKS):
        sheets, notes = sheets_of(content)
        return Given(sheets=sheets, ui=look, notes=notes)
    if _looks_like_json(content, name):
        if _are_rows(content):
            raise UnreadableFile(_(_ROWS))
        return Given(document=json_in(content, name or _("The file")), ui=look)
    return Given(sheets=(Sheet("", _rows(content)),), ui=look)


def glimpse(content: bytes, name: str) -> Given:
    """What a file begins with, enough to tell a form from rows; raises `UnreadableFile`."""
    if content.startswith(_WORKBOOKS):
        return Given(sheets=sheets_of(content, _GLIMPSED)[0])
    return given(content[: MAX_BYTES + 1], name)


def _looks_like_json(content: bytes, name: str) -> bool:
    start = content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    return start in (b"{", b"[") or not name.lower().endswith((".csv", ".tsv", ".txt"))


def _are_rows(content: bytes) -> bool:
    """Whether it is a list of objects, or one object on each line: rows, and no form."""
    start = content[:_ROWS_SHOW].removeprefix(b"\xef\xbb\xbf").lstrip()
    lines = [line for line in start.splitlines() if line.strip()]
    return bool(_LIST.match(start)) or (len(lines) > 1 and all(map(_is_object, lines[:2])))


def _is_object(line: bytes) -> bool:
    return line.startswith(b"{") and line.rstrip().endswith(b"}") and len(line) > 2


def json_in(content: bytes, name: str) -> JsonValue:
    """The JSON document in a file; raises `UnreadableFile`."""
    try:
        return parse_source(content, max_bytes=MAX_BYTES, max_depth=_MAX_DEPTH).document
    except SourceError as error:
        fault = error.faults[0]
        hint = f". {fault.hint}" if fault.hint else ""
        line, column = fault.position
        raise UnreadableFile(f"{name}:{line}:{column}: {fault.message}{hint}") from error


def _rows(content: bytes) -> list[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnreadableFile(
            _("Line %(line)s is not UTF-8: save the file as CSV UTF-8", line=line)
        ) from None
    if "\x00" in text:
        raise UnreadableFile(_("This is neither JSON nor a workbook nor a CSV file"))
    first = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            rows.append([cell.strip() for cell in row])
            if len(rows) > _MOST_ROWS:
                raise UnreadableFile(
                    _("The file has more than %(most_rows)s rows", most_rows=digits(_MOST_ROWS))
                )
    except csv.Error as error:
        raise UnreadableFile(
            _("Row %(number)s cannot be read as CSV: %(error)s", number=len(rows) + 1, error=error)
        ) from None
    return rows
