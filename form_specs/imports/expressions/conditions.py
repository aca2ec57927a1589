"""From the tree of an expression to a condition.

Asked both ways, *when is it true* and *when is it false*: in FEEL a comparison with nothing is
neither, in XPath it is false.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, TypeAlias

from form_specs.imports.expressions.names import NOUNS, NUMERIC, Kind, Known, Names
from form_specs.imports.expressions.tree import (
    Call,
    Choose,
    Expr,
    Infix,
    Items,
    Literal,
    Negative,
    Quantified,
    Range,
    Ref,
    Self,
)
from form_specs.imports.logic import Truth, Untranslatable, all_of, any_of, compare, negated
from form_specs.imports.notes import shown
from form_specs.language import _

_ORDER: Final = {"<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
_FLIPPED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_FALSE_WHEN: Final = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}

Handler: TypeAlias = "Callable[[Conditions, tuple[Expr, ...]], Truth]"


@dataclass(frozen=True)
class Dialect:
    """What a language does differently."""

    functions: Mapping[str, Handler]
    """Functions that are true or false, by name."""
    undecided: bool
    """A comparison by size with nothing is neither true nor false."""
    dates: tuple[str, ...] = ("date",)
    """Functions that make a date of a text."""


@dataclass
class Conditions:
    """Writes conditions for the expressions of one place in a form."""

    names: Names
    dialect: Dialect
    own: Known | None = None
    """The field that `.` means."""
    rows: dict[str, Known] = field(default_factory=dict)
    """Lists whose rows are being tested, by the name that stands for a row."""

    def when(self, expr: Expr, *, true: bool = True) -> Truth:
        """The condition that holds while an expression is true (or false); raises `Untranslatable`."""
        match expr:
            case Infix("&&" | "||" as op, left, right):
                join = all_of if (op == "&&") is true else any_of
                return join([self.when(left, true=true), self.when(right, true=true)])
            case Choose(test, then, other):
                first = all_of([self.when(test), self.when(then, true=true)])
                return any_of(
                    [first, all_of([self.when(test, true=False), self.when(other, true=true)])]
                )
            case Call("not", (part,)):
                return self.when(part, true=not true)
            case Call("boolean" | "string" | "number", (part,)):
                return self.when(part, true=true)
            case Infix(op, left, right) if op in _FLIPPED:
                return self.compared(op, left, right, true=true)
        return self.turned(self.plain(expr), true=true)

    def turned(self, found: Truth, *, true: bool) -> Truth:
        return found if true else negated(found)

    def plain(self, expr: Expr) -> Truth:
        """What is true or false by itself."""
        match expr:
            case Literal(bool(value)):
                return value
            case Call(name, args) if name in self.dialect.functions:
                return self.dialect.functions[name](self, args)
            case Infix("in", left, right):
                return self.member(left, right)
            case Ref() | Self():
                known = self.known(expr)
                is_flag = known.kind is Kind.BOOLEAN
                return compare(known.field, "eq" if is_flag else "present", True)
            case Quantified():
                return self.rows_meet(expr)
        raise Untranslatable(_neither(expr))

    # -- comparisons --------------------------------------------------------------------

    def compared(self, op: str, left: Expr, right: Expr, *, true: bool) -> Truth:
        """One comparison, a field on its left."""
        if not isinstance(left, Ref | Self) or self.is_counted(left):
            if isinstance(right, Ref | Self):
                return self.compared(_FLIPPED[op], right, left, true=true)
            return self.turned(self.measured(op, left, right), true=true)
        if not true and op in _ORDER and self.dialect.undecided:
            return self.leaf(self.known(left), _FALSE_WHEN[op], right)
        return self.turned(self.leaf(self.known(left), op, right), true=true)

    def is_counted(self, expr: Expr) -> bool:
        return isinstance(expr, Call)

    def leaf(self, known: Known, op: str, value: Expr) -> Truth:
        """A field beside what it is compared with."""
        if isinstance(value, Literal) and value.value in (None, ""):
            if op not in ("==", "!="):
                raise Untranslatable(_("a comparison by size with nothing"))
            return compare(known.field, "empty" if op == "==" else "present")
        if known.kind is Kind.SEVERAL and op in ("==", "!="):
            raise Untranslatable(_("a comparison of several choices with one text"))
        wanted = self.operand(known, value)
        if op in _ORDER:
            self.ordered(known)
            return compare(known.field, _ORDER[op], wanted)
        return compare(known.field, "eq" if op == "==" else "ne", wanted)

    def ordered(self, known: Known) -> None:
        if known.kind not in (*NUMERIC, Kind.DATE, Kind.MOMENT, Kind.TIME):
            raise Untranslatable(
                _("'%(field)s' compared by size, which is no number or date", field=known.field)
            )

    def measured(self, op: str, left: Expr, right: Expr) -> Truth:
        """A comparison of how long or how many something is with nothing or one."""
        match left, right:
            case Call(name, (Ref() | Self() as ref,)), Literal(Decimal() as count) if (
                name in _COUNTS
            ):
                found = _COUNTED.get((op, int(count))) if count == int(count) else None
                if found:
                    return compare(self.known(ref).field, found)
                raise Untranslatable(
                    _("a comparison of %(name)s() with %(count)s", name=name, count=count)
                )
            case Call("string" | "number" | "int", (part,)), _:
                return self.compared(op, part, right, true=True)
            case Call(), Literal(bool(value)):
                return self.when(left, true=value is (op == "=="))
            case (Call() as call, _) | (_, Call() as call) if call.name not in _COUNTS:
                raise Untranslatable(_("the function %(name)s()", name=call.name))
            case Literal(), Literal():
                raise Untranslatable(_("a comparison of two fixed values"))
        raise Untranslatable(_("a calculation compared with '%(op)s'", op=op))

    def member(self, left: Expr, right: Expr) -> Truth:
        """Whether a value is one of several, or within a range."""
        if not isinstance(left, Ref | Self):
            raise Untranslatable(_("'in' for something other than a field"))
        known = self.known(left)
        match right:
            case Items(items):
                return compare(known.field, "in", [self.literal(known, item) for item in items])
            case Range(low, high, with_low, with_high):
                return all_of([
                    self.leaf(known, ">=" if with_low else ">", low),
                    self.leaf(known, "<=" if with_high else "<", high),
                ])  # fmt: skip
            case Literal():
                return self.leaf(known, "==", right)
        raise Untranslatable(_("'in' for a list that is not written out"))

    def rows_meet(self, expr: Quantified) -> Truth:
        """Whether some or every row of a list meets a test."""
        if not isinstance(expr.rows, Ref):
            raise Untranslatable(_("a test of rows that are not a field"))
        known = self.names.scalar(expr.rows)
        if known.kind is not Kind.ROWS:
            raise Untranslatable(
                _("a test of the rows of '%(field)s', which has none", field=known.field)
            )
        inner = Conditions(self.names.within(known.path), self.dialect, None, {expr.name: known})
        found = inner.when(expr.test)
        if isinstance(found, bool):
            raise Untranslatable(_("a test of rows that never changes"))
        return {expr.kind: known.field, "match": found}

    # -- operands -----------------------------------------------------------------------

    def known(self, expr: Expr) -> Known:
        """The field that an expression means."""
        if isinstance(expr, Self):
            if self.own is None:
                raise Untranslatable(_("'.' outside a constraint"))
            return self.own
        if not isinstance(expr, Ref):
            raise Untranslatable(_("something other than a field"))
        if self.rows:
            return self.in_row(expr)
        return self.names.scalar(expr)

    def in_row(self, ref: Ref) -> Known:
        """A field of the row being tested; paths begin in the row."""
        owner = self.rows.get(ref.path[0])
        if owner is None or len(ref.path) < 2:
            raise Untranslatable(
                _("'%(path)s' from outside the row that is tested", path=".".join(ref.path))
            )
        found = self.names.find(Ref(ref.path[1:]))
        if found.path[: len(owner.path)] != owner.path:
            raise Untranslatable(_("'%(path)s', which is no field of the row", path=ref.path[-1]))
        return Known(found.path[len(owner.path) :], found.kind)

    def operand(self, known: Known, value: Expr) -> Any:
        """What a field is compared with: a literal, a day from today, another field."""
        match value:
            case Ref() | Self():
                other = self.known(value)
                if other.kind is not known.kind and {other.kind, known.kind} - set(NUMERIC):
                    raise Untranslatable(
                        _(
                            "a comparison of '%(field)s' with '%(other)s', which is of another kind",
                            field=known.field,
                            other=other.field,
                        )
                    )
                return {"field": other.field}
            case Call("today", ()) | Call("now", ()):
                return self.moment(known, 0)
            case Infix(
                "+" | "-" as sign, Call("today" | "now", ()), Literal(Decimal() as days)
            ) if days == int(days):
                return self.moment(known, int(days) if sign == "+" else -int(days))
            case Call(name, (Literal(str()) as text,)) if name in self.dialect.dates:
                return self.literal(known, text)
            case _:
                return self.literal(known, value)

    def moment(self, known: Known, days: int) -> dict[str, Any]:
        if known.kind is Kind.DATE:
            return {"today": {"days": days} if days else {}}
        if known.kind is Kind.MOMENT:
            return {"now": {"hours": 24 * days} if days else {}}
        raise Untranslatable(
            _("a comparison of '%(field)s', which is no date, with today", field=known.field)
        )

    def literal(self, known: Known, value: Expr) -> Any:
        """A literal as the field's JSON holds it."""
        if isinstance(value, Negative) and isinstance(value.part, Literal):
            return self.literal(known, Literal(-Decimal(str(value.part.value))))
        if not isinstance(value, Literal):
            raise Untranslatable(
                _("a comparison of '%(field)s' with a calculation", field=known.field)
            )
        return fitted(known.kind, value.value)


