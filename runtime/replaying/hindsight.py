"""How past changes of one form would have fared by a version to come: the gate's checks, without the gate.

Each change is judged as it was made: the record before and after it, at its time, by whoever made
it with the roles that they have now.  Only one against which something is found is judged by the
version in force as well, and what that says too is no news.  Whoever has no role any more is taken
for an administrator, and programs for what they are.
"""

from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

from components.base import ABSENT
from form_specs.conditions.binding import moment_of
from form_specs.language import _, marked
from form_specs.model import Transition
from runtime.access import FormAccess, Person, program
from runtime.compiling.form import CompiledForm
from runtime.compiling.tool import CompiledTool
from runtime.gate import Check, Op, Origin, Reason
from runtime.gate.acting import action_obstacles
from runtime.gate.change import Change
from runtime.gate.checks import CHECKS, role, state
from runtime.gate.settling import MOVES, settle
from runtime.linked import Behind
from runtime.replaying.anew import Anew
from runtime.replaying.finding import Effect, Finding
from runtime.replaying.misfits import misfit
from runtime.replaying.past import PastChange
from runtime.storage.records import StoredRecord

_ORIGIN: Final = Origin("replay")
_OTHERS: Final = ("additionalProperties", "unevaluatedProperties")
_RIGHTS: Final = ("read_only", "elsewhere")
"""Codes of what is wrong with a field for one person and not for another."""

_DONE: Final[Mapping[Op, str]] = {
    Op.CREATE: marked("Making it"),
    Op.UPDATE: marked("Changing it"),
    Op.TRANSITION: marked("A step"),
    Op.DELETE: marked("Deleting it"),
    Op.RESTORE: marked("Restoring it"),
    Op.COMMENT: marked("Commenting it"),
    Op.ATTACH: marked("Attaching a file"),
    Op.DETACH: marked("Taking a file away"),
    Op.ACTION: marked("An action"),
}

Told = Iterator[tuple[tuple[str, ...], Finding]]
"""What is found, each by what tells it from others."""


@dataclass(frozen=True)
class People:
    """Who made changes, with the roles that they have now."""

    accounts: Mapping[str, Person]

    def acting(self, name: str, tool: CompiledTool) -> Person:
        """Somebody as the changes that they made are judged."""
        person = self.accounts.get(name)
        if person is None:
            return program(name)
        if person.roles_in(tool):
            return person
        return Person(person.name, person.title, is_admin=True)


