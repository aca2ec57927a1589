"""Free keywords."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from components.base.listed import TextListType, joined, split
from components.recognition import holds_only, is_text, type_problem
from components.values import ABSENT
from components.values.texts import clean_text, exact_text
from form_specs.language import _, marked
from form_specs.model import FieldSpec, JsonValue

_MAX_LENGTH: Final = 50
_MAX_TAGS: Final = 50
_SEPARATORS: Final = ",;\n"


class TagsType(TextListType):
    """Words that people make up, each at most once.

    Its input is one text: tags apart by commas or semicolons, one that holds such a sign in
    double quotes.
    """

    name = "tags"
    title = marked("Tags")
    description = marked("Keywords that people make up as they go")
    searchable = True
    suggests = True

    def __init__(self, spec: FieldSpec, locale: str = "en") -> None:
        super().__init__(spec, locale)
        self.exact: bool = spec.options.get("exact", False)

    def parse_item(self, value: JsonValue) -> str:
        return exact_text(value) if self.exact else clean_text(value)

    def parse_text(self, texts: Sequence[str]) -> Any:
        tags = dict.fromkeys(
            self.parse_item(tag) for text in texts for tag in split(text, _SEPARATORS)
        )
        return list(tags) or ABSENT

    def to_text(self, value: list[str]) -> list[str]:
        return [joined(value, ",")]

    def to_cells(self, value: list[str]) -> list[str]:
        return [joined(value, ";")]

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
        listed = ("type", "items", "uniqueItems", "maxItems", "minItems")
        fits = isinstance(items, Mapping) and is_text(items, "minLength", "maxLength", "pattern")
        unique = schema.get("uniqueItems") is True and schema.get("type") == "array"
        return 10 if fits and unique and holds_only(schema, *listed) else 0

    @classmethod
    def options_for(cls, schema: Mapping[str, Any]) -> dict[str, JsonValue]:
        return {"exact": True}

    @classmethod
    def schema_problem(cls, schema: Mapping[str, Any]) -> str | None:
        items = schema.get("items")
        if not isinstance(items, Mapping) or items.get("type") != "string":
            return _('The property must have "items": {"type": "string"}')
        if schema.get("uniqueItems") is not True:
            return _('The property must have "uniqueItems": true')
        return type_problem(schema, "array")


TYPE = TagsType
