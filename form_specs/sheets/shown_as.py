"""How the numbers of a workbook are shown: as money of a currency, or as a percentage.

A cell holds 0.125 and shows 12.5 %; only the styles of the workbook know.  They and the first rows
of each sheet are read here; a sheet that cannot be read this way has no formats.
"""

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse
from openpyxl.styles.numbers import BUILTIN_FORMATS
from openpyxl.utils.cell import column_index_from_string, get_column_letter

from form_specs.language import marked
from form_specs.sheets.remarks import Remark

_UNSAVED: Final = marked(
    "Sheet '%(sheet)s', column %(column)s: formulas have no saved result, so they count as empty. "
    "Open the file in a spreadsheet program and save it again"
)
_ROWS: Final = 60
_NAMED: Final = re.compile(r'\[\$([^\]\-"]+)(?:-[0-9A-Fa-f]+)?\]')
_SIGNS: Final = re.compile(r"[€£$¥₹₺₽₩₪₴₫฿]|\b(?:kr|zł|Kč|Ft|lei|CHF|R\$)")
_CODES: Final = re.compile(r"\b[A-Z]{3}\b")
_LETTERS: Final = re.compile(r"[A-Z]+")
_RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def shown_numbers(content: bytes, notes: list[Remark]) -> dict[str, dict[int, str]]:
    """By sheet and column index: a currency's sign or code, or "%".

    Formulas whose result is not saved are said in `notes`, as their cells count as empty.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            styles = list(_styles(book))
            return {
                name: _columns(book, part, styles, name, notes)
                for name, part in _sheet_parts(book).items()
            }
    except (KeyError, ValueError, ParseError, DefusedXmlException, zipfile.BadZipFile):
        return {}


def meaning(number_format: str) -> str:
    """What a number format shows beside the number; empty: nothing that matters here."""
    if named := _NAMED.search(number_format):
        return named[1].strip()
    plain = number_format.replace('"', "").replace("\\", "")
    for pattern in (_SIGNS, _CODES):
        if found := pattern.search(plain):
            return found[0]
    return "%" if "%" in plain else ""


def _elements(book: zipfile.ZipFile, part: str) -> Iterator[Any]:
    with book.open(part) as stream:
        yield from (element for _event, element in iterparse(stream, events=("end",)))


def _tag(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _styles(book: zipfile.ZipFile) -> Iterator[str]:
    """The meaning of each cell style, in their order."""
    formats = dict(BUILTIN_FORMATS)
    for element in _elements(book, "xl/styles.xml"):
        if _tag(element) == "numFmt":
            formats[int(element.get("numFmtId", "-1"))] = element.get("formatCode", "")
        elif _tag(element) == "cellXfs":
            for style in element:
                yield meaning(formats.get(int(style.get("numFmtId", "0")), ""))


def _sheet_parts(book: zipfile.ZipFile) -> dict[str, str]:
    targets = {
        element.get("Id"): element.get("Target", "")
        for element in _elements(book, "xl/_rels/workbook.xml.rels")
        if _tag(element) == "Relationship"
    }
    found = {}
    for element in _elements(book, "xl/workbook.xml"):
        if _tag(element) == "sheet":
            target = targets.get(element.get(_RELATION), "")
            found[element.get("name", "")] = (
                target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            )
    return found


def _columns(
    book: zipfile.ZipFile, part: str, styles: list[str], name: str, notes: list[Remark]
) -> dict[int, str]:
    seen: dict[int, Counter[str]] = {}
    unsaved: Counter[int] = Counter()
    for cell in _first_cells(book, part):
        letters = _LETTERS.match(cell.get("r", ""))
        parts: Mapping[str, Any] = {_tag(child): child for child in cell}
        if letters is None:
            continue
        column = column_index_from_string(letters[0]) - 1
        value = parts.get("v")
        if "f" in parts and (value is None or value.text is None):
            unsaved[column] += 1
        if value is not None and cell.get("t", "n") == "n":
            style = int(cell.get("s", "0"))
            kind = styles[style] if style < len(styles) else ""
            seen.setdefault(column, Counter())[kind] += 1
    notes += [
        Remark(_UNSAVED, {"sheet": name, "column": get_column_letter(column + 1)})
        for column in sorted(unsaved)
    ]
    common = {column: kinds.most_common(1)[0][0] for column, kinds in seen.items()}
    return {column: kind for column, kind in common.items() if kind}


def _first_cells(book: zipfile.ZipFile, part: str) -> Iterator[Any]:
    rows = 0
    for element in _elements(book, part):
        tag = _tag(element)
        if tag == "c":
            yield element
        elif tag == "row":
            rows += 1
            element.clear()
            if rows >= _ROWS:
                return
