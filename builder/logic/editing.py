"""What a page posts of a condition's rows, and what its buttons do to them.

The page posts the controls of every row as `field@r.0`, `value@r.0:0`, …, and perhaps a button:
`do` is `add r`, `remove r.0`, ….  What is not posted stays as it is.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from builder.commanding import Parameters, WrongInput
from builder.logic.leaves import LeafInputs, ValueInputs, settled
from builder.logic.literals import LISTED
from builder.logic.nodes import (
    ALONE,
    JOINS,
    NOT,
    Fixed,
    Group,
    Leaf,
    Node,
    RowsNode,
    depth,
    leaves,
    new_row,
    read,
    with_parts,
    write,
)
from builder.logic.vocabulary import Vocabulary
from form_specs.conditions.lowering import MAX_DEPTH, MAX_LEAVES, ROWS
from form_specs.language import _
from form_specs.model import JsonValue

_MOST: Final = 20_000
"""Characters of one input."""


def edited(raw: Any, vocabulary: Vocabulary, given: Parameters) -> JsonValue:
    """The condition after what a page posts; none: there is none any more.

    Raises `WrongInput` where it would become too large.
    """
    root = _overlaid(read(raw, vocabulary), "r", vocabulary, given)
    if not isinstance(root, Group):
        return write(root, vocabulary)
    button = given.text("do")
    after = _pressed(root, vocabulary, button) if button else root
    if leaves(after) > max(MAX_LEAVES, leaves(root)):
        raise WrongInput("do", _("A condition has at most %(number)s rows", number=MAX_LEAVES))
    if depth(after) > max(MAX_DEPTH, depth(root)):
        raise WrongInput("do", _("Groups nest at most %(number)s deep", number=MAX_DEPTH))
    return write(after, vocabulary)


# -- what the controls hold ---------------------------------------------------------------


def _overlaid(node: Node, name: str, vocabulary: Vocabulary, given: Parameters) -> Node:
    match node:
        case Group():
            return _overlaid_group(node, name, vocabulary, given)
        case RowsNode():
            return _overlaid_rows(node, name, vocabulary, given)
        case Leaf():
            inputs = posted_inputs(node.inputs, name, vocabulary, given)
            return node if inputs == node.inputs else replace(node, inputs=inputs)
    return node


def _overlaid_group(group: Group, name: str, vocabulary: Vocabulary, given: Parameters) -> Group:
    parts = tuple(
        _overlaid(part, f"{name}.{index}", vocabulary, given)
        for index, part in enumerate(group.parts)
    )
    wanted = given.text(f"join@{name}")
    join = wanted if wanted in (*JOINS, NOT) and wanted != group.join else group.join
    return replace(group, join=join, parts=parts)


def _overlaid_rows(
    node: RowsNode, name: str, vocabulary: Vocabulary, given: Parameters
) -> RowsNode:
    quantifier = given.text(f"rows@{name}")
    node = replace(node, quantifier=quantifier if quantifier in ROWS else node.quantifier)
    path = given.text(f"list@{name}") or node.path
    row = vocabulary.row(path)
    if path != node.path and row is not None:
        first = new_row(row)
        part = Group(ALONE, () if first is None else (first,))
        return replace(node, path=path, part=part, vocabulary=row)
    part = _overlaid_group(node.part, f"{name}.m", node.vocabulary or vocabulary, given)
    return replace(node, part=part)


def posted_inputs(
    before: LeafInputs, name: str, vocabulary: Vocabulary, given: Parameters
) -> LeafInputs:
    """The controls of a row as they were posted; where they were not, as they were."""
    field = given.text(f"field@{name}") or before.field
    op = given.text(f"op@{name}") or before.op
    values = tuple(
        _posted_value(value, f"{name}:{index}", before.op, given)
        for index, value in enumerate(before.values)
    )
    found = LeafInputs(field, op, values)
    return found if found == before else settled(found, before, vocabulary)


def _posted_value(before: ValueInputs, name: str, op: str, given: Parameters) -> ValueInputs:
    if f"source@{name}" not in given.values:
        return before
    texts = tuple(_text(text) for text in given.values.get(f"value@{name}", ()))
    if op in LISTED:
        texts = tuple(line for text in texts for line in text.split("\n") if line.strip())
    texts = before.texts if not any(texts) and not any(before.texts) else texts
    return ValueInputs(
        source=given.text(f"source@{name}") or "value",
        texts=texts,
        amount=given.text(f"amount@{name}", most=_MOST) or before.amount,
        unit=given.text(f"unit@{name}") or before.unit,
        other=given.text(f"other@{name}") or before.other,
    )


def _text(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\0", "\ufffd")[:_MOST]


# -- what the buttons do ------------------------------------------------------------------


def _pressed(root: Group, vocabulary: Vocabulary, button: str) -> Group:
    """The rows after a button; one that means nothing any more changes nothing."""
    act, _space, name = button.partition(" ")
    steps = name.split(".")[1:]
    if act in _ADDED:
        return _at(root, steps, vocabulary, lambda group, row: _added(group, row, act))
    if act in _MOVED and steps and steps[-1].isdecimal():
        index, way = int(steps[-1]), steps[:-1]
        if act in ("up", "down"):
            return _stepped(root, way, index, vocabulary, -1 if act == "up" else 1)
        return _at(root, way, vocabulary, lambda group, _row: _turned(group, index, act))
    return root


_ADDED: Final = ("add", "group", "rows")
_MOVED: Final = ("remove", "copy", "up", "down", "into")
_Change = Callable[[Group, Vocabulary], Group]


def _at(group: Group, steps: Sequence[str], vocabulary: Vocabulary, change: _Change) -> Group:
    """The group with the group that some steps lead to changed."""
    if not steps:
        return change(group, vocabulary)
    step, below = steps[0], steps[1:]
    if not step.isdecimal() or int(step) >= len(group.parts):
        return group
    index = int(step)
    part = group.parts[index]
    if isinstance(part, RowsNode) and below[:1] == ["m"]:
        row = part.vocabulary or vocabulary
        part = replace(part, part=_at(part.part, below[1:], row, change))
    elif isinstance(part, Group):
        part = _at(part, below, vocabulary, change)
    else:
        return group
    return replace(group, parts=(*group.parts[:index], part, *group.parts[index + 1 :]))


def _added(group: Group, vocabulary: Vocabulary, act: str) -> Group:
    made = _made(vocabulary, act)
    return group if made is None else with_parts(group, (*group.parts, made))


def _made(vocabulary: Vocabulary, act: str) -> Node | None:
    if act == "rows":
        lists = vocabulary.row_lists
        row = vocabulary.row(lists[0][0]) if lists else None
        first = new_row(row) if row else None
        if row is None or first is None:
            return None
        return RowsNode("some", lists[0][0], Group(ALONE, (first,)), row)
    first = new_row(vocabulary)
    return Group("any", (first,)) if act == "group" and first else first


def _turned(group: Group, index: int, act: str) -> Group:
    """A part removed, doubled or put into a group of its own."""
    parts = group.parts
    if index >= len(parts):
        return group
    instead: Mapping[str, tuple[Node, ...]] = {
        "remove": (),
        "copy": (parts[index], parts[index]),
        "into": (Group("any", (parts[index],)),),
    }
    return with_parts(group, (*parts[:index], *instead[act], *parts[index + 1 :]))


def _stepped(root: Group, way: Sequence[str], index: int, vocabulary: Vocabulary, by: int) -> Group:
    """A part moved by one place: past its neighbour, into a group beside it, or out of its own."""
    moved: list[Node] = []

    def within(group: Group, _row: Vocabulary) -> Group:
        parts = [*group.parts]
        if index >= len(parts):
            return group
        part, beside = parts.pop(index), index + by
        if not 0 <= beside <= len(parts):
            moved.append(part)
            return with_parts(group, parts)
        neighbour = parts[index if by > 0 else beside]
        if isinstance(neighbour, Group) and not isinstance(part, Group):
            inner = (part, *neighbour.parts) if by > 0 else (*neighbour.parts, part)
            parts[index if by > 0 else beside] = with_parts(neighbour, inner)
        else:
            parts.insert(beside, part)
        return with_parts(group, parts)

    after = _at(root, way, vocabulary, within)
    if not moved:
        return after
    return _out(after, way, moved[0], vocabulary, by) or root


def _out(
    root: Group, way: Sequence[str], part: Node, vocabulary: Vocabulary, by: int
) -> Group | None:
    """A part put beside the group that it was in; none where that is the outermost that knows it."""
    if not way or not way[-1].isdecimal():
        return None
    place = int(way[-1]) + (by > 0)

    def beside(group: Group, _row: Vocabulary) -> Group:
        parts = [*group.parts]
        parts.insert(place, part)
        emptied = parts[int(way[-1]) + (by < 0)]
        if isinstance(emptied, Group) and not emptied.parts:
            parts.remove(emptied)
        return with_parts(group, parts)

    return _at(root, way[:-1], vocabulary, beside)


__all__ = ["Fixed", "edited", "posted_inputs"]
