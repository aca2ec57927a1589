"""What happened to a record, in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias

from components.base import ABSENT
from runtime.access import FormAccess
from runtime.storage.comments import Comment
from runtime.storage.events import Event
from runtime.storage.ids import decode_id, encode_id
from runtime.web.contexts import ChangedField, Person, TimelineEntry
from runtime.web.fields import shown_text
from runtime.web.times import moment, relative

_LONGEST = 120
Shown = Literal["all", "comments", "changes"]
Kind: TypeAlias = Literal["comment", "change", "transition", "create", "file", "delete", "system"]
_SIMPLE: Mapping[str, tuple[Kind, str]] = {
    "comment": ("comment", "commented"),
    "detach": ("file", "removed a file"),
    "delete": ("delete", "deleted this record"),
    "restore": ("system", "restored this record"),
}
_PROGRAMS = {"system": "Opswright", "cli": "Command line"}


@dataclass(frozen=True)
class TimelineDrawing:
    """Turns events and comments into entries, as one person may see them."""

    access: FormAccess
    titles: Mapping[str, str]
    comments: Mapping[int, Comment]
    now: datetime

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
            title, color = self._state(event.data.get("to"))
            return "transition", f"moved to {title}", color
        if event.op == "create":
            return "create", f"created this {self.access.form.spec.title.lower()}", ""
        if event.op == "attach":
            names = ", ".join(file["name"] for file in event.data.get("files", []))
            return "file", f"attached {names}", ""
        kind, text = _SIMPLE.get(event.op, ("change", ""))
        return kind, text or _changed_words(event.data), ""

    def _state(self, key: str | None) -> tuple[str, str]:
        workflow = self.access.form.workflow
        state = workflow.states.get(key or "") if workflow else None
        return (state.title, state.color.value) if state else (str(key), "gray")

    def _changes(self, event: Event) -> list[ChangedField]:
        diff: Mapping[str, Any] = event.data.get("diff", {})
        return [
            ChangedField(
                self.access.form.fields[key].spec.title,
                self._text(key, old),
                self._text(key, new),
            )
            for key, (old, new) in diff.items()
            if key in self.access.form.fields and self.access.reads(key)
        ]

    def _text(self, key: str, stored: Any) -> str:
        if stored is None:
            return ""
        value = self.access.form.values({key: stored}).get(key, ABSENT)
        text = shown_text(self.access.form.fields[key], value, self.titles)
        return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _changed_words(data: Mapping[str, Any]) -> str:
    count = len(data.get("diff", {}))
    text = "saved" if count == 0 else f"changed {count} field{'s' if count > 1 else ''}"
    if data.get("merged"):
        text += ", merged with a change made meanwhile"
    return text


def _belongs(entry: TimelineEntry, shown: Shown) -> bool:
    if shown == "comments":
        return bool(entry.body)
    if shown == "changes":
        return entry.kind != "comment"
    return True


def who_acted(actor: str, titles: Mapping[str, str]) -> Person:
    """An actor as people know it: a person by title, a program by what it is."""
    title = titles.get(actor) or _PROGRAMS.get(actor) or actor
    if actor.startswith("hook:"):
        title = f"Automation {actor.removeprefix('hook:')}"
    return Person(actor, title)


def actors(events: Iterable[Event], access: FormAccess) -> set[str]:
    """Everybody whom the entries of some events name: who acted, and who stands in user fields."""
    named: set[str] = set()
    users = {key for key, field in access.form.fields.items() if field.name == "user"}
    for event in events:
        named.add(event.actor)
        for key in users & set(event.data.get("diff", {})):
            named.update(name for name in event.data["diff"][key] if isinstance(name, str))
    return named
