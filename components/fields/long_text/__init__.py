"""Text in lines and paragraphs."""

from collections.abc import Mapping
from typing import Any

from components.plain import TextualType
from components.recognition import is_text
from components.texts import clean_text
from form_specs.model import JsonValue


class LongTextType(TextualType):
    """Text of several lines; every kind of line end becomes one newline."""

    name = "long_text"
    title = "Long text"
    description = "Text in lines and paragraphs, such as a description"
    operators = ("contains", "empty", "present")
    sortable = False
    searchable = True

    def parse(self, value: JsonValue) -> str:
        return clean_text(value, lines=True)

    @classmethod
    def schema_for(cls, options: Mapping[str, Any]) -> dict[str, JsonValue]:
        return {"type": "string", "maxLength": 20_000}

    @classmethod
    def recognise(cls, schema: Mapping[str, Any]) -> int:
        return 9 if is_text(schema, "minLength", "maxLength", "pattern", "const") else 0


TYPE = LongTextType
