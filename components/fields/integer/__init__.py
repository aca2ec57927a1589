"""Whole numbers."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from components.base import ORDERED_OPERATORS, Align, FieldType
from components.formats import compact, is_long
from components.recognition import holds_only, type_problem
from components.values import ABSENT, InvalidValueError
from components.values.locales import number_style
from components.values.numbers import MAX_INTEGER, integer_from_text, integer_of, scaled_text
from form_specs.conditions import Kind
from form_specs.formulas import NUMBER, FormulaType
from form_specs.language import _, marked
from form_specs.model import FieldSpec, JsonValue


class IntegerType(FieldType):
    """A whole number up to 2^53, exact everywhere."""

    name = "integer"
    title = marked("Whole number")
    description = marked("A count or a number without decimals")
    formats = ("compact",)
    filter_input = "number"
    kind = Kind.INTEGER
    operators = ORDERED_OPERATORS
    align = Align.END

    def __init__(self, spec: FieldSpec, locale: str = "en") -> None:
        super().__init__(spec, locale)
        self._style = number_style(locale)
        self._grouping: bool = spec.options.get("grouping", True)

    def parse(self, value: JsonValue) -> int:
        return integer_of(value)

    def parse_text(self, texts: Sequence[str]) -> Any:
        text = next(iter(texts), "").strip()
        return integer_from_text(text) if text else ABSENT

    def parse_posted(self, texts: Sequence[str], current: Any) -> Any:
        return self.parse_text([self._style.typed(text) for text in texts])

    lossy_from = ("decimal", "number", "percent")

    def converted(self, value: Any, old: FieldType, formats: Sequence[str]) -> Any:
        if isinstance(value, Decimal | float):
            if value != int(value):
                raise InvalidValueError(_("%(value)s is no whole number", value=old.display(value)))
            return integer_of(int(value))
        return super().converted(value, old, formats)

    @property
    def formula_kind(self) -> FormulaType:
        return NUMBER

    def to_formula(self, value: int) -> Decimal:
        return Decimal(value)

    def from_formula(self, value: Decimal) -> int:
        return integer_of(int(scaled_text(value, 0)))

    def from_store(self, stored: JsonValue) -> int:
        return integer_of(stored)

    def to_text(self, value: int) -> list[str]:
        return [str(value)]

    def display(self, value: int) -> str:
        return self._style.number(value) if self._grouping else str(value)

    def formatted(self, value: int, name: str, now: datetime) -> str:
        locale = self.locale.replace("-", "_")
        return compact(value, locale) if is_long(value) else self.display(value)

    @classmethod
    def schema_for(cls, options: Mapping[str, Any]) -> dict[str, JsonValue]:
        return {"type": "integer", "minimum": -MAX_INTEGER, "maximum": MAX_INTEGER}

    @classmethod
    def recognise(cls, schema: Mapping[str, Any]) -> int:
        # A format such as `int64` says how a program keeps a number; it judges texts alone.
        bounds = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
        fits = schema.get("type") == "integer" and holds_only(schema, "type", "format", *bounds)
        return 10 if fits else 0

    @classmethod
    def schema_problem(cls, schema: Mapping[str, Any]) -> str | None:
        return type_problem(schema, "integer")


TYPE = IntegerType
