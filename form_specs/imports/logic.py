"""Putting conditions together: constants fold, negations move to the operators that have one."""

from collections.abc import Iterable
from typing import Any, Final, TypeAlias

Condition: TypeAlias = dict[str, Any]
Truth: TypeAlias = Condition | bool
"""A condition, or what is always true or never."""

_OPPOSITE: Final = {"eq": "ne", "in": "not_in", "empty": "present"}
_OPPOSITE_TOO: Final = _OPPOSITE | {v: k for k, v in _OPPOSITE.items()}


class Untranslatable(ValueError):  # noqa: N818 - named for what it says
    """Something that the language of conditions or formulas has no words for; says what."""


def compare(field: str, op: str, value: Any = None) -> Condition:
    """One comparison; `empty` and `present` take no value."""
    found = {"field": field, "op": op}
    return found if op in ("empty", "present") else found | {"value": value}


def all_of(parts: Iterable[Truth]) -> Truth:
    """True when every part is."""
    return _joined("all", parts, absorbing=False)


def any_of(parts: Iterable[Truth]) -> Truth:
    """True when some part is."""
    return _joined("any", parts, absorbing=True)


def _joined(name: str, parts: Iterable[Truth], *, absorbing: bool) -> Truth:
    kept: list[Condition] = []
    for part in parts:
        if isinstance(part, bool):
            if part is absorbing:
                return absorbing
            continue
        inner = part[name] if part.keys() == {name} else [part]
        kept += [one for one in inner if one not in kept]
    if not kept:
        return not absorbing
    return kept[0] if len(kept) == 1 else {name: kept}


def negated(part: Truth) -> Truth:
    """True when the part is false."""
    if isinstance(part, bool):
        return not part
    if part.keys() == {"not"}:
        inner: Condition = part["not"]
        return inner
    opposite = _OPPOSITE_TOO.get(part.get("op", ""))
    return part | {"op": opposite} if opposite else {"not": part}
