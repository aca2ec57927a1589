"""The tree that expressions of all languages are read into."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from decimal import Decimal
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Literal:
    """A text, a number, true, false or null."""

    value: str | Decimal | bool | None


@dataclass(frozen=True, slots=True)
class Ref:
    """A field as the source names it; more than one step leads into groups or rows."""

    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Self:
    """The field whose constraint it is."""


@dataclass(frozen=True, slots=True)
class Call:
    """A function."""

    name: str
    args: "tuple[Expr, ...]"


@dataclass(frozen=True, slots=True)
class Infix:
    """Two operands; `op` is one of || && == != < <= > >= + - * / % in."""

    op: str
    left: "Expr"
    right: "Expr"


@dataclass(frozen=True, slots=True)
class Negative:
    """A sign before a number."""

    part: "Expr"


@dataclass(frozen=True, slots=True)
class Choose:
    """One of two values, by a test."""

    test: "Expr"
    then: "Expr"
    other: "Expr"


@dataclass(frozen=True, slots=True)
class Items:
    """A list written out."""

    items: "tuple[Expr, ...]"


@dataclass(frozen=True, slots=True)
class Range:
    """All from `low` to `high`, with or without each end."""

    low: "Expr"
    high: "Expr"
    with_low: bool = True
    with_high: bool = True


@dataclass(frozen=True, slots=True)
class Quantified:
    """Whether some or every row of a list meets a test; `name` stands for the row."""

    kind: str
    name: str
    rows: "Expr"
    test: "Expr"


Expr: TypeAlias = (
    Literal | Ref | Self | Call | Infix | Negative | Choose | Items | Range | Quantified
)


def parts(expr: Expr) -> Iterator[Expr]:
    """The expression and all in it."""
    yield expr
    for member in fields(expr):
        value = getattr(expr, member.name)
        for part in value if isinstance(value, tuple) else (value,):
            if is_dataclass(part):
                yield from parts(part)  # type: ignore[arg-type]


def conjuncts(expr: Expr) -> Iterator[Expr]:
    """The parts that must all hold."""
    if isinstance(expr, Infix) and expr.op == "&&":
        yield from conjuncts(expr.left)
        yield from conjuncts(expr.right)
    else:
        yield expr
