"""What a request has at hand: the process's services, the person, one read connection."""

from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from flask import Flask, abort, current_app, g, request, url_for

from runtime.access import TEAM, Access, FormAccess, Person
from runtime.choosing import Directory
from runtime.compiling.form import CompiledForm
from runtime.compiling.hops import Hops
from runtime.compiling.tool import CompiledTool
from runtime.gate import Origin
from runtime.linked import Behind, LinkedRecords
from runtime.reading import Records, RecordView
from runtime.services import Services
from runtime.storage import accounts, tools
from runtime.storage.ids import decode_id, encode_id
from runtime.storage.tools import InForce
from runtime.viewing import ViewingAccess
from runtime.web.site.language import language, product_languages

_NOT_SENT = ("_key", "csrf_token")
"""Fields of every form that say nothing of what is asked."""

if TYPE_CHECKING:
    from sqlalchemy import Connection


class RequestContext:
    """Made once per request; everything that reads takes its one connection."""

    def __init__(self, services: Services, person: Person, access: Access | None = None) -> None:
        self.services = services
        self.person = person
        self.access = access or Access(person)
        self.records = Records(services.db)
        self.conn: Connection = reading()
        self._directories: dict[int, Directory] = {}
        self._behind: dict[int, Behind] = {}

    @cached_property
    def in_force(self) -> list[InForce]:
        """Which versions of all tools people work by just now."""
        return tools.in_force(self.conn)

    @cached_property
    def tools(self) -> list[CompiledTool]:
        """The tools that exist for the person, in the versions that the person works by."""
        found = self.services.published.tools_for(
            self.person.name, self.conn, self.in_force, language(), product_languages()
        )
        return [tool for tool in found if self.access.knows(tool)]

    def worked_by(self, tool: CompiledTool) -> CompiledTool:
        """The version of a tool by which the record is worked on that the request is about."""
        record = record_in_address()
        standing = next((each for each in self.in_force if each.tool_id == tool.tool_id), None)
        if record is None or standing is None:
            return tool
        wanted = self.services.pilot_records.version_of(self.conn, tool, standing, record)
        found = self.services.published.at_least(self.conn, tool, wanted)
        if found is tool or not self.access.knows(found):
            return tool
        g.beside = encode_id(record)
        return found

    def directory(self, access: FormAccess) -> Directory:
        """What the fields of a form offer to the person; the same one all through the request."""
        found = self._directories.get(access.form.form_id)
        if found is None:
            found = self.services.gate.directory(self.conn, access, _record_address)
            self._directories[access.form.form_id] = found
        return found

    def linked(self, access: FormAccess) -> LinkedRecords:
        """What the links of a form's records lead to; each record is read once in a request."""
        return self.behind(access).known

    def hops(self, access: FormAccess) -> Hops:
        """What conditions and formulas of a record find behind its links, as far as the person may know."""
        return self.linked(access).hops(access)

    def behind(self, access: FormAccess) -> Behind:
        """What changes to a form's records are judged by of linked ones."""
        found = self._behind.get(access.form.form_id)
        if found is None:
            found = self.services.gate.behind(access, self.conn)
            self._behind[access.form.form_id] = found
        return found

    def titles(self, names: set[str]) -> dict[str, str]:
        """What the people called `names` are called by people; unknown ones keep their name."""
        found: dict[str, str] = accounts.titles(self.conn, names) if names else {}
        return found

    def members(self, tool: CompiledTool) -> list[tuple[str, str]]:
        """(name, title) of everybody who has a role in a tool, by title."""
        people = {
            name: title
            for name, title, role in accounts.members(self.conn, tool.key)
            if not role.startswith(TEAM)
        }
        return sorted(people.items(), key=lambda item: item[1].casefold())


def _record_address(form: CompiledForm, record: str) -> str:
    """Where a record is shown."""
    return url_for("web.record", tool=form.tool_key, form=form.key, record=record)


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
        looks = g.get("viewing")
        access = ViewingAccess(g.person, looks.seen, looks.tool) if looks else None
        g.context = RequestContext(current_services(), g.person, access)
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
    return here().worked_by(found)


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


BESIDE = "beside"
"""In the address of what a field offers: the record on whose page it is asked for."""


def keep_beside(endpoint: str, values: dict[str, Any]) -> None:
    """Names the record whose page is drawn in the addresses of what its fields offer, where it matters."""
    if "field" in values and g.get(BESIDE):
        values.setdefault(BESIDE, g.beside)


def record_in_address() -> int | None:
    """The record that the request is about, or on whose page it began; none: it is about none."""
    names = request.view_args or {}
    beside = request.args.get(BESIDE) if "field" in names else None
    text = beside or names.get("record") or names.get("record_id")
    try:
        return decode_id(text) if text else None
    except ValueError:
        return None


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
