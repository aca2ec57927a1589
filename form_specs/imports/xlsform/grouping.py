"""Which groups of an XLSForm become sections, so that their fields stand on the form itself."""

import re
from typing import Final

from form_specs.imports.xlsform.questions import kind_of
from form_specs.imports.xlsform.sheets import Table

_REACTING: Final = ("relevant", "calculation", "choice_filter", "constraint")
_NAMED: Final = re.compile(r"\$\{\s*([^}]*?)\s*\}")


def reacting(survey: Table, *, pages: bool) -> set[int]:
    """The numbers of the rows that begin a group which must be a section.

    Fields within groups do not react, calculations do not read them, and pages are made of what
    stands on the form itself.
    """
    calculations = " ".join(row.peek("calculation") for row in survey.rows)
    read = set(_NAMED.findall(calculations))
    found: set[int] = set()
    open_: list[int] = []
    for row in survey.rows:
        kind = kind_of(row.peek("type")).name
        if kind in ("end group", "end repeat"):
            del open_[-1:]
            continue
        if row.peek("name") in read or any(row.peek(name) for name in _REACTING):
            found |= set(open_)
        if kind in ("begin group", "begin repeat"):
            if pages and kind == "begin group" and not open_:
                found.add(row.number)
            open_.append(row.number)
    return found
