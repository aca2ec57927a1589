"""From a field with fields inside to what reacts there: conditions, rules and formulas, in an order that works."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as made
from functools import cached_property
from types import MappingProxyType

from components.base import FieldType
from components.nested.containers import ContainerType
from form_specs.conditions import ENTRY, fields_read
from form_specs.dependencies import in_order
from form_specs.formulas import Formula, compile_formula
from form_specs.inside import Level
from form_specs.model import Rule
from runtime.compiling.conditions import CompiledCondition, condition_inside

_NOTHING: frozenset[str] = frozenset()
_UNSEEN: Mapping[str, FieldType] = MappingProxyType({})


@dataclass(frozen=True)
class RuleInside:
    """A rule of a field inside a field, ready to be asked."""

    key: str
    rule: Rule
    condition: CompiledCondition


@dataclass(frozen=True, eq=False)
class Beside:
    """Fields that stand beside one another; an entry that is no object stands alone, as `_value`."""

    level: Level
    seen: Mapping[str, FieldType]
    """These fields and what is around them, up to the field of the form."""
    fields: Mapping[str, FieldType]
    shows: Mapping[str, CompiledCondition]
    requires: Mapping[str, CompiledCondition]
    locks: Mapping[str, CompiledCondition]
    rules: tuple[RuleInside, ...]
    formulas: Mapping[str, Formula]
    nests: Mapping[str, "Nest"]

    @cached_property
    def keeps(self) -> frozenset[str]:
        """The fields whose values stay while they are hidden."""
        return frozenset(key for key in self.shows if self.fields[key].spec.keeps_hidden)

    @cached_property
    def order(self) -> tuple[str, ...]:
        """In which fields are settled: each after those it depends on."""
        keys = (*self.shows, *self.formulas, *self.nests, *self.locks)
        return in_order({key: self.sources(key) for key in keys})

    def sources(self, key: str) -> frozenset[str]:
        """What has to be settled before a field, by the names it has here."""
        shown = fields_read(self.shows[key].predicate) if key in self.shows else _NOTHING
        computed = self.formulas[key].reads if key in self.formulas else _NOTHING
        return shown | computed | (self.nests[key].sources if key in self.nests else _NOTHING)

    @cached_property
    def reacts(self) -> bool:
        """Whether anything happens here or further inside."""
        conditions = self.shows or self.requires or self.locks or self.rules
        return bool(conditions or self.formulas or self.nests or self.depends)

    @cached_property
    def depends(self) -> Mapping[str, str]:
        """By field whose choices depend on another one: that one."""
        return {k: f.spec.depends_on for k, f in self.fields.items() if f.spec.depends_on}

    @cached_property
    def reacting(self) -> frozenset[str]:
        """The fields that are drawn differently while something holds."""
        told = {rule.key for rule in self.rules}
        derived = (*self.formulas, *self.depends)
        return frozenset({*self.shows, *self.requires, *self.locks, *told, *derived})

    @property
    def conditions(self) -> Iterator[CompiledCondition]:
        """All that is asked here."""
        yield from (*self.shows.values(), *self.requires.values(), *self.locks.values())
        yield from (rule.condition for rule in self.rules)


@dataclass(frozen=True, eq=False)
class Nest:
    """A field with something that reacts inside it."""

    field: ContainerType
    beside: Beside | None = None
    """The fields of an object."""
    entries: Mapping[FieldType, "Nest"] = made(default_factory=dict)
    """The rows, values or alternatives that hold fields themselves."""
    alone: Mapping[FieldType, Beside] = made(default_factory=dict)
    """Those that hold none."""

    @cached_property
    def sources(self) -> frozenset[str]:
        """What has to be settled before what is inside, by the names it has outside."""
        if self.beside is not None:
            inner = (self.beside.sources(key) for key in self.beside.order)
            return _NOTHING.union(*inner) - self.beside.fields.keys()
        return _NOTHING.union(*(entry.sources for entry in self.entries.values()))

    @cached_property
    def levels(self) -> tuple[Beside, ...]:
        """All places inside."""
        own = (self.beside,) if self.beside is not None else ()
        further = (*self.entries.values(), *(self.beside.nests.values() if self.beside else ()))
        return (*own, *self.alone.values(), *(b for nest in further for b in nest.levels))

    @cached_property
    def lives(self) -> bool:
        """Whether anything inside is worked out when the record is read."""
        return any(b.fields[key].spec.live for b in self.levels for key in b.formulas)

    @cached_property
    def asked(self) -> frozenset[str]:
        """The form's fields (and system fields) that anything inside depends on."""
        told = (condition.reads for beside in self.levels for condition in beside.conditions)
        depends = (b.level.asked(frozenset(b.depends.values())) for b in self.levels)
        return _NOTHING.union(*told, *depends, *self.computed)

    @cached_property
    def computed(self) -> tuple[frozenset[str], ...]:
        """The form's fields that each formula inside reads."""
        return tuple(
            beside.level.asked(formula.reads)
            for beside in self.levels
            for formula in beside.formulas.values()
        )


def nest_of(found: FieldType, level: Level, seen: Mapping[str, FieldType] = _UNSEEN) -> Nest | None:
    """What reacts inside a field at a place; none: nothing does.

    Raises `ConditionError`, `FormulaError` or `CycleError` for what checking would have told.
    """
    if not isinstance(found, ContainerType):
        return None
    inner = list(level.within(found, found.children))
    keyed = {child.key: child for child, _ in inner if child.key}
    if keyed:
        beside = _beside(keyed, inner[0][1], seen)
        return Nest(found, beside) if beside.reacts else None
    entries = {child: nest for child, at in inner if (nest := nest_of(child, at, seen)) is not None}
    plain = (
        (child, _beside({ENTRY: child}, at, seen)) for child, at in inner if not child.children
    )
    alone = {child: beside for child, beside in plain if beside.reacts}
    return Nest(found, None, entries, alone) if entries or alone else None


def _beside(
    fields: Mapping[str, FieldType], level: Level, around: Mapping[str, FieldType]
) -> Beside:
    seen = {**around, **fields}
    specs = {key: found.spec for key, found in fields.items()}
    nests = {key: nest_of(found, level, seen) for key, found in fields.items()}
    return Beside(
        level,
        seen,
        fields,
        shows={k: condition_inside(s.show_when, level) for k, s in specs.items() if s.show_when},
        requires={
            k: condition_inside(s.require_when, level) for k, s in specs.items() if s.require_when
        },
        locks={
            k: condition_inside(s.read_only_when, level, change=True)
            for k, s in specs.items()
            if s.read_only_when
        },
        rules=tuple(
            RuleInside(k, rule, condition_inside(rule.condition, level, change=True))
            for k, s in specs.items()
            for rule in s.rules
        ),
        formulas={
            k: compile_formula(s.computed.formula, level.scope, fields[k].formula_kind)
            for k, s in specs.items()
            if s.computed is not None
        },
        nests={k: nest for k, nest in nests.items() if nest is not None},
    )
