"""What an evaluation has at hand: values, surroundings, and the steps that are left."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Any, Protocol

from form_specs.formulas.errors import OutOfStepsError
from form_specs.formulas.types import Money, Value

MAX_STEPS = 20_000
MAX_ITEMS = 1_000
MAX_TEXT = 50_000
"""Characters of one text: as long as the longest that a field holds."""
_TEXT_STEP = 64
"""How many characters cost one step."""

EXACT = Context(prec=28, rounding=ROUND_HALF_EVEN, Emin=-99, Emax=99, traps=[])
"""Traps nothing: what is no number becomes NaN, what is too large Infinity, and both are absent."""


def number_of(value: Decimal | int | float) -> Decimal | None:
    """From a number as Python has it to one of a formula: 28 digits, or none where it is too large."""
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    return finite(EXACT.plus(exact))


def finite(number: Decimal) -> Decimal | None:
    """The number, or none for what is none."""
    return number if number.is_finite() else None


def money_of(amount: Decimal, currency: str) -> Money | None:
    """An amount of money of 28 digits, or none where it is too large."""
    exact = finite(EXACT.plus(amount))
    return None if exact is None else Money(exact, currency)


def plain(number: Decimal) -> str:
    """A number in plain digits, without an exponent and without zeros that say nothing."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


class Formats(Protocol):
    """How values are written for people; locales are the business of whoever evaluates."""

    def number(self, value: Decimal, scale: int) -> str: ...
    def money(self, amount: Decimal, currency: str) -> str: ...
    def day(self, value: date) -> str: ...
    def moment(self, value: datetime) -> str: ...


class PlainFormats:
    """Digits and ISO dates: the same in every locale."""

    def number(self, value: Decimal, scale: int) -> str:
        return format(value, f".{scale}f")

    def money(self, amount: Decimal, currency: str) -> str:
        return f"{plain(amount)} {currency}"

    def day(self, value: date) -> str:
        return value.isoformat()

    def moment(self, value: datetime) -> str:
        return value.astimezone(UTC).isoformat(timespec="minutes").replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class FormulaEnv:
    """What an evaluation depends on beside the record: equal values and surroundings, equal result."""

    now: datetime
    """Aware; `now()`, and in UTC the day of `today()`."""
    holidays: frozenset[date] = frozenset()
    """Days from Monday to Friday that are no working days."""
    formats: Formats = field(default_factory=PlainFormats)

    @property
    def today(self) -> date:
        return self.now.astimezone(UTC).date()


class Frame:
    """One evaluation: never shared, never kept."""

    __slots__ = ("env", "items", "left", "values")

    def __init__(self, values: Mapping[str, Value], env: FormulaEnv, steps: int) -> None:
        self.values = values
        self.env = env
        self.items: dict[str, Any] = {}
        """What the items of `map` and its like stand for at the moment."""
        self.left = steps

    def spend(self, steps: int) -> None:
        """Counts steps; raises `OutOfStepsError` where there are not so many left."""
        self.left -= steps
        if self.left < 0:
            raise OutOfStepsError

    def text(self, text: str) -> str:
        """Counts the steps of a text that was made."""
        self.room(len(text))
        return text

    def room(self, characters: int) -> None:
        """Counts the steps of a text before it is made, and refuses one that is too long."""
        if characters > MAX_TEXT:
            raise OutOfStepsError
        self.spend(1 + characters // _TEXT_STEP)

    def listed(self, items: Any) -> Any:
        """Counts the steps of going through a list, and refuses one that is too long."""
        if len(items) > MAX_ITEMS:
            raise OutOfStepsError
        self.spend(len(items))
        return items
