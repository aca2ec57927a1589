"""Days of the calendar: from JSON, from what people type, from the store."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Final

from components.values import InvalidValueError
from form_specs.language import _
from form_specs.model import JsonValue

_DOTTED: Final = re.compile(r"([0-9]{1,2})\.\s?([0-9]{1,2})\.\s?([0-9]{4})")
"""A day with points stands before its month wherever it is written."""
DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DISTANCE: Final = re.compile(r"([+-])([0-9]{1,5})([dw])")
_NEAR: Final[Mapping[str, int]] = {"yesterday": -1, "today": 0, "tomorrow": 1}
_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def day_of(value: JsonValue) -> date:
    """From a day in JSON, a text like "2026-11-24"; raises `InvalidValueError`."""
    if not isinstance(value, str) or not DAY.fullmatch(value):
        raise InvalidValueError(_('This must be a day written like "2026-11-24"'))
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise InvalidValueError(_("There is no day %(day)s", day=value)) from None


def day_from_text(text: str) -> date:
    """From `2026-11-24` or `24.11.2026`, or from `today`, `tomorrow`, `+3d`, `-2w`, `mon` (the next Monday), in UTC."""
    typed = text.strip().lower()
    near = day_from_shortcut(typed, datetime.now(UTC).date())
    if near is not None:
        return near
    typed = undotted(typed)
    if not DAY.fullmatch(typed):
        raise InvalidValueError(_("Write a day like 2026-11-24, or today, tomorrow, +3d, mon"))
    return day_of(typed)


def undotted(text: str) -> str:
    """A text that may begin with a day written `24.11.2026`, with the day written as in JSON."""
    found = _DOTTED.match(text) if text.isascii() else None
    if found is None:
        return text
    day, month, year = found.groups()
    return f"{year}-{month:0>2}-{day:0>2}{text[found.end() :]}"


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
        raise InvalidValueError(_("That day is too far away")) from None
