"""What a table is about: a guess for each column, and for the table as a whole.

Every guess comes with what was counted, so that a person sees why and can say that it is wrong.
"""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Final

from form_specs.sheets.cells import Cell, text_of
from form_specs.sheets.convention import Convention
from form_specs.sheets.evidence import Cells, Evidence
from form_specs.sheets.finding import Column, Row, Table
from form_specs.sheets.kind import Kind
from form_specs.sheets.kinds import fits, kind_of
from form_specs.sheets.people import NOBODY, People, as_people
from form_specs.sheets.settling import settled
from form_specs.sheets.words import names_a_category

_MISFITS: Final = 5
_MOST_STATES: Final = 20
_REPEATED: Final = 0.2
"""Different values for each that is there, up to which a column names no record."""
_CODE: Final = re.compile(
    r"(?:#|#?(?:[A-Za-z]{1,8}|[\u0391-\u03a9\u0410-\u042f]{1,8}))[-_/#.]?\d[\w/-]*"
)
"""REQ-001, INC0042: what only tells things apart."""


@dataclass(frozen=True, slots=True)
class ColumnGuess:
    """What one column is taken for."""

    column: Column
    kind: Kind
    evidence: Evidence
    topics: frozenset[str] = frozenset()

    @property
    def type(self) -> str:
        """The field type."""
        return self.kind.type

    @property
    def convention(self) -> Convention:
        """How its cells are written."""
        return self.kind.convention

    @property
    def ambiguous(self) -> bool:
        """Whether its cells can be read in another way, to other values."""
        return self.kind.other is not None

    @property
    def required(self) -> bool:
        """Whether no row leaves it empty."""
        return self.evidence.complete and self.type not in ("boolean", "multi_choice", "tags")


@dataclass(frozen=True, slots=True)
class TableGuess:
    """What a table is taken for; columns are named by their position."""

    table: Table
    columns: Sequence[ColumnGuess]
    title: int | None = None
    """The column that names a record to people."""
    key: int | None = None
    """The column by which a row is known again."""
    state: int | None = None
    """The column that says how far a record is."""
    people: People = field(default_factory=dict)
    """Who has an account, by what is written for them in the table."""


def guess(table: Table, people: People = NOBODY) -> TableGuess:
    """What the columns of a table most probably are.

    `people` are those who have an account: what is written for them, in small letters, and its name.
    """
    found = [
        (column, Cells(column.title, table.column(position)))
        for position, column in enumerate(table.columns)
    ]
    kinds = settled(
        [(cells, as_people(cells, kind_of(cells, column.shown), people)) for column, cells in found]
    )
    columns = [
        _column(table, position, cells, kind)
        for position, ((_column_, cells), kind) in enumerate(zip(found, kinds, strict=True))
    ]
    coded = {position for position, (_named, cells) in enumerate(found) if _are_codes(cells)}
    key = _key(columns, coded)
    return TableGuess(table, columns, _title(columns, key, coded), key, _state(columns), people)


def _are_codes(cells: Cells) -> bool:
    return bool(cells.texts) and all(map(_CODE.fullmatch, cells.texts))


def _column(table: Table, position: int, cells: Cells, kind: Kind) -> ColumnGuess:
    kind = _with_blanks(kind, cells)
    evidence = evidence_of(table.rows, position, kind.type, kind.convention)
    return ColumnGuess(table.columns[position], kind, evidence, cells.topics)


def _with_blanks(kind: Kind, cells: Cells) -> Kind:
    """Words for "no value" are none for a type that has no words; a text keeps them."""
    if kind.type in ("text", "long_text"):
        return kind
    blanks = tuple(word for word in cells.blank_words if word not in kind.convention.yes)
    return replace(kind, convention=replace(kind.convention, blanks=blanks))


