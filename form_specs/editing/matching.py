"""Which items of one list are which of another: by name first, then by what they hold."""

from collections.abc import Sequence
from typing import Any

from form_specs.editing.places import is_keyed, names_of, same


def matched(before: Sequence[Any], after: Sequence[Any]) -> dict[int, int]:
    """From the items of `before` to those of `after` that they have become.

    A part that is named for good is the same part where the name is, and only there.  What is
    called by a text that people rewrite is found again by the rest of what it holds.
    """
    places = {name: index for index, name in enumerate(names_of(after))}
    names = names_of(before)
    found = {
        index: places[name]
        for index, name in enumerate(names)
        if name in places and not name.startswith("@")
    }
    left = [i for i, item in enumerate(before) if i not in found and not is_keyed(item)]
    taken = set(found.values())
    free = [i for i, item in enumerate(after) if i not in taken and not is_keyed(item)]
    return found | _alike(before, after, left, free)


def _alike(
    before: Sequence[Any], after: Sequence[Any], left: list[int], free: list[int]
) -> dict[int, int]:
    scored = [
        (-score, abs(i - j), i, j)
        for i in left
        for j in free
        if (score := _likeness(before[i], after[j])) > 0
    ]
    found: dict[int, int] = {}
    for _score, _way, i, j in sorted(scored):
        if i not in found and j not in found.values():
            found[i] = j
    return found


def _likeness(one: Any, other: Any) -> float:
    """How much two unnamed items have in common, from 0 to 1."""
    if same(one, other):
        return 1
    if not (isinstance(one, dict) and isinstance(other, dict)):
        return 0
    members = one.keys() | other.keys()
    common = sum(_overlap(one[key], other[key]) for key in one.keys() & other.keys())
    return common / (len(members) or 1)


def _overlap(one: Any, other: Any) -> float:
    if same(one, other):
        return 1
    if isinstance(one, list) and isinstance(other, list):
        names, others = set(names_of(one)), set(names_of(other))
        return len(names & others) / (len(names | others) or 1)
    return 0
