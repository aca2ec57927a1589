"""Moments."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from components.base import BEFORE_AND_AFTER, ORDERED_OPERATORS, FieldType
from components.formats import DAYS, day_text
from components.recognition import is_text, type_problem
from components.values import ABSENT, InvalidValueError
from components.values.days import undotted
from components.values.locales import date_style
from components.values.moments import (
    RFC_3339,
    WrittenMoment,
    moment_in,
    parsed_moment,
    utc_moment,
    written_moment,
)
from components.values.texts import stored_text
from form_specs.conditions import Kind
from form_specs.formulas import MOMENT, FormulaType
from form_specs.language import _, marked
from form_specs.model import FieldSpec, JsonObject, JsonValue

_DAY: Final = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_ANY_FRACTION: Final = re.compile(
    _DAY + r"[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_FINER: Final = re.compile(r"(?<=\.[0-9]{6})[0-9]+")
_LEAP: Final = re.compile(r":60(?:\.[0-9]+)?")
_LOCAL: Final = re.compile(_DAY + r"[Tt ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?")


class DatetimeType(FieldType):
    """A moment, kept in UTC; typed and shown in the zone `options.zone` (UTC without it)."""

    name = "datetime"
    title = marked("Date and time")
    description = marked("A moment, such as when something is due")
    formats = DAYS
    card = "c-meta"
    filter_input = "datetime-local"
    operator_words = BEFORE_AND_AFTER
    kind = Kind.TEXT
    operators = ORDERED_OPERATORS
    lossless_from = ("date",)

    def __init__(self, spec: FieldSpec, locale: str = "en") -> None:
        super().__init__(spec, locale)
        self._style = date_style(locale)
        self.zone = _zone(spec.options.get("zone", "UTC"))
        self._utc = self.zone.key == "UTC"
        self.exact: bool = spec.options.get("exact", False)

    @property
    def formula_kind(self) -> FormulaType:
        return MOMENT

    def from_formula(self, value: datetime) -> datetime:
        return value

    def parse(self, value: JsonValue) -> datetime:
        known = _ANY_FRACTION if self.exact else RFC_3339
        if not isinstance(value, str) or not known.fullmatch(value):
            raise InvalidValueError(_('This must be a moment written like "2026-11-24T17:00:00Z"'))
        return self._as_written(value) if self.exact else utc_moment(value.upper())

    def _as_written(self, text: str) -> datetime:
        """The moment to the microsecond, which is what is compared; a leap second is the end of its minute."""
        known = _FINER.sub("", text.upper())
        known = _LEAP.sub(":59.999999", known)
        return WrittenMoment.of(utc_moment(known), text)

    def parse_text(self, texts: Sequence[str]) -> Any:
        """From `2026-11-24T17:00` or `24.11.2026 17:00` in the field's zone, or from a moment with its own offset."""
        text = undotted(next(iter(texts), "").strip().upper())
        if not text:
            return ABSENT
        if RFC_3339.fullmatch(text):
            return utc_moment(text)
        if not _LOCAL.fullmatch(text):
            raise InvalidValueError(_("Write a day and a time like 2026-11-24 17:00"))
        return self._local(text)

    def converted(self, value: Any, old: FieldType, formats: Sequence[str]) -> Any:
        """From a day its beginning in the field's zone; from a text by its format."""
        text = old.to_text(value)[0].strip()
        if type(value) is date:
            text = f"{text}T00:00"
        if not formats:
            return self.parse_text([text])
        found = moment_in(text, formats)
        return found.astimezone(UTC) if found.tzinfo else self._local(found.isoformat())

    def dump(self, value: datetime) -> JsonValue:
        if isinstance(value, WrittenMoment):
            return value.text
        return written_moment(value)

    def to_store(self, value: datetime) -> JsonValue:
        if self.exact:
            at = value.isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"
            return {"at": at, "text": self.dump(value)}
        text = written_moment(value)
        # Always with a fraction, so that texts sort like moments.
        return text if "." in text else f"{text[:-1]}.000000Z"

    def literal(self, literal: JsonValue) -> JsonValue:
        stored = super().literal(literal)
        return stored["at"] if isinstance(stored, dict) else stored

    @property
    def sort_path(self) -> tuple[str, ...]:
        return (self.key, "at") if self.exact else (self.key,)

    def from_store(self, stored: JsonValue) -> datetime:
        if isinstance(stored, dict):
            return self.parse(stored.get("text"))
        moment = datetime.fromisoformat(stored_text(stored))
        if moment.tzinfo is None:
            raise InvalidValueError(_("The stored value is no moment"))
        return moment

    def to_text(self, value: datetime) -> list[str]:
        local = value.astimezone(self.zone).replace(tzinfo=None)
        exact = local.second or local.microsecond
        return [local.isoformat(timespec="auto" if exact else "minutes")]

    def to_cells(self, value: datetime) -> list[str]:
        """The moment with the offset of the field's zone, or in UTC where the offset has seconds."""
        local = value.astimezone(self.zone).isoformat()
        return [local if RFC_3339.fullmatch(local) else str(self.dump(value))]

    def display(self, value: datetime) -> str:
        return self._style.moment(value if self._utc else value.astimezone(self.zone))

    def formatted(self, value: datetime, name: str, now: datetime) -> str:
        here = value if self._utc else value.astimezone(self.zone)
        today = now.astimezone(here.tzinfo).date()
        return day_text(here.date(), name, today, self.locale.replace("-", "_"))

    @property
    def zone_title(self) -> str:
        """What a label says about the zone, e.g. `UTC` or `Europe/Bucharest`."""
        return self.zone.key

    def _local(self, text: str) -> datetime:
        naive = parsed_moment(text)
        try:
            moment = naive.replace(tzinfo=self.zone).astimezone(UTC)
            exists = moment.astimezone(self.zone).replace(tzinfo=None) == naive
        except OverflowError:
            raise InvalidValueError(_("That moment is too far away")) from None
        if not exists:
            raise InvalidValueError(
                _(
                    "That day has no %(time)s: the clocks go forward in %(zone)s",
                    time=f"{naive:%H:%M}",
                    zone=self.zone.key,
                )
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
    def options_for(cls, schema: Mapping[str, Any]) -> dict[str, JsonValue]:
        return {"exact": True}

    @classmethod
    def schema_problem(cls, schema: Mapping[str, Any]) -> str | None:
        if schema.get("format") != "date-time":
            return _('The property must have "format": "date-time"')
        return type_problem(schema, "string")


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(_("There is no time zone '%(name)s'", name=name)) from None


TYPE = DatetimeType
