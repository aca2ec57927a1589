"""The pages around the work: sign-in, home, account, errors, the palette."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from runtime.web.contexts.frame import Hidden, Link, Person


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
    reasons: Sequence[str]


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
    languages: Sequence[tuple[str, str]]
    """Those to choose from: key, own name."""


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """What went wrong, what to do now."""

    status: int
    title: str
    message: str
    request_id: str = ""
    retry_url: str = ""
    resend: Sequence[Hidden] = ()
    """What was posted, to be posted again; empty: nothing was, or it cannot be."""
    resend_url: str = ""
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
    in_dialog: bool = False
    """Swapped in below an input that moves through what was found; else a page of links."""
