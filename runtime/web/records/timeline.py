"""What happened to a record, in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeAlias

from components.base import ABSENT, FieldType
from components.nested.containers import plain_json
from form_specs.language import _, counted, marked
from runtime.access import FormAccess
from runtime.compiling.form import Broken, CompiledForm, read_stored
from runtime.storage.comments import Comment
from runtime.storage.events import Event
from runtime.storage.ids import decode_id, encode_id
from runtime.web.contexts import ChangedField, TimelineEntry
from runtime.web.forms.inside import changes_in, shown_text
from runtime.web.site.context import FormPlace, here
from runtime.web.site.times import moment, relative
from runtime.web.titles import is_looked_up, who_acted

_LONGEST = 120
Shown = Literal["all", "comments", "changes"]
Kind: TypeAlias = Literal["comment", "change", "transition", "create", "file", "delete", "system"]
_SIMPLE: Mapping[str, tuple[Kind, str]] = {
    "comment": ("comment", marked("commented")),
    "detach": ("file", marked("removed a file")),
    "delete": ("delete", marked("deleted this record")),
    "follow": ("change", marked("followed the tool to a new version")),
    "restore": ("system", marked("restored this record")),
}


@dataclass(frozen=True)
class TimelineDrawing:
    """Turns events and comments into entries, as one person may see them."""

    access: FormAccess
    titles: Mapping[str, str]
    comments: Mapping[int, Comment]
    now: datetime
    former: Mapping[int, CompiledForm] = field(default_factory=dict)
    """The form by the versions of the tool, other than that in force, under which events were written."""

    def entries(self, events: Iterable[Event], shown: Shown) -> list[TimelineEntry]:
        """The entries of `events`, in their order."""
        drawn = (self._entry(event) for event in events)
        return [entry for entry in drawn if _belongs(entry, shown)]

    def _entry(self, event: Event) -> TimelineEntry:
        comment = self._comment(event)
        at = moment(event.at)
        kind, text, color = self._words(event)
        return TimelineEntry(
            id=encode_id(event.seq),
            kind=kind,
            who=who_acted(event.actor, self.titles),
            text=text,
            at=at,
            at_text=relative(at, self.now),
            body=comment.body if comment else str(event.data.get("reason", "")),
            changes=self._changes(event),
            color=color,
        )

    def _comment(self, event: Event) -> Comment | None:
        written = event.data.get("comment_id")
        return self.comments.get(decode_id(written)) if written else None

    def _words(self, event: Event) -> tuple[Kind, str, str]:
        if event.op == "transition":
            title, color = self._state(event, event.data.get("to"))
            return "transition", _("moved to %(title)s", title=title), color
        if event.op == "create":
            return "create", *self._made(event)
        if event.op == "attach":
            names = ", ".join(file["name"] for file in event.data.get("files", []))
            return "file", _("attached %(names)s", names=names), ""
        kind, text = _SIMPLE.get(event.op, ("change", ""))
        return kind, _(text) if text else _changed_words(event.data), ""

    def _made(self, event: Event) -> tuple[str, str]:
        """Of a new record in which state it began, where that is another than that of all."""
        made = self.access.form.spec.title.lower()
        if "to" not in event.data:
            return _("created this %(title)s", title=made), ""
        state, color = self._state(event, event.data["to"])
        return _("created this %(title)s in %(state)s", title=made, state=state), color

    def _state(self, event: Event, key: str | None) -> tuple[str, str]:
        workflow = self._form(event).workflow
        state = workflow.states.get(key or "") if workflow else None
        return (state.title, state.color.value) if state else (str(key), "gray")

    def _form(self, event: Event) -> CompiledForm:
        """The form as it was when something happened."""
        return self.former.get(event.spec_version, self.access.form)

    def _changes(self, event: Event) -> list[ChangedField]:
        diff: Mapping[str, Any] = event.data.get("diff", {})
        return [
            changed
            for key, (old, new) in diff.items()
            if self.access.reads_former(key)
            for changed in self._changed(self._field(event, key), old, new)
        ]

    def _field(self, event: Event, key: str) -> FieldType:
        """A field as it was; what its values are called is only known of one that still is of its kind."""
        form = self.access.form
        now = form.fields[form.former_keys.get(key, key)]
        then = self._form(event).fields.get(key, now)
        return now if is_looked_up(now) and type(then) is type(now) else then

    def _changed(self, of: FieldType, old: Any, new: Any) -> list[ChangedField]:
        """A field that changed; of one with fields inside it, each part that did."""
        before, after = (_value(of, stored) for stored in (old, new))
        found = changes_in(of, before, after, self.titles)
        if found is None:
            texts = (_shortened(self._text(of, value)) for value in (before, after))
            return [ChangedField(of.spec.title, *texts)]
        return [
            ChangedField(one.within(of.spec.title).title, _shortened(one.old), _shortened(one.new))
            for one in found
        ]

    def _text(self, of: FieldType, value: Any) -> str:
        """A value as it is read; one of another type, before a migration, as it stood."""
        if isinstance(value, Broken):
            return plain_json(value.stored)
        return shown_text(of, value, self.titles)


def _value(of: FieldType, stored: Any) -> Any:
    return ABSENT if stored is None else read_stored(of, stored)


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _changed_words(data: Mapping[str, Any]) -> str:
    count = len(data.get("diff", {}))
    text = (
        counted("changed %(num)s field", "changed %(num)s fields", count) if count else _("saved")
    )
    if data.get("merged"):
        text = _("%(what)s, merged with a change made meanwhile", what=text)
    return text


def _belongs(entry: TimelineEntry, shown: Shown) -> bool:
    if shown == "comments":
        return bool(entry.body)
    if shown == "changes":
        return entry.kind != "comment"
    return True


def actors(events: Iterable[Event], access: FormAccess) -> set[str]:
    """Everybody whom the entries of some events name: who acted, and who stands in user fields."""
    named: set[str] = set()
    users = {key for key, field in access.form.fields.items() if field.name == "user"}
    for event in events:
        named.add(event.actor)
        for key in users & set(event.data.get("diff", {})):
            named.update(name for name in event.data["diff"][key] if isinstance(name, str))
    return named


def former_forms(place: FormPlace, events: Iterable[Event]) -> dict[int, CompiledForm]:
    """The form by each other version of the tool that some events were written under."""
    context, found = here(), {}
    for number in {event.spec_version for event in events} - {place.tool.version, 0}:
        tool = context.services.published.former(context.conn, place.tool, number)
        if tool is not None and place.form.key in tool.forms:
            found[number] = tool.forms[place.form.key]
    return found
