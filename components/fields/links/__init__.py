"""Links to several other records."""

from collections.abc import Mapping, Sequence
from typing import Any

from components.base.listed import TextListType, joined, split
from components.recognition import type_problem
from components.values import ABSENT
from components.values.links import ID_PATTERN, record_id
from form_specs.language import _, marked
from form_specs.model import JsonValue


class LinksType(TextListType):
    """The ids of records of the form that `x-ops.link` names, each once, in the order chosen."""

    name = "links"
    title = marked("Links")
    description = marked("Several other records, such as the payments of a case")
    multiple = True

    filter_input = "options"

    def parse_item(self, value: JsonValue) -> str:
        return record_id(value)

    def parse_text(self, texts: Sequence[str]) -> Any:
        """From ids, each a text of its own."""
        ids = dict.fromkeys(record_id(text.strip()) for text in texts if text.strip())
        return list(ids) or ABSENT

    def to_text(self, value: list[str]) -> list[str]:
        return list(value)

    def display(self, value: list[str]) -> str:
        return ", ".join(value)

    def to_cells(self, value: list[str]) -> list[str]:
        return [joined(value, ";")]

    def from_cells(self, texts: Sequence[str]) -> Any:
        return self.parse_text([item for text in texts for item in split(text, ";")])

    def keys(self, value: list[str]) -> tuple[str, ...]:
        return tuple(value)

    def display_named(self, value: list[str], titles: Mapping[str, str]) -> str:
        return ", ".join(titles.get(key) or key for key in value)

    @classmethod
    def schema_for(cls, options: Mapping[str, Any]) -> dict[str, JsonValue]:
        return {
            "type": "array",
            "items": {"type": "string", "pattern": ID_PATTERN},
            "uniqueItems": True,
            "maxItems": 100,
        }

    @classmethod
    def schema_problem(cls, schema: Mapping[str, Any]) -> str | None:
        items = schema.get("items")
        if not isinstance(items, Mapping) or items.get("type") != "string":
            return _('The property must have "items": {"type": "string"}')
        if schema.get("uniqueItems") is not True:
            return _('The property must have "uniqueItems": true')
        return type_problem(schema, "array")


TYPE = LinksType
