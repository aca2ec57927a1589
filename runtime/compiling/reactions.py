"""What the fields of a form do on conditions: hide, be required, be read-only, warn.

Compiled once per published version, with the order in which fields are settled; then evaluated
for a form with typed values, a record on its way through the gate, or a record on a page.  It
is the one place where conditions of fields and rules are asked.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as made
from datetime import datetime
from functools import cached_property
from typing import Any

from components.base import ABSENT
from form_specs.conditions import BEFORE, Env, FormOperands
from form_specs.dependencies import in_order
from form_specs.hops import is_hop
from form_specs.inside import Level
from form_specs.model import FormSpec, Rule
from form_specs.problem import Severity
from runtime.compiling.computing import Computing
from runtime.compiling.computing import Walk as Formulas
from runtime.compiling.conditions import CompiledCondition, compiled_condition
from runtime.compiling.hops import Facts, Hops, followed
from runtime.compiling.inside import (
    Around,
    Asker,
    Broken,
    Judgement,
    Judging,
    Nest,
    Settled,
    Settling,
    nest_of,
)

Knows = Callable[[str], bool]
"""Whether somebody may know the value of a field (or system field)."""


@dataclass(frozen=True)
class RuleTest:
    """A rule of the form or of a field, ready to be asked."""

    condition: CompiledCondition
    rule: Rule
    of_field: bool
    """It stands at a field: asked only while that is shown and holds a value."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that does not hold."""

    message: str
    field: str | None
    severity: Severity
    reads: frozenset[str]
    """What the rule asks about: who may not read all of it may not learn of it unasked."""
    way: str = ""
    """The way to the part of the field's value that it is about; empty: the field itself."""
    where: tuple[str, ...] = ()
    """What people call the rows and groups around that part."""

    @property
    def said(self) -> str:
        """The message with where it stands: "Row 2: …"."""
        return f"{', '.join(self.where)}: {self.message}" if self.where else self.message


_NOTHING_SETTLED = Settled()
_NOTHING_JUDGED = Judgement()
"""What all evaluations share that found nothing inside fields; nobody adds to it."""


@dataclass(frozen=True)
class Evaluation:
    """How a form stands with some values.

    Computed values go into `document`, in the same walk that hides fields; what a field offers
    to choose from depends on `document` and belongs here too.  Parts inside fields stand among
    the fields, by the ways that lead to them: `lines/0/amount`.
    """

    document: Mapping[str, Any]
    """The values as they would be stored: what is hidden is absent."""
    hidden: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()
    """By condition, beyond what the schema requires."""
    read_only: frozenset[str] = frozenset()
    findings: tuple[Finding, ...] = ()
    settled: Settled = made(default_factory=lambda: _NOTHING_SETTLED)
    judged: Judgement = made(default_factory=lambda: _NOTHING_JUDGED)
    """What was found inside fields."""

    def changed_inside(self, touched: Collection[str]) -> frozenset[str]:
        """The read-only parts inside the fields `touched` that hold something else than before."""
        found = self.judged.changed
        locked = ((way, self.judged.read_only[way]) for way in found)
        return frozenset(w for w, told in locked if told.owner in touched and told.everywhere)

    def of_severity(self, severity: Severity) -> Iterator[Finding]:
        return (finding for finding in self.findings if finding.severity is severity)

    def known(self, severity: Severity, knows: Knows) -> tuple[Finding, ...]:
        """Those that somebody may learn of who may not know everything."""
        found = self.of_severity(severity) if self.findings else ()
        return tuple(f for f in found if all(map(knows, f.reads)))


@dataclass(frozen=True)
class Inside:
    """How it stands inside some fields."""

    settled: Settled
    judged: Judgement
    values: Mapping[str, Any]
    """What the fields hold, typed: what is hidden is absent, what follows from others is there."""


