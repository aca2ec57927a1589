"""Workbooks are zip archives; this says whether one may be opened at all."""

import io
import zipfile
from typing import Final

from form_specs.language import marked
from form_specs.sheets.errors import UnreadableSheet

UNPACKED: Final = 100 * 1024 * 1024
"""How many bytes the parts of a workbook may unpack to."""


def parts_of(content: bytes, most: int = UNPACKED) -> set[str]:
    """The names of the parts; raises `UnreadableSheet` for no archive, or too large a one."""
    try:
        parts = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError):
        raise UnreadableSheet(
            marked(
                "This is no whole .xlsx workbook, perhaps it was cut off: copy it once more, or "
                "open it in a spreadsheet program and save it as .xlsx"
            )
        ) from None
    if sum(part.file_size for part in parts) > most:
        raise UnreadableSheet(
            marked(
                "The workbook unpacks to more than %(most)s MB: save the sheet with the table alone, "
                "as .xlsx or CSV"
            ),
            most=most // 2**20,
        )
    return {part.filename for part in parts}


def holds_macros(parts: set[str]) -> bool:
    """Whether a workbook has program code in it."""
    return any(name.lower().endswith("vbaproject.bin") for name in parts)
