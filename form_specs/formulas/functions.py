"""The functions that formulas may call."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

from form_specs.formulas.calendar import WorkCalendar, moved, whole
from form_specs.formulas.errors import OutOfStepsError
from form_specs.formulas.running import EXACT, MAX_ITEMS, Frame, finite, number_of, plain
from form_specs.formulas.signatures import (
    Function,
    Result,
    alike,
    anything,
    either,
    gathered,
    itself,
    lists,
    rounding,
    scalars,
    takes,
)
from form_specs.formulas.types import (
    AMOUNTS,
    BOOLEAN,
    DATE,
    MOMENT,
    MONEY,
    NUMBER,
    ORDERED,
    SCALARS,
    TEXT,
    Money,
    Value,
    list_of,
)

_DAY_STEPS = 25
"""What the search for a working day costs."""
_MAX_DECIMALS = 28
_PLAIN = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,40})?")


# -- numbers --------------------------------------------------------------------------------


def _items(frame: Frame, arguments: tuple[Value, ...]) -> list[Value]:
    """What one list holds, or the arguments themselves, without the absent ones."""
    one = arguments[0]
    found = one if len(arguments) == 1 and isinstance(one, list | tuple) else arguments
    return [item for item in frame.listed(found) if item is not None]


def _sum(frame: Frame, *arguments: Value) -> Value:
    items = _items(frame, arguments)
    if any(isinstance(item, Money) for item in items):
        return _money_sum(items)
    total = Decimal(0)
    for item in items:
        total = EXACT.add(total, item)
    return finite(total)


def _money_sum(items: list[Money]) -> Money | None:
    if len({money.currency for money in items}) > 1:
        return None
    total = Decimal(0)
    for money in items:
        total = EXACT.add(total, money.amount)
    return Money(total, items[0].currency) if total.is_finite() else None


def _average(frame: Frame, *arguments: Value) -> Value:
    items = _items(frame, arguments)
    total = _sum(frame, items) if items else None
    if isinstance(total, Money):
        return Money(EXACT.divide(total.amount, Decimal(len(items))), total.currency)
    return None if total is None else finite(EXACT.divide(total, Decimal(len(items))))


def _extreme(choose: Callable[..., Value]) -> Callable[..., Value]:
    def found(frame: Frame, *arguments: Value) -> Value:
        items = _items(frame, arguments)
        several = {item.currency for item in items if isinstance(item, Money)}
        return choose(items) if items and len(several) < 2 else None

    return found


def _rounded(mode: str) -> Callable[..., Value]:
    def rounded(_: Frame, value: Value, decimals: Decimal = Decimal(0)) -> Value:
        places = whole(decimals)
        if places is None or not -_MAX_DECIMALS <= places <= _MAX_DECIMALS:
            return None
        return _of_amount(value, lambda number: _quantized(number, places, mode))

    return rounded


def _quantized(number: Decimal, places: int, mode: str) -> Decimal | None:
    rounded = number.quantize(Decimal(1).scaleb(-places), mode, EXACT)
    # One with so many digits before the point has none so far behind it.
    return EXACT.plus(rounded if rounded.is_finite() else number)


def _of_amount(value: Value, work: Callable[[Decimal], Decimal | None]) -> Value:
    """The work on a number, or on the amount of money."""
    if not isinstance(value, Money):
        return work(value)
    amount = work(value.amount)
    return None if amount is None else Money(amount, value.currency)


def _absolute(_: Frame, value: Value) -> Value:
    return _of_amount(value, EXACT.abs)


def _count(frame: Frame, items: Value) -> Decimal:
    return Decimal(len(frame.listed(items)))


def _length(_: Frame, value: Value) -> Decimal:
    return Decimal(len(value))


def _number(_: Frame, text: str) -> Decimal | None:
    digits = text.strip()
    return number_of(Decimal(digits)) if _PLAIN.fullmatch(digits) else None


# -- texts ----------------------------------------------------------------------------------


def written(value: Value) -> str:
    """A value as `concat` writes it: plain digits and ISO dates."""
    match value:
        case bool():
            return "true" if value else "false"
        case Decimal():
            number = finite(EXACT.plus(value))
            return "" if number is None else plain(number)
        case Money(amount, currency):
            return f"{written(amount)} {currency}"
        case datetime():
            text = value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds")
            return f"{text}Z"
        case str():
            return value
        case _:
            return str(value.isoformat())


def _concat(frame: Frame, *values: Value) -> str:
    return _assembled(frame, "", [written(value) for value in values])


def _join(frame: Frame, items: Value, between: str = ", ") -> str:
    return _assembled(frame, between, [written(item) for item in frame.listed(items)])


def _assembled(frame: Frame, between: str, texts: list[str]) -> str:
    frame.room(sum(map(len, texts)) + len(between) * max(len(texts) - 1, 0))
    return between.join(texts)


def _replace(frame: Frame, text: str, old: str, new: str) -> str:
    if not old:
        return text
    frame.room(len(text) + text.count(old) * max(len(new) - len(old), 0))
    return text.replace(old, new)


def _split(frame: Frame, text: str, between: str) -> list[str]:
    frame.room(len(text))
    if not between:
        return [text]
    if text.count(between) >= MAX_ITEMS:
        raise OutOfStepsError
    return text.split(between)


def _substring(
    frame: Frame, text: str, start: Decimal, length: Decimal | None = None
) -> str | None:
    first = whole(start)
    last = None if length is None else whole(length)
    if first is None or first < 0 or (length is not None and (last is None or last < 0)):
        return None
    return frame.text(text[first:] if last is None else text[first : first + last])


def _changed(change: Callable[[str], str]) -> Callable[[Frame, str], str]:
    return lambda frame, text: frame.text(change(frame.text(text)))


def _compared(compare: Callable[[str, str], bool]) -> Callable[[Frame, str, str], bool]:
    """Without regard to capitals, as conditions compare."""
    return lambda frame, text, part: compare(frame.text(text).lower(), frame.text(part).lower())


# -- absent values --------------------------------------------------------------------------


def _coalesce(_: Frame, *values: Value) -> Value:
    return next((value for value in values if value is not None), None)


def _is_empty(_: Frame, value: Value) -> bool:
    return value is None or (isinstance(value, str | list | tuple | dict) and not value)


def _if_empty(frame: Frame, value: Value, other: Value) -> Value:
    return other if _is_empty(frame, value) else value


# -- days -----------------------------------------------------------------------------------


def _day(value: date | datetime) -> date:
    return value.astimezone(UTC).date() if isinstance(value, datetime) else value


def _date(_: Frame, year: Any, month: Decimal | None = None, day: Decimal | None = None) -> Value:
    if not isinstance(year, Decimal):
        return _day(year)
    parts = [whole(part) for part in (year, month, day) if part is not None]
    try:
        return date(*parts)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None


def _days_between(_: Frame, start: Value, end: Value) -> Decimal:
    return Decimal((_day(end) - _day(start)).days)


@lru_cache(maxsize=64)
def _calendar(holidays: frozenset[date]) -> WorkCalendar:
    return WorkCalendar(holidays)


def _workdays_between(frame: Frame, start: Value, end: Value) -> Decimal:
    frame.spend(_DAY_STEPS)
    return Decimal(_calendar(frame.env.holidays).between(_day(start), _day(end)))


def _add_workdays(frame: Frame, start: Value, days: Decimal) -> date | None:
    frame.spend(_DAY_STEPS)
    count = whole(days)
    return None if count is None else _calendar(frame.env.holidays).after(_day(start), count)


def _part(part: Callable[[date], int]) -> Callable[[Frame, Value], Decimal]:
    return lambda _, value: Decimal(part(_day(value)))


# -- for people -----------------------------------------------------------------------------


def _format_money(frame: Frame, value: Value, currency: str = "") -> str | None:
    money = value if isinstance(value, Money) else Money(value, currency)
    return frame.text(frame.env.formats.money(*money)) if money.amount.is_finite() else None


def _format_number(frame: Frame, value: Decimal, decimals: Decimal = Decimal(0)) -> str | None:
    places = whole(decimals)
    if places is None or not 0 <= places <= _MAX_DECIMALS:
        return None
    number = _quantized(value, places, ROUND_HALF_UP)
    return None if number is None else frame.text(frame.env.formats.number(number, places))


def _format_date(frame: Frame, value: Value) -> str:
    formats = frame.env.formats
    shown = formats.moment(value) if isinstance(value, datetime) else formats.day(value)
    return frame.text(shown)


_OF_DAYS: Result = either(takes(DATE, gives=NUMBER), takes(MOMENT, gives=NUMBER))
_SPAN: Result = either(
    *(takes(one, other, gives=NUMBER) for one in (DATE, MOMENT) for other in (DATE, MOMENT))
)
_TEXT: Result = takes(TEXT, gives=TEXT)
_PARTS: Result = takes(TEXT, TEXT, gives=BOOLEAN)

_ALL = (
    Function("sum", "sum(list) or sum(one, other)", gathered(AMOUNTS), _sum, strict=False),
    Function("min", "min(list) or min(one, other)", gathered(ORDERED), _extreme(min), strict=False),
    Function("max", "max(list) or max(one, other)", gathered(ORDERED), _extreme(max), strict=False),
    Function("avg", "avg(list) or avg(one, other)", gathered(AMOUNTS), _average, strict=False),
    Function("count", "count(list)", lists(NUMBER), _count),
    Function("round", "round(number, decimals)", rounding, _rounded(ROUND_HALF_UP)),
    Function("floor", "floor(number)", takes(NUMBER, gives=NUMBER), _rounded(ROUND_FLOOR)),
    Function("ceil", "ceil(number)", takes(NUMBER, gives=NUMBER), _rounded(ROUND_CEILING)),
    Function(
        "abs",
        "abs(number)",
        either(takes(NUMBER, gives=NUMBER), takes(MONEY, gives=MONEY)),
        _absolute,
    ),
    Function(
        "money",
        "money(number, 'EUR')",
        takes(NUMBER, TEXT, gives=MONEY),
        lambda _, a, c: Money(a, c),
    ),
    Function("number", "number(text)", takes(TEXT, gives=NUMBER), _number),
    Function("coalesce", "coalesce(value, other)", alike(2), _coalesce, strict=False),
    Function(
        "if_empty",
        "if_empty(value, other)",
        lambda given: alike(2)(given) if len(given) == 2 else None,
        _if_empty,
        strict=False,
    ),
    Function("empty", "empty(value)", anything(BOOLEAN), _is_empty, strict=False),
    Function("concat", "concat(value, other)", scalars(TEXT), _concat),
    Function("lower", "lower(text)", _TEXT, _changed(str.lower)),
    Function("upper", "upper(text)", _TEXT, _changed(str.upper)),
    Function("trim", "trim(text)", _TEXT, _changed(str.strip)),
    Function(
        "substring",
        "substring(text, start, length)",
        takes(TEXT, NUMBER, NUMBER, gives=TEXT, optional=1),
        _substring,
    ),
    Function("replace", "replace(text, old, new)", takes(TEXT, TEXT, TEXT, gives=TEXT), _replace),
    Function("split", "split(text, between)", takes(TEXT, TEXT, gives=list_of(TEXT)), _split),
    Function(
        "join",
        "join(list, between)",
        either(*(takes(list_of(one), TEXT, gives=TEXT, optional=1) for one in SCALARS)),
        _join,
    ),
    Function(
        "length",
        "length(text)",
        either(takes(TEXT, gives=NUMBER), lists(NUMBER)),
        _length,
    ),
    Function("contains", "contains(text, part)", _PARTS, _compared(str.__contains__)),
    Function("starts_with", "starts_with(text, start)", _PARTS, _compared(str.startswith)),
    Function(
        "date",
        "date(year, month, day)",
        either(takes(NUMBER, NUMBER, NUMBER, gives=DATE), takes(MOMENT, gives=DATE)),
        _date,
    ),
    Function("today", "today()", takes(gives=DATE), lambda frame: frame.env.today, live=True),
    Function("now", "now()", takes(gives=MOMENT), lambda frame: frame.env.now, live=True),
    Function("days_between", "days_between(from, to)", _SPAN, _days_between),
    Function("workdays_between", "workdays_between(from, to)", _SPAN, _workdays_between),
    Function(
        "add_days",
        "add_days(date, days)",
        either(takes(DATE, NUMBER, gives=DATE), takes(MOMENT, NUMBER, gives=MOMENT)),
        lambda _, day, days: moved(day, days),
    ),
    Function(
        "add_workdays",
        "add_workdays(date, days)",
        either(takes(DATE, NUMBER, gives=DATE), takes(MOMENT, NUMBER, gives=DATE)),
        _add_workdays,
    ),
    Function("year", "year(date)", _OF_DAYS, _part(lambda day: day.year)),
    Function("month", "month(date)", _OF_DAYS, _part(lambda day: day.month)),
    Function("day", "day(date)", _OF_DAYS, _part(lambda day: day.day)),
    Function("weekday", "weekday(date)", _OF_DAYS, _part(date.isoweekday)),
    Function(
        "format_money",
        "format_money(money) or format_money(number, 'EUR')",
        either(takes(MONEY, gives=TEXT), takes(NUMBER, TEXT, gives=TEXT)),
        _format_money,
    ),
    Function(
        "format_number",
        "format_number(number, decimals)",
        takes(NUMBER, NUMBER, gives=TEXT, optional=1),
        _format_number,
    ),
    Function(
        "format_date",
        "format_date(date)",
        either(takes(DATE, gives=TEXT), takes(MOMENT, gives=TEXT)),
        _format_date,
    ),
    Function("lookup", "lookup(link.field)", itself, lambda _frame, value: value),
)

FUNCTIONS = {function.name: function for function in _ALL}
"""By name."""
