"""Small edits that the commands of workflows and roles are made of."""

from collections.abc import Mapping, Sequence
from typing import Any

from builder.commanding import Parameters, WrongInput
from builder.flow.outline import Flow
from form_specs.checks.raw import objects, text
from form_specs.editing import Address, Edit, Insert, Move, Remove, Set, changes
from form_specs.language import _


def flow_of(document: Mapping[str, Any], given: Parameters) -> Flow:
    """The workflow that a command is about; raises `WrongInput`."""
    found = Flow.of(document, given.text("form", required=True))
    if found is None:
        raise WrongInput("form", _("This workflow is gone"))
    return found


def form_title(document: Mapping[str, Any], key: str) -> str:
    """What a form is called."""
    found = (raw for _at, raw in objects(document, "forms", "") if text(raw, "key") == key)
    return text(next(found, {}), "title") or key


def inserted(around: Mapping[str, Any], name: str, item: Any, label: str, at: Address = ()) -> Edit:
    """Puts an item at the end of a list, which is made where it is missing or is none."""
    if isinstance(around.get(name), list):
        return Edit(label, (Insert((*at, name), item),))
    if name in around:
        return Edit(label, (Set((*at, name), [item]),))
    return Edit(label, (Insert(at, [item], name),))


def member(at: Address, raw: Mapping[str, Any], name: str, value: Any, label: str) -> Edit:
    """Sets a member of a part; an empty one is taken away; of a list only what changed."""
    before = raw.get(name)
    is_empty = value in ("", False, None) or value == []
    if is_empty:
        return Edit(label, (Remove((*at, name)),) if name in raw else ())
    if name not in raw:
        return Edit(label, (Insert(at, value, name),))
    found = changes({name: before}, {name: value}).operations
    return Edit(label, tuple(_below(at, operation) for operation in found))


def _below(at: Address, operation: Any) -> Any:
    """An operation on a part as one on the document."""
    match operation:
        case Set(place, value):
            return Set((*at, *place), value)
        case Insert(into, value, name, before, after):
            return Insert((*at, *into), value, name, before, after)
        case Remove(place):
            return Remove((*at, *place))
        case Move(place, into, before, after):
            return Move((*at, *place), None if into is None else (*at, *into), before, after)


def moved(at: Address, names: Sequence[str], name: str, given: Parameters, label: str) -> Edit:
    """One place up or down; nothing where it is the first or last already."""
    by = -1 if given.choice("by", ("up", "down")) == "up" else 1
    to = names.index(name) + by
    if not 0 <= to < len(names):
        return Edit(label)
    before, after = (names[to], None) if by < 0 else (None, names[to])
    return Edit(label, (Move((*at, name), before=before, after=after),))
