"""What runs in the process that reads one spreadsheet; its `main` is asked by `reading`."""

from collections.abc import Mapping
from typing import Any, Final

from form_specs.language import marked
from form_specs.sheets.apart import Limits, answer
from form_specs.sheets.errors import UnreadableSheet

LIMITS: Final = Limits(memory=1536 * 1024 * 1024, seconds=60)
_LOCKED: Final = b"\xd0\xcf\x11\xe0"


def main() -> None:
    """Reads standard input and writes the sheets of it."""
    answer(read, LIMITS)


def read(content: bytes, wishes: Mapping[str, Any]) -> dict[str, Any]:
    """The sheets of a file as packed cells; raises `UnreadableSheet`."""
    if content.startswith((b"PK", _LOCKED)):
        from form_specs.sheets.workbook import read_workbook  # noqa: PLC0415 - after the limits

        return read_workbook(content)
    start = content[:2000].removeprefix(b"\xef\xbb\xbf").lstrip()[:200].lower()
    if start.startswith((b"<html", b"<!doctype", b"<table", b"<?xml")):
        raise UnreadableSheet(
            marked(
                "This is a web page or XML that only calls itself a spreadsheet: open it in a "
                "spreadsheet program and save it as .xlsx"
            )
        )
    if start.startswith((b"{\\rtf", b"%pdf")):
        raise UnreadableSheet(
            marked("This is a document and no spreadsheet: save its table as .xlsx")
        )
    from form_specs.sheets.text_file import read_text_file  # noqa: PLC0415 - after the limits

    return read_text_file(content, wishes.get("encoding", ""), wishes.get("delimiter", ""))


if __name__ == "__main__":
    main()