class Reactions:
    """The conditions of a form's fields and rules; immutable, shared by threads."""

    def __init__(
        self,
        form: FormSpec,
        operands: FormOperands,
        computing: Computing,
        layouts: frozenset[str] = frozenset(),
    ) -> None:
        """`layouts` are the fields that what is drawn around the fields depends on."""
        self._layouts = layouts
        self._operands = operands
        self._computing = computing
        shown = {f.key: self._test(f.show_when) for f in form.fields.values() if f.show_when}
        level = Level(operands, computing.scope)
        nests = {key: nest_of(found, level) for key, found in computing.fields.items()}
        self.nests: Mapping[str, Nest] = {k: nest for k, nest in nests.items() if nest is not None}
        """The fields with something inside that reacts."""
        self._order = in_order(
            {
                key: (shown[key].reads if key in shown else frozenset())
                | computing.sources(key)
                | (self.nests[key].sources if key in self.nests else frozenset())
                for key in form.fields
                if key in shown or key in computing.stored or key in self.nests
            }
        )
        """In which fields are hidden and computed: each after those it depends on."""
        self.shows: Mapping[str, CompiledCondition] = {
            k: shown[k] for k in self._order if k in shown
        }
        self.requires: Mapping[str, CompiledCondition] = {
            f.key: self._test(f.require_when) for f in form.fields.values() if f.require_when
        }
        self.locks: Mapping[str, CompiledCondition] = {
            f.key: self._test(f.read_only_when, change=True)
            for f in form.fields.values()
            if f.read_only_when
        }
        self.page_locks = frozenset(f.key for f in form.fields.values() if f.lock == "page")
        """The fields that are read-only in pages alone."""
        self._locked = frozenset(key for key in self.page_locks if form.fields[key].read_only)
        self.rules: tuple[RuleTest, ...] = tuple(self._rules(form))
        self.depends: Mapping[str, str] = {
            f.key: f.depends_on for f in form.fields.values() if f.depends_on
        }
        """By field whose choices depend on another one: that one."""
        self._keeps = frozenset(key for key in shown if form.fields[key].keeps_hidden)

    @property
    def computing(self) -> Computing:
        """The form's formulas."""
        return self._computing

    def keeps(self, key: str) -> bool:
        """Whether a field's value stays while it is hidden."""
        return key in self._keeps

    def _test(self, raw: Any, *, change: bool = False) -> CompiledCondition:
        return compiled_condition(raw, self._operands, change=change)

    def _rules(self, form: FormSpec) -> Iterator[RuleTest]:
        for field in form.fields.values():
            for rule in field.rules:
                yield RuleTest(self._test(rule.condition, change=True), rule, of_field=True)
        for rule in form.rules:
            yield RuleTest(self._test(rule.condition, change=True), rule, of_field=False)

    @cached_property
    def idle(self) -> bool:
        """Whether nothing in the form depends on anything."""
        asked = self._order or self.requires or self.locks or self.rules
        return not (asked or self._keeps or self._computing.stored)

    @cached_property
    def warns(self) -> bool:
        """Whether any rule only warns."""
        inside = (
            found.rule
            for nest in self.nests.values()
            for beside in nest.levels
            for found in beside.rules
        )
        rules = (*(test.rule for test in self.rules), *inside)
        return any(rule.severity is Severity.WARNING for rule in rules)

    @cached_property
    def asked(self) -> frozenset[str]:
        """The fields and system fields whose values something of the form depends on."""
        tests = (*self.shows.values(), *self.requires.values(), *self.locks.values())
        told = (test.condition for test in self.rules)
        asked = frozenset(key for test in (*tests, *told) for key in test.reads)
        formulas = map(self._computing.sources, self._computing.formulas)
        inside = (nest.asked for nest in self.nests.values())
        around = (self.nests.keys(), self._layouts)
        return asked.union(self.depends.values(), *around, *formulas, *inside)

    @cached_property
    def needed(self) -> frozenset[str]:
        """The fields whose typed values an evaluation needs."""
        ruled = {t.rule.field for t in self.rules if t.of_field and t.rule.field is not None}
        found = self.asked | ruled
        return frozenset(key for key in found if not (key.startswith("@") or is_hop(key)))

    @cached_property
    def reacting(self) -> frozenset[str]:
        """The fields that are drawn differently while something holds."""
        told = {test.rule.field for test in self.rules if test.rule.field is not None}
        derived = (*self._computing.formulas, *self.depends)
        reacting = {*self.shows, *self.requires, *self.locks, *self._locked, *told, *derived}
        return frozenset(reacting)

    def live(self, document: dict[str, Any], now: datetime, hops: Hops) -> dict[str, Any]:
        """The document with the values that no store holds, in the store's form."""
        nests = [k for k, nest in self.nests.items() if nest.lives and document.get(k) is not None]
        if not nests:
            return self._computing.live(document, now, hops)
        # Those inside may read those of the form, and the other way round.
        inside = self._live_inside(document, nests, now)
        return self._live_inside(self._computing.live(inside, now, hops), nests, now)

    def _live_inside(
        self, document: Mapping[str, Any], nests: Sequence[str], now: datetime
    ) -> dict[str, Any]:
        facts = dict(document)
        none: Mapping[str, Any] = {}
        walk = _Walk(self, facts, none, Env("", frozenset(), now), None, frozenset(), none)
        for key in nests:
            walk.settle_inside(key, live=True)
        return facts

    def evaluate(  # noqa: PLR0913 - the record, who asks and when, and what may be known of it
        self,
        document: Facts,
        env: Env,
        hops: Hops,
        *,
        beside: Facts | None = None,
        before: Facts | None = None,
        knows: Knows | None = None,
        restored: frozenset[str] = frozenset(),
    ) -> Evaluation:
        """How a form stands with the values of `document` (in the store's form).

        `beside` are the system fields, `before` the facts about the record as it was.  With
        `knows`, what asks about something unknown says nothing: such fields are shown and free.
        The parts `restored` inside fields are as they were, whatever `document` says of them.
        """
        if self.idle:
            return Evaluation(document)
        was = before or {}
        system = beside or {}
        facts = self._facts(document, beside, was, hops)
        known, held = self._knowing(knows, facts, hops), document if before is None else was
        walk = _Walk(self, facts, was, env, known, restored, held)
        hidden = frozenset(walk.settle(self._order)) | walk.settled.hidden
        walk.judge(hidden)
        kept = dict.fromkeys((*document, *self._keeps, *self._computing.stored))
        inside = walk.judged
        return Evaluation(
            # A property may be called as a system field is: conditions mean the latter.
            document={k: document[k] if k in system else facts[k] for k in kept if k in facts},
            hidden=hidden,
            required=_holding(self.requires, facts, env, known) - hidden | inside.required.keys(),
            read_only=(self._locked | _holding(self.locks, facts, env, known)) - hidden
            | inside.read_only.keys(),
            findings=tuple(
                finding
                for finding in (
                    *self._findings(facts, hidden, env),
                    *map(_found_inside, inside.rules),
                )
                if not any(hops.withholds(read, facts) for read in finding.reads)
            ),
            settled=walk.settled,
            judged=inside,
        )

    def inside(  # noqa: PLR0913 - as above
        self,
        values: Mapping[str, Any],
        document: Facts,
        env: Env,
        hops: Hops,
        *,
        beside: Facts | None = None,
        before: Facts | None = None,
        knows: Knows | None = None,
    ) -> Inside:
        """How it stands inside some fields that hold the typed `values`, in a form that holds `document`.

        So it is asked of rows in which nothing is typed yet, which are no part of the record.
        """
        was = before or {}
        facts = self._facts(document, beside, was, hops)
        known, held = self._knowing(knows, facts, hops), document if before is None else was
        walk = _Walk(self, facts, was, env, known, frozenset(), held)
        for key, value in values.items():
            walk.settle_value(key, walk.settle_value(key, value), live=True)
        walk.judge(frozenset(walk.settled.hidden))
        return Inside(walk.settled, walk.judged, {k: found for k, (found, _) in walk.typed.items()})

    def _facts(
        self, document: Facts, beside: Facts | None, was: Facts, hops: Hops
    ) -> dict[str, Any]:
        found = {**document, **(beside or {}), BEFORE: was}
        return followed(found, self._operands.steps, hops)

    def _knowing(self, knows: Knows | None, facts: Facts, hops: Hops) -> Knows | None:
        """The same knowledge, without what is kept from it behind links."""
        if knows is None or not self._asks_hops:
            return knows
        return lambda read: knows(read) and not hops.withholds(read, facts)

    @cached_property
    def _asks_hops(self) -> bool:
        """Whether anything in the form depends on what stands behind links."""
        return any(map(is_hop, self.asked))

    def _findings(self, facts: Facts, hidden: frozenset[str], env: Env) -> Iterator[Finding]:
        for test in self.rules:
            rule = test.rule
            if test.of_field and (rule.field in hidden or rule.field not in facts):
                continue
            if not test.condition.holds(facts, env):
                yield Finding(rule.message, rule.field, rule.severity, test.condition.reads)


