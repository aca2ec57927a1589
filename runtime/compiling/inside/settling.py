"""Hiding and computing inside a field: what is hidden is absent, what is computed follows from the rest."""

from dataclasses import dataclass, field
from typing import Any

from components.base import ABSENT, FieldType, InvalidValueError
from components.nested.containers import ContainerType
from components.nested.variant_control import Chosen
from components.values import Kept, same
from runtime.compiling.conditions import CompiledCondition
from runtime.compiling.inside.compiling import Beside, Nest
from runtime.compiling.inside.matching import parts_before
from runtime.compiling.inside.places import Around, Asker, Place, below


@dataclass
class Settled:
    """What settling found, by the ways to parts of a record."""

    hidden: set[str] = field(default_factory=set)
    cleared: set[str] = field(default_factory=set)
    """What loses the value that it had, since it is hidden."""
    dropped: set[str] = field(default_factory=set)
    """What was set although it is hidden."""
    set_by_hand: set[str] = field(default_factory=set)
    """Computed parts for which something else was given than they held or come to hold."""


@dataclass(frozen=True)
class Settling:
    """One walk through the fields of one record; what it finds goes into `found`."""

    asker: Asker
    found: Settled
    restored: frozenset[str] = frozenset()
    """Parts that go back to what they were."""
    live: bool = False
    """Live values are worked out, and nothing else; else they are left out, as no store holds them."""

    new: bool = False
    """The record is a new one, which keeps what it was sent for a hidden field that keeps its value."""

    def of(self, nest: Nest, value: Any, old: Any, around: Around) -> Any:
        """The value of a field of the form with all inside it settled; `old` is what it held."""
        return self.field(nest, value, old, around, nest.field.key)

    def field(self, nest: Nest, value: Any, old: Any, around: Around, at: str) -> Any:
        """The value of a field with all inside it settled; the very same where nothing changes."""
        if nest.beside is not None:
            return self.object(nest.field, nest.beside, value, old, around, at)
        before = parts_before(nest.field, value, old)
        changed: dict[str | int, Any] = {}
        for step, child, part in nest.field.inner(value):
            entry = nest.entries.get(child) if child is not None else None
            if entry is None or isinstance(part, Kept) or part is None:
                continue
            way = at if isinstance(value, Chosen) else below(at, step)
            settled = self.field(entry, part, before.get(step, ABSENT), around, way)
            if settled is not part:
                changed[step] = settled
        return nest.field.with_parts(value, changed) if changed else value

    def object(
        self, of: ContainerType, beside: Beside, value: Any, old: Any, around: Around, at: str
    ) -> Any:
        if not isinstance(value, dict):
            return value
        place = Place(beside, value, old if isinstance(old, dict) else {}, around)
        for key in beside.order:
            self.part(place, key, below(at, key))
        changed = {k: v for k, v in place.changed.items() if v is not value.get(k, ABSENT)}
        return of.with_parts(value, changed) if changed else value

    def part(self, place: Place, key: str, at: str) -> None:
        beside = place.beside
        if at in self.restored:
            place.put(key, place.old.get(key, ABSENT))
        condition = beside.shows.get(key)
        if not self.live and condition is not None and not self.shows(condition, place):
            self.hide(place, key, at)
        elif key in beside.formulas:
            self.compute(place, key, at)
        elif key in beside.nests and _is_whole(place.part(key)):
            nest, part = beside.nests[key], place.part(key)
            settled = self.field(nest, part, place.old.get(key, ABSENT), place, at)
            if settled is not part:
                place.put(key, settled if settled or not part or nest.field.must_be else ABSENT)

    def shows(self, condition: CompiledCondition, place: Place) -> bool:
        return not self.asker.may_ask(condition) or condition.holds(place.facts, self.asker.env)

    def hide(self, place: Place, key: str, at: str) -> None:
        had, was = place.part(key), place.old.get(key, ABSENT)
        kept = (had if self.new else was) if key in place.beside.keeps else ABSENT
        if not self.new and place.beside.level.in_rows and not same(had, was):
            # In a row nothing is put back that was not there: which row it was is a guess.
            kept = ABSENT
        if had is not ABSENT and not same(had, kept):
            (self.found.cleared if same(had, was) else self.found.dropped).add(at)
        self.found.hidden.add(at)
        if had is not kept:
            place.put(key, kept)

    def compute(self, place: Place, key: str, at: str) -> None:
        of, formula, had = place.beside.fields[key], place.beside.formulas[key], place.part(key)
        if of.spec.live is not self.live:
            if of.spec.live and had is not ABSENT:
                place.put(key, ABSENT)
            return
        value = _result(of, formula.evaluate(place.values, self.asker.formulas))
        if had is not ABSENT and not same(had, value) and not same(had, place.old.get(key, ABSENT)):
            self.found.set_by_hand.add(at)
        if not same(had, value):
            place.put(key, value)


def _is_whole(part: Any) -> bool:
    return part is not ABSENT and part is not None and not isinstance(part, Kept)


def _result(of: FieldType, value: Any) -> Any:
    """From what a formula gave to the typed value; what the field cannot hold is absent."""
    if value is None or (isinstance(value, str | list | tuple) and not value):
        return ABSENT
    try:
        return of.from_formula(value)
    except (InvalidValueError, ArithmeticError):
        return ABSENT
