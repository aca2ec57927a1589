"""Workbooks (.xlsx), read in a child process under limits of size, time and memory."""

from typing import Final

from form_specs.imports import Note, Sheet, UnreadableFile
from form_specs.language import _
from form_specs.sheets.apart import Limits, asked
from form_specs.sheets.errors import UnreadableSheet

_MOST_NOTES: Final = 100


def sheets_of(
    content: bytes, most_rows: int | None = None
) -> tuple[tuple[Sheet, ...], tuple[Note, ...]]:
    """The sheets of a workbook as texts, and what reading could not find out.

    Of each sheet at most `most_rows` are read; none: all.  Raises `UnreadableFile`.
    """
    try:
        found = asked("builder.imports.workbook_child", content, Limits(), {"rows": most_rows})
    except UnreadableSheet as error:
        raise UnreadableFile(str(error)) from None
    advice = _("Open the file in a spreadsheet program and save it again")
    message = _(
        "this cell holds a formula whose result is not saved in the file, so it counts as empty"
    )
    notes = tuple(Note(place, message, advice) for place in found["unsaved"][:_MOST_NOTES])
    return tuple(Sheet(sheet["name"], sheet["rows"]) for sheet in found["sheets"]), notes
