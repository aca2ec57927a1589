"""Measurements."""

from collections.abc import Mapping, Sequence
from typing import Any

from components.base import ORDERED_OPERATORS, Align, FieldType
from components.locales import number_style
from components.numbers import MAX_INTEGER, real_from_text, real_of, real_to_text
from components.recognition import holds_only, type_problem
from components.values import ABSENT
from form_specs.conditions import Kind
from form_specs.model import FieldSpec, JsonValue


class NumberType(FieldType):
    """A measurement: a binary float of 15 to 17 digits.  For money and sums there is `decimal`."""

    name = "number"
    title = "Measurement"
    description = "A measured number, such as a weight; never money"
    kind = Kind.REAL
    operators = ORDERED_OPERATORS
    align = Align.END

    def __init__(self, spec: FieldSpec, locale: str = "en") -> None:
        super().__init__(spec, locale)
        self._style = number_style(locale)

    def parse(self, value: JsonValue) -> float:
        return real_of(value)

    def parse_text(self, texts: Sequence[str]) -> Any:
        text = next(iter(texts), "").strip()
        return real_from_text(text) if text else ABSENT

    def dump(self, value: float) -> JsonValue:
        return int(value) if value.is_integer() and abs(value) <= MAX_INTEGER else value

    def to_store(self, value: float) -> JsonValue:
        return value

    def from_store(self, stored: JsonValue) -> float:
        return real_of(stored)

    def to_text(self, value: float) -> list[str]:
        return [real_to_text(value)]

    def display(self, value: float) -> str:
        return self._style.real(real_to_text(value))

    @classmethod
    def schema_for(cls, options: Mapping[str, Any]) -> dict[str, JsonValue]:
        return {"type": "number"}

    @classmethod
    def recognise(cls, schema: Mapping[str, Any]) -> int:
        bounds = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
        fits = schema.get("type") == "number" and holds_only(schema, "type", *bounds)
        return 10 if fits else 0

    @classmethod
    def schema_problem(cls, schema: Mapping[str, Any]) -> str | None:
        return type_problem(schema, "number", "integer")


TYPE = NumberType
