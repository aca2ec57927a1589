"""Times of day."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from components.base import BEFORE_AND_AFTER, ORDERED_OPERATORS
from components.base.plain import TextualType
from components.recognition import is_text
from components.values import ABSENT, InvalidValueError
from form_specs.language import _, marked
from form_specs.model import JsonValue

_PATTERN: Final = "^([01][0-9]|2[0-3]):[0-5][0-9]$"
_EXACT: Final = re.compile(_PATTERN)
_TYPED: Final = re.compile(r"([0-9]{1,2})(?:[:.]?([0-9]{2}))?\s*([ap]m?)?", re.IGNORECASE)


class TimeType(TextualType):
    """A time of day to the minute, without a day and without a zone: "17:30"."""

    name = "time"
    title = marked("Time of day")
    description = marked("A time to the minute, such as when a shop opens")
    operators = ORDERED_OPERATORS
    operator_words = BEFORE_AND_AFTER
    filter_input = "time"

    def parse(self, value: JsonValue) -> str:
        if not isinstance(value, str) or not _EXACT.fullmatch(value):
            raise InvalidValueError(_('This must be a time written like "17:30"'))
        return value

    def parse_text(self, texts: Sequence[str]) -> Any:
        """From `17:30`, `9:05`, `1730`, `9`, `5:30 pm`."""
        text = next(iter(texts), "").strip()
        if not text:
            return ABSENT
        match = _TYPED.fullmatch(text) if text.isascii() else None
        if match is None:
            raise InvalidValueError(_("Write a time like 17:30"))
        return self._time(int(match[1]), int(match[2] or 0), (match[3] or "")[:1].lower())

    def _time(self, hour: int, minute: int, half: str) -> str:
        if half and not 1 <= hour <= 12:
            raise InvalidValueError(_("With am or pm, hours go from 1 to 12"))
        if half:
            hour = hour % 12 + (12 if half == "p" else 0)
        if hour > 23 or minute > 59:
            raise InvalidValueError(_("There is no time %(time)s", time=f"{hour}:{minute:02}"))
        return f"{hour:02}:{minute:02}"

    @classmethod
    def schema_for(cls, options: Mapping[str, Any]) -> dict[str, JsonValue]:
        return {"type": "string", "pattern": _PATTERN}

    @classmethod
    def recognise(cls, schema: Mapping[str, Any]) -> int:
        return 40 if schema.get("pattern") == _PATTERN and is_text(schema, "pattern") else 0


TYPE = TimeType
