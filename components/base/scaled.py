"""The base of field types whose value is one exact decimal."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from components.base import ORDERED_OPERATORS, Align, FieldType
from components.formats import NUMBERS, compact, is_long
from components.recognition import is_text, type_problem
from components.values import ABSENT
from components.values.locales import number_style
from components.values.numbers import (
    decimal_from_text,
    decimal_of,
    decimal_pattern,
    from_scaled,
    scaled_text,
    to_scaled,
)
from form_specs.conditions import Kind
from form_specs.formulas import NUMBER, FormulaType
from form_specs.model import FieldSpec, JsonValue

DEFAULT_SCALE: Final = 2
_MAX_SCALE: Final = 6


class ScaledType(FieldType):
    """A decimal with `options.scale` decimals: a text in JSON, a scaled whole number in the store."""

    kind = Kind.INTEGER
    operators = ORDERED_OPERATORS
    align = Align.END
    formats: tuple[str, ...] = NUMBERS
    filter_input = "number"

    def __init__(self, spec: FieldSpec, locale: str = "en") -> None:
        super().__init__(spec, locale)
        self.scale: int = spec.options.get("scale", DEFAULT_SCALE)
        self._style = number_style(locale)

    def parse(self, value: JsonValue) -> Decimal:
        return decimal_of(value, self.scale)

    def parse_text(self, texts: Sequence[str]) -> Any:
        text = next(iter(texts), "").strip()
        return decimal_from_text(text, self.scale) if text else ABSENT

    def parse_posted(self, texts: Sequence[str], current: Any) -> Any:
        return self.parse_text([self._style.typed(text) for text in texts])

    def dump(self, value: Decimal) -> JsonValue:
        return f"{value:.{self.scale}f}"

    def to_store(self, value: Decimal) -> JsonValue:
        return to_scaled(value, self.scale)

    def from_store(self, stored: JsonValue) -> Decimal:
        return from_scaled(stored, self.scale)

    def to_text(self, value: Decimal) -> list[str]:
        return [f"{value:.{self.scale}f}"]

    def display(self, value: Decimal) -> str:
        return self._style.number(value, self.scale)

    def formatted(self, value: Decimal, name: str, now: datetime) -> str:
        if name == "whole":
            return self._style.number(value)
        return (
            compact(value, self.locale.replace("-", "_")) if is_long(value) else self.display(value)
        )

    def same_store(self, old: FieldType) -> bool:
        return isinstance(old, ScaledType) and old.scale == self.scale

    def takes_all(self, old: FieldType) -> bool:
        return isinstance(old, ScaledType) and old.scale <= self.scale

    @property
    def formula_kind(self) -> FormulaType:
        return NUMBER

    def from_formula(self, value: Decimal) -> Decimal:
        return self.parse(scaled_text(value, self.scale))

    @property
    def measure(self) -> str:
        return f"{self.name} with {self.scale} decimals"

    # -- from and to JSON Schema --------------------------------------------------------

    @classmethod
    def pattern(cls, scale: int) -> str:
        """The pattern of the texts that the type takes with so many decimals."""
        return decimal_pattern(scale)

    @classmethod
    def schema_for(cls, options: Mapping[str, Any]) -> dict[str, JsonValue]:
        return {"type": "string", "pattern": cls.pattern(options.get("scale", DEFAULT_SCALE))}

    @classmethod
    def recognise(cls, schema: Mapping[str, Any]) -> int:
        return 30 if is_text(schema, "pattern") and cls.options_for(schema) else 0

    @classmethod
    def options_for(cls, schema: Mapping[str, Any]) -> dict[str, JsonValue]:
        for scale in range(_MAX_SCALE + 1):
            if schema.get("pattern") == cls.pattern(scale):
                return {"scale": scale}
        return {}

    @classmethod
    def schema_problem(cls, schema: Mapping[str, Any]) -> str | None:
        return type_problem(schema, "string")
