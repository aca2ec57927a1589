"""Exact decimals."""

from collections.abc import Mapping
from typing import Any, Final

from components.numbers import decimal_pattern
from components.recognition import is_text, type_problem
from components.scaled import DEFAULT_SCALE, ScaledType
from form_specs.model import JsonValue

_MAX_SCALE: Final = 6


class DecimalType(ScaledType):
    """An exact decimal of at most 18 digits, `options.scale` of them after the point."""

    name = "decimal"
    title = "Decimal"
    description = "An exact number with a fixed number of decimals, such as a rate"

    @classmethod
    def schema_for(cls, options: Mapping[str, Any]) -> dict[str, JsonValue]:
        return {"type": "string", "pattern": decimal_pattern(options.get("scale", DEFAULT_SCALE))}

    @classmethod
    def recognise(cls, schema: Mapping[str, Any]) -> int:
        return 30 if is_text(schema, "pattern") and cls.options_for(schema) else 0

    @classmethod
    def options_for(cls, schema: Mapping[str, Any]) -> dict[str, JsonValue]:
        for scale in range(_MAX_SCALE + 1):
            if schema.get("pattern") == decimal_pattern(scale):
                return {"scale": scale}
        return {}

    @classmethod
    def schema_problem(cls, schema: Mapping[str, Any]) -> str | None:
        return type_problem(schema, "string")


TYPE = DecimalType
