"""Looking at a tool's pages as a role or a person: kept in the session, read only, noted in the log."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from flask import g, request, session
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response

from form_specs.conditions.binding import microseconds
from runtime.access import Person
from runtime.compiling.tool import CompiledTool
from runtime.storage import accounts, exports
from runtime.storage.events import Cause
from runtime.web.site.context import current_services, reading
from runtime.web.site.htmx import see_other

KEY: Final = "viewing"
_READING: Final = ("GET", "HEAD")


class OnlyLookingError(Forbidden):
    """Something was to be changed by somebody who only looks."""


@dataclass(frozen=True, slots=True)
class Viewing:
    """Who is looked as, and in which tool."""

    tool: str
    title: str
    seen: Person
    back: str


def begin(tool: CompiledTool, role: str, account: str, back: str) -> None:
    """Looks as a role, or as one person who has it, from the next page on; the log says so."""
    title = tool.spec.roles[role].title
    if account:
        title = accounts.titles(reading(), {account}).get(account, account)
    session[KEY] = {
        "tool": tool.key,
        "role": role,
        "account": account,
        "title": title,
        "back": back,
    }
    _note(tool, role, account)


def end() -> Response:
    """Looks as oneself again."""
    found = session.pop(KEY, {})
    return see_other(found.get("back") or "/")


def viewing() -> Viewing | None:
    """How this request looks; raises `OnlyLookingError` where it would change something."""
    found = session.get(KEY)
    if not found or request.blueprint != "web":
        return None
    seen = _seen(found)
    if seen is None or not g.person.builds(found["tool"]):
        session.pop(KEY)
        return None
    if request.method not in _READING and (request.view_args or {}).get("tool") == found["tool"]:
        raise OnlyLookingError
    return Viewing(found["tool"], found["title"], seen, found["back"])


def _seen(found: dict[str, str]) -> Person | None:
    """Who is looked as, with the rights they have right now; none where the account is closed."""
    if not found["account"]:
        return Person(
            g.person.name, found["title"], roles=frozenset({(found["tool"], found["role"])})
        )
    account = accounts.by_name(reading(), found["account"])
    if account is None or not account.is_active:
        return None
    roles = accounts.memberships(reading(), account.id)
    return Person(account.name, account.title, is_admin=account.is_admin, roles=roles)


def _note(tool: CompiledTool, role: str, account: str) -> None:
    services = current_services()
    told = {"role": role} | ({"person": account} if account else {})
    at = microseconds(datetime.now(UTC))
    cause = Cause(exports.VIEW_AS, g.person.name, at, g.request_id, told)
    with services.db.write() as conn:
        for form in tool.forms.values():
            ids = services.ids
            place = exports.Place(form.form_id, ids.next(), ids.next(), form.tool_version)
            exports.note(conn, place, cause, services.audit_key)
