"""The operands of one form: its fields, and what every record has beside them."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from types import MappingProxyType
from typing import Protocol

from form_specs.conditions.binding import microseconds
from form_specs.conditions.model import ENTRY, Comparison, Dynamic, Kind, UnknownField
from form_specs.language import _
from form_specs.model import JsonValue

_ORDER = ("eq", "ne", "lt", "le", "gt", "ge", "between")
_ASKED = re.compile("[A-Za-z_][A-Za-z0-9_.-]{0,79}")
"""The keys that may stand in the text of a query."""
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
    @property
    def members(self) -> "Mapping[str, FieldOperand]":
        """The fields inside its value that are named as `key.member`."""
        ...

    @property
    def row(self) -> "FieldOperand | None":
        """The field that each entry of its value is; none where its value is no list of rows."""
        ...

    def comparisons(self, op: str, literal: JsonValue) -> tuple[Comparison, ...]: ...
    def compared_with(self, op: str, dynamic: Dynamic) -> tuple[Comparison, ...]: ...


@dataclass(frozen=True, slots=True)
class LinkedOperands:
    """Where a field that links leads."""

    step: str
    """The first step of paths into the records there (see `form_specs.hops`)."""
    operands: "Callable[[], FormOperands]"
    """Of the form that is linked to; asked for when it is needed, as forms may link to themselves."""


class FormOperands:
    """Fields of one form by key, and the system fields that conditions may ask.

    Where the form has a workflow, give its states: `@state` then takes only those.  `links` are
    the fields over which a path may lead into another record.  The fields of one row of a list
    have no system fields beside them.
    """

    def __init__(
        self,
        fields: Mapping[str, FieldOperand],
        states: tuple[str, ...] = (),
        links: Mapping[str, LinkedOperands] | None = None,
        *,
        in_row: bool = False,
    ) -> None:
        self.alone = False
        """Whether these are those of an entry that is no object."""
        self._fields: dict[str, FieldOperand] = {**dict(_members(fields, (), "")), **fields}
        self._links = links or {}
        if not in_row:
            self._fields |= {field.key: field for field in _system_fields(states)}

    def __contains__(self, path: object) -> bool:
        return path in self._fields or (isinstance(path, str) and self.hops(path))

    @cached_property
    def steps(self) -> frozenset[str]:
        """The first steps of all paths into linked records."""
        return frozenset(linked.step for linked in self._links.values())

    @property
    def paths(self) -> tuple[str, ...]:
        """All that may be asked about but what stands in linked records, each field before what is inside it."""
        place = {path: index for index, path in enumerate(p for p in self._fields if "." not in p)}
        return tuple(
            sorted(
                self._fields,
                key=lambda path: (place.get(path.partition(".")[0], -1), path not in place),
            )
        )

    @property
    def linked(self) -> "Mapping[str, FormOperands]":
        """By field that links to a record: what may be asked about there."""
        return {key: linked.operands() for key, linked in self._links.items()}

    def source(self, path: str) -> FieldOperand:
        """The field that a path leads to, wherever it stands."""
        found = self._field(path)
        while isinstance(found, _Member):
            found = found.inner
        return found

    def hops(self, path: str) -> bool:
        link, _dot, rest = path.partition(".")
        if path in self._fields or link not in self._links:
            return False
        return rest in self._links[link].operands()._fields

    def inside(self, fields: Mapping[str, FieldOperand]) -> "FormOperands":
        """What may be spoken of inside a field, beside `fields`: those first, then what is around them."""
        named = {ENTRY: _Entry(fields[ENTRY])} if ENTRY in fields else {}
        found = FormOperands({**fields, **named}, in_row=True)
        around = {p: f for p, f in self._fields.items() if p.partition(".")[0] not in fields}
        found._fields = {**around, **found._fields}
        found._links = {key: linked for key, linked in self._links.items() if key not in fields}
        return found

    def _field(self, path: str) -> FieldOperand:
        found = self._fields.get(path)
        return self._hopped(path) if found is None else found

    def _hopped(self, path: str) -> FieldOperand:
        """The field of a linked record; raises `UnknownField`."""
        link, _dot, rest = path.partition(".")
        linked = self._links.get(link)
        if linked is None or not rest:
            raise UnknownField(path, tuple(self._fields), self._no_way(link, rest))
        there = linked.operands()
        found = there._fields.get(rest)
        if found is None:
            known = tuple(f"{link}.{key}" for key in there._fields)
            further = rest.partition(".")[0] in there._links
            why = _("'%(path)s' leads over two links; one at most may stand in a path", path=path)
            raise UnknownField(path, known, why if further else "")
        outer = (linked.step, link)
        if isinstance(found, _Member):
            return _Member(found.inner, (*outer, *found.outer), found.key)
        return _Member(found, outer, rest)

    def _no_way(self, link: str, rest: str) -> str:
        found = self._fields.get(link)
        if rest and found is not None and found.name == "links":
            return _(
                "'%(link)s' links to several records; a path leads over a field of type 'link'",
                link=link,
            )
        return ""

    def comparisons(self, path: str, op: str, literal: JsonValue) -> tuple[Comparison, ...]:
        return self._field(path).comparisons(op, literal)

    def compared_with(self, path: str, op: str, dynamic: Dynamic) -> tuple[Comparison, ...]:
        return self._field(path).compared_with(op, dynamic)

    def operand(self, path: str) -> tuple[tuple[str, ...], Kind]:
        field = self._field(path)
        return field.sort_path, field.kind

    def place(self, path: str) -> tuple[str, ...]:
        field = self._field(path)
        return field.place if isinstance(field, _Member) else (path,)

    def operators(self, path: str) -> tuple[str, ...]:
        return self._field(path).operators

    def rows(self, path: str) -> "tuple[tuple[str, ...], FormOperands]":
        field = self._field(path)
        if field.row is None:
            raise ValueError(
                _(
                    "'%(path)s' is a field of type '%(name)s': it holds no rows",
                    path=path,
                    name=field.name,
                )
            )
        columns = {key: found for key, found in field.row.members.items() if _ASKED.fullmatch(key)}
        if not columns and field.row.kind is not Kind.DOCUMENT:
            found = FormOperands({ENTRY: _Entry(field.row)}, in_row=True)
            found.alone = True
            return self.place(path), found
        if not columns:
            raise ValueError(
                _("the rows of '%(path)s' have no columns that could be asked about", path=path)
            )
        return self.place(path), FormOperands(columns, in_row=True)

    def measure(self, path: str) -> str:
        return self._field(path).measure

    def noun(self, path: str) -> str:
        return self._field(path).name.replace("_", " ")


@dataclass(frozen=True, slots=True)
class _Member:
    """A field inside the value of another one, found where that stands in the document."""

    inner: FieldOperand
    outer: tuple[str, ...]
    key: str
    members: Mapping[str, FieldOperand] = field(default_factory=dict)

    @property
    def place(self) -> tuple[str, ...]:
        """Where its whole value stands."""
        return (*self.outer, self.key)

    @property
    def row(self) -> FieldOperand | None:
        return self.inner.row

    @property
    def name(self) -> str:
        return self.inner.name

    @property
    def kind(self) -> Kind:
        return self.inner.kind

    @property
    def operators(self) -> tuple[str, ...]:
        return self.inner.operators

    @property
    def sort_path(self) -> tuple[str, ...]:
        return (*self.outer, *self.inner.sort_path)

    @property
    def measure(self) -> str:
        return self.inner.measure

    def comparisons(self, op: str, literal: JsonValue) -> tuple[Comparison, ...]:
        return self.moved(self.inner.comparisons(op, literal))

    def compared_with(self, op: str, dynamic: Dynamic) -> tuple[Comparison, ...]:
        return self.moved(self.inner.compared_with(op, dynamic))

    def moved(self, found: tuple[Comparison, ...]) -> tuple[Comparison, ...]:
        """Comparisons on the value around it instead of its own."""
        return tuple(replace(one, path=(*self.outer, *one.path)) for one in found)


@dataclass(frozen=True, slots=True)
class _Entry(_Member):
    """An entry that is no object, which has no key but bears a name of its own."""

    inner: FieldOperand
    outer: tuple[str, ...] = (ENTRY,)
    key: str = ""

    @property
    def place(self) -> tuple[str, ...]:
        return self.outer

    @property
    def sort_path(self) -> tuple[str, ...]:
        return (*self.outer, *self.inner.sort_path[1:])

    def moved(self, found: tuple[Comparison, ...]) -> tuple[Comparison, ...]:
        return tuple(replace(one, path=(*self.outer, *one.path[1:])) for one in found)


def _members(
    fields: Mapping[str, FieldOperand], outer: tuple[str, ...], prefix: str
) -> Iterator[tuple[str, FieldOperand]]:
    """The fields inside fields by path, as far as a store can be asked for them."""
    for key, found in fields.items():
        if outer:
            yield prefix + key, _Member(found, outer, key)
        inner = {key: member for key, member in found.members.items() if _ASKED.fullmatch(key)}
        yield from _members(inner, (*outer, key), f"{prefix}{key}.")


class _SystemField:
    """A native column; its literals are few enough to be parsed here."""

    row: FieldOperand | None = None

    members: Mapping[str, "FieldOperand"] = MappingProxyType({})

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
            raise ValueError(_("'%(op)s' takes a list", op=op))
        value: JsonValue = None
        if many and isinstance(literal, list):
            value = [self.stored(item) for item in literal]
        elif op != "empty":
            value = self.stored(literal)
        return (Comparison(path=self.sort_path, kind=self.kind, op=op, value=value),)

    def compared_with(self, op: str, dynamic: Dynamic) -> tuple[Comparison, ...]:
        return (Comparison(self.sort_path, self.kind, op, dynamic),)

    def stored(self, literal: JsonValue) -> JsonValue:
        if not isinstance(literal, str):
            raise ValueError(_("a text is needed here"))  # noqa: TRY004 - a spec's mistake, not a caller's
        return literal


class _StateField(_SystemField):
    def __init__(self, states: tuple[str, ...]) -> None:
        super().__init__("@state", "state", Kind.TEXT, (*_LISTED, "empty", "present"))
        self.states = states

    def stored(self, literal: JsonValue) -> JsonValue:
        if self.states and literal not in self.states:
            raise ValueError(
                _(
                    "there is no state %(literal)s; there are %(states)s",
                    literal=repr(literal),
                    states=", ".join(self.states),
                )
            )
        return super().stored(literal)


class _NumberField(_SystemField):
    def stored(self, literal: JsonValue) -> JsonValue:
        if type(literal) is not int or abs(literal) >= 2**53:
            raise ValueError(_("a whole number is needed here"))
        return literal


class _MomentField(_SystemField):
    def stored(self, literal: JsonValue) -> JsonValue:
        try:
            moment = datetime.fromisoformat(str(literal))
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            raise ValueError(_("a moment like 2026-11-24T17:00:00Z is needed here"))
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