def _neither(expr: Expr) -> str:
    if isinstance(expr, Call):
        return _("the function %(name)s()", name=expr.name)
    if isinstance(expr, Infix):
        return _("arithmetic with '%(op)s' in a condition", op=expr.op)
    return _("something that is neither true nor false")


_COUNTS: Final = frozenset({"count-selected", "string-length", "count", "string length"})
_COUNTED: Final = {
    (">", 0): "present", (">=", 1): "present", ("!=", 0): "present",
    ("==", 0): "empty", ("<", 1): "empty", ("<=", 0): "empty",
}  # fmt: skip


def fitted(kind: Kind, value: str | Decimal | bool | None) -> Any:
    """From a literal of an expression to the JSON that a field of some kind holds."""
    if kind in NUMERIC and not isinstance(value, bool) and value is not None:
        return _number(value)
    if kind is Kind.BOOLEAN:
        if isinstance(value, bool):
            return value
        raise Untranslatable(_("a comparison of yes or no with %(value)s", value=shown(value)))
    if kind in (Kind.TEXT, Kind.CHOICE, Kind.SEVERAL) and isinstance(value, str | Decimal):
        return value if isinstance(value, str) else f"{value.normalize():f}"
    if kind in (Kind.DATE, Kind.MOMENT, Kind.TIME) and isinstance(value, str):
        return value
    raise Untranslatable(
        _("a comparison of a %(kind)s with %(value)s", kind=_(NOUNS[kind]), value=shown(value))
    )


def _number(value: str | Decimal) -> int | float:
    try:
        number = Decimal(value)
    except ArithmeticError:
        raise Untranslatable(
            _("a comparison of a number with %(value)s", value=shown(value))
        ) from None
    return int(number) if number == number.to_integral_value() else float(number)
