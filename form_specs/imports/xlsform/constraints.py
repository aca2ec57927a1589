"""Constraints of XLSForm: what JSON Schema can say goes into the schema, the rest becomes a rule."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from form_specs.checks.patterns import pattern_problem
from form_specs.imports.expressions import xpath
from form_specs.imports.expressions.conditions import Conditions
from form_specs.imports.expressions.tree import Call, Expr, Infix, Literal, Self, conjuncts
from form_specs.imports.logic import Truth, Untranslatable, all_of
from form_specs.imports.outline import Item

_BOUNDS: Final = {
    ">=": "minimum",
    "<=": "maximum",
    ">": "exclusiveMinimum",
    "<": "exclusiveMaximum",
}
_FLIPPED: Final = {">=": "<=", "<=": ">=", ">": "<", "<": ">"}


def constrain(item: Item, text: str, made: Conditions) -> tuple[set[str], Truth, list[str]]:
    """Puts a constraint onto an item.

    Gives the keywords that now hold it, the condition that holds the rest, and why parts of it could
    not be carried over. Raises `Untranslatable` where nothing of it could be read.
    """
    keywords: set[str] = set()
    rest: list[Truth] = []
    lost: list[str] = []
    for part in conjuncts(xpath.read(text)):
        found = list(_keywords(part, item))
        if found:
            for keyword, value in found:
                item.schema[keyword] = value
                keywords.add(keyword)
            continue
        try:
            rest.append(made.when(part))
        except Untranslatable as error:
            lost.append(str(error))
    return keywords, all_of(rest), lost


def _keywords(part: Expr, item: Item) -> Iterator[tuple[str, Any]]:
    """The keyword that says the same as a comparison of `.` with a number."""
    match part:
        case Infix(op, Self(), Literal(Decimal() as number)) if op in _BOUNDS:
            yield from _bound(op, number, item)
        case Infix(op, Literal(Decimal() as number), Self()) if op in _FLIPPED:
            yield from _bound(_FLIPPED[op], number, item)
        case Infix("==", Call("string-length", (Self(),)), Literal(Decimal() as number)):
            if _is_text(item):
                yield "minLength", int(number)
                yield "maxLength", int(number)
        case Infix(op, Call("string-length", (Self(),)), Literal(Decimal() as number)):
            yield from _length(op, number, item)
        case Call("regex", (Self(), Literal(str(pattern)))) if _is_text(item):
            whole = f"^(?:{pattern})$"
            if "pattern" not in item.schema and not pattern_problem(whole):
                yield "pattern", whole


def _bound(op: str, number: Decimal, item: Item) -> Iterator[tuple[str, Any]]:
    if item.schema.get("type") in ("integer", "number") and _BOUNDS[op] not in item.schema:
        yield _BOUNDS[op], int(number) if number == int(number) else float(number)


def _length(op: str, number: Decimal, item: Item) -> Iterator[tuple[str, Any]]:
    steps = {
        ">=": ("minLength", 0),
        ">": ("minLength", 1),
        "<=": ("maxLength", 0),
        "<": ("maxLength", -1),
    }
    if _is_text(item) and op in steps and number == int(number):
        keyword, more = steps[op]
        if keyword not in item.schema and int(number) + more >= 0:
            yield keyword, int(number) + more


def _is_text(item: Item) -> bool:
    return (
        item.schema.get("type") == "string"
        and "format" not in item.schema
        and "oneOf" not in item.schema
    )
