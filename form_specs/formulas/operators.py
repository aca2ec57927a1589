"""What the signs between and before values mean, type by type."""

import operator
from collections.abc import Callable
from decimal import Decimal

from form_specs.formulas.errors import FormulaError
from form_specs.formulas.running import EXACT, Frame, finite, money_of
from form_specs.formulas.types import (
    BOOLEAN,
    MONEY,
    NUMBER,
    ORDERED,
    SCALARS,
    TEXT,
    FormulaType,
    Money,
    Value,
    common,
    fits,
)
from form_specs.language import _, marked

Binary = Callable[[Frame, Value, Value], Value]
"""Works on two values that are there."""

_ARITHMETIC: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": EXACT.add,
    "-": EXACT.subtract,
    "*": EXACT.multiply,
    "/": EXACT.divide,
    "%": EXACT.remainder,
}
_ORDER = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


def binary(op: str, at: int, left: FormulaType, right: FormulaType) -> tuple[FormulaType, Binary]:
    """The result type and the work of `left op right`; raises `FormulaError` where it makes no sense."""
    found = _found(op, left, right)
    if found is None:
        message = _(
            "'%(op)s' does not take %(left)s and %(right)s", op=op, left=left.noun, right=right.noun
        )
        raise FormulaError(at, message, _hint(op, left, right))
    return found


def _found(op: str, left: FormulaType, right: FormulaType) -> tuple[FormulaType, Binary] | None:
    if op in _ARITHMETIC:
        return _arithmetic(op, left, right)
    if op == "in":
        item = right.item
        return (BOOLEAN, _contained) if item and left in SCALARS and fits(left, item) else None
    if op in ("==", "!="):
        same = left in SCALARS and fits(left, right)
        return (BOOLEAN, _equal if op == "==" else _unequal) if same else None
    return (BOOLEAN, _ordered(op)) if left in ORDERED and left == right else None


def _arithmetic(
    op: str, left: FormulaType, right: FormulaType
) -> tuple[FormulaType, Binary] | None:
    if left == right == NUMBER:
        work = _ARITHMETIC[op]
        return NUMBER, lambda _, a, b: finite(work(a, b))
    if left == right == TEXT and op == "+":
        return TEXT, _joined
    return _WITH_MONEY.get((left.name, op, right.name))


def _ratio(_: Frame, a: Money, b: Money) -> Decimal | None:
    return finite(EXACT.divide(a.amount, b.amount)) if _one(a, b) else None


_WITH_MONEY: dict[tuple[str, str, str], tuple[FormulaType, Binary]] = {
    ("money", "+", "money"): (
        MONEY,
        lambda _, a, b: money_of(EXACT.add(a.amount, b.amount), a.currency) if _one(a, b) else None,
    ),
    ("money", "-", "money"): (
        MONEY,
        lambda _, a, b: (
            money_of(EXACT.subtract(a.amount, b.amount), a.currency) if _one(a, b) else None
        ),
    ),
    ("money", "/", "money"): (NUMBER, _ratio),
    ("money", "*", "number"): (
        MONEY,
        lambda _, a, b: money_of(EXACT.multiply(a.amount, b), a.currency),
    ),
    ("number", "*", "money"): (
        MONEY,
        lambda _, a, b: money_of(EXACT.multiply(a, b.amount), b.currency),
    ),
    ("money", "/", "number"): (
        MONEY,
        lambda _, a, b: money_of(EXACT.divide(a.amount, b), a.currency),
    ),
}


def _one(a: Money, b: Money) -> bool:
    return a.currency == b.currency


def _joined(frame: Frame, a: str, b: str) -> str:
    frame.room(len(a) + len(b))
    return a + b


def _contained(frame: Frame, value: Value, items: Value) -> bool:
    return value in frame.listed(items)


def _equal(_: Frame, a: Value, b: Value) -> bool:
    return bool(a == b)


def _unequal(_: Frame, a: Value, b: Value) -> bool:
    return bool(a != b)


def _ordered(op: str) -> Binary:
    compare = _ORDER[op]

    def ordered(_: Frame, a: Value, b: Value) -> bool | None:
        if isinstance(a, Money):
            return bool(compare(a.amount, b.amount)) if _one(a, b) else None
        return bool(compare(a, b))

    return ordered


def negated(at: int, part: FormulaType) -> Callable[[Value], Value]:
    """The work of `-part`; raises `FormulaError`."""
    if part == NUMBER:
        return EXACT.minus
    if part == MONEY:
        return lambda money: money_of(EXACT.minus(money.amount), money.currency)
    raise FormulaError(
        at, _("'-' does not take %(noun)s", noun=part.noun), _("It stands before numbers")
    )


def _hint(op: str, left: FormulaType, right: FormulaType) -> str:
    names = {left.name, right.name}
    hints = (
        (op in ("+", "-") and names & {"date", "datetime"}, _DAYS),
        (op == "+" and "text" in names, _JOINED),
        (op == "in", _AMONG),
        (names == {"money", "number"}, _AMOUNT),
        (names & {"list", "object"}, _ONE_OF_LIST),
        (common(left, right) is None, _ALIKE),
        (op in _ARITHMETIC, _NUMBERS),
    )
    return _(next((hint for fits_, hint in hints if fits_), _IN_ORDER), op=op)


_DAYS = marked("Use days_between(from, to) or add_days(date, number)")
_JOINED = marked("Join texts and other values with concat(one, other)")
_AMONG = marked("It asks whether a list holds a value, as in reason in ['kyc', 'legal']")
_AMOUNT = marked("Take the number with .amount, or make money with money(number, 'EUR')")
_ONE_OF_LIST = marked("Make one value of the list first, with sum, count, exists or [0]")
_ALIKE = marked("Both sides must be of one type")
_NUMBERS = marked("'%(op)s' is for numbers")
_IN_ORDER = marked("'%(op)s' is for what has an order")
