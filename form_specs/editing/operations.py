"""The four things that can be done to a document, and edits made of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from form_specs.editing.places import Address, find, index_of, indexed, keyed, names_of
from form_specs.language import _
from form_specs.problem import pointer_of


class RefusedEdit(ValueError):  # noqa: N818 - it says what it is
    """An operation that cannot be done to this document, and where."""

    def __init__(self, message: str, at: Address) -> None:
        super().__init__(message)
        self.at = at


@dataclass(frozen=True, slots=True)
class Set:
    """Puts a value in the place of another, or makes a new last member of an object."""

    at: Address
    value: Any


@dataclass(frozen=True, slots=True)
class Insert:
    """Puts a new member or item before or after another, or at the end."""

    into: Address
    value: Any
    name: str = ""
    """The new member's key; an item of a list is named by what it holds."""
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Remove:
    """Takes a member or item away."""

    at: Address


@dataclass(frozen=True, slots=True)
class Move:
    """Puts a member or item elsewhere: in the same place, or into another of the same kind."""

    at: Address
    into: Address | None = None
    """None: where it is."""
    before: str | None = None
    after: str | None = None


Operation: TypeAlias = Set | Insert | Remove | Move


@dataclass(frozen=True, slots=True)
class Edit:
    """Operations that are done together, with what they are called: "Make Amount required"."""

    label: str
    operations: tuple[Operation, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.operations)


def apply(document: Any, edit: Edit) -> tuple[Any, Edit]:
    """The document after an edit, and the edit that takes it back; raises `RefusedEdit`."""
    back: tuple[Operation, ...] = ()
    for operation in edit.operations:
        document, inverse = _APPLIED[type(operation)](document, operation)
        back = (*inverse, *back)
    return document, Edit(edit.label, back)


# -- containers ---------------------------------------------------------------------------
# Objects and lists are handled alike, as pairs of a name and a value in order.

Pairs: TypeAlias = list[tuple[str, Any]]


def _pairs(container: Any, at: Address) -> Pairs:
    if isinstance(container, dict):
        return list(container.items())
    if isinstance(container, list):
        return list(zip(names_of(container), container, strict=True))
    raise RefusedEdit(_("%(where)s is gone", where=_words(at)), at)


def _changed(document: Any, at: Address, change: Callable[[Any], Any], whole: Address) -> Any:
    """The document with another value at `at`; everything beside the way there is shared."""
    if not at:
        return change(document)
    name, below = at[0], at[1:]
    if isinstance(document, dict) and name in document:
        return {**document, name: _changed(document[name], below, change, whole)}
    index = index_of(document, name) if isinstance(document, list) else None
    if index is None:
        raise RefusedEdit(_("%(where)s is gone", where=_words(whole)), whole)
    item = _changed(document[index], below, change, whole)
    return [*document[:index], item, *document[index + 1 :]]


def _words(at: Address) -> str:
    return pointer_of(at) or "/"


def _place(pairs: Pairs, before: str | None, after: str | None, at: Address) -> int:
    """Where something new comes among others."""
    anchor = before if before is not None else after
    if anchor is None:
        return len(pairs)
    for index, (name, _value) in enumerate(pairs):
        if name == anchor:
            return index if before is not None else index + 1
    raise RefusedEdit(_("%(where)s is gone", where=_words((*at, anchor))), (*at, anchor))


def _found(pairs: Pairs, name: str, at: Address) -> int:
    for index, (known, _value) in enumerate(pairs):
        if known == name:
            return index
    raise RefusedEdit(_("%(where)s is gone", where=_words(at)), at)


# -- operations ---------------------------------------------------------------------------
# Each gives the document after it and what takes it back, addressed as the parts are called then.

Done: TypeAlias = tuple[Any, tuple[Operation, ...]]


class _Container:
    """The object or list that an operation changes: before, and as it is built after."""

    def __init__(self, document: Any, at: Address, whole: Address) -> None:
        self.document = document
        self.at = at
        try:
            self.value = find(document, at)
        except KeyError:
            raise RefusedEdit(_("%(where)s is gone", where=_words(whole)), whole) from None
        self.pairs = _pairs(self.value, at)

    @property
    def is_object(self) -> bool:
        return isinstance(self.value, dict)

    def after(self) -> "_After":
        """With its pairs as they are now."""
        built = dict(self.pairs) if self.is_object else [value for _name, value in self.pairs]
        document = _changed(self.document, self.at, lambda _value: built, self.at)
        # What it holds may be what names the parts around it.
        at = keyed(document, indexed(self.document, self.at))
        names = list(built) if isinstance(built, dict) else names_of(built)
        return _After(document, at, names)


