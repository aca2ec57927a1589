"""Any JSON value, as a field: typed as text with checking, or chosen where the schema lists the values."""

import json
import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, Final

from orjson import OPT_INDENT_2

from components.base import FieldType
from components.judging.judge import accepts
from components.values import ABSENT, InvalidValueError
from components.values.documents import checked_document
from form_specs.conditions import Kind
from form_specs.exact_json import dumps
from form_specs.language import _, digits
from form_specs.model import FieldSpec, JsonValue
from form_specs.source import SourceError, parse_source

_MAX_BYTES: Final = 1_000_000
_MAX_LISTED: Final = 500
_LIKE_JSON: Final = re.compile(
    r"""^\s*[\[{"'\d.-]|^\s*(?:true|false|null|NaN|Infinity)\s*$|[\x00-\x1f\x7f-\x9f\ud800-\udfff]"""
)
_LIKE_LISTS: Final = re.compile(
    r"""^\s*[\[{"]|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]"""
)
"""The same where texts are what is meant: 12/29 is no number that went wrong."""
_MAX_DISPLAYED: Final = 200
_LONGEST_EXAMPLE: Final = 60
_DEEPEST_EXAMPLE: Final = 2


def _too_long(number: int) -> str:
    return _(
        "At most %(limit)s bytes; this has %(number)s",
        limit=digits(_MAX_BYTES),
        number=digits(number),
    )


class JsonValueType(FieldType):
    """Any JSON value that the property's schema takes, kept exactly; null, "" and [] are values here."""

    name = "json"
    title = "JSON"
    description = "Structured data that no other type fits"
    kind = Kind.DOCUMENT
    operators = ("empty", "present")
    sortable = False
    judges_null = True

    def __init__(self, spec: FieldSpec, locale: str = "en") -> None:
        super().__init__(spec, locale)
        self._allows_text = may_be_text(spec.schema)
        self._means_text = _means_text(spec.schema)
        self.listed: Mapping[str, str] = _listed(spec.schema)
        """The values it can have and their titles, as a select has them, where the schema names them all."""

    @cached_property
    def example(self) -> str:
        """JSON that the input may be shown with; empty where a text may be typed as it is."""
        found = _example(self.spec.schema, _DEEPEST_EXAMPLE)
        if self._allows_text or found is None or not accepts(self.spec.schema, found):
            return ""
        text = json.dumps(found, ensure_ascii=False, default=float)
        return text if len(text) <= _LONGEST_EXAMPLE else ""

    @cached_property
    def allows_null(self) -> bool:
        return accepts(self.spec.schema, None)

    def parse(self, value: JsonValue) -> JsonValue:
        checked = checked_document(value)
        size = len(dumps(checked))
        if size > _MAX_BYTES:
            raise InvalidValueError(_too_long(size))
        return checked

    def parse_text(self, texts: Sequence[str]) -> Any:
        text = next(iter(texts), "")
        if not text.strip():
            return ABSENT
        if len(text) > 4 * _MAX_BYTES:
            raise InvalidValueError(_too_long(len(text)))
        try:
            document = parse_source(text.encode(), max_bytes=4 * _MAX_BYTES, exact=True).document
        except UnicodeEncodeError:
            raise InvalidValueError(_("This holds half of a character")) from None
        except SourceError as error:
            if self._is_word(text):
                return self.parse(text.replace("\r\n", "\n"))
            raise InvalidValueError(
                _("This is no JSON: %(why)s", why=str(error)[:_MAX_DISPLAYED])
            ) from None
        is_word = self._means_text and not isinstance(document, str | list | dict | None)
        return self.parse(text if is_word else document)

    def _is_word(self, text: str) -> bool:
        """Whether what is no JSON is plainly meant as a text, as nothing in it looks like JSON."""
        like_json = _LIKE_LISTS if self._means_text else _LIKE_JSON
        return self._allows_text and not like_json.search(text)

    def from_store(self, stored: JsonValue) -> JsonValue:
        return stored

    def to_text(self, value: JsonValue) -> list[str]:
        if self.listed:
            return [_text(value)]
        plain = isinstance(value, str) and self._reads(value)
        return [str(value) if plain else dumps(value, OPT_INDENT_2).decode()]

    def _reads(self, text: str) -> bool:
        """Whether a text that is typed as it is, is read as just that."""
        try:
            return bool(self.parse_text([text]) == text)
        except InvalidValueError:
            return False

    def display(self, value: JsonValue) -> str:
        text = (self.listed and self.listed.get(_text(value))) or _shown(value)
        return text if len(text) <= _MAX_DISPLAYED else f"{text[: _MAX_DISPLAYED - 1]}…"

    @classmethod
    def schema_for(cls, options: Mapping[str, Any]) -> dict[str, JsonValue]:
        return {}

    @classmethod
    def recognise(cls, schema: Mapping[str, Any]) -> int:
        return 1


