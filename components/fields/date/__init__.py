"""Days."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from components.base import BEFORE_AND_AFTER, ORDERED_OPERATORS, FieldType
from components.formats import DAYS, day_text
from components.recognition import is_text, type_problem
from components.values import ABSENT
from components.values.days import day_from_text, day_of
from components.values.locales import date_style
from components.values.moments import moment_in
from components.values.texts import stored_text
from form_specs.conditions import Kind
from form_specs.formulas import DATE, FormulaType
from form_specs.language import _, marked
from form_specs.model import FieldSpec, JsonValue


class DateType(FieldType):
    """A day of the calendar, without a time and without a zone."""

    name = "date"
    title = marked("Date")
    description = marked("A day, such as a deadline")
    formats = DAYS
    card = "c-meta"
    filter_input = "date"
    operator_words = BEFORE_AND_AFTER
    kind = Kind.TEXT
    operators = ORDERED_OPERATORS
    lossy_from = ("datetime",)

    def __init__(self, spec: FieldSpec, locale: str = "en") -> None:
        super().__init__(spec, locale)
        self._style = date_style(locale)

    @property
    def formula_kind(self) -> FormulaType:
        return DATE

    def from_formula(self, value: date) -> date:
        return value

    def parse(self, value: JsonValue) -> date:
        return day_of(value)

    def parse_text(self, texts: Sequence[str]) -> Any:
        text = next(iter(texts), "").strip()
        return day_from_text(text) if text else ABSENT

    def converted(self, value: Any, old: FieldType, formats: Sequence[str]) -> Any:
        """From a moment its day in the zone that it was shown in; from a text by its format."""
        text = old.to_text(value)[0]
        if isinstance(value, datetime):
            return date.fromisoformat(text[:10])
        return moment_in(text, formats).date() if formats else self.parse(text.strip())

    def dump(self, value: date) -> JsonValue:
        return value.isoformat()

    def from_store(self, stored: JsonValue) -> date:
        return date.fromisoformat(stored_text(stored))

    def to_text(self, value: date) -> list[str]:
        return [value.isoformat()]

    def display(self, value: date) -> str:
        return self._style.day(value)

    def formatted(self, value: date, name: str, now: datetime) -> str:
        return day_text(value, name, now.date(), self.locale.replace("-", "_"))

    @classmethod
    def schema_for(cls, options: Mapping[str, Any]) -> dict[str, JsonValue]:
        return {"type": "string", "format": "date"}

    @classmethod
    def recognise(cls, schema: Mapping[str, Any]) -> int:
        return 20 if schema.get("format") == "date" and is_text(schema, "format") else 0

    @classmethod
    def schema_problem(cls, schema: Mapping[str, Any]) -> str | None:
        if schema.get("format") != "date":
            return _('The property must have "format": "date"')
        return type_problem(schema, "string")


TYPE = DateType
