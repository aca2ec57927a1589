"""The one strict way into the product for numbers.

An ASCII pattern and a length limit come before `Decimal`, `int` or `float` see anything, so
that NaN, Infinity, 1e999999, 1_000 and digits of other scripts are refused everywhere alike.
"""

import re
from decimal import ROUND_HALF_UP, Context, Decimal
from math import isfinite
from typing import Any, Final, TypeAlias

from components.values import InvalidValueError
from form_specs.exact_json import number_of
from form_specs.language import _, counted, digits
from form_specs.model import JsonValue

MAX_INTEGER: Final = 2**53
"""Beyond it, JavaScript and spreadsheets change whole numbers without a word: the limit of a new field."""
MAX_WHOLE_DIGITS: Final = 400
"""As many as a JSON number may have."""
_TOO_LONG: Final = 10**MAX_WHOLE_DIGITS
MAX_DIGITS: Final = 18
"""Of a decimal in all: scaled by its decimals it fits 64 bits."""

_HUGE: Final = 10**25
MAX_TYPED: Final = 1_500

Real: TypeAlias = float | int | Decimal

_WHOLE: Final = re.compile(r"-?[0-9]{1,399}")
_PLAIN: Final = re.compile(r"(-?)([0-9]{1,18})(?:\.([0-9]{1,18}))?")
_REAL: Final = re.compile(r"-?[0-9]{1,309}(?:\.[0-9]{1,1100})?")
_MINUS: Final = "\u2212"
_GAPS: Final = " \u00a0\u202f'\u2019"
_ANY_PLAIN: Final = re.compile(r"[^,.\s'\u2019]*(?:\.[^,.\s'\u2019]*)?")
_TWO_WAYS: Final = re.compile(r"-?[1-9][0-9]*,[0-9]{3}")
_DECIMAL_COMMA: Final = re.compile(r"-?[0-9]+,[0-9]+")
_MARKED: Final = re.compile(rf"-?[0-9,.{_GAPS}]+")
_GROUPED: Final = re.compile(
    rf"-?[1-9][0-9]{{0,2}}(?P<mark>[,.{_GAPS}])[0-9]{{3}}(?:(?P=mark)[0-9]{{3}})*"
    r"(?P<decimals>(?!(?P=mark))[.,][0-9]+)?"
)


def integer_of(value: JsonValue) -> int:
    """From a JSON number to an exact whole number; 1.0 is one, as JSON Schema has it."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise InvalidValueError(_("This must be a whole number"))
    if not isinstance(value, int):
        if not isfinite(value) or value % 1:
            raise InvalidValueError(_("This must be a whole number"))
        value = int(value)
    if abs(value) >= _TOO_LONG:
        raise InvalidValueError(
            _("A whole number has at most %(limit)s digits", limit=MAX_WHOLE_DIGITS)
        )
    return value


def integer_from_text(text: str) -> int:
    """From what a person typed to a whole number."""
    plain = _ungrouped(text)
    if not _WHOLE.fullmatch(plain):
        raise InvalidValueError(_("Write a whole number in digits, like 1234"))
    return integer_of(int(plain))


def real_of(value: JsonValue) -> float:
    """From a JSON number to a float that stands for exactly that number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidValueError(_("This must be a number"))
    try:
        real = float(value)
    except OverflowError:
        raise InvalidValueError(_("This number is too large")) from None
    if not isfinite(real):
        raise InvalidValueError(_("This must be a number"))
    if isinstance(value, int) and int(real) != value:
        raise InvalidValueError(_("This number has more digits than can be kept (about 15)"))
    return real


def real_from_text(text: str) -> float:
    """From what a person typed to a float."""
    plain = _ungrouped(text)
    if not _REAL.fullmatch(plain):
        raise InvalidValueError(_("Write a number in digits, like 12.5"))
    real = float(plain)
    if not isfinite(real):
        raise InvalidValueError(_("This number is too large"))
    return real


