"""Free JSON."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from components.base import FieldType
from components.documents import checked_document
from components.judge import accepts
from components.values import ABSENT, InvalidValueError
from form_specs.conditions import Kind
from form_specs.model import FieldSpec, JsonValue
from form_specs.source import SourceError, parse_source

_MAX_BYTES: Final = 64_000
_MAX_DISPLAYED: Final = 200


class JsonType(FieldType):
    """Any JSON value that the property's schema takes, kept exactly; null, "" and [] are values here."""

    name = "json"
    title = "JSON"
    description = "Structured data that no other type fits"
    kind = Kind.DOCUMENT
    operators = ("empty", "present")
    sortable = False

    def __init__(self, spec: FieldSpec, locale: str = "en") -> None:
        super().__init__(spec, locale)
        self._allows_null = accepts(spec.schema, None)

    @property
    def allows_null(self) -> bool:
        return self._allows_null

    def parse(self, value: JsonValue) -> JsonValue:
        checked = checked_document(value)
        size = len(json.dumps(checked, ensure_ascii=False, separators=(",", ":")).encode())
        if size > _MAX_BYTES:
            raise InvalidValueError(f"At most {_MAX_BYTES:,} bytes; this has {size:,}")
        return checked

    def parse_text(self, texts: Sequence[str]) -> Any:
        text = next(iter(texts), "")
        if not text.strip():
            return ABSENT
        if len(text) > 4 * _MAX_BYTES:
            raise InvalidValueError(f"At most {_MAX_BYTES:,} bytes; this has {len(text):,}")
        try:
            document = parse_source(text.encode()).document
        except UnicodeEncodeError:
            raise InvalidValueError("This holds half of a character") from None
        except SourceError as error:
            raise InvalidValueError(f"This is no JSON: {str(error)[:_MAX_DISPLAYED]}") from None
        return self.parse(document)

    def from_store(self, stored: JsonValue) -> JsonValue:
        return stored

    def to_text(self, value: JsonValue) -> list[str]:
        return [json.dumps(value, ensure_ascii=False, indent=2)]

    def display(self, value: JsonValue) -> str:
        text = json.dumps(value, ensure_ascii=False, separators=(", ", ": "))
        return text if len(text) <= _MAX_DISPLAYED else f"{text[: _MAX_DISPLAYED - 1]}…"

    @classmethod
    def schema_for(cls, options: Mapping[str, Any]) -> dict[str, JsonValue]:
        return {}

    @classmethod
    def recognise(cls, schema: Mapping[str, Any]) -> int:
        return 1


TYPE = JsonType
