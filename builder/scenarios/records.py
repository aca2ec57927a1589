"""Recording a test from a record that somebody looks at, and the way to it from the record's page."""

from typing import Final

from flask import g, url_for

from builder.scenarios.recording import Recorded, Recorder
from form_specs.language import _
from runtime.access import TEAM
from runtime.compiling.form import CompiledForm
from runtime.storage import accounts, comments
from runtime.storage.ids import decode_id
from runtime.web.contexts import Link
from runtime.web.site.context import FormPlace, here

_MOST_EVENTS: Final = 500


def recorded(tool_key: str, form_key: str, record: str) -> Recorded | None:
    """The life of a record as a test, as far as the person may know it; none: there is no such record."""
    context = here()
    tool = next((tool for tool in context.tools if tool.key == tool_key), None)
    access = context.access.form(tool, form_key) if tool else None
    if tool is None or access is None:
        return None
    try:
        found = context.records.get(context.conn, access, decode_id(record), include_deleted=True)
    except ValueError:
        return None
    if found is None:
        return None
    events = context.records.history(context.conn, found, limit=_MOST_EVENTS)
    kept = comments.listed(context.conn, access.form.form_id, found.stored.id)
    roles: dict[str, list[str]] = {}
    for name, _called, role in accounts.members(context.conn, tool.key):
        if not role.startswith(TEAM):
            roles.setdefault(name, []).append(role)
    known = {k: v for k, v in found.kept.document.items() if found.access.reads(k)}
    recorder = Recorder(tool, access.form, {c.id: c for c in kept}, roles, known)
    return recorder.recorded(reversed(events), _title(access.form, found.stored.state))


def _title(form: CompiledForm, state: str | None) -> str:
    """What a test is called as long as nobody says better: what was reached."""
    known = form.workflow.states.get(state or "") if form.workflow else None
    if known is None:
        return form.spec.title
    return _("%(form)s gets to %(state)s", form=form.spec.title, state=known.title)


def record_links(place: FormPlace, record: str) -> list[Link]:
    """What builders find in the menu of a record's page."""
    if not g.person.builds(place.tool.key):
        return []
    url = url_for("build.record_test", tool=place.tool.key, form=place.form.key, record=record)
    return [Link(_("Save as a test"), url, "flask-conical")]