def measured_of(value: Any) -> Real:
    """From a JSON number to a float, or to the number itself where no float means exactly that."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise InvalidValueError(_("This must be a number"))
    try:
        real = float(value)
    except OverflowError:
        raise InvalidValueError(_("This number is too large")) from None
    if not isfinite(real):
        raise InvalidValueError(_("This must be a number"))
    return real if isinstance(value, float) or _means(real, value) else value


def _means(real: float, value: int | Decimal) -> bool:
    """Whether the shortest digits of a float are this number; one that looks like a count stays one."""
    if isinstance(value, int) and MAX_INTEGER < abs(value) < _HUGE:
        return False
    return Decimal(repr(real)) == value


def measured_from_text(text: str) -> Real:
    """From what a person typed to a float, or to the number itself where no float means exactly that."""
    plain = _ungrouped(text)
    if not _REAL.fullmatch(plain):
        raise InvalidValueError(_("Write a number in digits, like 12.5"))
    if not isfinite(float(plain)):
        raise InvalidValueError(_("This number is too large"))
    return measured_of(number_of(plain))


def real_to_text(value: Real) -> str:
    """From a number to the shortest digits that mean it, without an exponent."""
    text = repr(value) if isinstance(value, float) else str(value)
    if "e" in text.lower():
        text = format(Decimal(text), "f")
    return text.removesuffix(".0")


def decimal_of(value: JsonValue, scale: int) -> Decimal:
    """From a decimal in JSON, which is a text like "1234.50", to the number with `scale` decimals."""
    if not isinstance(value, str):
        raise InvalidValueError(
            _(
                'This must be a decimal written as a text, like "%(example)s"',
                example=_example(scale),
            )
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
        raise InvalidValueError(
            _("The stored value is no scaled number: %(value)s", value=repr(stored))
        )
    return Decimal(stored).scaleb(-scale)


def scaled_text(value: Decimal, scale: int) -> str:
    """From any number to its text with exactly `scale` decimals, rounded half-up."""
    context = Context(prec=MAX_DIGITS + 200, rounding=ROUND_HALF_UP)
    return format(value.quantize(Decimal(1).scaleb(-scale), context=context), "f")


def decimal_pattern(scale: int) -> str:
    """The JSON Schema pattern of a decimal text with at most `scale` decimals."""
    whole = f"^-?[0-9]{{1,{MAX_DIGITS - scale}}}"
    return f"{whole}(\\.[0-9]{{1,{scale}}})?$" if scale else f"{whole}$"


def _decimal(text: str, scale: int) -> Decimal:
    match = _PLAIN.fullmatch(text)
    if not match:
        raise InvalidValueError(
            _("Write a number in digits, like %(example)s", example=_example(scale))
        )
    sign, whole, fraction = match[1], match[2], match[3] or ""
    if len(fraction) > scale:
        raise InvalidValueError(_too_fine(scale, len(fraction)))
    if len(whole) > MAX_DIGITS - scale:
        raise InvalidValueError(
            counted(
                "At most %(num)s digit before the point; this has %(number)s",
                "At most %(num)s digits before the point; this has %(number)s",
                MAX_DIGITS - scale,
                number=len(whole),
            )
        )
    scaled = int(whole + fraction.ljust(scale, "0"))
    return Decimal(-scaled if sign else scaled).scaleb(-scale)


def _too_fine(scale: int, number: int) -> str:
    if not scale:
        return _("No decimals here; this has %(number)s", number=number)
    return counted(
        "At most %(num)s decimal; this has %(number)s",
        "At most %(num)s decimals; this has %(number)s",
        scale,
        number=number,
    )


def _ungrouped(text: str) -> str:
    """A number's plain digits with a decimal point, whichever of the two conventions it follows.

    Where a mark may stand before thousands as well as before decimals, it says what to write.
    """
    text = text.strip().replace(_MINUS, "-")
    if len(text) > MAX_TYPED:
        raise InvalidValueError(
            _(
                "A number has at most %(limit)s characters; this has %(number)s",
                limit=digits(MAX_TYPED),
                number=digits(len(text)),
            )
        )
    if _ANY_PLAIN.fullmatch(text):
        return text
    if _TWO_WAYS.fullmatch(text):
        raise InvalidValueError(two_ways(text))
    if _DECIMAL_COMMA.fullmatch(text):
        return text.replace(",", ".")
    return _without_groups(text)


def two_ways(text: str) -> str:
    """What to write for a number whose one mark may begin thousands as well as decimals."""
    whole, mark, rest = text.partition("," if "," in text else ".")
    return _(
        "'%(mark)s' may be read in two ways here: write %(whole)s or %(point)s",
        mark=mark,
        whole=f"{whole}{rest}",
        point=f"{whole}{'.' if mark == ',' else ','}{rest}",
    )


def _without_groups(text: str) -> str:
    grouped = _GROUPED.fullmatch(text)
    # Of one group alone, any mark but a space might be the decimals'.
    if grouped and (
        grouped["decimals"] or text.count(grouped["mark"]) > 1 or grouped["mark"] in _GAPS
    ):
        whole = text[: grouped.start("decimals")] if grouped["decimals"] else text
        return whole.replace(grouped["mark"], "") + (grouped["decimals"] or "").replace(",", ".")
    if _MARKED.fullmatch(text) and any(mark in text for mark in ",."):
        raise InvalidValueError(
            _("The commas or points are not where thousands end: write it like 1234.50")
        )
    return text


def _example(scale: int) -> str:
    return f"1234.{'50'.ljust(scale, '0')[:scale]}" if scale else "1234"
