"""Text with emphasis, lists and links."""

from collections.abc import Mapping
from typing import Any, Final

from components.base.plain import TextualType
from components.recognition import is_text
from components.values.markdown import plain, rendered
from components.values.texts import clean_text
from form_specs.language import marked
from form_specs.model import JsonValue

_MAX_LENGTH: Final = 50_000
_MEDIA_TYPE: Final = "text/markdown"
_MAX_SHOWN: Final = 200


class MarkdownType(TextualType):
    """A Markdown text, kept as it is written; its HTML is made anew and cleaned whenever it is shown."""

    name = "markdown"
    title = marked("Formatted text")
    description = marked("Text with emphasis, lists and links, written in Markdown")
    operators = ("contains", "empty", "present")
    sortable = False
    searchable = True
    free_text = True
    lines = True
    previewed = True

    def cleaned(self, value: JsonValue) -> str:
        return clean_text(value, lines=True)

    def display(self, value: str) -> str:
        """The first words, without the signs of the language; the text itself where there are none."""
        return plain(value)[:_MAX_SHOWN] or value[:_MAX_SHOWN]

    def search_text(self, value: str) -> str:
        return "" if self.spec.sensitive else value

    def to_cells(self, value: str) -> list[str]:
        return [value]

    def shown(self, value: str, titles: Mapping[str, str]) -> Any:
        return rendered(value)

    @classmethod
    def schema_for(cls, options: Mapping[str, Any]) -> dict[str, JsonValue]:
        return {"type": "string", "contentMediaType": _MEDIA_TYPE, "maxLength": _MAX_LENGTH}

    @classmethod
    def recognise(cls, schema: Mapping[str, Any]) -> int:
        if schema.get("contentMediaType") != _MEDIA_TYPE or "contentEncoding" in schema:
            return 0
        others = {key: value for key, value in schema.items() if key != "contentMediaType"}
        return 30 if is_text(others, "minLength", "maxLength", "pattern") else 0

    @classmethod
    def options_for(cls, schema: Mapping[str, Any]) -> dict[str, JsonValue]:
        return {"exact": True}


TYPE = MarkdownType
