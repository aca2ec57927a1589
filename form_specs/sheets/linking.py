"""Columns of one sheet whose values name the rows of another."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from form_specs.sheets.cells import text_of
from form_specs.sheets.errors import UnreadableSheet
from form_specs.sheets.finding import Table, table_in
from form_specs.sheets.sheet import Grid

_ENOUGH: Final = 0.9
_MOST_SHEETS: Final = 20


@dataclass(frozen=True, slots=True)
class LinkCandidate:
    """A column that seems to name the rows of another sheet."""

    column: str
    sheet: str
    other: str
    """The column there, in which no two rows have the same."""
    known: int
    """Different values of the column that stand there."""
    values: int
    """Different values of the column."""
    at: int = 0
    """The position of the column."""
    other_at: int = 0
    """The position of the column there."""
    columns: int = 0
    """How many columns there are there."""
    rows: int = 0
    """How many rows there are there."""


def link_candidates(table: Table, sheets: Sequence[Grid]) -> Iterator[LinkCandidate]:
    """The columns of a table that seem to name rows of the other sheets."""
    named = [(column.title, _values(table, at)) for at, column in enumerate(table.columns)]
    for sheet in sheets[:_MOST_SHEETS]:
        if sheet.name == table.name:
            continue
        try:
            other = table_in(sheet)
        except UnreadableSheet:
            continue
        yield from _between(named, other)


def _between(named: Sequence[tuple[str, frozenset[str]]], other: Table) -> Iterator[LinkCandidate]:
    keys = [(column.title, _values(other, at)) for at, column in enumerate(other.columns)]
    for at, (title, values) in enumerate(named):
        for other_at, (key, known) in enumerate(keys):
            shared = len(values & known)
            unique = len(known) > 1 and len(known) == len(other.rows)
            if (
                unique
                and len(values) > 1
                and shared >= len(values) * _ENOUGH
                and _are_names(values)
            ):
                sizes = len(other.columns), len(other.rows)
                yield LinkCandidate(
                    *(title, other.name, key, shared, len(values)), at, other_at, *sizes
                )
                break


def _values(table: Table, position: int) -> frozenset[str]:
    return frozenset(text for cell in table.column(position) if (text := text_of(cell)))


def _are_names(values: frozenset[str]) -> bool:
    """Whether values are more than small counts, which are found in any column of numbers."""
    return any(not value.isdecimal() or len(value) > 3 for value in values)
