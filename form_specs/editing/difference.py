"""What lies between two documents, as an edit."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from form_specs.editing.matching import matched
from form_specs.editing.operations import Edit, Insert, Move, Operation, Remove, Set
from form_specs.editing.places import Address, is_whole, names_of, naming_member, same

_MOST_STEPS: Final = 200
"""A list of which more is new than this is replaced as a whole."""


def changes(before: Any, after: Any, label: str = "") -> Edit:
    """The edit that makes `after` of `before`, to the byte; empty where they are the same."""
    return Edit(label, tuple(_between((), before, after)))


def _between(at: Address, before: Any, after: Any) -> Iterator[Operation]:
    if same(before, after):
        return
    if type(before) is not type(after) or is_whole(before) or is_whole(after):
        yield Set(at, after)
    elif isinstance(before, dict):
        yield from _members(at, before, after)
    else:
        yield from _items(at, before, after)


def _members(at: Address, before: dict[str, Any], after: dict[str, Any]) -> Iterator[Operation]:
    yield from (Remove((*at, key)) for key in before if key not in after)
    kept = [key for key in before if key in after]
    order = list(after)
    for name, anchor, known in _placed(kept, order):
        if known:
            yield Move((*at, name), before=anchor)
        else:
            yield Insert(at, after[name], name, before=anchor)
    naming = naming_member(before)
    # Last what names the part: until then it is found by its old name.
    for key in sorted(kept, key=lambda key: key == naming):
        yield from _between((*at, key), before[key], after[key])


class _Step(NamedTuple):
    name: str
    anchor: str | None
    """What it comes before; none: the end."""
    known: bool
    """It is moved, not new."""


def _placed(kept: Sequence[str], order: Sequence[str]) -> Iterator[_Step]:
    """The moves and insertions that put things in order, from the last to the first."""
    places = {name: index for index, name in enumerate(order)}
    still = {kept[index] for index in _rising([places[name] for name in kept])}
    known = set(kept)
    for index in range(len(order) - 1, -1, -1):
        name = order[index]
        if name not in still:
            anchor = order[index + 1] if index + 1 < len(order) else None
            yield _Step(name, anchor, name in known)


def _rising(numbers: Sequence[int]) -> list[int]:
    """The indices of a longest rising run: what need not be moved."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for index, number in enumerate(numbers):
        place = bisect_left(tails, number)
        before.append(ends[place - 1] if place else -1)
        tails[place : place + 1] = [number]
        ends[place : place + 1] = [index]
    found: list[int] = []
    at = ends[-1] if ends else -1
    while at >= 0:
        found.append(at)
        at = before[at]
    return found[::-1]


# -- lists --------------------------------------------------------------------------------


def _items(at: Address, before: list[Any], after: list[Any]) -> Iterator[Operation]:
    pairs = matched(before, after)
    gone = len(before) - len(pairs)
    if gone + len(after) - len(pairs) > _MOST_STEPS:
        yield Set(at, after)
        return
    working = _Working(at, before)
    yield from working.removed([index for index in range(len(before)) if index not in pairs])
    back = {there: here for here, there in pairs.items()}
    yield from working.ordered([(back.get(index), item) for index, item in enumerate(after)])
    yield from working.changed(after)


class _Working:
    """A list on its way, so that each operation calls the items as they are called by then."""

    def __init__(self, at: Address, items: Sequence[Any]) -> None:
        self.at = at
        self.items = list(items)
        self.tokens: list[int | None] = list(range(len(items)))
        """Where each item stood at first; none: it is new."""

    def _names(self) -> list[str]:
        return names_of(self.items)

    def removed(self, indices: Sequence[int]) -> Iterator[Operation]:
        for token in indices:
            index = self.tokens.index(token)
            yield Remove((*self.at, self._names()[index]))
            del self.items[index], self.tokens[index]

    def ordered(self, target: Sequence[tuple[int | None, Any]]) -> Iterator[Operation]:
        """Moves and inserts from the last to the first."""
        places = {token: index for index, (token, _item) in enumerate(target)}
        still = {self.tokens[index] for index in _rising([places[t] for t in self.tokens])}
        place = len(self.items)
        """Where the item that was put in order last stands by now."""
        for token, item in reversed(target):
            if token is None:
                yield Insert(self.at, item, before=self._anchor(place))
                self._put(place, item, None)
            elif token in still:
                place = self.tokens.index(token)
            else:
                index = self.tokens.index(token)
                yield Move((*self.at, self._names()[index]), before=self._anchor(place))
                place -= index < place
                del self.tokens[index]
                self._put(place, self.items.pop(index), token)

    def _anchor(self, place: int) -> str | None:
        return self._names()[place] if place < len(self.items) else None

    def _put(self, place: int, item: Any, token: int | None) -> None:
        self.items.insert(place, item)
        self.tokens.insert(place, token)

    def changed(self, after: Sequence[Any]) -> Iterator[Operation]:
        """What differs inside the items, which are in order by now."""
        names = self._names()
        for index, item in enumerate(after):
            old = self.items[index]
            if same(old, item):
                continue
            yield from self._between((*self.at, names[index]), old, item)
            self.items[index] = item
            if naming_member(old) != naming_member(item) or names_of([old]) != names_of([item]):
                names = self._names()

    @staticmethod
    def _between(at: Address, before: Any, after: Any) -> Iterator[Operation]:
        if naming_member(before) != naming_member(after):
            yield Set(at, after)
        else:
            yield from _between(at, before, after)
