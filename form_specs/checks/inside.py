"""The fields inside the fields of a form, each with where it stands and what it may speak of."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from form_specs.catalog import CatalogField
from form_specs.inside import Level
from form_specs.nesting import Place


@dataclass(frozen=True, slots=True)
class Spot:
    """A field inside a field."""

    field: CatalogField
    ops: Mapping[str, Any]
    at: str
    """Pointer of its `x-ops`."""
    path: str
    """What a message calls it: `lines.amount`."""
    level: Level
    beside: Mapping[str, CatalogField]
    """The fields that it stands beside, itself among them; empty for an entry without a key."""
    around: tuple[Mapping[str, CatalogField], ...]
    """The fields of the objects it stands in, the innermost first."""
    required: bool = False
    in_map: bool = False
    """It stands in a value of a map."""

    @property
    def key(self) -> str:
        return self.field.spec.key


def spots(field: CatalogField, place: Place, level: Level, root: str) -> Iterator[Spot]:
    """All fields inside a field of the form at `place`; `root` is where the record schema stands."""
    yield from _below(_Way(field, place, level, field.spec.key), root)


@dataclass(frozen=True, slots=True)
class _Way:
    """A field with fields inside, and how one comes to it."""

    field: CatalogField
    place: Place
    level: Level
    path: str
    around: tuple[Mapping[str, CatalogField], ...] = ()
    in_map: bool = False


def _below(way: _Way, root: str) -> Iterator[Spot]:
    field = way.field
    keyed = {child.spec.key: child for child in field.children if child.spec.key}
    around = (keyed, *way.around) if keyed else way.around
    in_map = way.in_map or (field.counts_rows and field.row is None)
    for child, at, required, where in _paired(field.children, way.place, way.level, field):
        name = f"{way.path}.{child.spec.key}" if child.spec.key else way.path
        pointer = f"{root}{at.pointer}/x-ops"
        yield Spot(child, at.ops, pointer, name, where, keyed, around, required, in_map)
        yield from _below(_Way(child, at, where, name, around, in_map), root)


def _paired(
    children: Sequence[CatalogField], place: Place, level: Level, field: CatalogField
) -> Iterator[tuple[CatalogField, Place, bool, Level]]:
    """Each field inside with its subschema: of the same key, or the next one that has none."""
    known = list(place.inner())
    named = {inner.key: inner for inner in known if inner.key}
    others = iter([inner for inner in known if not inner.key])
    for child, where in level.within(field, children):
        inner = named.get(child.spec.key) if child.spec.key else next(others, None)
        if inner is not None and inner.place is not None:
            yield child, inner.place, inner.required, where
