"""Files that hold no table, whatever their names say: what each is, and what to do about it."""

import re
from typing import Final

from form_specs.language import marked
from form_specs.sheets.errors import UnreadableSheet

_DOCUMENT: Final = marked("This is a document and no spreadsheet: save its table as .xlsx")
_PICTURE: Final = marked(
    "This is a picture and no spreadsheet: copy what it shows into one and save that as .xlsx"
)
_PACKED: Final = marked("This is a packed file: unpack it and choose the spreadsheet in it")
_DATA: Final = marked(
    "This is data for programs and no spreadsheet: export it as CSV or .xlsx from where it comes"
)
_JSON: Final = marked(
    "This is JSON and no spreadsheet: export it as CSV or .xlsx from where it comes"
)
_NUMBERS: Final = marked(
    "This is a file of Apple's Numbers or Pages: export it there as Excel and choose that file"
)
_WEB: Final = marked(
    "This is a web page or XML that only calls itself a spreadsheet: open it in a "
    "spreadsheet program and save it as .xlsx"
)
_LOCKED: Final = marked("The workbook is locked with a password: save it without one")
_BEGINNINGS: Final = (
    (b"%PDF", _DOCUMENT),
    (b"{\\rtf", _DOCUMENT),
    (b"\x89PNG", _PICTURE),
    (b"\xff\xd8\xff", _PICTURE),
    (b"GIF8", _PICTURE),
    (b"\x1f\x8b", _PACKED),
    (b"BZh", _PACKED),
    (b"7z\xbc\xaf", _PACKED),
    (b"Rar!", _PACKED),
    (b"\xfd7zXZ", _PACKED),
    (b"PAR1", _DATA),
    (b"SQLite format 3", _DATA),
)
_PAGE: Final = re.compile(rb"<(!doctype|\?xml|html|table)\b", re.IGNORECASE)
_TAGS: Final = re.compile(rb"<(?!a\s)[a-z][\w:-]*[^<>]*>.*>[ \t]*", re.IGNORECASE)
_JSON_BEGINS: Final = re.compile(rb"(\{\s*[\"}]|\[\s*[\[{\"])")
_OLD: Final = b"\xd0\xcf\x11\xe0"
"""Begins workbooks of the old kind (.xls), and locked ones of any."""
_MARK: Final = b"\xef\xbb\xbf"


def refuse_foreign(content: bytes) -> None:
    """Raises `UnreadableSheet` for a file that is known to be something else than a table."""
    start = content[:4000].removeprefix(_MARK).lstrip()
    for beginning, said in _BEGINNINGS:
        if start.startswith(beginning):
            raise UnreadableSheet(said)
    if _JSON_BEGINS.match(start):
        raise UnreadableSheet(_JSON)
    if _is_markup(start):
        raise UnreadableSheet(_WEB)
    if content.startswith(_OLD):
        _refuse_compound(content)


def _is_markup(start: bytes) -> bool:
    """Whether a file is written in tags; one `<b>` in a heading, or cells with links, make none."""
    first = start.splitlines()[0] if start else b""
    return bool(_PAGE.match(start) or _TAGS.fullmatch(first))


def _refuse_compound(content: bytes) -> None:
    """Refuses what is no workbook among the files that old programs of Microsoft write."""
    if _named("EncryptedPackage") in content:
        raise UnreadableSheet(_LOCKED)
    if _named("WordDocument") in content:
        raise UnreadableSheet(_DOCUMENT)


def _named(part: str) -> bytes:
    return part.encode("utf-16-le")


def refuse_archive(parts: set[str]) -> None:
    """Raises `UnreadableSheet` for an archive that is no workbook, by the names of its parts."""
    if any(name.startswith("word/") for name in parts):
        raise UnreadableSheet(_DOCUMENT)
    if any(name.endswith(".iwa") or name == "Index.zip" for name in parts):
        raise UnreadableSheet(_NUMBERS)
    if not any(name.startswith("xl/") for name in parts) and "content.xml" not in parts:
        raise UnreadableSheet(_PACKED)
