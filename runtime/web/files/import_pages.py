"""Handlers of the pages on which files come in, and batches are looked at and taken back."""

import csv
import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Response as FlaskResponse
from flask import abort, flash, g, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.http import dump_options_header
from werkzeug.wrappers import Response

from form_specs.language import _
from form_specs.model import Right
from form_specs.sheets.errors import UnreadableSheet
from runtime.batches.columns import keys, system_columns, targets
from runtime.batches.plans import Plan, with_ways
from runtime.batches.rejects import reject_rows
from runtime.batches.running import Lost
from runtime.batches.service import IMPORT, REVERT
from runtime.storage import batches
from runtime.storage.batches import Batch
from runtime.storage.ids import encode_id
from runtime.web.contexts import BatchesPage, ImportPage
from runtime.web.files.import_drawing import (
    UNDER_WAY,
    batch_item,
    batch_page,
    draft_page,
    imports_link,
    place_of_batch,
    trail_of,
)
from runtime.web.site.context import FormPlace, here, id_or_404, place_or_404
from runtime.web.site.htmx import see_other
from runtime.web.site.rendering import draw
from runtime.web.uploads import clean_name

AT_ONCE = 1_000
"""As many rows come in while the person waits; more in the background."""
_PAGE = 50


def _place(tool: str, form: str) -> FormPlace:
    """The form, where the person may import into it."""
    place = place_or_404(tool, form)
    if not place.access.can(Right.IMPORT):
        abort(404)
    return place


def _batch(place: FormPlace, key: str) -> Batch:
    """The batch, where the person may know what stands in it."""
    found = batches.get(here().conn, id_or_404(key))
    if found is None or found.form_id != place.form.form_id or not _knows(place, found):
        abort(404)
    return found


def _knows(place: FormPlace, batch: Batch) -> bool:
    """Whether somebody may see a batch: files hold what not everybody may read."""
    mine = batch.created_by == place.access.person.name
    return mine or (batch.status != "draft" and place.access.knows_all)


# -- choosing a file ----------------------------------------------------------------------


def import_file(tool: str, form: str) -> Response:
    """Where a file is chosen."""
    return _draw_import(_place(tool, form))


def _draw_import(place: FormPlace, error: str = "", status: int = 200) -> FlaskResponse:
    title = _("Import %(plural)s", plural=place.form.spec.plural.lower())
    page = ImportPage(
        title=title,
        trail=trail_of(place, imports_link(place)),
        action=url_for("web.read_import", tool=place.tool.key, form=place.form.key),
        history_url=imports_link(place).url,
        fields=[target.title for target in targets(place.access).values()],
        megabytes=here().services.settings.max_upload_mb,
        error=error,
    )
    return draw("import.html", page, title=title, status=status)


def read_import(tool: str, form: str) -> Response:
    """Reads the chosen file, and goes on to its columns."""
    place = _place(tool, form)
    file = request.files.get("file")
    if file is None or not file.filename:
        return _draw_import(place, _("Choose a file"), 422)
    try:
        with _on_disk(file) as path:
            batch = here().services.batches.draft(place.access, path, clean_name(file.filename))
    except UnreadableSheet as error:
        return _draw_import(place, str(error), 422)
    return see_other(url_for("web.batch", **place_of_batch(place, batch)))


@contextmanager
def _on_disk(file: FileStorage) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="opswright-import-") as folder:
        path = Path(folder) / "file"
        file.save(path)
        yield path


# -- planning -----------------------------------------------------------------------------


def plan_import(tool: str, form: str, batch: str) -> Response:
    """Keeps what was said of the columns, and does what the pressed button says."""
    place = _place(tool, form)
    found = _draft_or_404(place, batch)
    found = here().services.batches.change(
        found, _planned(place, found), request.form.get("name", "")
    )
    plan, asked = Plan.from_json(found.plan), request.form.get("do", "")
    at = url_for("web.batch", **place_of_batch(place, found))
    if asked in ("check", "start") and (error := _problem(plan)):
        page = draft_page(place, found, error)
        return draw("import_draft.html", page, title=page.title, status=422)
    if asked == "check":
        here().services.batches.check(place.access, found, _MOST_CHECKED)
        return see_other(f"{at}#checked")
    if asked == "start":
        _started(found, plan)
    return see_other(at)


_MOST_CHECKED = 20_000


def _started(found: Batch, plan: Plan) -> None:
    service = here().services.batches
    if service.start(found) and plan.rows <= AT_ONCE:
        service.run_now(found)


def _draft_or_404(place: FormPlace, key: str) -> Batch:
    found = _batch(place, key)
    if found.kind != IMPORT or found.status != "draft":
        abort(404)
    return found


