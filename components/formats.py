"""The ways beside the usual one in which a list may show values, by name."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from babel.dates import format_date, format_timedelta
from babel.numbers import format_compact_currency, format_compact_decimal

from form_specs.language import marked

FORMATS: Final[Mapping[str, str]] = {
    "short": marked("Short"),
    "long": marked("Long"),
    "relative": marked("As a distance: in 3 days"),
    "whole": marked("Without decimals"),
    "compact": marked("In thousands and millions"),
    "text": marked("As text"),
    "badge": marked("As a badge"),
}
DAYS: Final = ("short", "long", "relative")
NUMBERS: Final = ("whole", "compact")
_THOUSAND: Final = 1000


def day_text(value: date, name: str, today: date, locale: str) -> str:
    """A day in one of the formats of days."""
    if name == "relative":
        distance = value - today
        return format_timedelta(distance, granularity="day", add_direction=True, locale=locale)
    return format_date(value, format=name, locale=locale)


def is_long(value: Decimal | int) -> bool:
    """Whether a number is worth shortening."""
    return not -_THOUSAND < value < _THOUSAND


def compact(value: Decimal | int, locale: str) -> str:
    """A number in thousands, millions and so on, with at most one decimal."""
    return format_compact_decimal(value, locale=locale, fraction_digits=1)


def compact_money(value: Decimal, currency: str, locale: str) -> str:
    """The same of an amount."""
    return format_compact_currency(value, currency, locale=locale, fraction_digits=1)
