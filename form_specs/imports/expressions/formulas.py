"""From the tree of an expression to the text of a formula."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from form_specs.imports.expressions.names import NUMERIC, Kind, Known, Names
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
    parts,
)
from form_specs.imports.logic import Untranslatable
from form_specs.language import _

_NAME: Final = re.compile(r"[^\W\d]\w*")
_POWERS: Final = {
    "||": 2, "&&": 3, "==": 4, "!=": 4, "<": 4, "<=": 4, ">": 4, ">=": 4, "in": 4,
    "+": 5, "-": 5, "*": 6, "/": 6, "%": 6,
}  # fmt: skip
_ATOM: Final = 9
_SAME: Final[Mapping[str, str]] = {
    "coalesce": "coalesce", "concat": "concat", "round": "round", "floor": "floor", "ceiling": "ceil",
    "abs": "abs", "today": "today", "now": "now", "string-length": "length", "string length": "length",
    "upper case": "upper", "lower case": "lower", "count-selected": "count", "ceil": "ceil",
    "sum": "sum", "min": "min", "max": "max", "count": "count", "mean": "avg", "replace": "replace",
    "normalize-space": "trim", "trim": "trim", "starts-with": "starts_with", "starts with": "starts_with",
    "contains": "contains", "string join": "join", "split": "split",
}  # fmt: skip
"""Functions that mean the same here, by their names there."""


@dataclass(frozen=True)
class Formulas:
    """Writes formulas for the expressions of one place in a form."""

    names: Names

    def text(self, expr: Expr) -> str:
        """The formula; raises `Untranslatable`."""
        return self.written(expr)[0]

    def written(self, expr: Expr) -> tuple[str, int]:
        """The text of an expression, and how tight its outermost operator binds."""
        match expr:
            case Literal(value):
                return _literal(value), _ATOM
            case Ref():
                return self.field(expr), _ATOM
            case Infix():
                return self.infix(expr)
            case Call(name, args):
                return self.call(name, args)
            case Quantified() | Range() | Self():
                raise Untranslatable(_("a test of rows within a calculation"))
        return self.composed(expr)

    def composed(self, expr: Negative | Choose | Items) -> tuple[str, int]:
        """A sign, a choice of two values, or a list written out."""
        if isinstance(expr, Negative):
            return f"-{self.bound(expr.part, 7)}", 7
        if isinstance(expr, Items):
            return f"[{', '.join(map(self.text, expr.items))}]", _ATOM
        test, then, other = (self.bound(part, 2) for part in (expr.test, expr.then, expr.other))
        return f"{test} ? {then} : {other}", 1

    def infix(self, expr: Infix) -> tuple[str, int]:
        """Two operands, in brackets where that keeps the meaning."""
        match expr:
            case Infix("==" | "!=" as op, left, Literal(None | "")):
                test = f"empty({self.text(left)})"
                return (test, _ATOM) if op == "==" else (f"!{test}", 7)
            case Infix("in", left, Range(low, high)):
                return self.infix(Infix("&&", Infix(">=", left, low), Infix("<=", left, high)))
        power = _POWERS[expr.op]
        # Comparisons do not chain, and only the left operand may bind as tight.
        before = self.bound(expr.left, power + 1 if power == _POWERS["=="] else power)
        return f"{before} {expr.op} {self.bound(expr.right, power + 1)}", power

    def bound(self, expr: Expr, power: int) -> str:
        """An operand, in brackets where it binds less tight."""
        text, mine = self.written(expr)
        return text if mine >= power else f"({text})"

    def field(self, ref: Ref) -> str:
        """A field; one of a row elsewhere is the list of what its rows hold."""
        known = self.names.find(ref)
        if known.rows and self.names.here[: known.rows] != known.path[: known.rows]:
            rows, inside = known.path[: known.rows], known.path[known.rows :]
            return f"{_path(rows)}.map(row, row.{_path(inside)})"
        return _path(known.path)

    def call(self, name: str, args: tuple[Expr, ...]) -> tuple[str, int]:
        if name == "not" and len(args) == 1:
            return f"!{self.bound(args[0], 7)}", 7
        if name in _OWN:
            return _OWN[name](self, args)
        if name not in _SAME:
            raise Untranslatable(_("the function %(name)s()", name=name))
        return f"{_SAME[name]}({', '.join(map(self.text, args))})", _ATOM

    def known(self, expr: Expr) -> Known | None:
        return self.names.find(expr) if isinstance(expr, Ref) else None


def _path(path: tuple[str, ...]) -> str:
    return ".".join(key if _NAME.fullmatch(key) else f"`{key}`" for key in path)


def _literal(value: str | Decimal | bool | None) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        raise Untranslatable(_("nothing (null) within a calculation"))
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else f"{value:f}"


def _one(args: tuple[Expr, ...], name: str) -> Expr:
    if len(args) != 1:
        raise Untranslatable(_("%(name)s() with %(size)s operands", name=name, size=len(args)))
    return args[0]


def _selected(made: Formulas, args: tuple[Expr, ...]) -> tuple[str, int]:
    if len(args) != 2:
        raise Untranslatable(_("selected() without a choice"))
    known = made.known(args[0])
    field, choice = made.text(args[0]), made.bound(args[1], 5)
    return (
        f"{choice} in {field}" if known and known.kind is Kind.SEVERAL else f"{field} == {choice}"
    ), 4


def _string(made: Formulas, args: tuple[Expr, ...]) -> tuple[str, int]:
    return f"concat({made.text(_one(args, 'string'))})", _ATOM


def _number(made: Formulas, args: tuple[Expr, ...]) -> tuple[str, int]:
    inner = _one(args, "number")
    known = made.known(inner)
    if (known and known.kind in NUMERIC) or isinstance(inner, Infix | Literal):
        return made.written(inner)
    return f"number({made.text(inner)})", _ATOM


def _whole(made: Formulas, args: tuple[Expr, ...]) -> tuple[str, int]:
    text = made.text(_one(args, "int"))
    return f"({text} < 0 ? ceil({text}) : floor({text}))", _ATOM


def _joined(made: Formulas, args: tuple[Expr, ...]) -> tuple[str, int]:
    """join(' ', ${list}): the separator comes first there, last here."""
    if len(args) != 2:
        raise Untranslatable(_("join() of several operands"))
    return f"join({made.text(args[1])}, {made.text(args[0])})", _ATOM


def _substring(made: Formulas, args: tuple[Expr, ...]) -> tuple[str, int]:
    """substr(text, from, to) counts from 0."""
    if len(args) == 3 and all(
        isinstance(a, Literal) and isinstance(a.value, Decimal) for a in args[1:]
    ):
        low, high = (int(str(a.value)) for a in args[1:] if isinstance(a, Literal))
        return f"substring({made.text(args[0])}, {low}, {high - low})", _ATOM
    raise Untranslatable(_("substr() without fixed positions"))


def _same_as(made: Formulas, args: tuple[Expr, ...]) -> tuple[str, int]:
    return made.written(_one(args, "boolean"))


def _date(made: Formulas, args: tuple[Expr, ...]) -> tuple[str, int]:
    inner = _one(args, "date")
    known = made.known(inner)
    if known and known.kind is Kind.DATE:
        return made.written(inner)
    if isinstance(inner, Literal) and (
        found := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", str(inner.value))
    ):
        year, month, day = map(int, found.groups())
        return f"date({year}, {month}, {day})", _ATOM
    raise Untranslatable(_("date() of something other than a day"))


_OWN: Final[Mapping[str, Callable[[Formulas, tuple[Expr, ...]], tuple[str, int]]]] = {
    "selected": _selected,
    "string": _string,
    "number": _number,
    "int": _whole,
    "join": _joined,
    "substr": _substring,
    "boolean": _same_as,
    "date": _date,
}
_ALIKE: Final = frozenset({"coalesce", "min", "max"})
_RESULTS: Final[Mapping[str, str]] = {
    "today": "date", "date": "date", "now": "datetime",
    "not": "boolean", "selected": "boolean", "boolean": "boolean", "contains": "boolean",
    "count": "integer", "count-selected": "integer", "string-length": "integer", "int": "integer",
    "floor": "integer", "ceiling": "integer", "string length": "integer",
    "number": "number", "round": "number", "sum": "number", "mean": "number", "abs": "number",
}  # fmt: skip
"""What functions give, where it is no text."""


def result_of(expr: Expr, names: Names) -> str:
    """The field type that the value of a calculation needs; text where nothing says otherwise."""
    match expr:
        case Ref():
            return _TYPES.get(names.find(expr).kind, "text")
        case Infix(op, _, _) if _POWERS[op] <= _POWERS["=="]:
            return "boolean"
        case Infix("/", _, _):
            return "number"
        case Literal(value):
            return _result_of_literal(value)
        case Call(name, _) if name not in _ALIKE:
            return _RESULTS.get(name, "text")
    return _wider([result_of(part, names) for part in _alike(expr)])


def _alike(expr: Expr) -> Iterable[Expr]:
    """The operands that the value has its type from."""
    match expr:
        case Infix(_, left, right):
            return left, right
        case Negative(part):
            return (part,)
        case Choose(_, then, other):
            return then, other
        case Call(args=args):
            return args
    return ()


def _result_of_literal(value: str | Decimal | bool | None) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, Decimal):
        return "integer" if value == int(value) else "number"
    return "text"


_TYPES: Final[Mapping[Kind, str]] = {
    Kind.INTEGER: "integer", Kind.NUMBER: "number", Kind.BOOLEAN: "boolean",
    Kind.DATE: "date", Kind.MOMENT: "datetime",
}  # fmt: skip


def _wider(results: list[str]) -> str:
    kinds = set(results)
    if len(kinds) == 1:
        return kinds.pop()
    return "number" if kinds and kinds <= {"integer", "number"} else "text"


def reads(expr: Expr) -> set[str]:
    """The names of the fields that an expression speaks of."""
    return {".".join(part.path) for part in parts(expr) if isinstance(part, Ref)}