@dataclass
class _Walk:
    """One evaluation: settles and judges the facts of one record."""

    reactions: Reactions
    facts: dict[str, Any]
    was: Mapping[str, Any]
    env: Env
    knows: Knows | None
    restored: frozenset[str]
    stays: Mapping[str, Any]
    """What hidden fields hold that keep their values: as before, or as a new record was sent."""
    settled: Settled = made(default_factory=Settled)
    judged: Judgement = made(default_factory=Judgement)

    def __post_init__(self) -> None:
        self.computing = self.reactions.computing
        self.typed: dict[str, tuple[Any, Any]] = {}
        """Of each field with something inside: what it holds and what it held."""

    @cached_property
    def formulas(self) -> Formulas:
        return self.computing.walk(self.facts, self.env.now)

    @cached_property
    def around(self) -> Around:
        """What stands around what is inside fields, which most forms have nothing of."""
        return Around(self.facts, self.formulas.values)

    @cached_property
    def asker(self) -> Asker:
        return Asker(self.env, self.formulas.environments[False], self.knows)

    def settle(self, order: tuple[str, ...]) -> Iterator[str]:
        """Hides or computes one field after the other; what is hidden is absent for those that follow."""
        for key in order:
            condition = self.reactions.shows.get(key)
            asked = condition is not None and _may_ask(condition, self.knows)
            if asked and condition is not None and not condition.holds(self.facts, self.env):
                self.hide(key)
                yield key
                continue
            self.formulas.work_out(key)
            if key in self.reactions.nests:
                self.settle_inside(key)

    def hide(self, key: str) -> None:
        self.facts.pop(key, None)
        if self.reactions.keeps(key) and key in self.stays:
            self.facts[key] = self.stays[key]

    def settle_inside(self, key: str, *, live: bool = False) -> None:
        nest, value = self.reactions.nests[key], self.computing.read(key, self.facts)
        if value is ABSENT:
            return
        found = self.settle_value(key, value, live=live)
        if value and not found and not nest.field.must_be:
            del self.facts[key], self.typed[key]
        elif found is not value:
            self.facts[key] = nest.field.to_store(found)

    def settle_value(self, key: str, value: Any, *, live: bool = False) -> Any:
        """What a field holds once all inside it is settled."""
        old = self.computing.read(key, self.was)
        asker = replace(self.asker, formulas=self.formulas.environments[live])
        new = self.stays is not self.was
        settling = Settling(asker, self.settled, self.restored, live=live, new=new)
        found = settling.of(self.reactions.nests[key], value, old, self.around)
        self.typed[key] = found, old
        return found

    def judge(self, hidden: frozenset[str]) -> None:
        if not self.typed:
            return
        judging = Judging(self.asker, hidden, self.judged)
        for key, (value, old) in self.typed.items():
            judging.of(self.reactions.nests[key], value, old, self.around)


def _found_inside(found: tuple[str, Broken]) -> Finding:
    way, broken = found
    rule, told = broken.rule, broken.told
    reads = broken.condition.reads
    return Finding(rule.message, told.owner, rule.severity, reads, way, told.where)


def _may_ask(condition: CompiledCondition, knows: Knows | None) -> bool:
    return knows is None or all(map(knows, condition.reads))


def _holding(
    tests: Mapping[str, CompiledCondition],
    facts: Mapping[str, Any],
    env: Env,
    knows: Knows | None,
) -> frozenset[str]:
    return frozenset(
        key for key, test in tests.items() if _may_ask(test, knows) and test.holds(facts, env)
    )
