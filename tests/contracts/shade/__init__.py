"""A field type as another package brings it: six hexadecimal digits of a colour."""

import re
from collections.abc import Mapping
from typing import Any

from components.base import InvalidValueError
from components.base.plain import TextualType
from form_specs.model import JsonValue


class ShadeType(TextualType):
    name = "shade"
    title = "Shade"
    description = "A colour by its hexadecimal digits"

    def parse(self, value: JsonValue) -> str:
        text = super().parse(value)
        if not re.fullmatch("#[0-9a-f]{6}", text):
            raise InvalidValueError("Write a colour like #a0b1c2")
        return text

    @classmethod
    def schema_for(cls, options: Mapping[str, Any]) -> dict[str, JsonValue]:
        return {"type": "string", "pattern": "^#[0-9a-f]{6}$"}

    @classmethod
    def recognise(cls, schema: Mapping[str, Any]) -> int:
        return 50 if schema.get("pattern") == "^#[0-9a-f]{6}$" else 0


TYPE = ShadeType