def _example(schema: Any, depth: int) -> JsonValue:
    """A value of the kind that a schema asks for, as far as its plain keywords tell."""
    if not isinstance(schema, Mapping):
        return None
    given = [schema["const"]] if "const" in schema else schema.get("enum", schema.get("examples"))
    if isinstance(given, list) and given:
        first: JsonValue = given[0]
        return first
    types = schema.get("type")
    kind = types[0] if isinstance(types, list) and types else types
    if kind == "array" and depth:
        parts = schema.get("prefixItems") or [schema.get("items", {"type": "string"})]
        return [_example(part, depth - 1) for part in parts]
    if kind == "object" and depth:
        named = schema.get("properties") or {"name": {"type": "string"}}
        wanted = schema.get("required") or [*named][:1]
        return {str(key): _example(named.get(key), depth - 1) for key in wanted}
    plain: dict[Any, JsonValue] = {"string": "text", "integer": 1, "number": 1.5, "boolean": True}
    return plain.get(kind)


def may_be_text(schema: Mapping[str, Any]) -> bool:
    """Whether texts may be among the values, as far as `type`, `enum` and `const` tell."""
    types = schema.get("type", "string")
    values = schema.get("enum", [schema["const"]] if "const" in schema else [""])
    named = types if isinstance(types, list) else [types]
    return "string" in named and any(isinstance(value, str) for value in values)


def _means_text(schema: Mapping[str, Any]) -> bool:
    """Whether texts are what is meant where anything goes: then digits are a text as well."""
    return schema.get("anyOf") == [{"type": "string"}, {}]


def _listed(schema: Mapping[str, Any]) -> dict[str, str]:
    """From the JSON of each value that a schema lists to its title, by which it is told from the others."""
    found = {_text(value): title for value, title in _named_values(schema)}
    titles = list(found.values())
    clear = all(title.strip() and titles.count(title) == 1 for title in titles)
    return found if clear else {text: text for text in found}


def _named_values(schema: Mapping[str, Any]) -> list[tuple[JsonValue, str]]:
    """The values that a schema lists, with their titles; none where it lists too many or takes others."""
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    if schema.get("type") == "null":
        values = [None]
    if isinstance(values, list):
        return [(value, _shown(value)) for value in values] if len(values) <= _MAX_LISTED else []
    parts = schema.get("oneOf", schema.get("anyOf"))
    if not isinstance(parts, list) or not 0 < len(parts) <= _MAX_LISTED:
        return []
    alone = [part for part in parts if isinstance(part, Mapping) and "const" in part]
    titled = [(part["const"], part.get("title")) for part in alone]
    found = [(v, t if isinstance(t, str) and t.strip() else _shown(v)) for v, t in titled]
    return found if len(found) == len(parts) else []


def _shown(value: JsonValue) -> str:
    return value if isinstance(value, str) else _readable(value)


def _text(value: JsonValue) -> str:
    return dumps(value).decode()


def _readable(value: JsonValue) -> str:
    # What is shown may be shorter than what is kept.
    return json.dumps(value, ensure_ascii=False, default=float)
