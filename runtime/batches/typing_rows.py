"""From the cells of a row to typed values, with all that is wrong with them in words."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made
from datetime import date, datetime
from decimal import Decimal
from itertools import zip_longest
from typing import Any, Final, NamedTuple, TypeAlias

from components.base import ABSENT, FieldType, InvalidValueError
from form_specs.language import _, counted
from form_specs.sheets.amounts import read_amount
from runtime.access import FormAccess
from runtime.batches.columns import RECORD_ID, STATE, targets
from runtime.batches.guarding import unguarded
from runtime.batches.plans import Plan, convention_of, way_kind
from runtime.batches.resolving import Resolver

Problem = dict[str, Any]
"""`field` (key or none) and `message`."""
_MONEY: Final = "money"
_FIGURES: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


class _Wrong(NamedTuple):
    """Cells that cannot be read, and why."""

    message: str


_Cell: TypeAlias = str | tuple[str, ...]
"""A cell, or those of a field with several columns."""
_Column: TypeAlias = Sequence[str]
"""The cells of one column, a row each."""
_UNREAD: Final = object()
_EMPTY: Final = object()
"""Of cells in which nothing stands."""
_SHARED: Final = frozenset({str, int, bool, float, Decimal, date, datetime, _Wrong})
"""Types whose values many records may share, as nothing changes them."""
_MOST_KNOWN: Final = 10_000
"""Of the cells of a column whose values are remembered."""


@dataclass(slots=True)
class TypedRow:
    """A row of the file on its way."""

    number: int
    cells: list[str]
    values: dict[str, Any] = made(default_factory=dict)
    problems: list[Problem] = made(default_factory=list)
    id: str = ""
    """What stands in the column of record ids."""
    state: str | None = None
    """The key of the state that the row says, where it says one."""


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one field out of the cells of rows; what a cell meant once it means again."""

    field: FieldType
    places: tuple[int, ...]
    """Of its columns in the row; -1: the file has none for it."""
    converts: tuple[Callable[[str], str] | None, ...]
    """What turns the cells of each into what the field reads; empty: all are read as they are."""
    known: dict[_Cell, Any] = made(default_factory=dict)

    def value(self, cell: _Cell) -> Any:
        """The typed value of a cell (of cells), `ABSENT` for none, `_Wrong` where it cannot be read."""
        found = self._read((cell,) if isinstance(cell, str) else cell)
        if type(found) in _SHARED and len(self.known) < _MOST_KNOWN:
            self.known[cell] = found
        return found

    def _read(self, texts: Sequence[str]) -> Any:
        if self.converts:
            texts = [
                convert(text) if convert is not None and text else text
                for text, convert in zip(texts, self.converts, strict=True)
            ]
            if not any(texts):
                return _EMPTY
        try:
            return self.field.from_cells(texts)
        except InvalidValueError as error:
            return _Wrong(str(error))


