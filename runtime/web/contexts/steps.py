"""What is asked on the way: a new record, a transition, a deletion, a conflict."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from runtime.web.contexts.choosing import InverseView
from runtime.web.contexts.forms import (
    DraftNote,
    FormError,
    FormReaction,
    PartView,
    Reason,
    WizardView,
)
from runtime.web.contexts.frame import Hidden, LayoutChoice, Link, Person, Style


@dataclass(frozen=True, slots=True)
class CreatePage:
    """A new record."""

    title: str
    trail: Sequence[Link]
    action: str
    once: str
    spec: int
    """The version of the tool that it is drawn by."""
    sections: Sequence[PartView]
    submit: str
    """The button's text, e.g. "Create dispute"."""
    cancel_url: str
    errors: Sequence[FormError] = ()
    draft: DraftNote | None = None
    draft_url: str = ""
    dirty: bool = False
    hint: str = ""
    reaction: FormReaction = field(default_factory=FormReaction)
    wizard: WizardView | None = None
    """Where it is filled in step by step: `sections` are those of one step."""
    layouts: Sequence[LayoutChoice] = ()
    """What the form may be drawn by; none where there is no choice."""


@dataclass(frozen=True, slots=True)
class TransitionPage:
    """What a transition asks before it is made: as a dialog, and as a page of its own."""

    title: str
    """Of the transition."""
    record_title: str
    reference: str
    trail: Sequence[Link]
    action: str
    back_url: str
    version: str
    once: str
    spec: int
    """The version of the tool that it is drawn by."""
    source: str
    source_color: str
    target: str
    target_color: str
    sections: Sequence[PartView] = ()
    comment: Literal["none", "optional", "required"] = "none"
    comment_text: str = ""
    comment_error: str = ""
    style: Style = "primary"
    submit: str = ""
    errors: Sequence[FormError] = ()
    reasons: Sequence[Reason] = ()
    draft_url: str = ""
    draft_at: str = ""
    """When what stands here was typed; empty: it is no draft."""
    reaction: FormReaction = field(default_factory=FormReaction)
    in_dialog: bool = False
    """Drawn over the record's page, which the answer then goes into."""


@dataclass(frozen=True, slots=True)
class DeletePage:
    """Asks before a record is deleted: as a dialog, and as a page of its own."""

    record_title: str
    reference: str
    trail: Sequence[Link]
    action: str
    back_url: str
    version: str
    once: str
    affected: Sequence[str] = ()
    """What goes with it, in words: "3 files", "12 comments"."""
    restorable: str = ""
    """How it can be brought back, in words; empty: it cannot."""
    obstacles: Sequence[Reason] = ()
    """Why it cannot be deleted; empty: it can be tried."""
    holding: Sequence[InverseView] = ()
    """What links to it and keeps it, as far as the person may see that."""
    losing: Sequence[InverseView] = ()
    """What links to it and loses the link."""


@dataclass(frozen=True, slots=True)
class ConflictField:
    """A field that two people changed."""

    name: str
    title: str
    base: str
    theirs: str
    mine: str
    mine_pairs: Sequence[Hidden]
    """What the inputs held, posted again."""


@dataclass(frozen=True, slots=True)
class ConflictPage:
    """Somebody saved first: theirs and mine, side by side.

    Posts `take.FIELD` (mine or theirs) for each field, all typed texts and `_version`.
    """

    record_title: str
    trail: Sequence[Link]
    action: str
    discard_url: str
    """Posted to where the person gives their own changes up."""
    version: str
    """Theirs: what the merged save is based on."""
    once: str
    by: Person
    at: datetime
    at_text: str
    fields: Sequence[ConflictField]
    carried: Sequence[Hidden] = field(default_factory=tuple)
    """My other changes, which nobody else touched."""
    merged: Sequence[str] = ()
    """Titles of fields that need no decision."""
