"""What runs in the process that reads one spreadsheet; its `main` is asked by `reading`."""

from collections.abc import Mapping
from typing import Any, Final

from form_specs.sheets.apart import Limits, answer
from form_specs.sheets.foreign import refuse_foreign

LIMITS: Final = Limits(memory=1536 * 1024 * 1024, seconds=60)
_OLD: Final = b"\xd0\xcf\x11\xe0"


def main() -> None:
    """Reads standard input and writes the sheets of it."""
    answer(read, LIMITS)


def read(content: bytes, wishes: Mapping[str, Any]) -> dict[str, Any]:
    """The sheets of a file as packed cells; raises `UnreadableSheet`."""
    refuse_foreign(content)
    if content.startswith((b"PK", _OLD)):
        from form_specs.sheets.workbook import read_workbook  # noqa: PLC0415 - after the limits

        return read_workbook(content)
    from form_specs.sheets.text_file import read_text_file  # noqa: PLC0415 - after the limits

    return read_text_file(content, wishes.get("encoding", ""), wishes.get("delimiter", ""))


if __name__ == "__main__":
    main()