class RowTyping:
    """Reads rows as a plan says; made for one piece of work, as its look-ups are remembered."""

    def __init__(self, plan: Plan, access: FormAccess, resolver: Resolver) -> None:
        self._plan = plan
        self._width = len(plan.titles)
        used = plan.used()
        self._id_place = used.get(RECORD_ID, -1)
        self._state_place = used.get(STATE, -1)
        self._states = _states(access)
        able = {name: target for name, target in targets(access).items() if name in used}
        self._readers = [
            _reader(plan, found, used)
            for found in {t.field.key: t.field for t in able.values()}.values()
        ]
        self._resolver = resolver

    def typed(self, rows: Iterable[tuple[int, list[str]]]) -> list[TypedRow]:
        """The rows with their values; what cannot be read is told beside the row."""
        found = [TypedRow(number, cells) for number, cells in rows]
        for row in found:
            self._read_apart(row)
        sheet = list(zip_longest(*(row.cells for row in found), fillvalue=""))
        nothing = ("",) * len(found)
        for reader in self._readers:
            columns = [
                _unguarded(sheet[place]) if 0 <= place < len(sheet) else nothing
                for place in reader.places
            ]
            if self._resolver.resolves(reader.field):
                columns = self._resolved(reader.field, columns)
            self._read_column(reader, found, _cells(columns))
        return found

    def _resolved(self, of: FieldType, columns: Sequence[_Column]) -> list[_Column]:
        """The columns with keys in the place of titles."""
        keys = self._resolver.keys(of, (text for texts in columns for text in texts if text))
        return [[keys.get(text, text) for text in texts] for texts in columns]

    def _read_apart(self, row: TypedRow) -> None:
        """Reads what stands in a row beside the values of fields."""
        if len(row.cells) > self._width and any(map(str.strip, row.cells[self._width :])):
            row.problems.append({"field": None, "message": self._too_long(row)})
        if 0 <= self._id_place < len(row.cells):
            row.id = row.cells[self._id_place].strip()
        if 0 <= self._state_place < len(row.cells):
            self._read_state(row, unguarded(row.cells[self._state_place]).strip())

    def _read_column(
        self, reader: _Reader, rows: Sequence[TypedRow], cells: Iterable[_Cell]
    ) -> None:
        key, known = reader.field.key, reader.known
        for row, cell in zip(rows, cells, strict=True):
            value = known.get(cell, _UNREAD) if cell else _EMPTY
            if value is _UNREAD:
                value = self._value(reader, cell)
            if value is _EMPTY:
                if self._plan.clears:
                    row.values[key] = ABSENT
            elif type(value) is _Wrong:
                row.problems.append({"field": key, "message": value.message})
            elif value is not ABSENT:
                row.values[key] = value

    def _value(self, reader: _Reader, cell: _Cell) -> Any:
        why = self._resolver.refusal(reader.field, cell) if isinstance(cell, str) else ""
        return _Wrong(why) if why else reader.value(cell)

    def _read_state(self, row: TypedRow, said: str) -> None:
        row.state = self._states.get(said) or self._states.get(said.casefold())
        if said and row.state is None:
            text = _("There is no state '%(state)s'", state=said)
            row.problems.append({"field": STATE, "message": text})

    def _too_long(self, row: TypedRow) -> str:
        return counted(
            "The row has %(cells)s cells, but there is one heading",
            "The row has %(cells)s cells, but there are %(num)s headings",
            self._width,
            cells=len(row.cells),
        )


def _unguarded(column: _Column) -> _Column:
    """The texts of a column as they were before they were guarded; few columns hold such."""
    return [unguarded(text) for text in column] if "'" in "".join(column) else column


def _cells(columns: Sequence[_Column]) -> Sequence[_Cell]:
    """Of each row what stands in its columns; empty where nothing does."""
    if len(columns) == 1:
        return columns[0]
    return [cells if any(cells) else "" for cells in zip(*columns, strict=True)]


def _states(access: FormAccess) -> dict[str, str]:
    """By what a cell may say, also in small letters, the keys of the states; keys win."""
    states = access.form.workflow.states if access.form.workflow else {}
    titles = {state.title.strip(): key for key, state in states.items()}
    known = titles | {key: key for key in states}
    return {said.casefold(): key for said, key in known.items()} | known


def _reader(plan: Plan, of: FieldType, used: Mapping[str, int]) -> _Reader:
    names = [f"{of.key}.{part}" for part in of.columns] or [of.key]
    places = tuple(used.get(name, -1) for name in names)
    converts = tuple(_convert(plan, of, part, name) for part, name in enumerate(names))
    if of.name == _MONEY and len(places) == 2 and places[1] < 0 <= places[0]:
        # One column with both: "EUR 12.50", "12,50 €".
        mark = plan.ways.get(names[0], ".")
        return _Reader(of, (places[0], places[0]), (converts[0], _currency(of, mark)))
    return _Reader(of, places, converts if any(converts) else ())


def _convert(plan: Plan, of: FieldType, part: int, name: str) -> Callable[[str], str] | None:
    """What turns a cell into what the field type reads; none: it reads it as it is."""
    way = plan.ways.get(name, "")
    if not way_kind(of, part) or not way or way == "ymd":
        return None
    convention = convention_of(of, way)

    def converted(text: str) -> str:
        if way == "." and _FIGURES.fullmatch(text):
            return text
        plain = convention.plain(text.strip())
        if plain is None:
            return text
        return plain.rpartition(" ")[2] if of.name == _MONEY else plain

    return converted


def _currency(of: FieldType, mark: str) -> Callable[[str], str]:
    usual = next(iter(of.spec.options.get("currencies", ())), "")

    def found(text: str) -> str:
        amount = read_amount(text.strip(), mark)
        return amount.currency or usual if amount is not None else usual

    return found
