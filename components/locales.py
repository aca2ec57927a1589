"""How a locale writes numbers, money and dates: read from Babel once, then only string work.

A page draws thousands of cells; Babel's own formatting costs fifty times as much as these.
"""

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import get_month_names
from babel.numbers import format_currency

_NO_BREAK = "\u00a0"


class NumberStyle:
    """One locale's digits: grouping, decimal mark, minus and where a currency stands."""

    def __init__(self, locale: Locale) -> None:
        symbols = locale.number_symbols["latn"]
        self._locale = locale
        self._marks = str.maketrans(
            {",": symbols["group"], ".": symbols["decimal"], "-": symbols["minusSign"]}
        )
        self._english = all(chr(mark) == written for mark, written in self._marks.items())
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
    """One locale's short month names; the order day, month, year is the product's own."""

    def __init__(self, locale: Locale) -> None:
        names = get_month_names("abbreviated", locale=locale)
        self._months = ("", *(names[month] for month in range(1, 13)))

    def day(self, value: date) -> str:
        """E.g. `24 Nov 2026`."""
        return f"{value.day} {self._months[value.month]} {value.year}"

    def moment(self, value: datetime) -> str:
        """E.g. `24 Nov 2026 17:00`, in the zone that the value is in."""
        return f"{value.day} {self._months[value.month]} {value.year} {value.hour:02}:{value.minute:02}"


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
