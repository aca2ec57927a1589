"""What a table shall become: the guesses, and what a person said instead.

Corrections are plain JSON, so that they can be kept while somebody works on them:
`{"title": position, "key": …, "state": …, "record": …, "records": …, "columns": {position: {"title",
"type", "required", "left_out", "order", "mark", "currency", "choices"}}}`, positions as texts, each
part optional.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from form_specs.language import _
from form_specs.model import SYSTEM_FIELDS
from form_specs.sheets.amounts import MARKS, codes
from form_specs.sheets.convention import Convention
from form_specs.sheets.days import ORDERS, SERIAL
from form_specs.sheets.evidence import Cells, Evidence
from form_specs.sheets.finding import Table
from form_specs.sheets.forcing import kind_as
from form_specs.sheets.guessing import ColumnGuess, TableGuess, evidence_of
from form_specs.sheets.kind import Kind
from form_specs.sheets.naming import key_of
from form_specs.sheets.people import People

PLAIN_STATES: Final = "new"
"""What is said for the state where the records shall have states that no column names."""
FORM: Final = "record"
"""The key of the form where nobody says what a row is called."""
MOST_FIELDS: Final = 400
"""Columns that become fields; a form has at most 500."""
TYPES: Final = (
    "text", "long_text", "choice", "multi_choice", "tags", "date", "datetime", "time", "duration", "boolean",
    "integer", "decimal", "number", "money", "percent", "email", "phone", "url", "country", "iban", "user",
)  # fmt: skip
"""What a column may be."""


@dataclass(frozen=True, slots=True)
class ColumnPlan:
    """What one column becomes."""

    position: int
    key: str
    title: str
    kind: Kind
    evidence: Evidence
    guess: ColumnGuess
    required: bool = False
    left_out: bool = False

    @property
    def type(self) -> str:
        """The field type."""
        return self.kind.type

    @property
    def convention(self) -> Convention:
        """How its cells are read."""
        return self.kind.convention


@dataclass(frozen=True, slots=True)
class TablePlan:
    """What a table becomes."""

    table: Table
    columns: Sequence[ColumnPlan]
    title: int | None
    key: int | None
    state: int | None
    plain_states: bool = False
    """Whether records get three states of their own, as no column has any."""
    record: str = ""
    """What one row is called; empty: a record."""
    records: str = ""
    """What several are called; empty: records, or as one is."""
    links: Mapping[int, str] = field(default_factory=dict)
    """The columns that lead to records of other forms, with the keys of these."""
    beside: Sequence["TablePlan"] = ()
    """What becomes of the sheets that they lead to."""

    @property
    def form(self) -> str:
        """The key of the form."""
        return key_of(self.record, set(), FORM) if self.record else FORM

    @property
    def names(self) -> tuple[str, str]:
        """What one row is called, and what several are."""
        if not self.record:
            return _("Record"), self.records or _("Records")
        return self.record, self.records or self.record

    @property
    def fields(self) -> list[ColumnPlan]:
        """The columns that become fields; that of the state becomes the workflow instead."""
        return [
            column
            for column in self.columns
            if not column.left_out and column.position != self.state
        ]

    @property
    def stated(self) -> ColumnPlan | None:
        """The column whose values become the states."""
        return None if self.state is None else self.columns[self.state]


def planned(guess: TableGuess, said: Mapping[str, Any] | None = None) -> TablePlan:
    """The plan of a table as it is guessed, with what a person said instead."""
    said = said or {}
    columns_said = said.get("columns", {})
    # A field called like what every record has would be mistaken for it.
    taken = {name.removeprefix("@") for name in SYSTEM_FIELDS}
    columns = [
        _column(
            guess.table, position, found, columns_said.get(str(position), {}), taken, guess.people
        )
        for position, found in enumerate(guess.columns)
    ]
    state = _place(said, "state", guess.state, columns)
    if state is not None and not _can_be_state(columns[state]):
        state = None
    title = _place(said, "title", guess.title, columns)
    key = _place(said, "key", guess.key, columns)
    plain = state is None and said.get("state") == PLAIN_STATES
    title = None if title == state else title
    names = _said_name(said, "record", _("Record")), _said_name(said, "records", _("Records"))
    return TablePlan(guess.table, columns, title, key, state, plain, *names)


def _said_name(said: Mapping[str, Any], name: str, usual: str) -> str:
    """What rows are called; empty where the page only said the usual word again."""
    found = " ".join(str(said.get(name, "")).split())[:100]
    return "" if found == usual else found


def _place(
    said: Mapping[str, Any], name: str, guessed: int | None, columns: Sequence[ColumnPlan]
) -> int | None:
    text = str(said.get(name, "" if guessed is None else guessed))
    position = int(text) if text.isdecimal() and len(text) < 5 else -1
    able = 0 <= position < len(columns) and not columns[position].left_out
    return position if able else None


def _can_be_state(column: ColumnPlan) -> bool:
    return column.type == "choice" and 1 <= len(column.kind.choices) <= 60


def _column(
    table: Table,
    position: int,
    guess: ColumnGuess,
    said: Mapping[str, Any],
    taken: set[str],
    people: People,
) -> ColumnPlan:
    kind = _kind(table, position, guess, said, people)
    same = kind == guess.kind
    evidence = (
        guess.evidence if same else evidence_of(table.rows, position, kind.type, kind.convention)
    )
    # Where there are no rows yet, no column is emptier than the others.
    empty = bool(table.rows) and not evidence.filled and not guess.evidence.filled
    left_out = bool(said.get("left_out", empty or position >= MOST_FIELDS))
    title = " ".join(str(said.get("title", "")).split())[:120] or guess.column.title
    required = bool(said.get("required", guess.required if same else False))
    key = key_of(title, taken) if not left_out else ""
    return ColumnPlan(position, key, title, kind, evidence, guess, required, left_out)


def _kind(
    table: Table, position: int, guess: ColumnGuess, said: Mapping[str, Any], people: People
) -> Kind:
    kind = guess.kind
    type_ = said.get("type", kind.type)
    if type_ != kind.type and type_ in TYPES:
        cells = Cells(guess.column.title, table.column(position))
        kind = kind_as(type_, cells, guess.column.shown, people)
    changed: dict[str, Any] = {
        name: said[name]
        for name, known in _ways().items()
        if said.get(name) in known and getattr(kind.convention, name)
    }
    if any(getattr(kind.convention, name) != value for name, value in changed.items()):
        kind = replace(kind, convention=replace(kind.convention, **changed), other=None)
    if kind.type == "money" and kind.convention.currency:
        others = [c for c in kind.options["currencies"] if c != kind.convention.currency]
        kind = replace(
            kind, options=kind.options | {"currencies": [kind.convention.currency, *others]}
        )
    return _with_choices(kind, said.get("choices"))


def _ways() -> dict[str, Collection[str]]:
    """What may be said of how cells are written."""
    return {"order": (*ORDERS, SERIAL), "mark": MARKS, "currency": codes()}


def _with_choices(kind: Kind, said: Any) -> Kind:
    """With the choices that a person wrote, one a line."""
    if kind.type not in ("choice", "multi_choice") or not isinstance(said, list):
        return kind
    spelled: dict[str, str] = {}
    for text in said[:200]:
        title = " ".join(str(text).split())[:120]
        if title:
            spelled.setdefault(title.casefold(), title)
    titles = tuple(spelled.values())
    if not titles or titles == kind.choices:
        return kind
    return replace(kind, choices=titles, convention=replace(kind.convention, titles=titles))
