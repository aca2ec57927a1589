"""Lifts stored records from the version they were written under to the one to come.

Pure: the same record gives the same lift, whoever asks and how often.  Compiled once for each
pair of versions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from components.base import InvalidValueError
from form_specs.conditions import Env
from form_specs.migrations import CannotLift, FormLifting
from form_specs.problem import Severity
from runtime.compiling.form import CompiledForm
from runtime.compiling.hops import NoHops
from runtime.compiling.tool import CompiledTool
from runtime.storage.lifts import Lift
from runtime.storage.records import StoredRecord


@dataclass(frozen=True)
class Stage:
    """One migration: from the version before it to the one that it leads to."""

    old: CompiledTool
    new: CompiledTool
    forms: Mapping[str, FormLifting]


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a record stays as it was."""

    field: str | None
    message: str


@dataclass(frozen=True, slots=True)
class Lifted:
    """What a record becomes: a document and a state, or the obstacles."""

    document: dict[str, Any]
    state: str | None
    obstacles: tuple[Obstacle, ...] = ()


@dataclass(frozen=True)
class FormLift:
    """The way of one form's records through all stages since they were written."""

    key: str
    stages: tuple[Stage, ...]
    env: Env

    @property
    def form(self) -> CompiledForm:
        """The form as it will be."""
        return self.stages[-1].new.forms[self.key]

    @cached_property
    def _liftings(self) -> tuple[FormLifting, ...]:
        found = (stage.forms.get(self.key) for stage in self.stages)
        return tuple(lifting for lifting in found if lifting is not None)

    @cached_property
    def touches(self) -> frozenset[str]:
        """The fields (and `@state`) that may change on the way, but for computed ones."""
        return frozenset[str]().union(*(lifting.touches for lifting in self._liftings))

    @cached_property
    def _recomputed(self) -> tuple[str, ...]:
        """The stored computed fields that are worked out anew, each after those it reads."""
        touched = self.form.with_readers(self.touches)
        return tuple(key for key in self.form.computing.stored if key in touched)

    @cached_property
    def _kept(self) -> frozenset[str]:
        return frozenset[str]().union(*(lifting.kept for lifting in self._liftings))

    @cached_property
    def _converted(self) -> frozenset[str]:
        return frozenset[str]().union(*(lifting.converted for lifting in self._liftings))

    @cached_property
    def _cleared(self) -> frozenset[str]:
        return frozenset[str]().union(*(lifting.cleared for lifting in self._liftings))

    def __call__(self, stored: StoredRecord) -> Lifted:
        """What the record becomes."""
        record: Mapping[str, Any] = self.stages[0].old.forms[self.key].to_record(stored.document)
        state = stored.state
        try:
            for lifting in self._liftings:
                record, state = lifting.lift(record, state)
            document = self._document(stored, record)
        except CannotLift as error:
            return self._rejected(stored, [Obstacle(error.field, str(error))])
        obstacles = self._obstacles(stored, document, state)
        return self._rejected(stored, obstacles) if obstacles else Lifted(document, state)

    def _rejected(self, stored: StoredRecord, obstacles: Sequence[Obstacle]) -> Lifted:
        return Lifted(stored.document, stored.state, tuple(obstacles))

    def _document(self, stored: StoredRecord, record: Mapping[str, Any]) -> dict[str, Any]:
        """The stored document with what was touched on the way; the rest stays byte for byte."""
        document = dict(stored.document)
        for key in self.touches:
            if key not in record:
                document.pop(key, None)
            elif key in self.form.fields:
                document[key] = self._stored(key, record[key], stored)
        if self._cleared & document.keys():
            problems = self.form.judge.problems(self.form.to_record(document))
            for key in self._cleared & {problem.field for problem in problems}:
                document.pop(key, None)
        walk = self.form.computing.walk(document, self.env.now)
        for key in self._recomputed:
            walk.work_out(key)
        return walk.document

    def _stored(self, key: str, value: Any, before: StoredRecord) -> Any:
        field = self.form.fields[key]
        try:
            return field.to_store(field.parse(value))
        except InvalidValueError as error:
            if key in self._kept:
                return before.document.get(key, value)
            raise CannotLift(key, str(error)) from error

    def _obstacles(
        self, stored: StoredRecord, document: dict[str, Any], state: str | None
    ) -> list[Obstacle]:
        """What the form's schema and rules have against the record as it would be.

        Rules that ask about linked records are not: those may follow their tool as well.

        What the new version has against a field as it is, which no step touches, is not the
        migration's business: such records stay as they are until somebody edits them.
        """
        judged = self.touches - self._kept
        if document == stored.document and state == stored.state:
            return self._limits(document, judged & self._converted)
        problems = self.form.judge.problems(self.form.to_record(document))
        before = self._problems_before(stored) if problems else frozenset()
        found = [
            Obstacle(problem.field, problem.message)
            for problem in problems
            if problem.field not in self._kept
            and (problem.field in judged or (problem.field, problem.keyword) not in before)
        ]
        was = self.form.facts(stored)
        beside = self.form.system_facts(stored) | {"@state": state}
        told = self.form.reactions.evaluate(document, self.env, NoHops(), beside=beside, before=was)
        return found + [
            Obstacle(finding.field, finding.message)
            for finding in told.of_severity(Severity.ERROR)
            if finding.reads & judged
        ]

    def _limits(self, document: dict[str, Any], converted: frozenset[str]) -> list[Obstacle]:
        """What fields that go on as they are have against their new limits."""
        if not converted & document.keys():
            return []
        problems = self.form.judge.problems(self.form.to_record(document))
        return [Obstacle(p.field, p.message) for p in problems if p.field in converted]

    def _problems_before(self, stored: StoredRecord) -> frozenset[tuple[str | None, str]]:
        """(field, keyword) of what the new version has against the record as it is."""
        record = self.form.to_record(stored.document)
        return frozenset((p.field, p.keyword) for p in self.form.judge.problems(record))


def lift_of(stored: StoredRecord, lifted: Lifted, rejected: str | None) -> Lift:
    """What is noted of a record until it follows."""
    same = lifted.document == stored.document and lifted.state == stored.state
    data = None if same or rejected else lifted.document
    return Lift(stored.form_id, stored.id, stored.version, data, lifted.state, rejected)
