"""Percentages."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from components.base.scaled import ScaledType
from components.values import InvalidValueError
from form_specs.language import _, marked
from form_specs.model import JsonValue

_HUNDRED: Final = Decimal(100)


class PercentType(ScaledType):
    """A percentage from 0 to 100, exact to `options.scale` decimals; 12.5 means 12.5 %."""

    name = "percent"
    title = marked("Percentage")
    description = marked("A share from 0 to 100 percent")
    formats = ("whole",)

    def parse(self, value: JsonValue) -> Decimal:
        return self._limited(super().parse(value))

    def parse_text(self, texts: Sequence[str]) -> Any:
        bare = [text.strip().removesuffix("%") or text for text in texts]
        value = super().parse_text(bare)
        return self._limited(value) if isinstance(value, Decimal) else value

    def display(self, value: Decimal) -> str:
        return f"{self._style.number(value, self.scale)}%"

    def formatted(self, value: Decimal, name: str, now: datetime) -> str:
        return f"{self._style.number(value)}%"

    def _limited(self, value: Decimal) -> Decimal:
        if not 0 <= value <= _HUNDRED:
            said = self._style.number(value)
            raise InvalidValueError(_("From 0 to 100 percent; this is %(number)s", number=said))
        return value

    @classmethod
    def pattern(cls, scale: int) -> str:
        return _pattern(scale)


def _pattern(scale: int) -> str:
    if not scale:
        return "^(100|[0-9]{1,2})$"
    return f"^(100(\\.0{{1,{scale}}})?|[0-9]{{1,2}}(\\.[0-9]{{1,{scale}}})?)$"


TYPE = PercentType
