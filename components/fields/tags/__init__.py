"""Free keywords."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from components.listed import TextListType
from components.recognition import is_text, type_problem
from components.texts import clean_text
from components.values import ABSENT, InvalidValueError
from form_specs.model import JsonValue

_MAX_LENGTH: Final = 50
_MAX_TAGS: Final = 50
_TAG: Final = re.compile(r'\s*+(?:"((?:[^"]|"")*+)"|([^,;\n"][^,;\n]*+)|)\s*+(?:[,;\n]|$)')
_NEEDS_QUOTES: Final = re.compile(r'^\s|\s$|^"|[,;]|^$')


class TagsType(TextListType):
    """Words that people make up, each at most once.

    Its input is one text: tags apart by commas or semicolons, one that holds such a sign in
    double quotes.
    """

    name = "tags"
    title = "Tags"
    description = "Keywords that people make up as they go"
    searchable = True

    def parse_item(self, value: JsonValue) -> str:
        return clean_text(value)

    def parse_text(self, texts: Sequence[str]) -> Any:
        tags = dict.fromkeys(self.parse_item(tag) for text in texts for tag in _tags(text))
        return list(tags) or ABSENT

    def to_text(self, value: list[str]) -> list[str]:
        return [", ".join(map(_quoted, value))]

    def display(self, value: list[str]) -> str:
        return ", ".join(value)

    @classmethod
    def schema_for(cls, options: Mapping[str, Any]) -> dict[str, JsonValue]:
        return {
            "type": "array",
            "items": {"type": "string", "minLength": 1, "maxLength": _MAX_LENGTH},
            "uniqueItems": True,
            "maxItems": _MAX_TAGS,
        }

    @classmethod
    def recognise(cls, schema: Mapping[str, Any]) -> int:
        items = schema.get("items")
        listed = {"type", "items", "uniqueItems", "maxItems", "minItems"}
        fits = isinstance(items, Mapping) and is_text(items, "minLength", "maxLength", "pattern")
        unique = schema.get("uniqueItems") is True and schema.get("type") == "array"
        return 10 if fits and unique and schema.keys() - listed <= {"title", "description"} else 0

    @classmethod
    def schema_problem(cls, schema: Mapping[str, Any]) -> str | None:
        items = schema.get("items")
        if not isinstance(items, Mapping) or items.get("type") != "string":
            return 'The property must have "items": {"type": "string"}'
        if schema.get("uniqueItems") is not True:
            return 'The property must have "uniqueItems": true'
        return type_problem(schema, "array")


def _tags(text: str) -> list[str]:
    """From one text to its tags; empty ones between commas are left out."""
    found: list[str] = []
    at = 0
    while at < len(text):
        match = _TAG.match(text, at)
        if match is None:
            raise InvalidValueError(
                'A tag that begins with a double quote must end with one: "a, b"'
            )
        if match[1] is not None:
            found.append(match[1].replace('""', '"'))
        elif match[2]:
            found.append(match[2].strip())
        at = match.end()
    return found


def _quoted(tag: str) -> str:
    if not _NEEDS_QUOTES.search(tag):
        return tag
    doubled = tag.replace('"', '""')
    return f'"{doubled}"'


TYPE = TagsType
