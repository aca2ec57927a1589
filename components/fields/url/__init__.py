"""Web addresses."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from components.base.plain import TextualType
from components.recognition import is_text
from components.values import InvalidValueError
from components.values.texts import clean_text
from form_specs.language import _, marked
from form_specs.model import JsonValue

_SCHEMES: Final = ("https", "http")
_PATTERN: Final = "^https?://"


class UrlType(TextualType):
    """The address of a web page: http or https, nothing that could run."""

    name = "url"
    title = marked("Web address")
    description = marked("A link to a web page")
    free_text = True
    operators = (*TextualType.operators, "contains")

    def parse(self, value: JsonValue) -> str:
        address = clean_text(value)
        if not _is_web(address):
            raise InvalidValueError(_("Write a web address like https://example.com/page"))
        return address

    def href(self, value: str) -> str:
        """The address for a link, or nothing where the stored text is no web address after all."""
        return value if _is_web(value) else ""

    @classmethod
    def schema_for(cls, options: Mapping[str, Any]) -> dict[str, JsonValue]:
        return {"type": "string", "format": "uri", "pattern": _PATTERN, "maxLength": 2_000}

    @classmethod
    def recognise(cls, schema: Mapping[str, Any]) -> int:
        fits = schema.get("format") == "uri" and schema.get("pattern") == _PATTERN
        return 30 if fits and is_text(schema, "format", "pattern", "maxLength") else 0


def _is_web(address: str) -> bool:
    if " " in address:
        return False
    try:
        parts = urlsplit(address)
        return parts.scheme in _SCHEMES and bool(parts.hostname)
    except ValueError:
        return False


TYPE = UrlType
