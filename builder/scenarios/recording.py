"""From what happened to a record to a test: its events, oldest first, become steps."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from components.base import NumberedFieldType
from components.base.uploads import UploadedType
from form_specs.language import _
from form_specs.layouts import fields_in, sections_of
from form_specs.model import JsonObject, JsonValue, Right
from form_specs.scenarios import Doing
from runtime.access import FormAccess, Person
from runtime.compiling.form import CompiledForm
from runtime.compiling.tool import CompiledTool
from runtime.storage.comments import Comment
from runtime.storage.events import Event
from runtime.storage.ids import decode_id

_MOST_STEPS: Final = 50
_MOMENT: Final = 1_000_000
_MINUTE: Final = 60
_HOUR: Final = 60
_DAY: Final = 24 * _HOUR
_RIGHTS: Final = {
    "create": Right.CREATE,
    "update": Right.EDIT,
    "delete": Right.DELETE,
    "comment": Right.COMMENT,
}


@dataclass
class Recorded:
    """A test that was recorded, and what could not be taken along."""

    test: JsonObject
    notes: list[str] = field(default_factory=list)


@dataclass
class Recorder:
    """Writes the life of one record down as a test."""

    tool: CompiledTool
    form: CompiledForm
    comments: Mapping[int, Comment]
    roles_of: Mapping[str, Sequence[str]]
    """The roles that each account holds in the tool."""
    document: Mapping[str, Any]
    """The record as it is, as far as it may be known: what it was made with is worked out from it."""

    def __post_init__(self) -> None:
        self.notes: list[str] = []
        self.born: dict[str, Any] = {}
        """What the record was made with."""
        self.people: dict[str, tuple[str, str]] = {}
        """By account the role and the name in the test."""

    def recorded(self, happened: Iterable[Event], title: str) -> Recorded:
        """The test of events that are given oldest first."""
        events = [event for event in happened if event.op != "follow"]
        self.born = _born(self.document, events)
        if len(events) > _MOST_STEPS:
            text = _("Only the first %(number)s steps are taken", number=_MOST_STEPS)
            self.notes.append(text)
            events = events[:_MOST_STEPS]
        start = events[0].at if events else 0
        steps: list[JsonValue] = []
        before = start
        for event in events:
            step = self._step(event)
            if step is not None:
                steps.append(_later(before, event.at) | step)
                before = event.at
        moment = datetime.fromtimestamp(start // _MOMENT, UTC)
        written = moment.isoformat().replace("+00:00", "Z")
        test: JsonObject = {"title": title, "start": written, "steps": steps}
        return Recorded(test, list(dict.fromkeys(self.notes)))

    def _step(self, event: Event) -> JsonObject | None:
        """A step that does what an event tells of; none where a test cannot do it."""
        step = self._who(event)
        match event.op:
            case "create":
                return self._made(step, event)
            case "update" if event.data.get("action"):
                return self._run(step, event)
            case "update":
                return self._changed(step, event)
            case "transition":
                return self._moved(step, event)
        return self._simple(step, event)

    def _simple(self, step: JsonObject, event: Event) -> JsonObject | None:
        whole: JsonObject = {**step, "do": event.op, "form": self.form.key}
        if event.op == "delete":
            return whole
        if event.op == "comment" and (words := self._comment(event)):
            return whole | {"comment": words}
        if event.op == "action":
            self.notes.append(_("What a button's hook changed stands there as done by a program"))
        else:
            self.notes.append(_("Files, and what was restored, are left out"))
        return None

    def _run(self, step: JsonObject, event: Event) -> JsonObject:
        doing: JsonObject = {"do": Doing.ACTION.value, "form": self.form.key}
        doing["action"] = event.data["action"]
        return step | doing | self._then(values=self._set(event))

    def _made(self, step: JsonObject, event: Event) -> JsonObject:
        writable, rest = self._parted(step, self._set(event))
        made: JsonObject = {"do": Doing.CREATE.value, "form": self.form.key, "values": writable}
        state = self.form.workflow.initial if self.form.workflow else None
        return step | made | self._then(state=state, values=rest)

    def _changed(self, step: JsonObject, event: Event) -> JsonObject | None:
        writable, rest = self._parted(step, self._set(event))
        if not writable:
            return None
        made: JsonObject = {"do": Doing.CHANGE.value, "form": self.form.key, "values": writable}
        return step | made | self._then(values=rest)

    def _moved(self, step: JsonObject, event: Event) -> JsonObject | None:
        workflow, key = self.form.workflow, str(event.data.get("transition"))
        found = workflow.transitions.get(key) if workflow else None
        if found is None:
            self.notes.append(_("A step that the workflow has no more is left out"))
            return None
        asked = {*found.fields, *found.require}
        if found.layout:
            asked |= {*fields_in(sections_of(self.form.spec.layout(found.layout)))}
        values = {key: value for key, value in self._set(event).items() if key in asked}
        made: JsonObject = {"do": Doing.TRANSITION.value, "form": self.form.key, "transition": key}
        made |= {"values": values} if values else {}
        made |= {"comment": words} if (words := self._comment(event)) else {}
        return step | made | self._then(state=found.target)

    @staticmethod
    def _then(*, state: str | None = None, values: JsonObject | None = None) -> JsonObject:
        expect: JsonObject = {"state": state} if state else {}
        expect |= {"values": values} if values else {}
        return {"expect": expect} if expect else {}

    def _comment(self, event: Event) -> str:
        written = event.data.get("comment_id")
        found = self.comments.get(decode_id(written)) if written else None
        return found.body if found else ""

    # -- people -----------------------------------------------------------------------------

    def _who(self, event: Event) -> JsonObject:
        """The role of whoever did it; without one it was a program."""
        if ":" in event.actor or event.actor in ("system", "cli", "migration"):
            return {}
        role, person = self._person(event)
        if not role:
            return {}
        return {"as": role} if person == role else {"as": role, "person": person}

    def _person(self, event: Event) -> tuple[str, str]:
        known = self.people.get(event.actor)
        if known is None:
            role = self._role(event)
            taken = {person for _role, person in self.people.values()}
            number = sum(1 for other, _p in self.people.values() if other == role)
            person = role if role not in taken else f"{role}_{number + 1}"
            known = self.people[event.actor] = (role, person)
        return known

    def _role(self, event: Event) -> str:
        """The first role of somebody that may do it; of all roles, where they hold none."""
        held = [r for r in self.tool.spec.roles if r in self.roles_of.get(event.actor, ())]
        candidates = held or [*self.tool.spec.roles]
        return next((r for r in candidates if self._may(r, event)), next(iter(candidates), ""))

    def _may(self, role: str, event: Event) -> bool:
        access = self._access(role)
        workflow = self.form.workflow
        if event.op == "transition" and workflow:
            found = workflow.transitions.get(str(event.data.get("transition")))
            return found is not None and access.may_take(found)
        action = self.form.actions.get(str(event.data.get("action")))
        if action is not None:
            return access.may_run(action)
        right = _RIGHTS.get(event.op)
        return right is None or access.can(right)

    def _access(self, role: str) -> FormAccess:
        person = Person(role, role, roles=frozenset({(self.tool.key, role)}))
        return FormAccess(self.form, person, person.roles_in(self.tool))

    # -- values -----------------------------------------------------------------------------

    def _set(self, event: Event) -> JsonObject:
        """What an event set, as the record has it; null: it was cleared."""
        diff: Mapping[str, Any] = event.data.get("diff", {})
        if event.op == "create":
            diff = {key: [None, value] for key, value in self.born.items()}
        after = {key: new for key, (_old, new) in diff.items() if new is not None}
        found: JsonObject = {key: None for key, (_old, new) in diff.items() if new is None}
        found |= self.form.to_record({k: v for k, v in after.items() if k in self.form.fields})
        return {key: self._kept(key, found[key]) for key in diff if self._is_kept(key, found)}

    def _is_kept(self, key: str, found: JsonObject) -> bool:
        known = self.form.fields.get(key)
        if known is None or key not in found or known.spec.computed:
            return False
        if isinstance(known, UploadedType):
            self.notes.append(_("Files, and what was restored, are left out"))
            return False
        return not isinstance(known, NumberedFieldType)

    def _kept(self, key: str, value: JsonValue) -> JsonValue:
        known = self.form.fields[key]
        if known.name == "user" and isinstance(value, str):
            return self.people[value][1] if value in self.people else value
        if known.spec.sensitive:
            text = _("Sensitive values are replaced by made-up ones of the same shape")
            self.notes.append(text)
            return made_up(value)
        if known.spec.link is not None and value is not None:
            text = _("It links to other records: make those in steps before, and name them")
            self.notes.append(text)
        return value

    def _parted(self, step: JsonObject, values: JsonObject) -> tuple[JsonObject, JsonObject]:
        """What the person may set, and what came by itself (a default, a hook)."""
        if "as" not in step:
            return values, {}
        access = self._access(str(step["as"]))
        writable = {key: value for key, value in values.items() if access.writes(key)}
        rest: JsonObject = {
            key: value
            for key, value in values.items()
            if key not in writable and access.reads(key) and value is not None
        }
        return writable, rest


def _born(document: Mapping[str, Any], events: Sequence[Event]) -> dict[str, Any]:
    """The document as it was before anybody changed it."""
    found = dict(document)
    for event in reversed(events):
        for key, (old, _new) in event.data.get("diff", {}).items():
            if old is None:
                found.pop(key, None)
            else:
                found[key] = old
    return found


def _later(before: int, at: int) -> JsonObject:
    minutes = (at - before) // _MOMENT // _MINUTE
    if minutes < 1:
        return {}
    for size, unit in ((_DAY, "day"), (_HOUR, "hour"), (1, "minute")):
        if minutes % size == 0:
            number = minutes // size
            return {"at": f"+{min(number, 999_999)} {unit}{'' if number == 1 else 's'}"}
    return {}


def made_up(value: JsonValue) -> JsonValue:
    """A value of the same shape that says nothing: letters become x, digits 1."""
    match value:
        case str():
            return "".join("1" if c.isdigit() else _letter(c) for c in value)
        case list():
            return [made_up(item) for item in value]
        case dict():
            return {key: made_up(item) for key, item in value.items()}
    return value


def _letter(letter: str) -> str:
    if not letter.isalpha():
        return letter
    return "X" if letter.isupper() else "x"
