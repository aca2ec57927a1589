"""What a request has at hand: the process's services, the person, one read connection."""

from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING

from flask import Flask, abort, current_app, g, request

from runtime.access import Access, FormAccess, Person
from runtime.compiled import CompiledForm, CompiledTool
from runtime.gate import Origin
from runtime.reading import Records, RecordView
from runtime.services import Services
from runtime.storage import accounts
from runtime.storage.ids import decode_id

_NOT_SENT = ("_key", "csrf_token")
"""Fields of every form that say nothing of what is asked."""

if TYPE_CHECKING:
    from sqlalchemy import Connection


class RequestContext:
    """Made once per request; everything that reads takes its one connection."""

    def __init__(self, services: Services, person: Person) -> None:
        self.services = services
        self.person = person
        self.access = Access(person)
        self.records = Records(services.db)
        self.conn: Connection = reading()

    @cached_property
    def tools(self) -> list[CompiledTool]:
        """The tools that exist for the person."""
        found = self.services.published.tools(self.conn)
        return [tool for tool in found if self.access.knows(tool)]

    def titles(self, names: set[str]) -> dict[str, str]:
        """What the people called `names` are called by people; unknown ones keep their name."""
        found: dict[str, str] = accounts.titles(self.conn, names) if names else {}
        return found

    def members(self, tool: CompiledTool) -> list[tuple[str, str]]:
        """(name, title) of everybody who has a role in a tool, by title."""
        people = {name: title for name, title, _role in accounts.members(self.conn, tool.key)}
        return sorted(people.items(), key=lambda item: item[1].casefold())


@dataclass(frozen=True)
class FormPlace:
    """Where a page stands: a tool, one of its forms, and what the person may do there."""

    tool: CompiledTool
    form: CompiledForm
    access: FormAccess


def install_context(app: Flask, services: Services) -> None:
    """Gives requests their context and takes it away again."""
    app.extensions["opswright"] = services
    app.teardown_request(_close)


def current_services() -> Services:
    """The running application's services."""
    services: Services = current_app.extensions["opswright"]
    return services


def reading() -> "Connection":
    """The one connection that this request reads on, its session included."""
    if "reading" not in g:
        opened = current_services().db.read()
        g.reading = opened, opened.__enter__()
    conn: Connection = g.reading[1]
    return conn


def here() -> RequestContext:
    """The context of this request, for whoever is signed in."""
    if "context" not in g:
        g.context = RequestContext(current_services(), g.person)
    found: RequestContext = g.context
    return found


def _close(_error: BaseException | None = None) -> None:
    g.pop("context", None)
    opened, _conn = g.pop("reading", (None, None))
    if opened is not None:
        opened.__exit__(None, None, None)


def tool_or_404(key: str) -> CompiledTool:
    """The tool, where it exists for the person."""
    found = next((tool for tool in here().tools if tool.key == key), None)
    if found is None:
        abort(404)
    return found


def place_or_404(tool_key: str, form_key: str) -> FormPlace:
    """The form, where it exists for the person."""
    tool = tool_or_404(tool_key)
    access = here().access.form(tool, form_key)
    if access is None:
        abort(404)
    return FormPlace(tool, access.form, access)


def record_or_404(place: FormPlace, record_id: str, *, deleted: bool = False) -> RecordView:
    """The record, where it exists for the person."""
    found = here().records.get(
        here().conn, place.access, id_or_404(record_id), include_deleted=deleted
    )
    if found is None:
        abort(404)
    return found


def id_or_404(record_id: str) -> int:
    """A record's number from the text in the address."""
    try:
        return decode_id(record_id)
    except ValueError:
        abort(404)


def page_origin(ignored: int = 0) -> Origin:
    """Where the change that this request's form asks for comes from.

    The form's own key makes it happen once.  What was posted, not what it means by now, tells
    whether the same form came twice.
    """
    once = request.form.get("_key", "")
    if not once:
        return Origin("page", request_id=g.request_id, ignored=ignored)
    posted = [pair for pair in request.form.items(multi=True) if pair[0] not in _NOT_SENT]
    return Origin(
        "page",
        request_id=g.request_id,
        idempotency_key=f"page:{g.person.name}:{sha256(once.encode()).hexdigest()}",
        ignored=ignored,
        sent=sha256(repr((request.path, sorted(posted))).encode()).digest(),
    )
