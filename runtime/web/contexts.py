"""What each page template is given: two names, `shell` and `page`, and nothing else.

Every page has one class here and its template reads exactly these attributes.  Everything is
computed before: texts are final, URLs are strings, what a person may not do is absent, so
that templates only place things.  A fragment of a page gets the same two names.

Templates: `SignInPage` sign_in.html, `HomePage` home.html, `TablePage` views/table/page.html,
`RecordPage` record.html, `CreatePage` create.html, `TransitionPage` transition.html,
`ConflictPage` conflict.html, `DeletePage` delete.html, `AccountPage` account.html,
`ErrorPage` error.html, `PalettePage` palette.html.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NamedTuple

from markupsafe import Markup

from form_specs.model import FieldSpec

CellMacro = Callable[[Any, str, FieldSpec | None], Markup]
"""The `cell` macro of a field type, looked up once per column: value, text, field."""

FormMacro = Callable[[Any, FieldSpec, "InputUi"], Markup]
"""The `form` macro of a field type, looked up once per field of a form: control, field, ui."""

Theme = Literal["system", "light", "dark"]
Mode = Literal["edit", "read", "masked"]
Style = Literal["primary", "default", "danger"]
Tone = Literal["info", "success", "warning", "error"]


# -- parts of every page ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can be named: `name` is the identity, `title` what people read."""

    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Link:
    """A place to go, one entry of a menu or a trail."""

    title: str
    url: str
    icon: str = ""
    active: bool = False


@dataclass(frozen=True, slots=True)
class NavItem:
    """A tool or another place in the side bar, with the views below it while it is open."""

    title: str
    url: str
    icon: str
    active: bool = False
    """The place itself is on screen."""
    open: bool = False
    """Its views are listed."""
    count: str = ""
    views: Sequence["NavView"] = ()


@dataclass(frozen=True, slots=True)
class NavView:
    """A view in the side bar."""

    title: str
    url: str
    active: bool = False
    count: str = ""
    urgent: bool = False
    """Its count is drawn in red."""


@dataclass(frozen=True, slots=True)
class NavSection:
    """A headed group of the side bar; the first one has no title."""

    title: str
    items: Sequence[NavItem]


@dataclass(frozen=True, slots=True)
class Flash:
    """One message that waits for the next page."""

    text: str
    tone: Tone = "success"


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A key and what it does on this page, for the `?` sheet: `keys` like "j", "g h", "mod+enter"."""

    keys: str
    title: str
    group: str = "This page"


@dataclass(frozen=True, slots=True)
class ShellUrls:
    """Where the frame's own links and forms go."""

    home: str
    account: str
    sign_out: str
    theme: str
    """POST theme=system|light|dark, next=URL."""
    palette: str
    """GET q=TEXT: `palette.html`, whole page or its block `results`."""
    counts: str = ""
    """GET: answers the block `counts` of layout.html; polled while the page is visible.  Empty: never."""


@dataclass(frozen=True, slots=True)
class PageShell:
    """The frame: who looks, where they can go, how it looks."""

    title: str
    """Of the document, without the product's name."""
    product: str
    """The workspace's name, shown over the side bar."""
    csrf_token: str
    nonce: str
    path: str
    """Of this page, with its query: where theme and sign-in return to."""
    urls: ShellUrls
    user: Person | None = None
    nav: Sequence[NavSection] = ()
    phone_nav: Sequence[Link] = ()
    """At most three; the fourth place is the menu."""
    theme: Theme = "system"
    flashes: Sequence[Flash] = ()
    shortcuts: Sequence[Shortcut] = ()
    demo: bool = False
    """Shows that the data is made up."""


class Hidden(NamedTuple):
    """A value that a form carries along."""

    name: str
    value: str


class Option(NamedTuple):
    """One entry of a select."""

    value: str
    title: str
    selected: bool = False
    color: str = ""


# -- sign-in, home, account, errors -----------------------------------------------------


@dataclass(frozen=True, slots=True)
class DemoUser:
    """A sign-in that the demo offers as a button."""

    name: str
    title: str


@dataclass(frozen=True, slots=True)
class SignInPage:
    """The way in; `carried` keeps what somebody typed while their session ended."""

    action: str
    next: str
    name: str = ""
    error: str = ""
    carried: Sequence[Hidden] = ()
    """Fields of the interrupted post, given back to it after signing in."""
    demo_users: Sequence[DemoUser] = ()
    demo_password: str = ""


@dataclass(frozen=True, slots=True)
class HomeView:
    """A view on the home page with how much waits there."""

    title: str
    url: str
    count: str = ""
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class HomeTool:
    """A tool on the home page."""

    title: str
    description: str
    icon: str
    url: str
    views: Sequence[HomeView] = ()
    create: Sequence[Link] = ()


