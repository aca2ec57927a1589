"""The base of field types whose value is one text."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from components.base import LISTED_OPERATORS, FieldType
from components.recognition import type_problem
from components.texts import clean_text, stored_text
from components.values import ABSENT
from form_specs.conditions import Kind
from form_specs.model import JsonValue


class TextualType(FieldType):
    """A value that is the same text at every station; subclasses say which texts there are in `parse`."""

    kind = Kind.TEXT
    operators: ClassVar[tuple[str, ...]] = LISTED_OPERATORS

    def parse(self, value: JsonValue) -> str:
        return clean_text(value)

    def parse_text(self, texts: Sequence[str]) -> Any:
        text = next(iter(texts), "")
        return self.parse(text) if text else ABSENT

    def from_store(self, stored: JsonValue) -> str:
        return stored_text(stored)

    def to_text(self, value: str) -> list[str]:
        return [value]

    def display(self, value: str) -> str:
        return value

    @classmethod
    def schema_problem(cls, schema: Mapping[str, Any]) -> str | None:
        return type_problem(schema, "string")
