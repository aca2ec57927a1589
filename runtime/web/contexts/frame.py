"""The frame of every page, and the small parts that all pages share."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from markupsafe import Markup

from form_specs.model import FieldSpec

Theme = Literal["system", "light", "dark"]
Tone = Literal["info", "success", "warning", "error"]
Style = Literal["primary", "default", "danger"]
CellMacro = Callable[[Any, str, FieldSpec | None], Markup]
"""The `cell` macro of a field type, looked up once per column: value, text, field."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can be named: `name` is the identity, `title` what people read."""

    name: str
    title: str
    is_program: bool = False
    """Nobody: an automation, the command line, Opswright itself."""


@dataclass(frozen=True, slots=True)
class LayoutChoice:
    """A layout that a page may be drawn by."""

    title: str
    url: str
    current: bool


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
    language: str
    """POST language=LANGUAGE, next=URL."""
    palette: str
    """GET q=TEXT: `palette.html`, whole page or its block `results`."""
    counts: str = ""
    """GET: answers the block `counts` of layout.html; polled while the page is visible.  Empty: never."""


@dataclass(frozen=True, slots=True)
class TrialBar:
    """What stands above the pages of a draft that is tried: on what, in which role, the ways out."""

    words: str
    """What the copy holds."""
    warning: str
    """Why the draft as it stands is not what is shown; empty: it is."""
    roles: "Sequence[Option]"
    role_url: str
    """POST role=ROLE, next=URL."""
    reset_url: str
    """POST: begins anew with fresh copies."""
    about_url: str
    """What would have been done outside, and what is to be mended."""
    leave_url: str
    unasked: str = ""
    """Which hooks would be asked before the page's form is taken, as a sentence; empty: none."""


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
    language: str = "en"
    texts: Mapping[str, str] = field(default_factory=dict)
    """What scripts say, by what it is in English; empty in English."""
    flashes: Sequence[Flash] = ()
    shortcuts: Sequence[Shortcut] = ()
    pilot: str = ""
    """That the page goes by a version of its tool which only some have; empty: it does not."""
    looks_as: str = ""
    """As whom the page is looked at; empty: as oneself."""
    trial: TrialBar | None = None
    """Where a draft is tried: what is above its pages."""
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
