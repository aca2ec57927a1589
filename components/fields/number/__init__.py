"""Measurements."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from components.base import ORDERED_OPERATORS, Align, FieldType
from components.recognition import holds_only, type_problem
from components.values import ABSENT
from components.values.locales import number_style
from components.values.numbers import (
    MAX_INTEGER,
    Real,
    measured_from_text,
    measured_of,
    real_of,
    real_to_text,
)
from form_specs.conditions import Kind
from form_specs.formulas import NUMBER, FormulaType, number_of
from form_specs.language import marked
from form_specs.model import FieldSpec, JsonValue


class NumberType(FieldType):
    """A measurement: a binary float, or the number itself where no float means exactly that.

    For money and sums there is `decimal`.
    """

    name = "number"
    title = marked("Measurement")
    description = marked("A measured number, such as a weight; never money")
    filter_input = "number"
    kind = Kind.REAL
    operators = ORDERED_OPERATORS
    align = Align.END
    lossless_from = ("integer",)
    lossy_from = ("decimal", "percent")

    def __init__(self, spec: FieldSpec, locale: str = "en") -> None:
        super().__init__(spec, locale)
        self._style = number_style(locale)

    def parse(self, value: JsonValue) -> Real:
        return measured_of(value)

    def parse_text(self, texts: Sequence[str]) -> Any:
        text = next(iter(texts), "").strip()
        return measured_from_text(text) if text else ABSENT

    @property
    def formula_kind(self) -> FormulaType:
        return NUMBER

    def to_formula(self, value: Real) -> Decimal | None:
        return number_of(value)

    def from_formula(self, value: Decimal) -> float:
        return real_of(float(value))

    def parse_posted(self, texts: Sequence[str], current: Any) -> Any:
        return self.parse_text([self._style.typed(text) for text in texts])

    def dump(self, value: Real) -> JsonValue:
        whole = isinstance(value, float) and value.is_integer() and abs(value) <= MAX_INTEGER
        return int(value) if whole else value  # type: ignore[return-value]

    def to_store(self, value: Real) -> JsonValue:
        return value  # type: ignore[return-value]

    def from_store(self, stored: JsonValue) -> Real:
        return measured_of(stored)

    def to_text(self, value: Real) -> list[str]:
        return [real_to_text(value)]

    def display(self, value: Real) -> str:
        return self._style.real(real_to_text(value))

    @classmethod
    def schema_for(cls, options: Mapping[str, Any]) -> dict[str, JsonValue]:
        return {"type": "number"}

    @classmethod
    def recognise(cls, schema: Mapping[str, Any]) -> int:
        # A format such as `int64` says how a program keeps a number; it judges texts alone.
        bounds = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
        fits = schema.get("type") == "number" and holds_only(schema, "type", "format", *bounds)
        return 10 if fits else 0

    @classmethod
    def schema_problem(cls, schema: Mapping[str, Any]) -> str | None:
        return type_problem(schema, "number", "integer")


TYPE = NumberType
