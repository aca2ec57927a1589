"""Numbers, amounts and percentages as people write them in sheets."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Final

from babel.numbers import get_currency_precision, list_currencies

from form_specs.sheets.cells import Cell

MARKS: Final = (".", ",")
"""What stands before the decimals."""
_SPACES: Final = " \u00a0\u202f\u2009'’"
_MINUS: Final = re.compile(r"[−–‒]")
_DIGITS: Final = re.compile(r"[0-9]+")
_SHAPES: Final = {
    mark: re.compile(
        rf"(?:[0-9]+|[0-9]{{1,3}}(?P<apart>[{re.escape(other)}{_SPACES}])[0-9]{{2,3}}"
        rf"(?:(?P=apart)[0-9]{{2,3}})*(?<=[0-9]{{3}}))?(?:{re.escape(mark)}[0-9]*)?"
    )
    for mark, other in ((".", ","), (",", "."))
}
_POWER: Final = {
    mark: re.compile(rf"[0-9](?:{re.escape(mark)}[0-9]{{1,15}}[eE][+-]?|[eE][+-])[0-9]{{1,2}}")
    for mark in MARKS
}
"""1.5E-3 and 1e+05: what has neither decimals nor a sign is rather a code, such as 1E3."""
USUAL: Final = (
    "EUR", "USD", "GBP", "CHF", "RON", "PLN", "CZK", "HUF", "SEK", "NOK", "DKK", "CAD", "AUD", "JPY", "CNY", "INR",
    "BRL", "TRY", "AED", "ZAR",
)  # fmt: skip
"""The currencies that are offered first."""
_SIGNS: Final = {
    "€": "EUR", "£": "GBP", "$": "USD", "¥": "JPY", "₹": "INR", "₺": "TRY", "₽": "RUB",
    "₩": "KRW", "₪": "ILS", "₴": "UAH", "₫": "VND", "฿": "THB", "zł": "PLN", "kč": "CZK",
    "ft": "HUF", "lei": "RON", "leu": "RON", "kr": "SEK", "kr.": "DKK", "us$": "USD", "r$": "BRL",
    "c$": "CAD", "a$": "AUD", "fr.": "CHF", "sfr": "CHF", "euro": "EUR", "eur.": "EUR", "лв": "BGN",
    "tl": "TRY", "円": "JPY", "元": "CNY", "원": "KRW",
    # In the encodings of Japan the sign of the yen is that of the backslash.
    "\\": "JPY", "rs": "INR", "rs.": "INR", "руб": "RUB", "руб.": "RUB",
}  # fmt: skip
_BESIDE: Final = re.compile(
    r"(?P<before>[^\d.,()+\-\s]{1,4}(?:(?<=[^\W\d_])\.)?)?\s*(?P<number>.+?)\s*(?P<after>[^\d,()+\-\s]{1,4})?"
)


@dataclass(frozen=True, slots=True)
class Amount:
    """A number and the currency that stands beside it, if one does."""

    number: Decimal
    currency: str = ""


def read_number(cell: Cell, mark: str) -> Decimal | None:
    """A number with `mark` before its decimals; none for anything else.

    Codes are none: 00123 keeps its zeros only as a text.
    """
    if isinstance(cell, Decimal):
        return cell
    if not isinstance(cell, str):
        return None
    text, negative = _unsigned(cell)
    shape = _SHAPES[mark].fullmatch(text)
    if shape is None and _POWER[mark].fullmatch(text):
        number = Decimal(text.replace(mark, "."))
        return -number if negative else number
    if not text or shape is None or not _DIGITS.search(text):
        return None
    digits = text.replace(shape["apart"], "") if shape["apart"] else text
    digits = digits.replace(mark, ".")
    if len(digits) > 1 and digits[0] == "0" and digits[1] != ".":
        return None
    number = Decimal(digits)
    return -number if negative else number


def _unsigned(cell: str) -> tuple[str, bool]:
    """What is left of a number without its sign, which may be a minus or brackets."""
    text = _MINUS.sub("-", cell.strip())
    if text.startswith("(") and text.endswith(")"):
        return text[1:-1].strip(), True
    if text.startswith("-"):
        return text[1:].strip(), True
    if text.endswith("-"):
        return text[:-1].strip(), True
    return text.removeprefix("+").strip(), False


def read_amount(cell: Cell, mark: str) -> Amount | None:
    """A number with or without a currency before or after it; none for anything else."""
    if not isinstance(cell, str):
        number = read_number(cell, mark)
        return None if number is None else Amount(number)
    text, negative = _unsigned(cell)
    parts = _BESIDE.fullmatch(text)
    if parts is None:
        return None
    beside = [part for part in (parts["before"], parts["after"]) if part]
    if len(beside) > 1 or (beside and not currency_of(beside[0])):
        return None
    number = read_number(parts["number"], mark)
    if number is None:
        return None
    return Amount(-number if negative else number, currency_of(beside[0]) if beside else "")


def read_percent(cell: Cell, mark: str) -> Decimal | None:
    """A number with a percent sign; none for anything else."""
    if not isinstance(cell, str) or "%" not in cell:
        return None
    return read_number(cell.replace("%", "").strip(), mark)


def currency_of(text: str) -> str:
    """The ISO 4217 code of a currency's sign or code; empty where it is none."""
    wanted = text.strip()
    if wanted in codes():
        return wanted
    return _SIGNS.get(wanted.casefold(), "")


def decimals_of(currency: str) -> int:
    """How many decimals amounts of a currency have."""
    return get_currency_precision(currency)


@cache
def codes() -> frozenset[str]:
    """All codes of currencies."""
    return frozenset(list_currencies())
