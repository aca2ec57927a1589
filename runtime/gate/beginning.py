"""New records that begin in a later state than others: taken there in memory, then written once.

Whoever imports may say the state of a row.  The record goes along transitions that the person
may take, and of each everything is asked that is asked by its button: role, guards, required
fields, a comment, rules, before-hooks.  So no file brings a record where its person could not.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Final, TypeAlias

from components.base import NumberedFieldType
from form_specs.conditions.binding import microseconds
from form_specs.language import _
from form_specs.model import CommentRule, Right, Transition, Workflow
from runtime.access import FormAccess
from runtime.gate.change import Change, Op
from runtime.gate.refusal import Check, Reason
from runtime.gate.settling import settle
from runtime.hooks.runner import HookRunner
from runtime.storage.records import StoredRecord

STATE: Final = "@state"
"""What names the state among the columns of a file, which may be the key or the title of one."""
Judged: TypeAlias = Callable[[Change], list[Reason]]


class Ways:
    """The ways to states that one person's new records of one form may go."""

    def __init__(
        self, access: FormAccess, hooks: HookRunner, judged: Judged, hooked: Judged | None
    ) -> None:
        """`judged` tells what speaks against a step, `hooked` what before-hooks say (none: unasked)."""
        self._access = access
        self._hooks = hooks
        self._judged = judged
        self._hooked = hooked
        self._leading = lru_cache(None)(self._that_lead)
        self._plain = lru_cache(None)(self._is_plain)

    def take(self, change: Change) -> list[Reason]:
        """Takes a new record to the state that it is to begin in; what speaks against that."""
        workflow, state = self._access.form.workflow, change.begins
        if state is None or (workflow is not None and state == workflow.initial):
            return []
        if workflow is None or state not in workflow.states:
            text = _("There is no state '%(state)s'", state=state)
            return [Reason(Check.STATE, "unknown", text, STATE)]
        if not self._access.can(Right.IMPORT) or workflow.initial not in self._leading(state):
            return [_no_way(workflow, state)]
        return self._taken(change, workflow, state)

    def _taken(self, change: Change, workflow: Workflow, state: str) -> list[Reason]:
        """Looks for the shortest way that is open to the record as it is."""
        waiting: deque[tuple[Change, ...]] = deque([()])
        seen, barred = {workflow.initial}, list[Reason]()
        while waiting:
            way = waiting.popleft()
            last = way[-1] if way else change
            for transition in self._onward(workflow, last.state, state):
                if transition.target in seen:
                    continue
                step = _step(change, last, transition)
                reasons = self._against(step)
                barred = barred or reasons
                if reasons:
                    continue
                seen.add(transition.target)
                if transition.target == state:
                    return self._walked(change, (*way, step))
                waiting.append((*way, step))
        return barred or [_no_way(workflow, state)]

    def _walked(self, change: Change, way: tuple[Change, ...]) -> list[Reason]:
        """Asks hooks about each step of the way, and takes it."""
        document = change.document
        for step in way if self._hooked is not None and not all(map(self._is_free, way)) else ():
            assert self._hooked is not None
            assert step.before is not None
            step.before = replace(step.before, document=document)
            step.document = dict(document)
            settle(step)
            if reasons := _without_numbers(step, self._hooked(step)):
                return reasons
            document = step.document
        change.document = dict(way[-1].document)
        change.way = way
        return []

    def _against(self, step: Change) -> list[Reason]:
        if self._is_free(step):
            return []
        assert step.before is not None
        if not self._access.includes(step.before):
            # By hand nobody would see the record any more.
            return [_no_way(_workflow(self._access), step.state or "")]
        settle(step)
        return _without_numbers(step, self._judged(step))

    def _is_free(self, step: Change) -> bool:
        assert step.transition is not None
        return self._plain(step.transition.key)

    def _onward(self, workflow: Workflow, here: str | None, state: str) -> Iterator[Transition]:
        """The steps from a state that may lead to another, the one that ends there first."""
        leading = self._leading(state) | {state}
        steps = [t for t in workflow.leaving(here or "") if t.target in leading]
        yield from sorted(steps, key=lambda step: step.target != state)

    def _that_lead(self, state: str) -> frozenset[str]:
        """The states from which transitions that the person may take lead to `state`."""
        steps = [
            step
            for step in _workflow(self._access).transitions.values()
            if self._access.may_take(step)
        ]
        found: set[str] = set()
        while (
            more := {
                source
                for step in steps
                if step.target == state or step.target in found
                for source in step.sources
            }
            - found
        ):
            found |= more
        return frozenset(found)

    def _is_plain(self, key: str) -> bool:
        """Whether a transition asks nothing of a record that the person may bring to it."""
        form = self._access.form
        step = _workflow(self._access).transitions[key]
        place = (Op.TRANSITION.value, form.tool_key, form.key, key)
        asks = step.guards or step.require or step.comment is CommentRule.REQUIRED
        hooked = self._hooks.has_before(*place) or self._hooks.missing_before(*place)
        return (
            self._access.may_take(step)
            and form.reactions.idle
            and not any(form.rows.values())
            and not (asks or hooked)
        )


def _workflow(access: FormAccess) -> Workflow:
    assert access.form.workflow is not None
    return access.form.workflow


def _no_way(workflow: Workflow, state: str) -> Reason:
    title = workflow.states[state].title
    text = _("No step that you may take brings a new record to %(state)s", state=title)
    return Reason(Check.ROLE, "role", text, STATE)


def _step(change: Change, last: Change, transition: Transition) -> Change:
    """The step of a record that is not written yet, as it would be taken right after that."""
    access, document = change.access, last.document
    at, who = microseconds(access.now), access.person.name
    before = StoredRecord(
        id=change.record_id,
        form_id=access.form.form_id,
        version=1,
        spec_version=access.form.tool_version,
        state=last.state,
        created_at=at,
        created_by=who,
        updated_at=at,
        updated_by=who,
        deleted_at=None,
        last_event=0,
        document=document,
    )
    step = Change(
        *(Op.TRANSITION, access.over(before), change.origin, change.record_id, before),
        dict(document),
    )
    step.transition, step.behind = transition, change.behind
    return step


def _without_numbers(step: Change, reasons: list[Reason]) -> list[Reason]:
    """Without what running numbers lack, which come with the commit."""
    fields = step.form.fields
    return [
        reason
        for reason in reasons
        if not (
            reason.code == "required"
            and isinstance(fields.get(reason.field or ""), NumberedFieldType)
        )
    ]