def evidence_of(rows: Sequence[Row], position: int, type_: str, convention: Convention) -> Evidence:
    """What is counted when a column is read in a way."""
    column = [row.cells[position] for row in rows]
    # A 1 and a yes are equal to Python.
    seen = Counter(zip(map(type, column), column, strict=True))
    filled, fitting = 0, 0
    values: Counter[str] = Counter()
    strange: set[tuple[type, Cell]] = set()
    for told, count in seen.items():
        value = fits(type_, convention, told[1]) if told[1] != "" else ""
        filled += count * (value != "")
        if value is None:
            strange.add(told)
        elif value:
            fitting += count
            values[value] += count
    misfits = _misfits(rows, position, strange) if strange else ()
    longest = max(map(len, values), default=0)
    return Evidence(len(rows), filled, fitting, len(values), longest, misfits)


def _misfits(
    rows: Sequence[Row], position: int, strange: Collection[tuple[type, Cell]]
) -> tuple[tuple[int, str], ...]:
    """The first rows with one of some cells, and what stands there."""
    found = (
        (row.number, text_of(cell)[:60])
        for row in rows
        if (type(cell := row.cells[position]), cell) in strange
    )
    return tuple(islice(found, _MISFITS))


def _key(columns: Sequence[ColumnGuess], coded: Collection[int]) -> int | None:
    """A column of which no two rows have the same, that is called or looks like a reference."""
    able = [
        position
        for position, found in enumerate(columns)
        if found.evidence.complete
        and found.evidence.unique
        and found.type in ("text", "integer", "email", "iban", "phone")
    ]
    named = [position for position in able if "key" in columns[position].topics]
    mail = [position for position in able if columns[position].type == "email"]
    codes = [p for p in able if p in coded and columns[p].type in ("text", "integer")]
    return next(iter((*named, *codes, *mail)), None)


def _title(columns: Sequence[ColumnGuess], key: int | None, coded: Collection[int]) -> int | None:
    """The column that people call a record by: a name, else what it is known by, else a text."""
    texts = [
        position
        for position, found in enumerate(columns)
        if found.type == "text"
        and (found.evidence.filled * 2 > found.evidence.total or not found.evidence.total)
        and not found.topics & {"phone", "postal", "notes"}
    ]
    # C-001 under "Customer" is what a record of another table is known by.
    named = [p for p in texts if "title" in columns[p].topics and (p == key or p not in coded)]
    named.sort(key=lambda at: _likeness(columns[at]))
    if key is not None and columns[key].type in ("text", "email"):
        texts.insert(0, key)
        # A customer with many parcels names none of them.
        named = [p for p in named if _variety(columns[p].evidence) > _REPEATED]
    others = [position for position, found in enumerate(columns) if found.type in ("email", "url")]
    return next(iter((*named, *texts, *others)), None)


def _likeness(found: ColumnGuess) -> tuple[bool, bool, float]:
    """How little a column is like a name: the smallest is the best."""
    return "key" in found.topics, "name" not in found.topics, -_variety(found.evidence)


def _variety(evidence: Evidence) -> float:
    """How many different values there are for each that is there, in tenths."""
    return round(evidence.distinct / max(evidence.filled, 1), 1)


def _state(columns: Sequence[ColumnGuess]) -> int | None:
    """A column called like a state whose few values each row has one of; no state of a country."""
    addresses = any(found.topics & {"postal", "city"} for found in columns)
    able = [
        position
        for position, found in enumerate(columns)
        if found.type == "choice"
        and "status" in found.topics
        and 2 <= len(found.kind.choices) <= _MOST_STATES
        and not (found.topics & {"place"} and _are_places(found.kind.choices, addresses=addresses))
    ]
    return min(able, key=lambda position: len(columns[position].column.title), default=None)


def _are_places(choices: Sequence[str], *, addresses: bool) -> bool:
    """Whether the values of a "state" are parts of a country rather than how far something is."""
    if any(names_a_category(choice) for choice in choices):
        return False
    return addresses or all(len(choice) <= 3 and choice.isupper() for choice in choices)
