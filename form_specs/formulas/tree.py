"""What a formula's text says, before it is known whether that makes sense.

Each node knows `at`, the character where it stands.
"""

from dataclasses import dataclass
from typing import TypeAlias

from form_specs.formulas.types import FormulaType, Value


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, text or boolean written out."""

    at: int
    type: FormulaType
    value: Value


@dataclass(frozen=True, slots=True)
class Items:
    """A list written out."""

    at: int
    items: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Name:
    """A field, or the item that a `map` or `filter` is at."""

    at: int
    key: str


@dataclass(frozen=True, slots=True)
class Member:
    """`target.key`."""

    at: int
    target: "Node"
    key: str


@dataclass(frozen=True, slots=True)
class Index:
    """`target[index]`."""

    at: int
    target: "Node"
    index: "Node"


@dataclass(frozen=True, slots=True)
class Call:
    """`name(arguments)`."""

    at: int
    name: str
    arguments: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class EachItem:
    """`target.map(variable, body)`, and the same with `filter`, `exists` and `all`."""

    at: int
    name: str
    target: "Node"
    variable: Name
    body: "Node"


@dataclass(frozen=True, slots=True)
class Prefix:
    """`!part` or `-part`."""

    at: int
    op: str
    part: "Node"


@dataclass(frozen=True, slots=True)
class Infix:
    """`left op right`."""

    at: int
    op: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Conditional:
    """`test ? yes : no`."""

    at: int
    test: "Node"
    yes: "Node"
    no: "Node"


Node: TypeAlias = (
    Literal | Items | Name | Member | Index | Call | EachItem | Prefix | Infix | Conditional
)