@dataclass(frozen=True, slots=True)
class RecentRecord:
    """A record that was changed lately, by anybody the reader may know of."""

    title: str
    url: str
    reference: str
    tool: str
    state: str
    state_color: str
    at: datetime
    at_text: str
    by: Person


@dataclass(frozen=True, slots=True)
class BrokenTool:
    """A tool whose spec cannot be served; shown to those who can mend it."""

    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class HomePage:
    """What there is to do."""

    greeting: str
    tools: Sequence[HomeTool]
    recent: Sequence[RecentRecord] = ()
    broken: Sequence[BrokenTool] = ()


@dataclass(frozen=True, slots=True)
class AccountPage:
    """Who I am here."""

    user: Person
    email: str
    memberships: Sequence[tuple[str, str]]
    """Tool title, role titles."""
    since: datetime
    since_text: str


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """What went wrong, what to do now."""

    status: int
    title: str
    message: str
    request_id: str = ""
    retry_url: str = ""
    back: Link | None = None


@dataclass(frozen=True, slots=True)
class PaletteItem:
    """One answer of the palette: a place to go or something to do here."""

    title: str
    url: str
    icon: str
    detail: str = ""
    keys: str = ""
    disabled: str = ""
    """Why it cannot be done now; empty: it can."""


@dataclass(frozen=True, slots=True)
class PaletteGroup:
    """Answers of one kind."""

    title: str
    items: Sequence[PaletteItem]


@dataclass(frozen=True, slots=True)
class PalettePage:
    """What the palette found."""

    query: str
    action: str
    groups: Sequence[PaletteGroup]


# -- a table view -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ViewTab:
    """One view of the form, as a tab."""

    title: str
    url: str
    active: bool = False
    count: str = ""
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class FilterChip:
    """One filter that is on, as a sentence: field, operator, value."""

    field: str
    operator: str
    value: str
    remove_url: str
    edit_url: str = ""
    """The same page with this filter's editor open; empty: it belongs to the view and stays."""


@dataclass(frozen=True, slots=True)
class FilterEditor:
    """The form that sets one filter.  Posts by GET: `field`, `op`, `value` (repeated), `to`."""

    field: str
    title: str
    input: Literal["text", "number", "date", "datetime-local", "options", "user"]
    operators: Sequence[Option]
    action: str
    hidden: Sequence[Hidden]
    """The rest of the query: the other filters, sort and search."""
    back_url: str
    """The list of fields again."""
    options: Sequence[Option] = ()
    """What to tick, for `options` and `user`."""
    value: str = ""
    to: str = ""
    """The upper end, for `between`."""
    error: str = ""


