"""One record: what it is, what can be done, what happened."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from markupsafe import Markup

from runtime.web.contexts.choosing import InverseView
from runtime.web.contexts.forms import (
    DraftNote,
    FileItem,
    FormError,
    FormReaction,
    PartView,
    Reason,
)
from runtime.web.contexts.frame import LayoutChoice, Link, Person, Style
from runtime.web.contexts.steps import ConflictPage


@dataclass(frozen=True, slots=True)
class TransitionButton:
    """A way to another state: drawn even when it is refused, with the reasons."""

    key: str
    title: str
    url: str
    asks: bool
    """It opens a dialog first; else it is done with one press."""
    style: Style = "default"
    icon: str = ""
    keys: str = ""
    reasons: Sequence[Reason] = ()
    """Not empty: it cannot be done now."""


@dataclass(frozen=True, slots=True)
class ActionButton:
    """An action that can be run on this record now; `template` draws it."""

    template: str
    """`actions/TYPE/button.html`."""
    key: str
    title: str
    url: str
    keys: str = ""


@dataclass(frozen=True, slots=True)
class FilesView:
    """The record's files and the place to drop more."""

    items: Sequence[FileItem]
    upload_url: str = ""
    """Empty: not allowed."""
    max_bytes: int = 0
    max_text: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class ChangedField:
    """One field of a change; empty text: no value."""

    title: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One thing that happened."""

    id: str
    kind: Literal["comment", "change", "transition", "create", "file", "delete", "system"]
    who: Person
    text: str
    """What they did, e.g. "moved to Gathering evidence"."""
    at: datetime
    at_text: str
    body: Markup | str = ""
    """Of a comment."""
    changes: Sequence[ChangedField] = ()
    color: str = ""
    """Of the state it moved to."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """What happened, newest first."""

    entries: Sequence[TimelineEntry]
    tabs: Sequence[Link]
    """All, Comments, Changes."""
    comment_url: str = ""
    """Empty: not allowed."""
    comment_draft_url: str = ""
    comment: str = ""
    comment_error: str = ""
    older_url: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the details."""

    title: str
    text: str
    at: datetime | None = None
    who: Person | None = None
    mono: bool = False
    due: bool = False
    """`at` is a deadline: its clock runs."""


@dataclass(frozen=True, slots=True)
class RecordPage:
    """One record: what it is, what can be done, what happened."""

    title: str
    reference: str
    """Its readable number or id."""
    trail: Sequence[Link]
    action: str
    """Where the form posts."""
    version: str
    once: str
    """Idempotency key of this rendering."""
    spec: int
    """The version of the tool that it is drawn by."""
    sections: Sequence[PartView]
    editable: bool
    files: FilesView
    timeline: Timeline
    facts: Sequence[Fact]
    state: str = ""
    state_color: str = "gray"
    ended: bool = False
    """Its state is one in which nothing is left to do: no deadline counts any more."""
    subtitle: Sequence[Fact] = ()
    transitions: Sequence[TransitionButton] = ()
    actions: Sequence[ActionButton] = ()
    position: str = ""
    """"4 of 14"; empty: opened on its own."""
    previous_url: str = ""
    next_url: str = ""
    errors: Sequence[FormError] = ()
    draft: DraftNote | None = None
    draft_url: str = ""
    delete_url: str = ""
    delete_refused: Sequence[Reason] = ()
    """Why there is no way to delete it."""
    links: Sequence[Link] = ()
    """What other parts of the product offer in the record's menu."""
    read_only_note: str = ""
    """Why nothing can be edited, e.g. "Submitted disputes cannot be changed"."""
    dirty: bool = False
    """The form shows what is not saved yet (after an error, or a draft)."""
    deleted_note: str = ""
    restore_url: str = ""
    conflict: ConflictPage | None = None
    inverse: Sequence[InverseView] = ()
    """The records that link to this one."""
    layouts: Sequence[LayoutChoice] = ()
    """What the page may be drawn by; none where there is no choice."""
    reaction: FormReaction = field(default_factory=FormReaction)

    @property
    def refusals(self) -> Sequence[Sequence[TransitionButton]]:
        """The buttons that are refused, those together that are so for the same reasons."""
        found: dict[tuple[Reason, ...], list[TransitionButton]] = {}
        for button in self.transitions:
            if button.reasons:
                found.setdefault(tuple(button.reasons), []).append(button)
        return [*found.values()]

    def why(self, button: TransitionButton) -> str:
        """The id of the reasons why a button is refused."""
        return f"why-{next(group[0].key for group in self.refusals if button in group)}"
