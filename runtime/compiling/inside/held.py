"""What fields inside fields hold, wherever in a record they stand."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from components.base import ABSENT, FieldType
from components.nested.containers import ContainerType
from components.nested.variant_control import Chosen
from components.values import Kept
from runtime.compiling.inside.places import below

_Beside = tuple[Mapping[str, FieldType], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Held:
    """A value of a field, inside another one or of the form itself."""

    field: FieldType
    value: Any
    way: str
    where: tuple[str, ...] = ()
    """What people call the rows and groups around it."""
    around: tuple[_Beside, ...] = ()
    """The fields beside it and what they hold, then those around it."""

    def beside(self, key: str) -> tuple[FieldType, Any] | None:
        """The field that goes by a key there, and what it holds; none: it is one of the form."""
        for fields, values in self.around:
            if key in fields:
                return fields[key], values.get(key, ABSENT)
        return None

    def said(self, message: str) -> str:
        """A message with where it stands: "Row 2: …"."""
        return f"{', '.join(self.where)}: {message}" if self.where else message


def held_in(owner: FieldType, value: Any, wanted: Collection[FieldType]) -> Iterator[Held]:
    """What those of the fields `wanted` hold that a field of the form is or has inside it."""
    yield from _below(Held(owner, value, owner.key), wanted)


def _below(held: Held, wanted: Collection[FieldType]) -> Iterator[Held]:
    field, value = held.field, held.value
    if value is None or value is ABSENT or isinstance(value, Kept):
        return
    if field in wanted:
        yield held
    if not isinstance(field, ContainerType):
        return
    around = ((field.members, value), *held.around) if isinstance(value, dict) else held.around
    for step, child, part in field.inner(value):
        if child is None:
            continue
        alternative = isinstance(value, Chosen)
        way = held.way if alternative else below(held.way, step)
        titled = alternative or (bool(child.key) and not child.children)
        where = held.where if titled else (*held.where, field.part_title(step, child))
        yield from _below(Held(child, part, way, where, around), wanted)


def changed_in(owner: FieldType, value: Any, of: FieldType, change: Callable[[Any], Any]) -> Any:
    """The value of a field of the form with what a field inside it holds changed everywhere.

    `change` gives `ABSENT` for what is to be taken away, with the row where that is all of it.
    """
    if value is None or value is ABSENT or isinstance(value, Kept):
        return value
    if owner is of:
        return change(value)
    if not isinstance(owner, ContainerType):
        return value
    parts: dict[str | int, Any] = {
        step: changed_in(child, part, of, change)
        for step, child, part in owner.inner(value)
        if child is not None
    }
    if isinstance(value, Chosen) and ABSENT in parts.values():
        return ABSENT
    found = owner.with_parts(value, parts)
    return [row for row in found if row is not ABSENT] if isinstance(found, list) else found
