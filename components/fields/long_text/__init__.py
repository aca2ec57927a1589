"""Text in lines and paragraphs."""

from collections.abc import Mapping
from typing import Any

from components.base.plain import TextualType, as_text
from components.recognition import is_text
from components.values.texts import clean_text
from form_specs.language import marked
from form_specs.model import JsonValue


class LongTextType(TextualType):
    """Text of several lines; every kind of line end becomes one newline."""

    name = "long_text"
    title = marked("Long text")
    description = marked("Text in lines and paragraphs, such as a description")
    free_text = True
    lines = True
    operators = ("contains", "empty", "present")
    sortable = False
    searchable = True
    lossless_from = (
        *("text", "email", "url", "integer", "number", "decimal", "percent", "date", "datetime"),
        *("choice", "multi_choice", "boolean", "tags", "user"),
    )
    converted = as_text

    def cleaned(self, value: JsonValue) -> str:
        return clean_text(value, lines=True)

    @classmethod
    def schema_for(cls, options: Mapping[str, Any]) -> dict[str, JsonValue]:
        return {"type": "string", "maxLength": 20_000}

    @classmethod
    def recognise(cls, schema: Mapping[str, Any]) -> int:
        return 9 if is_text(schema, "minLength", "maxLength", "pattern", "const") else 0

    @classmethod
    def options_for(cls, schema: Mapping[str, Any]) -> dict[str, JsonValue]:
        return {"exact": True}


TYPE = LongTextType
