"""Values by a free key."""

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
from components.nested.map_control import MapControl
from components.recognition import type_problem
from components.values import ABSENT, Absent, InvalidValueError
from components.values.documents import checked_document
from components.values.limits import and_more, entries_at_most
from form_specs.conditions import Comparison
from form_specs.language import _, marked
from form_specs.model import FieldSpec, JsonObject, JsonValue

_MOST: Final = 200
_DISPLAYED: Final = 5
_OF_ANY_NAME: Final = frozenset(("", ".*", "^.*", ".*$"))
"""Patterns that each name fits."""


class MapType(ContainerType):
    """An object with any keys, each value of which is the same field."""

    name = "map"
    title = marked("Values by name")
    counts_rows = True
    description = marked("Values under names that people make up, such as limits by country")
    operators = ("has_key", "empty", "present")

    def __init__(self, spec: FieldSpec, locale: str = "en", children: Any = ()) -> None:
        super().__init__(spec, locale, children[:1])
        if len(children) < 2:
            raise ValueError(_("The values need a field: 'additionalProperties' with 'x-ops'"))
        self.entry: FieldType = children[0]
        self.key_field: FieldType = children[-1]

    @property
    def empty(self) -> dict[str, Any]:
        return {}

    @classmethod
    def child_specs(cls, spec: FieldSpec) -> Iterable[FieldSpec]:
        yield from (child for child in spec.children if not child.key)
        yield FieldSpec("", "text", "Name", {"type": "string"})

    def inner(self, value: Any) -> Iterator[tuple[str | int, FieldType | None, Any]]:
        return ((key, self.entry, part) for key, part in value.items())

    def with_parts(self, value: Any, parts: Mapping[str | int, Any]) -> dict[str, Any]:
        found = {**value, **parts}
        return {str(key): part for key, part in found.items() if part is not ABSENT}

    def part_title(self, step: str | int, field: FieldType | None) -> str:
        return str(step)

    def parse(self, value: JsonValue) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise InvalidValueError(_("This must be an object"))
        most = self.spec.options.get("rows", _MOST)
        if len(value) > most:
            raise InvalidValueError(entries_at_most(most, len(value)))
        checked_document(list(value))
        return dict(parsed_parts((key, self.entry, part) for key, part in value.items()))

    def dump(self, value: Any) -> JsonObject:
        return {key: dumped(self.entry, part) for key, part in value.items()}

    def to_store(self, value: Any) -> JsonObject:
        return {key: stored(self.entry, part) for key, part in value.items()}

    def from_store(self, stored: JsonValue) -> dict[str, Any]:
        if not isinstance(stored, dict):
            raise InvalidValueError(
                _("The stored value is no object: %(value)s", value=repr(stored))
            )
        return {key: restored(self.entry, part) for key, part in stored.items()}

    def display(self, value: Any) -> str:
        texts = [f"{key}: {shown(self.entry, part)}" for key, part in value.items()]
        more = " " + and_more(len(texts) - _DISPLAYED) if len(texts) > _DISPLAYED else ""
        return ", ".join(texts[:_DISPLAYED]) + more or _("Empty")

    def comparisons(self, op: str, literal: JsonValue) -> tuple[Comparison, ...]:
        if op == "has_key":
            if not isinstance(literal, str):
                raise InvalidValueError(_("'has_key' takes a text"))
            return (Comparison(self.sort_path, self.kind, op, literal),)
        return super().comparisons(op, literal)

    def filter_literal(self, op: str, text: str) -> JsonValue | Absent:
        return text if op == "has_key" else ABSENT

    def control(self) -> Control:
        return MapControl(self)

    @classmethod
    def schema_for(cls, options: Mapping[str, Any]) -> dict[str, JsonValue]:
        value: JsonValue = {"type": "string", "title": "Value", "x-ops": {"type": "text"}}
        return {"type": "object", "additionalProperties": value}

    @classmethod
    def recognise(cls, schema: Mapping[str, Any]) -> int:
        if schema.get("type") != "object" or "properties" in schema:
            return 0
        values = schema.get("additionalProperties")
        patterns = schema.get("patternProperties")
        if isinstance(values, Mapping) and not patterns:
            return 5
        if not isinstance(patterns, Mapping) or len(patterns) != 1:
            return 0
        return 5 if values is False or patterns.keys() <= _OF_ANY_NAME else 0

    @classmethod
    def options_for(cls, schema: Mapping[str, Any]) -> dict[str, JsonValue]:
        return {"rows": 5_000}

    @classmethod
    def schema_problem(cls, schema: Mapping[str, Any]) -> str | None:
        values = (schema.get("additionalProperties"), schema.get("patternProperties"))
        if not any(isinstance(value, Mapping) for value in values):
            return _('The property must have "additionalProperties" that are a field: with "x-ops"')
        return type_problem(schema, "object")


TYPE = MapType
