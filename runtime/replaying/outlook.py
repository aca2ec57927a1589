"""What would become of one form's records by a version to come: the gate's own checks, without the gate.

Each record is judged by the new version; only one of which something is found is judged by the
version in force as well, and what that says too is no news.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from form_specs.conditions import BEFORE, Env
from form_specs.language import _
from form_specs.problem import Severity
from runtime.compiling.form import CompiledForm
from runtime.compiling.hops import Hops, followed
from runtime.compiling.reactions import Evaluation
from runtime.replaying.anew import Anew
from runtime.replaying.finding import Effect, Finding
from runtime.replaying.misfits import misfit
from runtime.replaying.sight import Sight
from runtime.replaying.ways import Ways
from runtime.storage.records import StoredRecord

_OTHERS: Final = ("additionalProperties", "unevaluatedProperties")


@dataclass(frozen=True)
class Outlook:
    """One form in force and as it would be."""

    old: CompiledForm
    new: CompiledForm
    env: Env

    @cached_property
    def _anew(self) -> Anew:
        return Anew(self.old, self.new)

    @cached_property
    def _live(self) -> tuple[str, ...]:
        """The live formulas that are others than before."""
        old, new = (form.computing.formulas for form in (self.old, self.new))
        shared = (key for key in new if key in old and self.new.computing.is_live(key))
        return tuple(k for k in shared if self._formula(self.new, k) != self._formula(self.old, k))

    @staticmethod
    def _formula(form: CompiledForm, key: str) -> Any:
        return form.fields[key].spec.computed

    @cached_property
    def _sight(self) -> Sight:
        return Sight(self.old, self.new, self.env)

    @cached_property
    def _ways(self) -> Ways:
        return Ways(self.old, self.new, self.env)

    def findings(self, stored: StoredRecord, before: Hops, after: Hops) -> list[Finding]:
        """What would become of a record; `before` and `after` know what it links to."""
        document, gone = stored.document, self._anew.gone
        found = [Finding(Effect.LOSES, gone[key], key) for key in gone if key in document]
        kept = self._anew.kept(document)
        found += self._invalid(kept)
        found += self._reacting(stored, kept, before, after)
        if self._live:
            found += self._live_values(document, kept, before, after)
        if self._ways.differ or self._sight.differs:
            facts = self._facts(stored, before, after)
            found += self._ways.findings(stored, *facts) if self._ways.differ else ()
            found += self._sight.findings(*facts) if self._sight.differs else ()
        return found

    @cached_property
    def _steps(self) -> tuple[frozenset[str], frozenset[str]]:
        return self.old.operands.steps, self.new.operands.steps

    def _facts(
        self, stored: StoredRecord, before: Hops, after: Hops
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """The record as the conditions of both versions see it."""
        was = self.old.facts(stored)
        facts = {**was, BEFORE: was}
        then, now = self._steps
        return (
            followed(facts, then, before) if then else facts,
            followed(facts, now, after) if now else facts,
        )

    # -- the schema ---------------------------------------------------------------------

    def _invalid(self, document: Mapping[str, Any]) -> Iterator[Finding]:
        record = self.old.to_record(document)
        if self.new.judge.is_valid(record):
            return
        was = {(p.field, p.keyword) for p in self.old.judge.problems(record)}
        for problem in self.new.judge.problems(record):
            if (problem.field, problem.keyword) not in was and problem.keyword not in _OTHERS:
                yield self._fails(problem.field, problem.keyword)

    def _fails(self, field: str | None, keyword: str) -> Finding:
        return Finding(Effect.FAILS, misfit(self.new, field, keyword), field or "")

    # -- conditions, rules and formulas -------------------------------------------------

    def _evaluated(
        self, form: CompiledForm, stored: StoredRecord, document: Mapping[str, Any], hops: Hops
    ) -> Evaluation:
        beside, was = form.system_facts(stored), form.facts(stored)
        return form.reactions.evaluate(document, self.env, hops, beside=beside, before=was)

    def _reacting(
        self, stored: StoredRecord, document: Mapping[str, Any], before: Hops, after: Hops
    ) -> Iterator[Finding]:
        if self.new.reactions.idle:
            return
        told = self._evaluated(self.new, stored, self._anew.typed(document), after)
        found = dict(self._told(self.new, document, told))
        if found:
            was = self._evaluated(self.old, stored, stored.document, before)
            known = dict(self._told(self.old, stored.document, was))
            yield from (f for name, f in found.items() if known.get(name) != f)

    def _told(
        self, form: CompiledForm, document: Mapping[str, Any], told: Evaluation
    ) -> Iterator[tuple[tuple[str, ...], Finding]]:
        """What an evaluation says of a record, by what tells it from others."""
        for broken in told.of_severity(Severity.ERROR):
            finding = Finding(Effect.FAILS, broken.message, broken.field or "")
            yield ("rule", broken.message), finding
        for key in told.required:
            if key in form.fields and key not in told.document and key not in told.hidden:
                yield ("required", key), self._fails(key, "required")
        for key in told.hidden:
            if key in document and key not in told.document and key in form.fields:
                title = form.fields[key].spec.title
                yield (
                    ("hidden", key),
                    Finding(Effect.LOSES, _("%(title)s, which is hidden", title=title), key),
                )
        for key in form.computing.stored:
            was, now = document.get(key), told.document.get(key)
            if was != now:
                title = form.fields[key].spec.title
                yield ("computed", key), Finding(Effect.COMPUTES, title, key, was, now)

    def _live_values(
        self, document: Mapping[str, Any], kept: Mapping[str, Any], before: Hops, after: Hops
    ) -> Iterator[Finding]:
        was = self.old.reactions.live(dict(document), self.env.now, before)
        now = self.new.reactions.live(dict(self._anew.typed(kept)), self.env.now, after)
        for key in self._live:
            if was.get(key) != now.get(key):
                title = self.new.fields[key].spec.title
                yield Finding(Effect.COMPUTES, title, key, was.get(key), now.get(key))
