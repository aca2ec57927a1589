"""One line of text."""

from collections.abc import Mapping
from typing import Any, Final

from components.plain import TextualType
from components.recognition import is_text
from form_specs.model import JsonValue

_MAX_LENGTH: Final = 200


class TextType(TextualType):
    """One line of text; how long and of what pattern, the property's JSON Schema says."""

    name = "text"
    title = "Text"
    description = "One line of text, such as a name or a reference"
    operators = (*TextualType.operators, "contains", "starts_with")
    searchable = True

    @classmethod
    def schema_for(cls, options: Mapping[str, Any]) -> dict[str, JsonValue]:
        return {"type": "string", "maxLength": _MAX_LENGTH}

    @classmethod
    def recognise(cls, schema: Mapping[str, Any]) -> int:
        if not is_text(schema, "minLength", "maxLength", "pattern", "format", "enum", "const"):
            return 0
        return 10 if schema.get("maxLength", 0) <= _MAX_LENGTH else 5


TYPE = TextType
