"""Percentages."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from components.recognition import is_text, type_problem
from components.scaled import DEFAULT_SCALE, ScaledType
from components.values import InvalidValueError
from form_specs.model import JsonValue

_MAX_SCALE: Final = 6
_HUNDRED: Final = Decimal(100)


class PercentType(ScaledType):
    """A percentage from 0 to 100, exact to `options.scale` decimals; 12.5 means 12.5 %."""

    name = "percent"
    title = "Percentage"
    description = "A share from 0 to 100 percent"

    def parse(self, value: JsonValue) -> Decimal:
        return self._limited(super().parse(value))

    def parse_text(self, texts: Sequence[str]) -> Any:
        bare = [text.strip().removesuffix("%") or text for text in texts]
        value = super().parse_text(bare)
        return self._limited(value) if isinstance(value, Decimal) else value

    def display(self, value: Decimal) -> str:
        return f"{self._style.number(value, self.scale)}%"

    def _limited(self, value: Decimal) -> Decimal:
        if not 0 <= value <= _HUNDRED:
            raise InvalidValueError(f"From 0 to 100 percent; this is {value}")
        return value

    @classmethod
    def schema_for(cls, options: Mapping[str, Any]) -> dict[str, JsonValue]:
        return {"type": "string", "pattern": _pattern(options.get("scale", DEFAULT_SCALE))}

    @classmethod
    def recognise(cls, schema: Mapping[str, Any]) -> int:
        return 30 if is_text(schema, "pattern") and cls.options_for(schema) else 0

    @classmethod
    def options_for(cls, schema: Mapping[str, Any]) -> dict[str, JsonValue]:
        for scale in range(_MAX_SCALE + 1):
            if schema.get("pattern") == _pattern(scale):
                return {"scale": scale}
        return {}

    @classmethod
    def schema_problem(cls, schema: Mapping[str, Any]) -> str | None:
        return type_problem(schema, "string")


def _pattern(scale: int) -> str:
    if not scale:
        return "^(100|[0-9]{1,2})$"
    return f"^(100(\\.0{{1,{scale}}})?|[0-9]{{1,2}}(\\.[0-9]{{1,{scale}}})?)$"


TYPE = PercentType
