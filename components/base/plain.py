"""The base of field types whose value is one text."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar

from components.base import LISTED_OPERATORS, FieldType
from components.judging.judge import accepts
from components.recognition import type_problem
from components.values import ABSENT
from components.values.texts import clean_text, exact_text, stored_text, typed_lines
from form_specs.conditions import Kind
from form_specs.formulas import TEXT, FormulaType
from form_specs.model import FieldSpec, JsonValue


class TextualType(FieldType):
    """A value that is the same text at every station; subclasses say which texts there are in `cleaned`.

    With the option `exact`, all that the property's schema takes is kept as it came.
    """

    kind = Kind.TEXT
    operators: ClassVar[tuple[str, ...]] = LISTED_OPERATORS

    def __init__(self, spec: FieldSpec, locale: str = "en") -> None:
        super().__init__(spec, locale)
        self.exact: bool = spec.options.get("exact", False)

    @cached_property
    def asks_empty(self) -> bool:  # type: ignore[override]
        left = self.exact and self.spec.required and self.spec.blank == "absent"
        return left and accepts(self.spec.schema, "")

    def parse(self, value: JsonValue) -> str:
        return exact_text(value) if self.exact else self.cleaned(value)

    def cleaned(self, value: JsonValue) -> str:
        """The text in the form that the type wants; raises `InvalidValueError`."""
        return clean_text(value)

    @property
    def empty(self) -> str:
        return ""

    def parse_text(self, texts: Sequence[str]) -> Any:
        text = next(iter(texts), "")
        return self.parse(typed_lines(text) if self.exact else text) if text else ABSENT

    def parse_posted(self, texts: Sequence[str], current: Any) -> Any:
        value = self.parse_text(texts)
        return "" if value is ABSENT and self.spec.blank == "empty" else value

    def from_store(self, stored: JsonValue) -> str:
        return stored_text(stored)

    def to_text(self, value: str) -> list[str]:
        return [value]

    def display(self, value: str) -> str:
        return value

    @property
    def formula_kind(self) -> FormulaType:
        return TEXT

    @classmethod
    def schema_problem(cls, schema: Mapping[str, Any]) -> str | None:
        return type_problem(schema, "string")


def as_text(field: FieldType, value: Any, old: FieldType, formats: Sequence[str]) -> Any:
    """From a value of any type with texts to what a person reads of it; `FieldType.converted`."""
    if isinstance(value, str):
        text = old.display(value) if old.has_choices else value
    else:
        text = "; ".join(old.to_text(value))
    return field.parse_text([text])
