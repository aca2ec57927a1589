"""Days."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from components.base import ORDERED_OPERATORS, FieldType
from components.locales import date_style
from components.recognition import is_text, type_problem
from components.texts import stored_text
from components.values import ABSENT, InvalidValueError
from form_specs.conditions import Kind
from form_specs.model import FieldSpec, JsonValue

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DISTANCE: Final = re.compile(r"([+-])([0-9]{1,5})([dw])")
_NEAR: Final[Mapping[str, int]] = {"yesterday": -1, "today": 0, "tomorrow": 1}
_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class DateType(FieldType):
    """A day of the calendar, without a time and without a zone."""

    name = "date"
    title = "Date"
    description = "A day, such as a deadline"
    kind = Kind.TEXT
    operators = ORDERED_OPERATORS

    def __init__(self, spec: FieldSpec, locale: str = "en") -> None:
        super().__init__(spec, locale)
        self._style = date_style(locale)

    def parse(self, value: JsonValue) -> date:
        if not isinstance(value, str) or not _DAY.fullmatch(value):
            raise InvalidValueError('This must be a day written like "2026-11-24"')
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise InvalidValueError(f"There is no day {value}") from None

    def parse_text(self, texts: Sequence[str]) -> Any:
        """From `2026-11-24`, or from `today`, `tomorrow`, `+3d`, `-2w`, `mon` (the next Monday), in UTC."""
        text = next(iter(texts), "").strip().lower()
        if not text:
            return ABSENT
        near = day_from_shortcut(text, datetime.now(UTC).date())
        if near is not None:
            return near
        if not _DAY.fullmatch(text):
            raise InvalidValueError("Write a day like 2026-11-24, or today, tomorrow, +3d, mon")
        return self.parse(text)

    def dump(self, value: date) -> JsonValue:
        return value.isoformat()

    def from_store(self, stored: JsonValue) -> date:
        return date.fromisoformat(stored_text(stored))

    def to_text(self, value: date) -> list[str]:
        return [value.isoformat()]

    def display(self, value: date) -> str:
        return self._style.day(value)

    @classmethod
    def schema_for(cls, options: Mapping[str, Any]) -> dict[str, JsonValue]:
        return {"type": "string", "format": "date"}

    @classmethod
    def recognise(cls, schema: Mapping[str, Any]) -> int:
        return 20 if schema.get("format") == "date" and is_text(schema, "format") else 0

    @classmethod
    def schema_problem(cls, schema: Mapping[str, Any]) -> str | None:
        if schema.get("format") != "date":
            return 'The property must have "format": "date"'
        return type_problem(schema, "string")


def day_from_shortcut(text: str, today: date) -> date | None:
    """From what is quicker to type than a day to the day, or none where it is no shortcut."""
    days: int | None = _NEAR.get(text)
    if text[:3] in _WEEKDAYS and len(text) == 3:
        days = (_WEEKDAYS.index(text) - today.weekday() - 1) % 7 + 1
    elif match := _DISTANCE.fullmatch(text):
        days = int(match[1] + match[2]) * (7 if match[3] == "w" else 1)
    if days is None:
        return None
    try:
        return today + timedelta(days=days)
    except OverflowError:
        raise InvalidValueError("That day is too far away") from None


TYPE = DateType
