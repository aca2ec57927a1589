"""What is required, locked or against a rule inside a field, once all of it is settled."""

from dataclasses import dataclass, field
from typing import Any

from components.base import ABSENT
from components.nested.variant_control import Chosen
from components.values import Kept, same
from form_specs.conditions import ENTRY
from form_specs.model import FieldSpec, Rule
from runtime.compiling.conditions import CompiledCondition
from runtime.compiling.inside.compiling import Beside, Nest
from runtime.compiling.inside.matching import parts_before
from runtime.compiling.inside.places import Around, Asker, Place, below


@dataclass(frozen=True, slots=True)
class Told:
    """A part that a condition or a rule speaks of."""

    beside: Beside
    key: str
    where: tuple[str, ...]
    """What people call the rows and groups around it."""

    @property
    def owner(self) -> str:
        """The form's field around it."""
        return self.beside.level.owner

    @property
    def spec(self) -> FieldSpec:
        """What is told of."""
        return self.beside.fields[self.key].spec

    @property
    def everywhere(self) -> bool:
        """Whether it is read-only not in pages alone."""
        return self.spec.lock == "always"

    def said(self, message: str) -> str:
        """A message with where it stands: "Row 2: …"."""
        return f"{', '.join(self.where)}: {message}" if self.where else message


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that does not hold for a part."""

    rule: Rule
    condition: CompiledCondition
    told: Told


@dataclass
class Judgement:
    """What was found, by the ways to parts of a record."""

    required: dict[str, Told] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)
    """The required parts that hold nothing."""
    read_only: dict[str, Told] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)
    """The read-only parts that hold something else than before."""
    rules: list[tuple[str, Broken]] = field(default_factory=list)
    all: dict[str, Told] = field(default_factory=dict)
    """Every part that may react."""


@dataclass(frozen=True)
class Judging:
    """One walk through the settled fields of one record; what it finds goes into `found`."""

    asker: Asker
    hidden: frozenset[str]
    found: Judgement

    def of(self, nest: Nest, value: Any, old: Any, around: Around) -> None:
        """Judges all inside the value of a field of the form; `old` is what it held."""
        self.field(nest, value, old, around, nest.field.key, ())

    def field(
        self, nest: Nest, value: Any, old: Any, around: Around, at: str, where: tuple[str, ...]
    ) -> None:
        if nest.beside is not None:
            if isinstance(value, dict):
                before = old if isinstance(old, dict) else {}
                self.object(Place(nest.beside, value, before, around), at, where)
            return
        before = parts_before(nest.field, value, old)
        for step, child, part in nest.field.inner(value):
            if child is None or isinstance(part, Kept) or part is None:
                continue
            alternative = isinstance(value, Chosen)
            way = at if alternative else below(at, step)
            titles = where if alternative else (*where, nest.field.part_title(step, child))
            if child in nest.entries:
                entry, was = nest.entries[child], before.get(step, ABSENT)
                self.field(entry, part, was, around, way, titles)
            elif child in nest.alone:
                self.alone(nest.alone[child], part, before.get(step, ABSENT), around, way, titles)

    def alone(
        self, beside: Beside, part: Any, old: Any, around: Around, at: str, where: tuple[str, ...]
    ) -> None:
        """An entry that is no object: only rules speak of it."""
        place = Place(beside, {ENTRY: part}, {} if old is ABSENT else {ENTRY: old}, around)
        for rule in beside.rules:
            self.rule(place, rule.rule, rule.condition, Told(beside, ENTRY, where), at)

    def object(self, place: Place, at: str, where: tuple[str, ...]) -> None:
        beside = place.beside
        for key in beside.fields:
            way = below(at, key)
            if way in self.hidden:
                self.found.all[way] = Told(beside, key, where)
                continue
            if key in beside.reacting:
                self.reacting(place, key, way, Told(beside, key, where))
            nest, part = beside.nests.get(key), place.part(key)
            if nest is not None and part not in (ABSENT, None) and not isinstance(part, Kept):
                titles = (*where, nest.field.spec.title)
                self.field(nest, part, place.old.get(key, ABSENT), place, way, titles)

    def reacting(self, place: Place, key: str, at: str, told: Told) -> None:
        beside, part = place.beside, place.part(key)
        self.found.all[at] = told
        if self.holds(beside.requires.get(key), place):
            self.found.required[at] = told
            if part is ABSENT:
                self.found.missing.add(at)
        if self.holds(beside.locks.get(key), place):
            self.found.read_only[at] = told
            if not same(part, place.old.get(key, ABSENT)):
                self.found.changed.add(at)
        if part is ABSENT:
            return
        for rule in beside.rules:
            if rule.key == key:
                self.rule(place, rule.rule, rule.condition, told, at)

    def rule(
        self, place: Place, rule: Rule, condition: CompiledCondition, told: Told, at: str
    ) -> None:
        if not condition.holds(place.facts, self.asker.env):
            self.found.rules.append((at, Broken(rule, condition, told)))

    def holds(self, condition: CompiledCondition | None, place: Place) -> bool:
        if condition is None:
            return False
        return self.asker.may_ask(condition) and condition.holds(place.facts, self.asker.env)
