"""The base of field types whose value is one exact decimal."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from components.base import ORDERED_OPERATORS, Align, FieldType
from components.locales import number_style
from components.numbers import decimal_from_text, decimal_of, from_scaled, to_scaled
from components.values import ABSENT
from form_specs.conditions import Kind
from form_specs.model import FieldSpec, JsonValue

DEFAULT_SCALE: Final = 2


class ScaledType(FieldType):
    """A decimal with `options.scale` decimals: a text in JSON, a scaled whole number in the store."""

    kind = Kind.INTEGER
    operators = ORDERED_OPERATORS
    align = Align.END

    def __init__(self, spec: FieldSpec, locale: str = "en") -> None:
        super().__init__(spec, locale)
        self.scale: int = spec.options.get("scale", DEFAULT_SCALE)
        self._style = number_style(locale)

    def parse(self, value: JsonValue) -> Decimal:
        return decimal_of(value, self.scale)

    def parse_text(self, texts: Sequence[str]) -> Any:
        text = next(iter(texts), "").strip()
        return decimal_from_text(text, self.scale) if text else ABSENT

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

    @property
    def measure(self) -> str:
        return f"{self.name} with {self.scale} decimals"
