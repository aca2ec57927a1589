"""Cells that a spreadsheet program would take for a formula, made harmless and put back.

An apostrophe before such a text makes it a text everywhere.  Reading takes one away again, so
that what was written comes back as it was.
"""

import re
from typing import Final

_DANGEROUS: Final = re.compile("'*[=+\\-@|%\t\r\n\uff1d\uff0b\uff0d\uff20]")
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)*%?")


def guarded(text: str) -> str:
    """A text as a cell of a file for spreadsheet programs; numbers stay numbers."""
    if text and _DANGEROUS.match(text) and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def unguarded(text: str) -> str:
    """The text of a cell as it was before `guarded`."""
    return text[1:] if text[:1] == "'" and _DANGEROUS.match(text) else text
