"""A condition as nested rows: groups, questions to the rows of a list, single rows, and what no row can show.

Each node has a name, by which the inputs of a page name it: `r` is the root, `r.0` its first part.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

from builder.logic.leaves import LeafInputs, first_inputs, inputs_of, leaf_of
from builder.logic.vocabulary import Vocabulary
from form_specs.conditions.lowering import ROWS
from form_specs.model import JsonObject, JsonValue

ALONE: Final = "alone"
"""How the only part of a group is joined that needs none: it is written without a group."""
JOINS: Final = ("all", "any", "not any", "not all")
NOT: Final = "not"


@dataclass(frozen=True, slots=True)
class Group:
    """Some parts, joined."""

    join: str
    """all, any, not any, not all; `not` before a single part; `ALONE` around one."""
    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class RowsNode:
    """What is asked of the rows of a list."""

    quantifier: str
    path: str
    part: Group
    vocabulary: Vocabulary | None
    """Of a row; none: the path leads to no rows."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One row, with the condition that it was read from."""

    inputs: LeafInputs
    was: JsonValue = None


@dataclass(frozen=True, slots=True)
class Fixed:
    """What no row can show: it stays as it is."""

    raw: Any


Node: TypeAlias = Group | RowsNode | Leaf | Fixed


# -- reading ------------------------------------------------------------------------------


def read(raw: Any, vocabulary: Vocabulary) -> Group:
    """A condition (none: there is none) as a group, which is its root."""
    if raw is None:
        return Group(ALONE, ())
    return _as_group(_node(raw, vocabulary))


def _as_group(node: Node) -> Group:
    return node if isinstance(node, Group) else Group(ALONE, (node,))


def _node(raw: Any, vocabulary: Vocabulary) -> Node:
    if not isinstance(raw, dict):
        return Fixed(raw)
    match raw:
        case {"all": list()} | {"any": list()} if len(raw) == 1:
            join, parts = next(iter(raw.items()))
            return _group(join, parts, vocabulary)
        case {"not": dict(inner)} if len(raw) == 1:
            return _negation(inner, vocabulary)
    if rows := _rows(raw, vocabulary):
        return rows
    inputs = inputs_of(raw, vocabulary)
    return Fixed(raw) if inputs is None else Leaf(inputs, raw)


def _group(join: str, parts: Sequence[Any], vocabulary: Vocabulary) -> Group:
    return Group(join, tuple(_node(part, vocabulary) for part in parts))


def _negation(inner: JsonObject, vocabulary: Vocabulary) -> Group:
    for join in ("all", "any"):
        if [*inner] == [join] and isinstance(inner[join], list):
            return _group(f"not {join}", _listed(inner[join]), vocabulary)
    return Group(NOT, (_node(inner, vocabulary),))


def _listed(parts: JsonValue) -> Sequence[Any]:
    return parts if isinstance(parts, list) else ()


def _rows(raw: JsonObject, vocabulary: Vocabulary) -> RowsNode | None:
    quantifier = next(iter(raw), "")
    if quantifier not in ROWS or [*raw] not in ([quantifier, "match"], [quantifier]):
        return None
    if raw.get("match", {}) is None:
        return None
    path = raw[quantifier]
    row = vocabulary.row(path) if isinstance(path, str) else None
    if row is None or not isinstance(path, str):
        return None
    return RowsNode(quantifier, path, read(raw.get("match"), row), row)


# -- writing ------------------------------------------------------------------------------


def write(node: Node, vocabulary: Vocabulary) -> JsonValue:
    """The condition that a node means; none for a group without parts that needs not be written."""
    match node:
        case Leaf(inputs, was):
            return leaf_of(inputs, vocabulary, was)
        case Fixed(raw):
            kept: JsonValue = raw
            return kept
        case RowsNode(quantifier, path, part, row):
            found: JsonObject = {quantifier: path}
            match_ = write(part, row or vocabulary)
            return found if match_ is None else {**found, "match": match_}
    return _written(node, [write(part, vocabulary) for part in node.parts])


def _written(group: Group, parts: list[JsonValue]) -> JsonValue:
    if group.join in (ALONE, NOT) and len(parts) == 1:
        return parts[0] if group.join == ALONE else {"not": parts[0]}
    if group.join == ALONE:
        return {"all": parts} if parts else None
    if group.join in (NOT, "not any"):
        return {"not": {"any": parts}}
    return {"not": {"all": parts}} if group.join == "not all" else {group.join: parts}


# -- walking ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Named:
    """A node by its name, with where it stands in the condition as a JSON pointer, and what it may ask."""

    name: str
    node: Node
    pointer: str
    vocabulary: Vocabulary


def named_nodes(root: Group, vocabulary: Vocabulary) -> Iterator[Named]:
    """All nodes, each before its parts."""
    yield from _named(Named("r", root, "", vocabulary))


def _named(here: Named) -> Iterator[Named]:
    yield here
    yield from (found for child in children(here) for found in _named(child))


def children(here: Named) -> Iterator[Named]:
    """The parts of a node; of a question to rows the group of what is asked of one."""
    node = here.node
    if isinstance(node, RowsNode):
        below = f"{here.pointer}/match"
        row = node.vocabulary or here.vocabulary
        yield Named(f"{here.name}.m", node.part, below, row)
    elif isinstance(node, Group):
        for index, part in enumerate(node.parts):
            pointer = here.pointer + pointer_in(node, index)
            yield Named(f"{here.name}.{index}", part, pointer, here.vocabulary)


def pointer_in(group: Group, index: int) -> str:
    """Where a part of a group stands below it."""
    if group.join in (ALONE, NOT) and len(group.parts) == 1:
        return "" if group.join == ALONE else "/not"
    if group.join == ALONE:
        return f"/all/{index}"
    if group.join == NOT:
        return f"/not/any/{index}"
    return f"/{group.join.replace(' ', '/')}/{index}"


def leaves(node: Node) -> int:
    """How many comparisons and tests a node holds."""
    match node:
        case Group(_, parts):
            return sum(map(leaves, parts))
        case RowsNode(part=part):
            return leaves(part)
    return 1


def depth(node: Node) -> int:
    """How deep the condition of a node nests."""
    match node:
        case Group(join, parts):
            own = 0 if join == ALONE and len(parts) == 1 else 2 if join.startswith("not ") else 1
            own = 2 if join == NOT and len(parts) > 1 else own
            return own + max(map(depth, parts), default=0)
        case RowsNode(part=part):
            return 1 + depth(part)
    return 1


# -- changing -----------------------------------------------------------------------------


def with_parts(group: Group, parts: Sequence[Node]) -> Group:
    """The group with other parts; one that was alone and has company is joined by `all`."""
    join = group.join
    if join == ALONE and len(parts) > 1:
        join = "all"
    if join == NOT and len(parts) > 1:
        join = "not any"
    return replace(group, join=join, parts=tuple(parts))


def new_row(vocabulary: Vocabulary) -> Leaf | None:
    """A row that asks about the first thing that may be asked about."""
    inputs = first_inputs(vocabulary)
    return None if inputs is None else Leaf(inputs)