@dataclass(frozen=True, slots=True)
class _After:
    document: Any
    at: Address
    names: list[str]

    def named(self, index: int) -> Address:
        """The address of what stands at an index."""
        return (*self.at, self.names[index])

    def anchor(self, index: int, without: int | None = None) -> str | None:
        """The name of what stands at an index, not counting `without`; none: it is the end."""
        names = [name for number, name in enumerate(self.names) if number != without]
        return names[index] if index < len(names) else None


def _set(document: Any, operation: Set) -> Done:
    at, value = operation.at, operation.value
    if not at:
        return value, (Set((), document),)
    container = _Container(document, at[:-1], at)
    pairs, name = container.pairs, at[-1]
    if container.is_object and name not in container.value:
        pairs.append((name, value))
        after = container.after()
        return after.document, (Remove(after.named(len(pairs) - 1)),)
    index = _found(pairs, name, at)
    old, pairs[index] = pairs[index][1], (name, value)
    after = container.after()
    return after.document, (Set(after.named(index), old),)


def _insert(document: Any, operation: Insert) -> Done:
    into, name = operation.into, operation.name
    container = _Container(document, into, into)
    if container.is_object and name in container.value:
        at = (*into, name)
        raise RefusedEdit(_("%(where)s is there already", where=_words(at)), at)
    index = _place(container.pairs, operation.before, operation.after, into)
    container.pairs.insert(index, (name, operation.value))
    after = container.after()
    return after.document, (Remove(after.named(index)),)


def _remove(document: Any, operation: Remove) -> Done:
    at = operation.at
    if not at:
        raise RefusedEdit(_("The whole document cannot be taken away"), at)
    container = _Container(document, at[:-1], at)
    index = _found(container.pairs, at[-1], at)
    name, value = container.pairs.pop(index)
    after = container.after()
    back = Insert(after.at, value, name if container.is_object else "", before=after.anchor(index))
    return after.document, (back,)


def _move(document: Any, operation: Move) -> Done:
    at, into = operation.at, operation.into
    if not at:
        raise RefusedEdit(_("The whole document cannot be moved"), at)
    if into is None or into == at[:-1]:
        return _moved_within(document, operation)
    if into[: len(at)] == at:
        raise RefusedEdit(_("Nothing can be moved into itself"), at)
    source, target = _Container(document, at[:-1], at), _Container(document, into, into)
    if source.is_object != target.is_object:
        raise RefusedEdit(_("It cannot be moved there"), into)
    value = source.pairs[_found(source.pairs, at[-1], at)][1]
    without, put_back = _remove(document, Remove(at))
    insert = Insert(into, value, at[-1], operation.before, operation.after)
    done, take_out = _insert(without, insert)
    return done, (*take_out, *put_back)


def _moved_within(document: Any, operation: Move) -> Done:
    at = operation.at
    container = _Container(document, at[:-1], at)
    pairs = container.pairs
    index = _found(pairs, at[-1], at)
    target = _place(pairs, operation.before, operation.after, at[:-1])
    pair = pairs.pop(index)
    target -= target > index
    pairs.insert(target, pair)
    after = container.after()
    back = Move(after.named(target), None, before=after.anchor(index, without=target))
    return after.document, (back,)


_APPLIED: Mapping[type, Callable[[Any, Any], Done]] = {
    Set: _set,
    Insert: _insert,
    Remove: _remove,
    Move: _move,
}


# -- as JSON ------------------------------------------------------------------------------

_KINDS: Mapping[str, type[Operation]] = {
    "set": Set,
    "insert": Insert,
    "remove": Remove,
    "move": Move,
}


def edit_to_json(edit: Edit) -> dict[str, Any]:
    """An edit as it is kept."""
    return {"label": edit.label, "operations": [_to_json(o) for o in edit.operations]}


def _to_json(operation: Operation) -> dict[str, Any]:
    found: dict[str, Any] = {"do": type(operation).__name__.lower()}
    for name in type(operation).__slots__:
        value = getattr(operation, name)
        if name in ("at", "into") and value is not None:
            found[name] = list(value)
        elif value is not None or name == "value":
            found[name] = value
    return found


def edit_from_json(found: Mapping[str, Any]) -> Edit:
    """An edit that was kept."""
    operations: Sequence[Mapping[str, Any]] = found["operations"]
    return Edit(found["label"], tuple(_from_json(each) for each in operations))


def _from_json(found: Mapping[str, Any]) -> Operation:
    named: dict[str, Any] = {key: value for key, value in found.items() if key != "do"}
    for name in ("at", "into"):
        if name in named:
            named[name] = tuple(named[name])
    return _KINDS[found["do"]](**named)
