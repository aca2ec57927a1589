"""The names that a formula speaks of, found in its text alone: whether they mean something is not asked."""

from collections.abc import Iterator

from form_specs.formulas.parsing import parse
from form_specs.formulas.templates import formulas_in
from form_specs.formulas.tree import (
    Call,
    Conditional,
    EachItem,
    Index,
    Infix,
    Items,
    Member,
    Name,
    Node,
    Prefix,
)


def names_in_formula(text: str) -> list[str]:
    """The fields that a formula names, each once, with what it takes of them: `merchant.name`.

    Raises `FormulaError` for a text that is no formula.
    """
    node, _nodes = parse(text)
    return list(dict.fromkeys(_names(node, frozenset())))


def names_in_text(text: str) -> list[str]:
    """The fields that the formulas in braces of a text name; raises `FormulaError`."""
    found = (name for formula in formulas_in(text) for name in names_in_formula(formula))
    return list(dict.fromkeys(found))


def _names(node: Node, own: frozenset[str]) -> Iterator[str]:
    """The names below a node; `own` are those of items that it is at."""
    path = _path(node)
    if path is not None:
        if path.partition(".")[0] not in own:
            yield path
        return
    match node:
        case EachItem():
            yield from _names(node.target, own)
            yield from _names(node.body, own | {node.variable.key})
        case Items() | Call():
            for item in node.items if isinstance(node, Items) else node.arguments:
                yield from _names(item, own)
        case _:
            for part in _parts(node):
                yield from _names(part, own)


def _parts(node: Node) -> tuple[Node, ...]:
    match node:
        case Member():
            return (node.target,)
        case Index():
            return (node.target, node.index)
        case Prefix():
            return (node.part,)
        case Infix():
            return (node.left, node.right)
        case Conditional():
            return (node.test, node.yes, node.no)
        case _:
            return ()


def _path(node: Node) -> str | None:
    """`merchant.name` for a name and what is taken of it."""
    if isinstance(node, Name):
        return node.key
    if isinstance(node, Member):
        target = _path(node.target)
        return None if target is None else f"{target}.{node.key}"
    return None
