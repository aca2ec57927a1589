"""The one strict way into the product for numbers.

An ASCII pattern and a length limit come before `Decimal`, `int` or `float` see anything, so
that NaN, Infinity, 1e999999, 1_000 and digits of other scripts are refused everywhere alike.
"""

import re
from decimal import Decimal
from math import isfinite
from typing import Final

from components.values import InvalidValueError
from form_specs.model import JsonValue

MAX_INTEGER: Final = 2**53
"""Beyond it, JavaScript and spreadsheets change whole numbers without a word."""
MAX_DIGITS: Final = 18
"""Of a decimal in all: scaled by its decimals it fits 64 bits."""

MAX_TYPED: Final = 1_500

_WHOLE: Final = re.compile(r"-?[0-9]{1,16}")
_PLAIN: Final = re.compile(r"(-?)([0-9]{1,18})(?:\.([0-9]{1,18}))?")
_REAL: Final = re.compile(r"-?[0-9]{1,309}(?:\.[0-9]{1,1100})?")
_GROUPED: Final = re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3})+(\.[0-9]+)?")
_COMMA: Final = re.compile(r"-?[0-9.]+,[0-9]+")


def integer_of(value: JsonValue) -> int:
    """From a JSON number to an exact whole number; 1.0 is one, as JSON Schema has it."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidValueError("This must be a whole number")
    if isinstance(value, float):
        if not isfinite(value) or not value.is_integer():
            raise InvalidValueError("This must be a whole number")
        value = int(value)
    if abs(value) > MAX_INTEGER:
        raise InvalidValueError(
            "Whole numbers go from -9,007,199,254,740,992 to 9,007,199,254,740,992"
        )
    return value


def integer_from_text(text: str) -> int:
    """From what a person typed to a whole number."""
    plain = _ungrouped(text)
    if not _WHOLE.fullmatch(plain):
        raise InvalidValueError("Write a whole number in digits, like 1234")
    return integer_of(int(plain))


def real_of(value: JsonValue) -> float:
    """From a JSON number to a float that stands for exactly that number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidValueError("This must be a number")
    try:
        real = float(value)
    except OverflowError:
        raise InvalidValueError("This number is too large") from None
    if not isfinite(real):
        raise InvalidValueError("This must be a number")
    if isinstance(value, int) and int(real) != value:
        raise InvalidValueError("This number has more digits than can be kept (about 15)")
    return real


def real_from_text(text: str) -> float:
    """From what a person typed to a float."""
    plain = _ungrouped(text)
    if not _REAL.fullmatch(plain):
        raise InvalidValueError("Write a number in digits, like 12.5")
    real = float(plain)
    if not isfinite(real):
        raise InvalidValueError("This number is too large")
    return real


def real_to_text(value: float) -> str:
    """From a float to the shortest digits that mean it, without an exponent."""
    text = repr(value)
    if "e" in text:
        text = format(Decimal(text), "f")
    return text.removesuffix(".0")


def decimal_of(value: JsonValue, scale: int) -> Decimal:
    """From a decimal in JSON, which is a text like "1234.50", to the number with `scale` decimals."""
    if not isinstance(value, str):
        raise InvalidValueError(
            f'This must be a decimal written as a text, like "{_example(scale)}"'
        )
    return _decimal(value, scale)


def decimal_from_text(text: str, scale: int) -> Decimal:
    """From what a person typed to the number with `scale` decimals."""
    return _decimal(_ungrouped(text), scale)


def to_scaled(value: Decimal, scale: int) -> int:
    """From a number with `scale` decimals to the whole number that is stored."""
    return int(value.scaleb(scale))


def from_scaled(stored: JsonValue, scale: int) -> Decimal:
    """From the stored whole number to the number with `scale` decimals."""
    if type(stored) is not int:
        raise InvalidValueError(f"The stored value is no scaled number: {stored!r}")
    return Decimal(stored).scaleb(-scale)


def decimal_pattern(scale: int) -> str:
    """The JSON Schema pattern of a decimal text with at most `scale` decimals."""
    whole = f"^-?[0-9]{{1,{MAX_DIGITS - scale}}}"
    return f"{whole}(\\.[0-9]{{1,{scale}}})?$" if scale else f"{whole}$"


def _decimal(text: str, scale: int) -> Decimal:
    match = _PLAIN.fullmatch(text)
    if not match:
        raise InvalidValueError(f"Write a number in digits, like {_example(scale)}")
    sign, whole, fraction = match[1], match[2], match[3] or ""
    if len(fraction) > scale:
        allowed = f"At most {scale} decimals" if scale else "No decimals here"
        raise InvalidValueError(f"{allowed}; this has {len(fraction)}")
    if len(whole) > MAX_DIGITS - scale:
        raise InvalidValueError(
            f"At most {MAX_DIGITS - scale} digits before the point; this has {len(whole)}"
        )
    scaled = int(whole + fraction.ljust(scale, "0"))
    return Decimal(-scaled if sign else scaled).scaleb(-scale)


def _ungrouped(text: str) -> str:
    """Takes commas out where they can only be grouping; says what to write where they may be more."""
    text = text.strip()
    if len(text) > MAX_TYPED:
        raise InvalidValueError(
            f"A number has at most {MAX_TYPED:,} characters; this has {len(text):,}"
        )
    if "," not in text:
        return text
    grouped = _GROUPED.fullmatch(text)
    if grouped and (grouped[1] or text.count(",") > 1):
        return text.replace(",", "")
    if grouped:
        whole, point = text.replace(",", ""), text.replace(",", ".")
        raise InvalidValueError(f"The comma may be read in two ways: write {whole} or {point}")
    if _COMMA.fullmatch(text):
        *groups, last = re.split("[.,]", text)
        raise InvalidValueError(f"Write the decimals after a point: {''.join(groups)}.{last}")
    raise InvalidValueError("The commas stand where no thousands end")


def _example(scale: int) -> str:
    return f"1234.{'50'.ljust(scale, '0')[:scale]}" if scale else "1234"
