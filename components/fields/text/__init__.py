"""One line of text."""

from collections.abc import Mapping
from typing import Any, Final

from components.base.plain import TextualType, as_text
from components.recognition import is_text
from form_specs.language import marked
from form_specs.model import JsonValue

_MAX_LENGTH: Final = 200


class TextType(TextualType):
    """One line of text; how long and of what pattern, the property's JSON Schema says."""

    name = "text"
    title = marked("Text")
    description = marked("One line of text, such as a name or a reference")
    free_text = True
    operators = (*TextualType.operators, "contains", "starts_with")
    searchable = True
    lossless_from = ("integer", "number", "decimal", "percent", "date", "datetime", "choice")
    lossy_from = ("long_text", "email", "url", "boolean", "tags", "multi_choice", "user")
    converted = as_text

    @classmethod
    def schema_for(cls, options: Mapping[str, Any]) -> dict[str, JsonValue]:
        return {"type": "string", "maxLength": _MAX_LENGTH}

    @classmethod
    def recognise(cls, schema: Mapping[str, Any]) -> int:
        if not is_text(schema, "minLength", "maxLength", "pattern", "format", "enum", "const"):
            return 0
        return 10 if schema.get("maxLength", 0) <= _MAX_LENGTH else 5

    @classmethod
    def options_for(cls, schema: Mapping[str, Any]) -> dict[str, JsonValue]:
        return {"exact": True}


TYPE = TextType
