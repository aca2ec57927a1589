"""Where something stands in a document, said by keys.

An address is the steps from the root: the name of a member, or the name of a list's item.  Items
are named by what they are: a part by its `key`, a workflow or a grant by its `form`, a section by
its title, a placed field by the field, what has no name at all by where it stands.  So `("forms", "hold", "layouts", "default", "Payouts")`
stays right whatever is put before it.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from form_specs.problem import pointer_of, steps_of

Address: TypeAlias = tuple[str, ...]

KEYS: Final = ("key", "form")
"""What names a part for good."""
TITLES: Final = ("section", "tab", "step", "note", "message", "field", "id", "title", "const")
"""What names a part as long as nobody rewrites it."""
_MISSING: Final = object()


def address_of(text: str) -> Address:
    """From `/forms/hold/title` to the steps."""
    return steps_of(text)


def find(document: Any, address: Sequence[str]) -> Any:
    """What stands at an address; raises `KeyError` where there is nothing."""
    found = document
    for step in address:
        found = _child(found, step)
        if found is _MISSING:
            raise KeyError(pointer_of(address))
    return found


def has(document: Any, address: Sequence[str]) -> bool:
    """Whether something stands at an address."""
    try:
        find(document, address)
    except KeyError:
        return False
    return True


def _child(value: Any, step: str) -> Any:
    if isinstance(value, Mapping):
        return value.get(step, _MISSING)
    if isinstance(value, list):
        index = index_of(value, step)
        return _MISSING if index is None else value[index]
    return _MISSING


def index_of(items: Sequence[Any], name: str) -> int | None:
    """Where the item of that name stands in a list, or none."""
    names = names_of(items)
    return names.index(name) if name in names else None


def names_of(items: Iterable[Any]) -> list[str]:
    """The name of each item of a list, each of them once: where two are alike, `#2` tells them apart."""
    found: list[str] = []
    taken: set[str] = set()
    counts: dict[str, int] = {}
    for index, item in enumerate(items):
        base = name = _name(item, index)
        while name in taken:
            counts[base] = counts.get(base, 1) + 1
            name = f"{base}#{counts[base]}"
        taken.add(name)
        found.append(name)
    return found


def _name(item: Any, index: int) -> str:
    if isinstance(item, str):
        return item.removeprefix("-")
    member = naming_member(item)
    if member is not None:
        return str(item[member])
    if isinstance(item, Mapping | list):
        return f"@{index}"
    return json.dumps(item, default=str)


def naming_member(item: Any) -> str | None:
    """The member by which an item is named, or none."""
    if not isinstance(item, Mapping):
        return None
    return next((key for key in (*KEYS, *TITLES) if isinstance(item.get(key), str)), None)


def is_keyed(item: Any) -> bool:
    """Whether an item is named for good."""
    return isinstance(item, str) or naming_member(item) in KEYS


def keyed(document: Any, pointer: str) -> Address:
    """The address of what a JSON pointer points to, as far as it leads."""
    found, address = document, []
    for step in steps_of(pointer):
        if isinstance(found, list) and step.isdecimal() and int(step) < len(found):
            address.append(names_of(found)[int(step)])
            found = found[int(step)]
        else:
            address.append(step)
            found = found.get(step) if isinstance(found, Mapping) else None
    return tuple(address)


def indexed(document: Any, address: Sequence[str]) -> str:
    """The JSON pointer of what stands at an address; raises `KeyError` where there is nothing."""
    found, steps = document, list[str | int]()
    for step in address:
        index = index_of(found, step) if isinstance(found, list) else None
        steps.append(step if index is None else index)
        found = _child(found, step)
        if found is _MISSING:
            raise KeyError(pointer_of(address))
    return pointer_of(steps)


def same(one: Any, other: Any) -> bool:
    """Whether two documents are the same to the byte: the order of members counts, 1 is not true."""
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other) and repr(one) == repr(other)


_CONDITIONS: Final = frozenset(
    map(
        frozenset,
        (
            ("all",), ("any",), ("not",), ("user",), ("field", "op"), ("field", "op", "value"),
            ("some", "match"), ("every", "match"), ("none", "match"),
        ),
    )
)  # fmt: skip


def is_whole(value: Any) -> bool:
    """Whether a value means something only as a whole: it is replaced, never changed in part."""
    return not isinstance(value, dict | list) or (
        isinstance(value, dict) and frozenset(value) in _CONDITIONS
    )
