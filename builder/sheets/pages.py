"""Handlers of the page on which a spreadsheet becomes a tool."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import abort, flash, g, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from builder.publishing.publish import prospect, publish
from builder.sheets.contexts import SheetPage
from builder.sheets.drawing import sheet_page
from builder.sheets.kept import KeptSheet, forget, keep, kept_sheet, with_said
from builder.sheets.rows import bring_in
from builder.starting.beginning import begin_draft
from builder.starting.new_keys import key_problem
from form_specs.check import check
from form_specs.language import _, counted
from form_specs.model import JsonObject
from form_specs.problem import Severity
from form_specs.sheets import UnreadableSheet
from form_specs.sheets.making import tool_spec
from form_specs.sheets.planning import TablePlan
from runtime.access import EVERY_TOOL, Access
from runtime.accounts import Amendment
from runtime.published import PublishedMeanwhileError
from runtime.storage.batches import Batch
from runtime.storage.ids import encode_id
from runtime.web.site.context import current_services
from runtime.web.site.htmx import see_other, wants_fragment
from runtime.web.site.rendering import draw

_LEAD = "lead"
_SAID = ("title", "key", "state", "record", "records")


def sheet(sheet: str) -> Response:
    """How a file is read and what its columns become."""
    return _page(_sheet_or_404(sheet))


def change_sheet(sheet: str) -> Response:
    """Keeps what was corrected; makes the tool of it, or a draft, where that was asked for."""
    kept = _corrected(_sheet_or_404(sheet), request.form)
    wanted = request.form.get("do", "look")
    try:
        plan = kept.plan()
    except UnreadableSheet as error:
        return _page(_sheet_or_404(sheet), str(error), 422)
    keep(kept)
    if wanted == "look":
        return _page(kept) if wants_fragment() else see_other(url_for("build.sheet", sheet=sheet))
    return _made(kept, plan, as_draft=wanted == "draft")


def _sheet_or_404(sheet_id: str) -> KeptSheet:
    if not g.person.builds(EVERY_TOOL):
        abort(404)
    found = kept_sheet(sheet_id)
    if found is None:
        abort(404)
    return found


def _page(kept: KeptSheet, error: str = "", status: int = 200) -> Response:
    try:
        page = _readable(kept, error)
    except UnreadableSheet as failure:
        flash(str(failure), "error")
        return see_other(url_for("build.choose_file"))
    return draw("builder/sheet.html", page, title=kept.name, block="sheet", status=status)


def _readable(kept: KeptSheet, error: str) -> SheetPage:
    """The page; where what was said of the file cannot be, as it would be without that."""
    try:
        return sheet_page(kept, error)
    except UnreadableSheet as failure:
        plain = replace(kept, sheet=None, header=None, encoding="", delimiter="", said={})
        return sheet_page(plain, error or str(failure))


# -- what was said -------------------------------------------------------------------------------


def _corrected(kept: KeptSheet, form: MultiDict[str, str]) -> KeptSheet:
    """The file with what the form says of it."""
    more: dict[str, Any] = {}
    for name in ("encoding", "delimiter"):
        if name in form:
            more[name] = _unless_found(kept, name, form[name])
    if form.get("sheet", "") not in ("", _sheet_name(kept)):
        more |= {"sheet": form["sheet"], "header": None}
    elif form.get("header", "").isdecimal() and int(form["header"][:7]) != kept.plan().table.header:
        more["header"] = int(form["header"][:7])
    said: dict[str, Any] = {name: form[name] for name in _SAID if name in form}
    if "links_said" in form:
        said["links"] = form.getlist("links")
    said["columns"] = {
        name[1:]: _column(form, name) for name in form if name[:1] == "c" and name[1:].isdecimal()
    }
    title = " ".join(form.get("tool_title", "").split())[:120] or kept.title
    key = form.get("tool_key", "").strip() or kept.key
    return replace(with_said(kept, said, **more), title=title, key=key)


def _unless_found(kept: KeptSheet, name: str, said: str) -> str:
    """What was said of the file, or nothing where it was found out anyway."""
    before = str(getattr(kept, name))
    return before if said == getattr(kept.book(), name) else said


def _sheet_name(kept: KeptSheet) -> str:
    return kept.book().sheet(kept.sheet).name


def _column(form: Mapping[str, str], name: str) -> JsonObject:
    """What the form says of one column."""
    found: JsonObject = {
        "left_out": f"{name}.keep" not in form,
        "required": f"{name}.required" in form,
    }
    for part in ("title", "type", "order", "mark", "currency"):
        if f"{name}.{part}" in form:
            found[part] = form[f"{name}.{part}"]
    if f"{name}.choices" in form:
        found["choices"] = [*form[f"{name}.choices"].splitlines()]
    return found


# -- what is made of it ----------------------------------------------------------------------------


def _made(kept: KeptSheet, plan: TablePlan, *, as_draft: bool) -> Response:
    if problem := key_problem(kept.key):
        return _page(kept, problem, 422)
    if not plan.fields:
        return _page(kept, _("Leave at least one column in"), 422)
    catalog = current_services().registry.catalog()
    document = tool_spec(plan, kept.key, kept.title, catalog)
    faults = [p for p in check(document, catalog) if p.severity is Severity.ERROR]
    if faults:
        return _page(kept, f"{faults[0].pointer}: {faults[0].message}", 422)
    if as_draft:
        return see_other(begin_draft(document, _("From a spreadsheet")))
    return _published(kept, plan, document)


def _published(kept: KeptSheet, plan: TablePlan, document: JsonObject) -> Response:
    note = _("Made of the file %(file)s", file=kept.name)
    try:
        publish(prospect(current_services(), document), g.person.name, note, based_on=0)
    except PublishedMeanwhileError:
        return _page(kept, _("There is a tool '%(key)s' already", key=kept.key), 422)
    lead = Amendment(granted=((kept.key, _LEAD),))
    current_services().accounts.change(g.person.name, lead)
    # What rows link to is there before them.
    beside = [(other, _brought(kept, other, other.names[1])) for other in plan.beside]
    batch = _brought(kept, plan, kept.name)
    forget(kept)
    added = int(batch.result.get("added", 0))
    for other, came in beside:
        if rejected := int(came.result.get("rejected", 0)):
            text = counted(
                "One row of “%(form)s” waits to be put right, below its imports",
                "%(num)s rows of “%(form)s” wait to be put right, below its imports",
                rejected,
                num=f"{rejected:,}",
                form=other.names[1],
            )
            flash(text, "warning")
    if batch.status == "done" and added == len(plan.table.rows):
        text = counted(
            "The tool is there. One row came in",
            "The tool is there. %(num)s rows came in",
            added,
            num=f"{added:,}",
        )
        flash(text, "success")
        return see_other(url_for("web.view", tool=kept.key, view="all"))
    flash(_("The tool is there"), "success")
    return see_other(url_for("web.batch", tool=kept.key, form=plan.form, batch=encode_id(batch.id)))


def _brought(kept: KeptSheet, plan: TablePlan, name: str) -> Batch:
    """The rows as a batch called `name`, brought in by the person as a lead of the new tool."""
    services = current_services()
    with services.db.read() as conn:
        tool = services.published.tool(conn, kept.key)
    assert tool is not None
    person = replace(g.person, roles=g.person.roles | {(kept.key, _LEAD)})
    access = Access(person).form(tool, plan.form)
    assert access is not None
    return bring_in(services, access, plan, name, at_once=name != kept.name)
