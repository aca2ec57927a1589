"""The operands of one form: its fields, and what every record has beside them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from form_specs.conditions.binding import microseconds
from form_specs.conditions.model import Comparison, Kind, UnknownField
from form_specs.model import JsonValue

_ORDER = ("eq", "ne", "lt", "le", "gt", "ge", "between")
_LISTED = ("eq", "ne", "in", "not_in")


class FieldOperand(Protocol):
    """The part of a field type that conditions ask."""

    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> Kind: ...
    @property
    def operators(self) -> tuple[str, ...]: ...
    @property
    def sort_path(self) -> tuple[str, ...]: ...
    @property
    def measure(self) -> str: ...
    def comparisons(self, op: str, literal: JsonValue) -> tuple[Comparison, ...]: ...


class FormOperands:
    """Fields of one form by key, and the system fields that conditions may ask.

    Where the form has a workflow, give its states: `@state` then takes only those.
    """

    def __init__(self, fields: Mapping[str, FieldOperand], states: tuple[str, ...] = ()) -> None:
        self._fields: dict[str, FieldOperand] = {**fields}
        self._fields |= {field.key: field for field in _system_fields(states)}

    def __contains__(self, path: object) -> bool:
        return path in self._fields

    def _field(self, path: str) -> FieldOperand:
        try:
            return self._fields[path]
        except KeyError:
            raise UnknownField(path, tuple(self._fields)) from None

    def comparisons(self, path: str, op: str, literal: JsonValue) -> tuple[Comparison, ...]:
        return self._field(path).comparisons(op, literal)

    def operand(self, path: str) -> tuple[tuple[str, ...], Kind]:
        field = self._field(path)
        return field.sort_path, field.kind

    def operators(self, path: str) -> tuple[str, ...]:
        return self._field(path).operators

    def measure(self, path: str) -> str:
        return self._field(path).measure

    def noun(self, path: str) -> str:
        return self._field(path).name.replace("_", " ")


class _SystemField:
    """A native column; its literals are few enough to be parsed here."""

    def __init__(self, key: str, name: str, kind: Kind, operators: tuple[str, ...]) -> None:
        self.key = key
        self.name = name
        self.measure = name
        self.kind = kind
        self.operators = operators
        self.sort_path = (key,)

    def comparisons(self, op: str, literal: JsonValue) -> tuple[Comparison, ...]:
        many = op in ("in", "between")
        if many and not isinstance(literal, list):
            raise ValueError(f"'{op}' takes a list")
        value: JsonValue = None
        if many and isinstance(literal, list):
            value = [self.stored(item) for item in literal]
        elif op != "empty":
            value = self.stored(literal)
        return (Comparison(path=self.sort_path, kind=self.kind, op=op, value=value),)

    def stored(self, literal: JsonValue) -> JsonValue:
        if not isinstance(literal, str):
            raise ValueError("a text is needed here")  # noqa: TRY004 - a spec's mistake, not a caller's
        return literal


class _StateField(_SystemField):
    def __init__(self, states: tuple[str, ...]) -> None:
        super().__init__("@state", "state", Kind.TEXT, (*_LISTED, "empty", "present"))
        self.states = states

    def stored(self, literal: JsonValue) -> JsonValue:
        if self.states and literal not in self.states:
            raise ValueError(f"there is no state {literal!r}; there are {', '.join(self.states)}")
        return super().stored(literal)


class _NumberField(_SystemField):
    def stored(self, literal: JsonValue) -> JsonValue:
        if type(literal) is not int or abs(literal) >= 2**53:
            raise ValueError("a whole number is needed here")
        return literal


class _MomentField(_SystemField):
    def stored(self, literal: JsonValue) -> JsonValue:
        try:
            moment = datetime.fromisoformat(str(literal))
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            raise ValueError("a moment like 2026-11-24T17:00:00Z is needed here")
        return microseconds(moment)


def _system_fields(states: tuple[str, ...]) -> tuple[_SystemField, ...]:
    return (
        _StateField(states),
        _NumberField("@version", "version", Kind.INTEGER, _ORDER),
        _MomentField("@created_at", "moment", Kind.INTEGER, _ORDER),
        _SystemField("@created_by", "user", Kind.TEXT, _LISTED),
        _MomentField("@updated_at", "moment", Kind.INTEGER, _ORDER),
        _SystemField("@updated_by", "user", Kind.TEXT, _LISTED),
    )
