"""How a locale writes numbers, money and dates: read from Babel once, then only string work.

A page draws thousands of cells; Babel's own formatting costs fifty times as much as these.
"""

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.dates import get_month_names
from babel.numbers import format_currency

from components.values import InvalidValueError
from components.values.numbers import two_ways

_NO_BREAK = "\u00a0"
_COMMA_OF_DECIMALS: Final = re.compile(r"(?<![0-9.,])([1-9][0-9]*),([0-9]{3})(?![0-9.,])")
_POINT_OF_EITHER: Final = re.compile(r"(?<![0-9.,])[1-9][0-9]{0,2}\.[0-9]{3}(?![0-9.,])")


class NumberStyle:
    """One locale's digits: grouping, decimal mark, minus and where a currency stands."""

    def __init__(self, locale: Locale) -> None:
        symbols = locale.number_symbols["latn"]
        self._locale = locale
        self._marks = str.maketrans(
            {",": symbols["group"], ".": symbols["decimal"], "-": symbols["minusSign"]}
        )
        self._english = all(chr(mark) == written for mark, written in self._marks.items())
        self._decimal, self._group = symbols["decimal"], symbols["group"]
        self._by_two = locale.decimal_formats[None].grouping == (3, 2)
        self._currencies: dict[str, tuple[str, str, str]] = {}

    def number(self, value: Decimal | int, scale: int = 0) -> str:
        """A number with exactly `scale` decimals, in groups of digits."""
        text = format(value, f",.{scale}f")
        if self._by_two:
            text = _grouped_by_two(text)
        return text if self._english else text.translate(self._marks)

    def real(self, plain: str) -> str:
        """A number given in plain digits, with the locale's decimal mark and no grouping."""
        return plain if self._english else plain.translate(self._marks)

    def money(self, amount: Decimal, scale: int, currency: str) -> str:
        """An amount with the currency's sign where the locale puts it."""
        affixes = self._currencies.get(currency)
        if affixes is None:
            affixes = self._currencies[currency] = self._affixes(currency)
        before, before_negative, after = affixes
        if amount < 0:
            return f"{before_negative}{self.number(-amount, scale)}{after}"
        return f"{before}{self.number(amount, scale)}{after}"

    def typed(self, text: str) -> str:
        """A number as somebody typed it, so that one mark before three digits means one thing only.

        In a locale of decimal commas it is the comma's; a point there might be either, so it is
        refused.  Raises `InvalidValueError`.
        """
        if self._decimal != ",":
            return text
        if self._group == "." and (found := _POINT_OF_EITHER.search(text)):
            raise InvalidValueError(two_ways(found[0]))
        return _COMMA_OF_DECIMALS.sub(r"\1.\2", text)

    def _affixes(self, currency: str) -> tuple[str, str, str]:
        written = [
            format_currency(
                sample, currency, locale=self._locale, numbering_system="latn",
                currency_digits=False, decimal_quantization=False,
            )
            for sample in (Decimal("1.11"), Decimal("-1.11"))
        ]  # fmt: skip
        (before, after), (before_negative, _) = (
            (text[: text.index("1")], text[text.rindex("1") + 1 :]) for text in written
        )
        gap = _NO_BREAK if before[-1:].isalpha() else ""
        return before + gap, before_negative + gap, after


class DateStyle:
    """One locale's days and moments, months by their short names; in English the day comes first."""

    def __init__(self, locale: Locale) -> None:
        english = locale.language == "en"
        self._day = _day_writer(
            locale, "d MMM y" if english else _pattern(locale, "yMMMd", "d MMM y")
        )
        self._short = _day_writer(locale, "d MMM" if english else _pattern(locale, "MMMd", "d MMM"))

    def day(self, value: date) -> str:
        """E.g. `24 Nov 2026`, `24 nov. 2026`."""
        return self._day(value)

    def day_of_year(self, value: date) -> str:
        """The same where the year goes without saying."""
        return self._short(value)

    def moment(self, value: datetime) -> str:
        """E.g. `24 Nov 2026 17:00`, in the zone that the value is in."""
        return f"{self._day(value)} {value.hour:02}:{value.minute:02}"


_FIELDS: Final = re.compile(r"'([^']*)'|(y+|M+|L+|d+)")
_KNOWN: Final = frozenset(("y", "MMM", "LLL", "M", "MM", "d", "dd"))


def _pattern(locale: Locale, skeleton: str, usual: str) -> str:
    """The order of a date's parts in a locale; the usual one where it asks for what is not written here."""
    found = locale.datetime_skeletons.get(skeleton)
    pattern = found.pattern if found is not None else usual
    parts = {match[2] for match in _FIELDS.finditer(pattern) if match[2]}
    letters = set(re.sub("[^A-Za-z]", "", _FIELDS.sub("", pattern)))
    return pattern if parts <= _KNOWN and not letters else usual


def _day_writer(locale: Locale, pattern: str) -> Callable[[date], str]:
    """What writes a day by a CLDR pattern."""
    names = get_month_names("abbreviated", "stand-alone" if "LLL" in pattern else "format", locale)
    months = ("", *(names[month] for month in range(1, 13)))
    writers: dict[str, Callable[[date], str]] = {
        "y": lambda day: str(day.year),
        **dict.fromkeys(("MMM", "LLL"), lambda day: months[day.month]),
        "M": lambda day: str(day.month),
        "MM": lambda day: f"{day.month:02}",
        "d": lambda day: str(day.day),
        "dd": lambda day: f"{day.day:02}",
    }
    pieces: list[Callable[[date], str] | str] = []
    at = 0
    for match in _FIELDS.finditer(pattern):
        pieces += [pattern[at : match.start()], writers[match[2]] if match[2] else match[1] or "'"]
        at = match.end()
    pieces.append(pattern[at:])
    return lambda day: "".join(p if isinstance(p, str) else p(day) for p in pieces)


@lru_cache(maxsize=64)
def number_style(locale: str) -> NumberStyle:
    """The number style of a locale such as `en` or `de-CH`; raises `ValueError` for an unknown one."""
    return NumberStyle(_locale(locale))


@lru_cache(maxsize=64)
def date_style(locale: str) -> DateStyle:
    """The date style of a locale such as `en` or `de-CH`; raises `ValueError` for an unknown one."""
    return DateStyle(_locale(locale))


def _locale(name: str) -> Locale:
    try:
        return Locale.parse(name.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        raise ValueError(f"There is no locale '{name}'") from None


def _grouped_by_two(text: str) -> str:
    """From `1,234,567.00` to `12,34,567.00`."""
    whole, point, fraction = text.replace(",", "").partition(".")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    head, tail = digits[:-3], digits[-3:]
    pairs: list[str] = []
    while head:
        head, pair = head[:-2], head[-2:]
        pairs.insert(0, pair)
    return sign + ",".join([*pairs, tail]) + point + fraction
