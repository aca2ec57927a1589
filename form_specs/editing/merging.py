"""Two people changed the same document: both changes together, or where they do not agree."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from form_specs.editing.matching import matched
from form_specs.editing.places import Address, is_whole, names_of, same
from form_specs.exact_json import dumps


class _Nothing:
    def __repr__(self) -> str:
        return "NOTHING"


NOTHING: Final = _Nothing()
"""What stands where nothing does."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """One place that both changed, each in another way; the merged document keeps `theirs` there.

    Each of the three is `NOTHING` where the place is not there.  Where both put things into another
    order, they are the names in order.
    """

    at: Address
    base: Any
    mine: Any
    theirs: Any


def merge(
    base: Any, mine: Any, theirs: Any, keep: Collection[Address] = ()
) -> tuple[Any, tuple[Conflict, ...]]:
    """What `base` becomes by both changes, and where they do not agree.

    At the places `keep` of those, what is mine stands in the document.
    """
    merging = _Merge(frozenset(keep))
    return merging.of((), base, mine, theirs), tuple(merging.conflicts)


@dataclass(frozen=True, slots=True)
class _Token:
    """Which part it is in all three documents."""

    name: str
    item: int | None = None
    """Of a list's item that was there before: where it stood."""


_Parts: TypeAlias = Mapping[_Token, Any]


class _Merge:
    def __init__(self, keep: frozenset[Address]) -> None:
        self.keep = keep
        self.conflicts: list[Conflict] = []

    def of(self, at: Address, base: Any, mine: Any, theirs: Any) -> Any:
        if same(mine, theirs) or same(base, mine):
            return theirs
        if same(base, theirs):
            return mine
        kinds = {type(value) for value in (base, mine, theirs)}
        if len(kinds) > 1 or any(map(is_whole, (base, mine, theirs))):
            self.conflicts.append(Conflict(at, base, mine, theirs))
            return mine if at in self.keep else theirs
        if kinds == {dict}:
            return {token.name: value for token, value in self._members(at, base, mine, theirs)}
        return [value for _token, value in self._items(at, base, mine, theirs)]

    def _members(self, at: Address, *three: dict[str, Any]) -> list[tuple[_Token, Any]]:
        return self._parts(at, *({_Token(k): value for k, value in d.items()} for d in three))

    def _items(self, at: Address, base: list[Any], *changed: list[Any]) -> list[tuple[_Token, Any]]:
        tokens = [_Token(name, index) for index, name in enumerate(names_of(base))]
        mine, theirs = (_as_parts(tokens, base, other) for other in changed)
        return self._parts(at, dict(zip(tokens, base, strict=True)), mine, theirs)

    def _parts(
        self, at: Address, base: _Parts, mine: _Parts, theirs: _Parts
    ) -> list[tuple[_Token, Any]]:
        kept: dict[_Token, Any] = {}
        for token in dict.fromkeys((*base, *theirs, *mine)):
            three = (part.get(token, NOTHING) for part in (base, mine, theirs))
            value = self.of((*at, token.name), *three)
            if value is not NOTHING:
                kept[token] = value
        order = self._order(at, *([t for t in part if t in kept] for part in (base, mine, theirs)))
        return [(token, kept[token]) for token in order]

    def _order(
        self, at: Address, base: list[_Token], mine: list[_Token], theirs: list[_Token]
    ) -> list[_Token]:
        common = set(base) & set(mine) & set(theirs)
        old, ours, other = ([t for t in order if t in common] for order in (base, mine, theirs))
        if ours in (old, other):
            return _woven(theirs, mine)
        if other == old:
            return _woven(mine, theirs)
        self.conflicts.append(Conflict(at, *([t.name for t in o] for o in (old, ours, other))))
        return _woven(mine, theirs) if at in self.keep else _woven(theirs, mine)


def _as_parts(tokens: Sequence[_Token], base: list[Any], changed: list[Any]) -> _Parts:
    """The items of a changed list: those that were there under their tokens, the others by name."""
    back = {there: here for here, there in matched(base, changed).items()}
    fresh = [item for index, item in enumerate(changed) if index not in back]
    # What has no name is the same where it says the same.
    names = iter(
        dumps(item).decode() if name.startswith("@") else name
        for name, item in zip(names_of(fresh), fresh, strict=True)
    )
    return {
        tokens[back[index]] if index in back else _Token(next(names), None): item
        for index, item in enumerate(changed)
    }


def _woven(first: Sequence[_Token], second: Sequence[_Token]) -> list[_Token]:
    """What only `second` has, put into `first` behind what it stands behind there."""
    found = list(first)
    own = set(first) - set(second)
    known = set(first)
    behind: _Token | None = None
    for token in second:
        if token not in known:
            place = found.index(behind) + 1 if behind is not None else 0
            while place < len(found) and found[place] in own:
                place += 1
            found.insert(place, token)
        behind = token
    return found
