"""Values that each have a place of their own."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from wtforms.fields.core import Field as Control

from components.base import FieldType
from components.nested.containers import (
    ContainerType,
    dumped,
    parsed_parts,
    restored,
    shown,
    stored,
)
from components.nested.others import FurtherType
from components.nested.tuple_control import TupleControl
from components.recognition import type_problem
from components.values import ABSENT, InvalidValueError
from components.values.documents import checked_document
from form_specs.language import _, marked
from form_specs.model import FieldSpec, JsonValue

_MOST: Final = 50
_MOST_ROWS: Final = 5_000


class TupleType(ContainerType):
    """A list with a field for each of its first entries, and perhaps further ones behind them."""

    name = "tuple"
    title = marked("Values in order")
    description = marked("A list with a place for each value, such as longitude and latitude")

    def __init__(self, spec: FieldSpec, locale: str = "en", children: Any = ()) -> None:
        super().__init__(spec, locale, children)
        number = len(_places(spec.schema))
        if not number or not number <= len(self.children) <= number + 1:
            raise ValueError("Each place needs a field: 'prefixItems' that are fields")
        self.places: tuple[FieldType, ...] = self.children[:number]
        rows = next(iter(self.children[number:]), None)
        self.further = rows or (FurtherType() if _is_open(spec.schema) else None)
        """What shows the entries behind the places; none where there are to be none."""

    @classmethod
    def child_specs(cls, spec: FieldSpec) -> Iterable[FieldSpec]:
        number = len(_places(spec.schema))
        yield from spec.children[:number]
        if spec.children[number:] and _is_open(spec.schema):
            schema = {"type": "array", "items": spec.schema["items"]}
            entry, options = tuple(spec.children[number:]), {"rows": _MOST_ROWS}
            yield FieldSpec(
                "", "repeat", _("Further entries"), schema, options=options, children=entry
            )

    @property
    def fewest(self) -> int:
        """How many entries there are at least."""
        found = self.spec.schema.get("minItems", 0)
        return found if isinstance(found, int) else 0

    @property
    def empty(self) -> list[Any]:
        return []

    @property
    def side_by_side(self) -> tuple[FieldType, ...]:  # type: ignore[override]
        drawn = tuple(part for part in self.places if part.only is ABSENT)
        return () if self.further is not None else drawn

    def _at(self, place: int) -> FieldType | None:
        """The field of an entry; none: it is JSON."""
        if place < len(self.places):
            return self.places[place]
        return self.further.row if self.further is not None else None

    def inner(self, value: Any) -> Iterator[tuple[str | int, FieldType | None, Any]]:
        return ((at, self._at(at), part) for at, part in enumerate(value))

    def with_parts(self, value: Any, parts: Mapping[str | int, Any]) -> list[Any]:
        return [parts.get(at, part) for at, part in enumerate(value)]

    def part_title(self, step: str | int, field: FieldType | None) -> str:
        titled = field is not None and field in self.places and field.spec.title
        return titled or _("Entry %(number)s", number=int(step) + 1)

    def parse(self, value: JsonValue) -> list[Any]:
        if not isinstance(value, list):
            raise InvalidValueError(_("This must be a list"))
        checked_document([part for at, part in enumerate(value) if self._at(at) is None])
        known = ((at, field, part) for at, part in enumerate(value) if (field := self._at(at)))
        typed = dict(parsed_parts(known))
        return [typed.get(at, part) for at, part in enumerate(value)]

    def dump(self, value: Any) -> JsonValue:
        return [dumped(field, part) for _at, field, part in self.inner(value)]

    def to_store(self, value: Any) -> JsonValue:
        return [stored(field, part) for _at, field, part in self.inner(value)]

    def from_store(self, stored: JsonValue) -> list[Any]:
        if not isinstance(stored, list):
            raise InvalidValueError(_("The stored value is no list: %(value)s", value=repr(stored)))
        return [
            part if (field := self._at(at)) is None else restored(field, part)
            for at, part in enumerate(stored)
        ]

    def display(self, value: Any) -> str:
        texts = (shown(field, part) for _at, field, part in self.inner(value) if field is not None)
        return ", ".join(filter(None, texts)) or (_("Filled in") if value else _("Empty"))

    def control(self) -> Control:
        return TupleControl(self)

    @classmethod
    def schema_for(cls, options: Mapping[str, Any]) -> dict[str, JsonValue]:
        places: list[JsonValue] = [
            {"type": "string", "title": title, "x-ops": {"type": "text"}}
            for title in ("First", "Second")
        ]
        return {"type": "array", "prefixItems": places, "items": False}

    @classmethod
    def recognise(cls, schema: Mapping[str, Any]) -> int:
        places = _places(schema)
        if schema.get("type") != "array" or not 0 < len(places) <= _MOST:
            return 0
        return 6 if all(isinstance(part, Mapping | bool) for part in places) else 0

    @classmethod
    def schema_problem(cls, schema: Mapping[str, Any]) -> str | None:
        places = _places(schema)
        if not places or not all(map(_is_field, places)):
            return 'The property must have "prefixItems" that are fields: each with "x-ops"'
        return type_problem(schema, "array")


def _places(schema: Mapping[str, Any]) -> list[Any]:
    found = schema.get("prefixItems")
    return found if isinstance(found, list) else []


def _is_open(schema: Mapping[str, Any]) -> bool:
    """Whether anything may stand behind the places."""
    most = schema.get("maxItems")
    return schema.get("items") is not False and not (
        isinstance(most, int) and most <= len(_places(schema))
    )


def _is_field(schema: Any) -> bool:
    return isinstance(schema, Mapping) and ("x-ops" in schema or "$ref" in schema)


TYPE = TupleType
