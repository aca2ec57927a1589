"""Playing one test: each step through the gate, as whoever does it, at the time it is done."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from sqlalchemy import Connection

from builder.scenarios.judging import judged
from builder.scenarios.results import Outcome, ScenarioResult, StepResult
from builder.scenarios.stage import Stage
from form_specs.language import _
from form_specs.scenarios import Doing, Scenario, Step, resolved
from runtime.access import FormAccess, Person, program
from runtime.compiling.form import CompiledForm
from runtime.gate.acting import typed_values
from runtime.gate.change import Origin
from runtime.gate.refusal import Check, Reason, RecordNotFoundError, RefusedError
from runtime.storage.ids import encode_id

_ORIGIN: Final = Origin("page")
_PROGRAM: Final = "hook:test"


class Play:
    """One test on a stage, inside a transaction that is undone when it is over."""

    def __init__(self, stage: Stage, conn: Connection, scenario: Scenario) -> None:
        self.stage = stage
        self.conn = conn
        self.scenario = scenario
        self.records: dict[str, int] = {}
        """The records of the test by name; one that was refused is not there."""
        stage.clock.set(scenario.start)

    def results(self, may_go_on: Callable[[], bool]) -> ScenarioResult:
        """Plays the steps until one does not go as it must."""
        found: list[StepResult] = []
        stopped = False
        for step in self.scenario.steps:
            if stopped or not may_go_on():
                found.append(StepResult(Outcome.SKIPPED))
                stopped = True
                continue
            reasons = tuple(self._played(step))
            found.append(StepResult(Outcome.FAILED if reasons else Outcome.PASSED, reasons))
            stopped = bool(reasons)
        if stopped and all(step.outcome is not Outcome.FAILED for step in found):
            found[-1] = StepResult(Outcome.FAILED, (_("The tests take too long: make them fewer"),))
        return ScenarioResult(self.scenario.key, self.scenario.title, tuple(found))

    def _played(self, step: Step) -> list[str]:
        """What is not as it must be after a step."""
        self.stage.clock.forward(step.later)
        access = self.access(step)
        try:
            self._do(step, access)
            refused: tuple[Reason, ...] = ()
        except RefusedError as error:
            refused = error.reasons
        except RecordNotFoundError:
            text = _("The record does not exist for them")
            refused = (Reason(Check.ROLE, "not_found", text),)
        return judged(self, step, access, refused)

    def access(self, step: Step) -> FormAccess:
        """The rights of whoever does a step, at its time."""
        form = self.stage.tool.forms[step.form]
        if not step.role:
            found = FormAccess(form, program(_PROGRAM))
            found.now = self.stage.clock.now
            return found
        return self.access_of(form, step.role, step.person)

    def access_of(self, form: CompiledForm, role: str, person: str = "") -> FormAccess:
        """The rights of somebody who has one role, now."""
        name = person or role
        who = Person(name, name, roles=frozenset({(form.tool_key, role)}))
        found = FormAccess(form, who, who.roles_in(self.stage.tool))
        found.now = self.stage.clock.now
        return found

    def _do(self, step: Step, access: FormAccess) -> None:
        gate = self.stage.services.gate
        if step.doing is Doing.CREATE:
            values = self._typed(access.form, step.values)
            self.records[step.record] = gate.create(access, values, _ORIGIN).record_id
            return
        if step.doing is Doing.LOOK:
            return
        record_id = self.record_id(step)
        match step.doing:
            case Doing.CHANGE:
                version = gate.record(access, record_id).version
                values = self._typed(access.form, step.values)
                gate.update(access, record_id, values, _ORIGIN, version=version)
            case Doing.TRANSITION:
                values = self._typed(access.form, step.values)
                comment = step.comment or None
                gate.transition(
                    access, record_id, step.transition, _ORIGIN, values=values, comment=comment
                )
            case Doing.ACTION:
                gate.act(access, record_id, step.action, _ORIGIN)
            case Doing.DELETE:
                gate.delete(access, record_id, _ORIGIN, reason=step.comment or None)
        if step.comment and step.doing in (Doing.COMMENT, Doing.CHANGE, Doing.ACTION):
            gate.comment(access, record_id, step.comment, _ORIGIN)

    def record_id(self, step: Step) -> int:
        """The record that a step is about; refused where it was never made."""
        if step.record not in self.records:
            text = _("There is no record '%(name)s': making it was refused", name=step.record)
            raise RefusedError([Reason(Check.STATE, "unknown", text)])
        return self.records[step.record]

    def resolved(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Values by the clock and the records of the test."""
        ids = {name: encode_id(number) for name, number in self.records.items()}
        return {key: resolved(value, self.stage.clock.now, ids) for key, value in values.items()}

    def _typed(self, form: CompiledForm, values: Mapping[str, Any]) -> dict[str, Any]:
        try:
            found = self.resolved(values)
        except KeyError as error:
            text = _("There is no record '%(name)s': making it was refused", name=error.args[0])
            raise RefusedError([Reason(Check.STATE, "unknown", text)]) from error
        others = {k: v for k, v in found.items() if form.open and k not in form.fields}
        known = {key: value for key, value in found.items() if key not in others}
        return typed_values(form, known) | others
