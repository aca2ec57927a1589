"""Which part of the record as it was a part of the record as it will be comes from."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from components.base import ABSENT, FieldType
from components.nested.containers import ContainerType, dumped
from components.nested.variant_control import Chosen
from components.values import Kept
from form_specs.exact_json import dumps
from form_specs.problem import escaped

_MOST_COMPARED: Final = 200
"""Changed rows that are compared one with another; beyond them place decides."""


def parts_before(field: ContainerType, value: Any, old: Any) -> dict[str | int, Any]:
    """By the steps of a value the parts that they had; a row is known by what it holds."""
    if isinstance(value, list):
        rows = old if isinstance(old, list) else []
        return dict(enumerate(_rows_before(field.children[0], value, rows)))
    if isinstance(value, Chosen):
        alike = isinstance(old, Chosen) and old.alternative == value.alternative
        return {value.alternative: old.value if alike else ABSENT}
    return dict(old) if isinstance(old, dict) else {}


def _rows_before(row: FieldType, rows: Sequence[Any], old: Sequence[Any]) -> list[Any]:
    """For each row the one that it was: an equal one, else the one most like it that is left."""
    left: dict[bytes, list[int]] = {}
    for at, each in enumerate(old):
        left.setdefault(dumps(dumped(row, each)), []).append(at)
    found: list[Any] = [ABSENT] * len(rows)
    changed: list[int] = []
    for at, each in enumerate(rows):
        equal = left.get(dumps(dumped(row, each)))
        if equal:
            found[at] = old[equal.pop(0)]
        else:
            changed.append(at)
    others = sorted(at for places in left.values() for at in places)
    for at, was in _most_alike(rows, changed, old, others):
        found[at] = old[was]
    return found


def _most_alike(
    rows: Sequence[Any], changed: Sequence[int], old: Sequence[Any], others: Sequence[int]
) -> Iterator[tuple[int, int]]:
    """Pairs of rows, those first that have most in common, then those that stand at one place."""
    if len(changed) * len(others) > _MOST_COMPARED**2:
        yield from ((at, at) for at in changed if at in others)
        return
    scored = (
        (_alike(rows[at], old[was]), at == was, -at, -was) for at in changed for was in others
    )
    free, left = set(changed), set(others)
    for alike, _here, at, was in sorted(scored, reverse=True):
        if alike and -at in free and -was in left:
            free.remove(-at)
            left.remove(-was)
            yield -at, -was


def _alike(row: Any, other: Any) -> int:
    """How many values two rows have in common."""
    if not isinstance(row, dict) or not isinstance(other, dict):
        return 0
    return sum(1 for key, part in row.items() if key in other and other[key] == part)


def way_to(field: FieldType, value: Any, steps: Sequence[str]) -> tuple[FieldType | None, Any]:
    """The field and the value that steps of a way lead to; none and `ABSENT` where it ends before."""
    if isinstance(value, Chosen) and isinstance(field, ContainerType):
        return way_to(field.children[value.alternative], value.value, steps)
    if not steps:
        return field, value
    if not isinstance(field, ContainerType) or value in (None, ABSENT) or isinstance(value, Kept):
        return None, ABSENT
    for step, child, part in field.inner(value):
        if escaped(step) == steps[0]:
            return (None, part) if child is None else way_to(child, part, steps[1:])
    return None, ABSENT
