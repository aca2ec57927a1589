"""Handlers of what all sections share: their pages, edits, undo, who is here."""

from datetime import UTC, datetime
from typing import Any, Final

from flask import Response as FlaskResponse
from flask import abort, g, request
from werkzeug.wrappers import Response

from builder.bench import bench_or_404, made_at, refused_text, root_of
from builder.bench_answers import answered, drawn_page, is_page_of, page_posted, section_name
from builder.drafting.desk import ClashError, NothingLeftError
from builder.frame import state_of
from form_specs.conditions.binding import microseconds
from form_specs.editing import RefusedEdit, address_of
from form_specs.language import _
from runtime.storage import spec_drafts
from runtime.web.site.context import current_services, here
from runtime.web.site.htmx import announced, see_other

_SEEN_AGAIN: Final = 15_000_000
"""How old a note of somebody's presence may be before it is written anew, in microseconds."""


def page(tool: str, **more: Any) -> Response:
    """A page of a section, as the address says."""
    bench = bench_or_404(tool)
    note_presence(tool, bench.page)
    return drawn_page(bench, 200)


def edit(tool: str) -> Response:
    """Does a command to the draft; what changed on the page is answered."""
    bench = bench_or_404(tool, page_posted(tool))
    try:
        done = bench.do_posted()
    except ClashError as error:
        bench.clash = error
    except RefusedEdit as error:
        bench.refused = refused_text(error)
    else:
        bench.refresh()
        if done is not None and request.form.get("_then") == "made" and (at := made_at(done)):
            return see_other(bench.url_of(at))
    return answered(bench, 422 if bench.wrong else 409 if bench.clash or bench.refused else 200)


def undo(tool: str) -> Response:
    """Takes back the last thing that the person did."""
    return _turned(tool, "undo", _("Undone: %(what)s"))


def redo(tool: str) -> Response:
    """Does again what the person undid last."""
    return _turned(tool, "redo", _("Done again: %(what)s"))


def _turned(tool: str, kind: str, said: str) -> Response:
    bench = bench_or_404(tool, page_posted(tool))
    try:
        entry, bench.done = getattr(bench.desk, kind)(g.person.name)
    except NothingLeftError:
        bench.refused = _("There is nothing of yours left to undo or redo")
        return answered(bench, 409)
    except (ClashError, RefusedEdit):
        bench.refused = _("Somebody else changed the same place since: change it by hand")
        return answered(bench, 409)
    bench.refresh()
    return announced(answered(bench, 200), said % {"what": entry.label})


def discard(tool: str) -> Response:
    """Back to what is in force."""
    bench = bench_or_404(tool)
    bench.desk.discard(g.person.name)
    return see_other(bench.root if bench.standing.version else "/build/")


def follow(tool: str) -> Response:
    """Brings the draft to the version in force, with what the person chose where they do not agree."""
    bench = bench_or_404(tool, page_posted(tool))
    mine = [address_of(at) for at in request.form.getlist("mine")]
    try:
        bench.desk.follow(g.person.name, request.form.get("version", 0, int), mine)
    except ClashError:
        bench.refused = _("Yet another version was published: choose again")
        return answered(bench, 409)
    bench.refresh()
    return answered(bench, 200)


def state(tool: str) -> Response:
    """What changed since the page was drawn, asked again and again by the page itself."""
    if not g.person.builds(tool):
        abort(404)
    asked = request.args.get("page", "")
    page_ = asked if is_page_of(tool, asked) else root_of(tool)
    note_presence(tool, page_)
    if request.if_none_match.contains(state_of(tool)):
        return FlaskResponse(status=304)
    return drawn_page(bench_or_404(tool, page_), 200)


def note_presence(tool: str, page_: str) -> None:
    """Notes that the person is here, if that was not noted just now."""
    place = section_name(page_)
    now = microseconds(datetime.now(UTC))
    at, known = spec_drafts.seen_at(here().conn, tool, g.person.name)
    if known == place and now - at < _SEEN_AGAIN:
        return
    with current_services().db.write() as conn:
        spec_drafts.note_presence(conn, tool, g.person.name, place, now)
