"""Lengths of time."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from babel import Locale
from babel.units import format_unit

from components.base import ORDERED_OPERATORS, Align, FieldType
from components.recognition import is_text, type_problem
from components.values import ABSENT, InvalidValueError
from components.values.numbers import scaled_text
from form_specs.conditions import Kind
from form_specs.formulas import NUMBER, FormulaType
from form_specs.language import _, marked
from form_specs.model import FieldSpec, JsonValue

_UNITS: Final = {"day": 86_400, "hour": 3_600, "minute": 60, "second": 1}
_LETTERS: Final = {"d": "day", "h": "hour", "m": "minute", "s": "second"}
_LONGEST: Final = 36_525 * 86_400
_MAX_TYPED: Final = 60
_PATTERN: Final = "^P([0-9]{1,6}D)?(T([0-9]{1,8}H)?([0-9]{1,9}M)?([0-9]{1,10}S)?)?$"
_ISO: Final = re.compile(
    r"P(?=.)(?:([0-9]{1,6})D)?(?:T(?=.)(?:([0-9]{1,8})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,10})S)?)?"
)
_TYPED: Final = re.compile(r"(?:[0-9]{1,10}(?:\.[0-9]{1,4})?\s*[a-z]*\s*){1,4}")
_PIECE: Final = re.compile(r"([0-9]+)(?:\.([0-9]+))?\s*([a-z]*)")
_CLOCK: Final = re.compile(r"([0-9]{1,6}):([0-5][0-9])(?::([0-5][0-9]))?")


class DurationType(FieldType):
    """A length of time in whole seconds, in days and smaller: "PT2H30M", typed as "2h 30m".

    A plain number counts in `options.unit`, minutes without it.
    """

    name = "duration"
    title = marked("Duration")
    description = marked("How long something takes, such as 2 h 30 min")
    kind = Kind.INTEGER
    operators = ORDERED_OPERATORS
    align = Align.END

    def __init__(self, spec: FieldSpec, locale: str = "en") -> None:
        super().__init__(spec, locale)
        self.unit: str = spec.options.get("unit", "minute")

    def parse(self, value: JsonValue) -> timedelta:
        match = _ISO.fullmatch(value) if isinstance(value, str) and value.isascii() else None
        if match is None:
            raise InvalidValueError(_('This must be a duration written like "PT2H30M"'))
        counts = (int(count or 0) for count in match.groups())
        return _limited(sum(n * size for n, size in zip(counts, _UNITS.values(), strict=True)))

    def parse_text(self, texts: Sequence[str]) -> Any:
        """From `2h 30m`, `1.5 hours`, `2:30`, `90` in the field's unit, or `PT2H30M`."""
        text = next(iter(texts), "").strip().lower()
        if not text:
            return ABSENT
        if text.startswith("p"):
            return self.parse(text.upper())
        if clock := _CLOCK.fullmatch(text):
            hours, minutes, seconds = (int(part or 0) for part in clock.groups())
            return _limited(hours * 3_600 + minutes * 60 + seconds)
        if len(text) > _MAX_TYPED or not text.isascii() or not _TYPED.fullmatch(text):
            raise InvalidValueError(_("Write a duration like 2h 30m, 1.5h, 90m or 2:30"))
        return _limited(sum(self._seconds(*piece) for piece in _PIECE.findall(text)))

    def _seconds(self, whole: str, fraction: str, unit: str) -> int:
        name = _LETTERS.get(unit[:1], unit) if unit else self.unit
        known = name in _UNITS and (len(unit) < 2 or unit.startswith((name, name[:3])))
        if not known:
            raise InvalidValueError(_("'%(unit)s' is no unit: write d, h, m or s", unit=unit[:20]))
        size: int = 10 ** len(fraction)
        exact, rest = divmod(int(whole + fraction) * _UNITS[name], size)
        if rest:
            raise InvalidValueError(_("A duration has no fractions of a second"))
        return exact

    @property
    def formula_kind(self) -> FormulaType:
        """The number of seconds."""
        return NUMBER

    def to_formula(self, value: timedelta) -> Decimal:
        return Decimal(value // timedelta(seconds=1))

    def from_formula(self, value: Decimal) -> timedelta:
        seconds = int(scaled_text(value, 0))
        if seconds < 0:
            raise InvalidValueError(_("A duration is not less than nothing"))
        return _limited(seconds)

    def dump(self, value: timedelta) -> JsonValue:
        return f"P{''.join(_iso_pieces(value))}"

    def to_store(self, value: timedelta) -> JsonValue:
        return value // timedelta(seconds=1)

    def from_store(self, stored: JsonValue) -> timedelta:
        if type(stored) is not int:
            raise InvalidValueError(_("The stored value is no count of seconds"))
        return _limited(stored)

    def to_text(self, value: timedelta) -> list[str]:
        pieces = [f"{count}{unit[0]}" for unit, count in _split(value) if count]
        return [" ".join(pieces) or f"0{self.unit[0]}"]

    def display(self, value: timedelta) -> str:
        return _words(value, self.locale, self.unit)

    @classmethod
    def schema_for(cls, options: Mapping[str, Any]) -> dict[str, JsonValue]:
        return {"type": "string", "format": "duration", "pattern": _PATTERN}

    @classmethod
    def recognise(cls, schema: Mapping[str, Any]) -> int:
        fits = schema.get("format") == "duration" and schema.get("pattern") == _PATTERN
        return 40 if fits and is_text(schema, "format", "pattern") else 0

    @classmethod
    def schema_problem(cls, schema: Mapping[str, Any]) -> str | None:
        if schema.get("format") != "duration":
            return _('The property must have "format": "duration"')
        return type_problem(schema, "string")


def _limited(seconds: int) -> timedelta:
    if seconds > _LONGEST:
        raise InvalidValueError(_("A duration has at most a hundred years"))
    return timedelta(seconds=seconds)


def _split(value: timedelta) -> list[tuple[str, int]]:
    """A duration by unit, largest first."""
    left, found = value // timedelta(seconds=1), []
    for unit, size in _UNITS.items():
        count, left = divmod(left, size)
        found.append((unit, count))
    return found


def _iso_pieces(value: timedelta) -> list[str]:
    """What stands behind the P: without zeros but where a smaller unit needs the larger before it."""
    days, hours, minutes, seconds = (count for _, count in _split(value))
    time = f"{hours}H" if hours else ""
    time += f"{minutes}M" if minutes or (hours and seconds) else ""
    time += f"{seconds}S" if seconds or not (days or time) else ""
    return [f"{days}D" if days else "", f"T{time}" if time else ""]


@lru_cache(maxsize=4096)
def _words(value: timedelta, locale: str, unit: str) -> str:
    known = Locale.parse(locale.replace("-", "_"))
    pieces = [(name, count) for name, count in _split(value) if count] or [(unit, 0)]
    return " ".join(format_unit(count, name, "short", locale=known) for name, count in pieces)


TYPE = DurationType
