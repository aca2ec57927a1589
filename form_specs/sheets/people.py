"""Columns that name people who have accounts: by user name, e-mail address or name.

Who has an account is not known here: it is told as what is written for somebody, in small letters,
and the name of their account.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

from form_specs.sheets.cells import text_of
from form_specs.sheets.convention import Convention
from form_specs.sheets.evidence import Cells
from form_specs.sheets.finding import Table
from form_specs.sheets.kind import Kind

People: TypeAlias = Mapping[str, str]
NOBODY: Final[People] = MappingProxyType({})
PERSON: Final = "user"
"""The field type of people."""
_MOST: Final = 500
"""Different people of one column."""
_LONGEST: Final = 120
_SURE: Final = 0.8
"""The share of rows that have to name somebody with an account."""
_LIKELY: Final = 0.5
"""The share that will do where the heading speaks of people."""
_ABLE: Final = ("text", "choice", "email")


def possible_people(table: Table) -> Iterator[str]:
    """What could be written for people in a table, as far as it is worth looking up."""
    for position in range(len(table.columns)):
        texts = {cell for cell in table.column(position) if cell != ""}
        if len(texts) <= _MOST:
            yield from (cell for cell in texts if isinstance(cell, str) and len(cell) <= _LONGEST)


def person_kind(cells: Cells, people: People) -> Kind:
    """A column read as one of people, whoever of them has an account."""
    written = {text_of(cell).casefold() for cell in cells.counts}
    known = tuple(sorted((said, people[said]) for said in written if said in people))
    return Kind(PERSON, Convention("person", blanks=cells.blank_words, people=known))


def as_people(cells: Cells, kind: Kind, people: People) -> Kind:
    """What a column is taken for: people, where most of its rows name somebody with an account."""
    if not people or kind.type not in _ABLE:
        return kind
    share = cells.share(lambda cell: people.get(text_of(cell).casefold()))
    enough = _LIKELY if "person" in cells.topics else _SURE
    return person_kind(cells, people) if share >= enough else kind