def _planned(place: FormPlace, batch: Batch) -> Plan:
    """The plan as it was posted; what makes no sense counts as left out."""
    plan, able = Plan.from_json(batch.plan), targets(place.access)
    chosen: list[str] = []
    for index, old in enumerate(plan.targets):
        name = request.form.get(f"column/{index}", old)
        fits = name in able or name in system_columns(place.access)
        chosen.append(name if fits and name not in chosen else "")
    posted = {name: request.form.get(f"way/{name}", plan.ways.get(name, "")) for name in chosen}
    ways = {name: way for name, way in posted.items() if way}
    key = request.form.get("key", plan.key)
    plan = replace(
        plan,
        targets=chosen,
        ways=ways,
        key=key if key in keys(place.access) and key in chosen else "",
        clears=request.form.get("clears") == "yes",
    )
    return with_ways(plan, {name: target.field for name, target in able.items()})


def _problem(plan: Plan) -> str:
    """Why the rows cannot come in like that; empty: they can."""
    used = [name for name in plan.used() if not name.startswith("@")]
    return "" if used else _("Say of at least one column what it holds")


def discard_import(tool: str, form: str, batch: str) -> Response:
    """Forgets a file before its rows came in."""
    place = _place(tool, form)
    here().services.batches.discard(_draft_or_404(place, batch))
    return see_other(imports_link(place).url)


# -- looking at it ------------------------------------------------------------------------


def imports(tool: str, form: str) -> Response:
    """All batches of a form, the newest first."""
    place = _place(tool, form)
    before = request.args.get("before", "")
    found = batches.of_form(
        *(here().conn, place.form.form_id),
        before=id_or_404(before) if before else None,
        limit=_PAGE,
    )
    shown = [batch_item(place, batch) for batch in found if _knows(place, batch)]
    at: dict[str, Any] = {"tool": tool, "form": form}
    page = BatchesPage(
        title=_("Imports"),
        trail=trail_of(place),
        items=shown,
        import_url=url_for("web.import_file", **at),
        next_url=_older(at, found),
    )
    return draw("batches.html", page, title=f"{page.title} · {place.form.spec.plural}")


def _older(at: dict[str, Any], found: list[Batch]) -> str:
    if len(found) < _PAGE:
        return ""
    return url_for("web.imports", before=encode_id(found[-1].id), **at)


def batch(tool: str, form: str, batch: str) -> Response:
    """A batch: its columns, then how far it is, then what came of it."""
    place = _place(tool, form)
    found = _batch(place, batch)
    if found.status == "draft":
        draft = draft_page(place, found)
        return draw("import_draft.html", draft, title=draft.title)
    page = batch_page(place, found, request.args.get("after", 0, type=int))
    return draw("batch.html", page, title=page.title, block="progress")


def batch_rejects(tool: str, form: str, batch: str) -> Response:
    """The rows that could not come in, with what is wrong with each, as a file."""
    place = _place(tool, form)
    found = _batch(place, batch)
    text = io.StringIO()
    text.write("\ufeff")
    csv.writer(text).writerows(reject_rows(here().services.db, found))
    response = FlaskResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    name = dump_options_header("attachment", {"filename": f"{clean_name(found.name)}-rejects.csv"})
    response.headers["Content-Disposition"] = name
    return response


# -- doing something about it -------------------------------------------------------------


def cancel_batch(tool: str, form: str, batch: str) -> Response:
    """Asks for the end of what is under way."""
    place = _place(tool, form)
    found = _batch(place, batch)
    if here().services.batches.cancel(found):
        flash(_("It stops after the rows that it is at; what came in stays"), "success")
    return see_other(url_for("web.batch", **place_of_batch(place, found)))


def fix_row(tool: str, form: str, batch: str, line: int) -> Response:
    """Sends a row again that was put right."""
    place = _place(tool, form)
    found = _batch(place, batch)
    if found.kind != IMPORT or found.status in UNDER_WAY:
        abort(404)
    cells = {
        int(name.removeprefix("cell/")): value
        for name, value in request.form.items()
        if name.startswith("cell/") and name.removeprefix("cell/").isdecimal()
    }
    able = targets(place.access)
    more = {
        able[name]: value
        for posted, value in request.form.items()
        if posted.startswith("more/") and value and (name := posted.removeprefix("more/")) in able
    }
    at = url_for("web.batch", **place_of_batch(place, found))
    service = here().services.batches
    try:
        found, added = service.with_columns(found, more)
        came = service.fix(place.access, found, line, cells | added, g.request_id)
    except Lost as lost:
        flash(str(lost), "error")
        return see_other(at)
    if came == "rejected":
        return see_other(f"{at}#row-{line}")
    flash(_("Row %(row)s came in", row=line), "success")
    return see_other(f"{at}#rejects")


def revert_batch(tool: str, form: str, batch: str) -> Response:
    """Takes a batch back, as a batch of its own."""
    place = _place(tool, form)
    found = _batch(place, batch)
    if found.kind == REVERT or found.status in (*UNDER_WAY, "draft"):
        abort(404)
    service = here().services.batches
    made = service.revert(place.access, found, force=request.form.get("force") == "yes")
    if batches.record_count(here().conn, found.id) <= AT_ONCE:
        service.run_now(made)
    return see_other(url_for("web.batch", **place_of_batch(place, made)))