@dataclass(frozen=True, slots=True)
class FilterMenu:
    """What the Filter button opens: the fields, or the editor of one."""

    fields: Sequence[Link]
    editor: FilterEditor | None = None
    open: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table."""

    key: str
    title: str
    draw: CellMacro
    spec: FieldSpec | None
    css: str
    """Classes of its cells: `end` for numbers, and the place on a phone's card: `c-title` (first
    line), `c-value` (first line, at the end), `c-state`, `c-meta` (second line), `c-who` (second
    line, at the end, as a picture).  Of each the first column counts; without one of these a
    column is left out there.  Without `c-title` the first column is the title."""
    sort_url: str = ""
    """Empty: the column does not sort."""
    sorted: Literal["", "ascending", "descending"] = ""


class Cell(NamedTuple):
    """One cell: a plain tuple, since a page has hundreds."""

    css: str
    draw: CellMacro
    value: Any
    text: str
    spec: FieldSpec | None


class Row(NamedTuple):
    """One record of the table; the first cell holds the link that opens it."""

    id: str
    url: str
    lead: Cell
    cells: Sequence[Cell]
    """The rest, without the lead."""


@dataclass(frozen=True, slots=True)
class EmptyState:
    """Why there are no rows, and what to do about it."""

    kind: Literal["nothing", "no_match", "no_permission"]
    title: str
    text: str
    action: Link | None = None


@dataclass(frozen=True, slots=True)
class TablePage:
    """A view of many records."""

    title: str
    """Of the tool or form."""
    url: str
    """Of this view with its whole query: the list refreshes itself from here."""
    search_action: str
    search_hidden: Sequence[Hidden]
    search: str
    tabs: Sequence[ViewTab]
    chips: Sequence[FilterChip]
    filters: FilterMenu
    columns: Sequence[Column]
    rows: Sequence[Row]
    total: str
    """"128" or "1,000+"."""
    plural: str
    range: str = ""
    """Where we are, in words: "First 50", "Next 50"."""
    clear_url: str = ""
    """Without search and filters; empty: there are none."""
    previous_url: str = ""
    next_url: str = ""
    create: Link | None = None
    empty: EmptyState | None = None
    sort_menu: Sequence[Link] = ()
    """For phones, where there are no column headers."""
    error: str = ""
    """A filter in the address that makes no sense, in words."""


# -- forms ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class InputUi:
    """How one input is drawn: what a field type's form macro needs beside its control."""

    id: str
    name: str
    required: bool = False
    read_only: bool = False
    invalid: bool = False
    described_by: str = ""
    autofocus: bool = False
    users: Sequence[Person] = ()
    """Who can be picked, for `user`."""
    upload_url: str = ""
    files: Sequence["FileItem"] = ()
    max_bytes: int = 0


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field on a form: with its input, as text, or as dots."""

    spec: FieldSpec
    mode: Mode
    span: int
    ui: InputUi
    text: str
    """What a reader sees; of a masked field the mask; empty: no value."""
    value: Any = None
    draw: FormMacro | None = None
    control: Any = None
    detail: CellMacro | None = None
    errors: Sequence[str] = ()
    label: str = ""
    """Where the form calls it otherwise than its spec."""
    note: str = ""
    """Why it cannot be edited, e.g. "Only leads edit this"."""


@dataclass(frozen=True, slots=True)
class SectionView:
    """A titled group of fields."""

    id: str
    title: str
    columns: int
    fields: Sequence[FieldView]
    description: str = ""


@dataclass(frozen=True, slots=True)
class FormError:
    """One line of the error summary: it leads to its field."""

    message: str
    target: str = ""
    """Id of the input; empty: of no field."""


@dataclass(frozen=True, slots=True)
class DraftNote:
    """Says that typed text was brought back."""

    at_text: str
    discard_url: str
    """POST."""


# -- a record ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something cannot be done, with the field that would help."""

    message: str
    target: str = ""
    """Id of the input."""


@dataclass(frozen=True, slots=True)
class TransitionButton:
    """A way to another state or an action: drawn even when it is refused, with the reasons."""

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
    """An action of the tool on this record; `template` draws it."""

    template: str
    """`actions/TYPE/button.html`."""
    key: str
    title: str
    url: str
    keys: str = ""
    reasons: Sequence[Reason] = ()


@dataclass(frozen=True, slots=True)
class FileItem:
    """An attached file."""

    id: str
    name: str
    url: str
    size_text: str
    kind: str
    """"pdf", "image", "sheet", "mail", "text" or "file": picks the icon."""
    detail: str = ""
    """Who attached it and when."""
    remove_url: str = ""
    """POST; empty: not allowed."""


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
    sections: Sequence[SectionView]
    editable: bool
    files: FilesView
    timeline: Timeline
    facts: Sequence[Fact]
    state: str = ""
    state_color: str = "gray"
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
    read_only_note: str = ""
    """Why nothing can be edited, e.g. "Submitted disputes cannot be changed"."""
    dirty: bool = False
    """The form shows what is not saved yet (after an error, or a draft)."""
    deleted_note: str = ""
    restore_url: str = ""
    conflict: "ConflictPage | None" = None


@dataclass(frozen=True, slots=True)
class CreatePage:
    """A new record."""

    title: str
    trail: Sequence[Link]
    action: str
    once: str
    sections: Sequence[SectionView]
    submit: str
    """The button's text, e.g. "Create dispute"."""
    cancel_url: str
    errors: Sequence[FormError] = ()
    draft: DraftNote | None = None
    draft_url: str = ""
    dirty: bool = False
    hint: str = ""


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
    source: str
    source_color: str
    target: str
    target_color: str
    fields: Sequence[FieldView] = ()
    comment: Literal["none", "optional", "required"] = "none"
    comment_text: str = ""
    comment_error: str = ""
    style: Style = "primary"
    submit: str = ""
    errors: Sequence[FormError] = ()
    reasons: Sequence[Reason] = ()
    draft_url: str = ""


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


@dataclass(frozen=True, slots=True)
class ConflictField:
    """A field that two people changed."""

    name: str
    title: str
    base: str
    theirs: str
    mine: str
    mine_texts: Sequence[str]
    """What the input held, posted again under the field's name."""


@dataclass(frozen=True, slots=True)
class ConflictPage:
    """Somebody saved first: theirs and mine, side by side.

    Posts `take.FIELD` (mine or theirs) for each field, all typed texts and `_version`.
    """

    record_title: str
    trail: Sequence[Link]
    action: str
    back_url: str
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
