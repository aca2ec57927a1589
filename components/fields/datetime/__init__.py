"""Moments."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from components.base import ORDERED_OPERATORS, FieldType
from components.locales import date_style
from components.recognition import is_text, type_problem
from components.texts import stored_text
from components.values import ABSENT, InvalidValueError
from form_specs.conditions import Kind
from form_specs.model import FieldSpec, JsonObject, JsonValue

_DAY: Final = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_RFC_3339: Final = re.compile(
    _DAY + r"[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_LOCAL: Final = re.compile(_DAY + r"[Tt ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?")


class DatetimeType(FieldType):
    """A moment, kept in UTC; typed and shown in the zone `options.zone` (UTC without it)."""

    name = "datetime"
    title = "Date and time"
    description = "A moment, such as when something is due"
    kind = Kind.TEXT
    operators = ORDERED_OPERATORS

    def __init__(self, spec: FieldSpec, locale: str = "en") -> None:
        super().__init__(spec, locale)
        self._style = date_style(locale)
        self.zone = _zone(spec.options.get("zone", "UTC"))
        self._utc = self.zone.key == "UTC"

    def parse(self, value: JsonValue) -> datetime:
        if not isinstance(value, str) or not _RFC_3339.fullmatch(value):
            raise InvalidValueError('This must be a moment written like "2026-11-24T17:00:00Z"')
        return _moment(value.upper())

    def parse_text(self, texts: Sequence[str]) -> Any:
        """From `2026-11-24T17:00` in the field's zone, or from a moment with its own offset."""
        text = next(iter(texts), "").strip().upper()
        if not text:
            return ABSENT
        if _RFC_3339.fullmatch(text):
            return _moment(text)
        if not _LOCAL.fullmatch(text):
            raise InvalidValueError("Write a day and a time like 2026-11-24 17:00")
        return self._local(text)

    def dump(self, value: datetime) -> JsonValue:
        return value.isoformat().removesuffix("+00:00") + "Z"

    def to_store(self, value: datetime) -> JsonValue:
        return value.isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"

    def from_store(self, stored: JsonValue) -> datetime:
        moment = datetime.fromisoformat(stored_text(stored))
        if moment.tzinfo is None:
            raise InvalidValueError("The stored value is no moment")
        return moment

    def to_text(self, value: datetime) -> list[str]:
        local = value.astimezone(self.zone).replace(tzinfo=None)
        exact = local.second or local.microsecond
        return [local.isoformat(timespec="auto" if exact else "minutes")]

    def display(self, value: datetime) -> str:
        return self._style.moment(value if self._utc else value.astimezone(self.zone))

    @property
    def zone_title(self) -> str:
        """What a label says about the zone, e.g. `UTC` or `Europe/Bucharest`."""
        return self.zone.key

    def _local(self, text: str) -> datetime:
        naive = _parsed(text)
        try:
            moment = naive.replace(tzinfo=self.zone).astimezone(UTC)
            exists = moment.astimezone(self.zone).replace(tzinfo=None) == naive
        except OverflowError:
            raise InvalidValueError("That moment is too far away") from None
        if not exists:
            raise InvalidValueError(
                f"That day has no {naive:%H:%M}: the clocks go forward in {self.zone.key}"
            )
        return moment

    @classmethod
    def option_schema(cls) -> JsonObject:
        """As in the file; `zone` takes the names that this machine's zone data knows."""
        schema = super().option_schema()
        match schema:
            case {"properties": {"zone": dict(zone)}}:
                zone["enum"] = [*sorted(available_timezones())]
        return schema

    @classmethod
    def schema_for(cls, options: Mapping[str, Any]) -> dict[str, JsonValue]:
        return {"type": "string", "format": "date-time"}

    @classmethod
    def recognise(cls, schema: Mapping[str, Any]) -> int:
        return 20 if schema.get("format") == "date-time" and is_text(schema, "format") else 0

    @classmethod
    def schema_problem(cls, schema: Mapping[str, Any]) -> str | None:
        if schema.get("format") != "date-time":
            return 'The property must have "format": "date-time"'
        return type_problem(schema, "string")


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(f"There is no time zone '{name}'") from None


def _moment(text: str) -> datetime:
    try:
        return _parsed(text).astimezone(UTC)
    except OverflowError:
        raise InvalidValueError("That moment is too far away") from None


def _parsed(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise InvalidValueError(f"There is no moment {text}") from None


TYPE = DatetimeType