@dataclass(frozen=True)
class Hindsight:
    """One form in force and as it would be, by which past changes are judged."""

    old: CompiledForm
    new: CompiledForm
    tools: tuple[CompiledTool, CompiledTool]
    people: People

    @cached_property
    def _anew(self) -> Anew:
        return Anew(self.old, self.new)

    def findings(self, past: PastChange, before: Behind, after: Behind) -> list[Finding]:
        """What would have been otherwise; `before` and `after` know what the record links to."""
        if past.op in self._alike:
            return []
        found = dict(self._told(self.new, past, after))
        if not found:
            return []
        known = dict(self._told(self.old, past, before))
        return [finding for name, finding in found.items() if name not in known]

    @cached_property
    def _alike(self) -> frozenset[Op]:
        """What both versions judge alike, so that it need not be judged at all."""
        old, new = self.old, self.new
        parts = [(f.spec.schema, f.spec.rules, f.spec.layouts, f.grants) for f in (old, new)]
        if parts[0] != parts[1]:
            return frozenset()
        flows = [form.workflow for form in (old, new)]
        states = [flow.states if flow else None for flow in flows]
        found = set(Op) - {Op.TRANSITION, Op.UPDATE, Op.ACTION}
        if old.actions == new.actions:
            found |= {Op.ACTION, Op.UPDATE} if states[0] == states[1] else {Op.ACTION}
        return frozenset(found | ({Op.TRANSITION} if flows[0] == flows[1] else set()))

    def _told(self, form: CompiledForm, past: PastChange, behind: Behind) -> Told:
        access = self._access(form, past)
        if past.before is not None and not access.includes(past.before):
            text = _("the record would not have been there for them")
            yield ("unseen",), _barred(access, past, text)
            return
        over = access.over(past.before) if past.before is not None else access
        way = self._way(form, past)
        if past.op is Op.TRANSITION and way is None:
            text = f"{self._title(past)}: {_('there is no such transition any more')}"
            yield ("gone",), Finding(Effect.UNOFFERED, text)
            return
        yield from self._acted(over, past, behind)
        if way is not None and way.target != past.event.data.get("to"):
            yield ("elsewhere",), self._led_elsewhere(form, way, past)
        if past.op is not Op.ACTION:
            yield from self._judged(over, past, way, behind)

    # -- who did what ---------------------------------------------------------------------

    def _access(self, form: CompiledForm, past: PastChange) -> FormAccess:
        """What whoever made the change may do by the form's version, at the time of the change."""
        access = copy(self._known(form is self.new, past.event.actor))
        access.now = moment_of(past.event.at)
        return access

    def _known(self, is_new: bool, name: str) -> FormAccess:
        """Somebody's access by one of the versions, with all that no clock changes worked out."""
        found = self._accesses.get((is_new, name))
        if found is None:
            person, tool = self.people.acting(name, self.tools[0]), self.tools[is_new]
            form = self.new if is_new else self.old
            found = FormAccess(form, person, person.roles_in(tool))
            # So that copies have it.
            _ = found.writable, found.rights
            self._accesses[is_new, name] = found
        return found

    @cached_property
    def _accesses(self) -> dict[tuple[bool, str], FormAccess]:
        return {}

    @staticmethod
    def _way(form: CompiledForm, past: PastChange) -> Transition | None:
        key = past.event.data.get("transition")
        return form.workflow.transitions.get(key) if form.workflow and key else None

    def _title(self, past: PastChange) -> str:
        """What was done, as people call it."""
        way = self._way(self.new, past) or self._way(self.old, past)
        if way is not None:
            return way.title
        key = past.event.data.get("action")
        action = self.new.actions.get(key) or self.old.actions.get(key) if key else None
        return action.title if action is not None else _(_DONE[past.op])

    def _acted(self, access: FormAccess, past: PastChange, behind: Behind) -> Told:
        """What keeps the button from being there that was pressed."""
        key = past.event.data.get("action")
        if not key or past.before is None:
            return
        for reason in action_obstacles(access, past.before, key, behind):
            effect = Effect.BARRED if reason.check is Check.ROLE else Effect.UNOFFERED
            yield ("action", reason.code), Finding(effect, f"{self._title(past)}: {reason.message}")

    def _led_elsewhere(self, form: CompiledForm, way: Transition, past: PastChange) -> Finding:
        to = str(past.event.data.get("to"))
        was, now = (self._state(key) for key in (to, way.target))
        text = _("%(way)s: to %(now)s instead of %(was)s", way=way.title, now=now, was=was)
        return Finding(Effect.ELSEWHERE, text)

    def _state(self, key: str) -> str:
        flows = (form.workflow for form in (self.new, self.old))
        found = next((flow.states[key] for flow in flows if flow and key in flow.states), None)
        return found.title if found else key

    # -- what the checks say --------------------------------------------------------------

    def _judged(
        self, access: FormAccess, past: PastChange, way: Transition | None, behind: Behind
    ) -> Told:
        change = self._change(access, past)
        change.transition, change.behind = way, behind
        settle(change)
        for check in CHECKS if past.op in MOVES else (role, state):
            for reason in check(change):
                if reason.code not in _OTHERS:
                    name = (reason.check.value, reason.code, reason.field or reason.message)
                    yield name, self._finding(change, past, reason)
        for key in change.dropped & access.form.fields.keys():
            title = access.form.fields[key].spec.title
            text = _("%(title)s, which is hidden", title=title)
            yield ("hidden", key), Finding(Effect.LOSES, f"{self._title(past)}: {text}", key)

    def _change(self, access: FormAccess, past: PastChange) -> Change:
        """The change as it is proposed to a version of the form."""
        form, before = access.form, past.before
        document = dict(self._as_of(form, past.after.document))
        if before is not None and form is self.new:
            before = _with_document(before, self._as_of(form, before.document))
        change = Change(past.op, access, _ORIGIN, past.after.id, before, document)
        change.values = self._set_by_hand(form, past, document)
        change.comment = "." if past.event.data.get("comment_id") else None
        return change

    def _as_of(self, form: CompiledForm, document: Mapping[str, Any]) -> Mapping[str, Any]:
        return self._anew.typed(self._anew.kept(document)) if form is self.new else document

    def _set_by_hand(
        self, form: CompiledForm, past: PastChange, document: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """What whoever made the change may have set themselves: defaults and hooks set the rest."""
        if past.op not in MOVES:
            return {}
        able = self._known(False, past.event.actor).writable & form.fields.keys()
        return _Typed(form, document, tuple(key for key in past.changed if key in able))

    def _finding(self, change: Change, past: PastChange, reason: Reason) -> Finding:
        """A reason without the values of the record."""
        said, field = reason.detail or reason.message, reason.field or ""
        match reason.check:
            case Check.ROLE:
                return _barred(change.access, past, f"{self._title(past)}: {reason.message}")
            case Check.STATE if past.op is Op.TRANSITION:
                return Finding(Effect.UNOFFERED, said)
            case Check.FIELD if reason.code in _RIGHTS:
                return _barred(change.access, past, said)
            case Check.FIELD:
                said = misfit(change.form, reason.field, reason.code)
                if past.before is not None and field not in past.changed:
                    # Once for all the steps that a record took with it.
                    text = _("%(what)s: it was so before the change", what=said)
                    return Finding(Effect.REFUSED, text, field)
            case Check.REQUIRED if field in change.form.fields:
                said = misfit(change.form, field, "required")
        return Finding(Effect.REFUSED, f"{self._title(past)}: {said}", field)


class _Typed(Mapping[str, Any]):
    """The values of some fields of a document, each read when it is asked for: few ever are."""

    def __init__(
        self, form: CompiledForm, document: Mapping[str, Any], keys: tuple[str, ...]
    ) -> None:
        self._form = form
        self._document = document
        self._keys = keys

    def __getitem__(self, key: str) -> Any:
        if key not in self._keys:
            raise KeyError(key)
        stored = self._document.get(key)
        return ABSENT if stored is None else self._form.readable(key, stored)

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)


def _barred(access: FormAccess, past: PastChange, said: str) -> Finding:
    """What somebody could not have done, told by their roles and not by their name."""
    roles = access.form.roles
    titles = " + ".join(roles[key].title for key in sorted(access.all_roles) if key in roles)
    return Finding(Effect.BARRED, f"{titles}: {said}" if titles else said)


def _with_document(record: StoredRecord, document: Mapping[str, Any]) -> StoredRecord:
    return record if document is record.document else replace(record, document=dict(document))
