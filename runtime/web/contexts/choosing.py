"""Contexts of what stands around links and lists: previews, linking records, dialogs, editors."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from runtime.web.contexts.forms import FormError, PartView
from runtime.web.contexts.frame import Hidden, Link, Option

if TYPE_CHECKING:
    from runtime.web.contexts.records import Fact


@dataclass(frozen=True, slots=True)
class CardPage:
    """A linked record in short."""

    title: str
    reference: str
    url: str
    trail: Sequence[Link]
    facts: Sequence["Fact"]
    state: str = ""
    state_color: str = "gray"
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class InverseItem:
    """A record that links to the one on the page."""

    title: str
    reference: str
    url: str
    state: str
    state_color: str
    at: datetime
    at_text: str


@dataclass(frozen=True, slots=True)
class InverseView:
    """Some records that link to the one on the page by one field, and how many there are."""

    id: str
    title: str
    count: str
    items: Sequence[InverseItem]
    all_url: str = ""
    """A list of all of them; empty: these are all, or there is no list."""


@dataclass(frozen=True, slots=True)
class MakePage:
    """The form of a record that another form waits for."""

    title: str
    record_title: str
    trail: Sequence[Link]
    action: str
    back_url: str
    once: str
    sections: Sequence[PartView]
    submit: str
    errors: Sequence[FormError]
    hidden: Sequence[Hidden]
    in_dialog: bool


@dataclass(frozen=True, slots=True)
class ListRow:
    """One choice of a list as its editor sees it."""

    key: str
    title: str
    colors: Sequence[Option]
    retired: bool
    match: str
    first: bool
    last: bool


@dataclass(frozen=True, slots=True)
class NewChoice:
    """What was typed for a choice that is to be added."""

    key: str = ""
    title: str = ""
    match: str = ""


@dataclass(frozen=True, slots=True)
class ListPage:
    """A list of choices that is changed in the running tool."""

    title: str
    trail: Sequence[Link]
    action: str
    version: str
    rows: Sequence[ListRow]
    matching: bool
    """Whether its choices go with other values."""
    changed: str
    """Who changed it last, and when; empty: it is as the spec has it."""
    errors: Sequence[FormError] = ()
    added: NewChoice = NewChoice()
