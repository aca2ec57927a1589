"""Handlers that send records out as files."""

from datetime import UTC, datetime

from flask import Response, abort, flash, g, request, url_for
from werkzeug.http import dump_options_header
from werkzeug.wrappers import Response as BaseResponse

from form_specs.language import _
from runtime.batches.exporting import Export, TooManyError, Wish, may_export
from runtime.batches.files_out import MOST_XLSX, csv_pieces, pieces_of, xlsx_file
from runtime.limits import export_wait
from runtime.reading import QueryError
from runtime.web.lists.list_query import ListAddress, list_request
from runtime.web.lists.list_views import view_or_404
from runtime.web.site.context import FormPlace, here
from runtime.web.site.htmx import see_other

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def export_view(tool: str, view: str) -> BaseResponse:
    """What a list shows as a file, in its order and with its filters."""
    place, spec = view_or_404(tool, view)
    if not may_export(place.access):
        abort(404)
    format_ = request.form.get("format", "csv")
    everything = request.form.get("columns") == "all"
    try:
        asked = list_request(place.access, _address(tool, view))
        wish = Wish(asked, spec, everything, "xlsx" if format_ == "xlsx" else "csv")
        return sent(place, wish, mark=True)
    except (QueryError, TooManyError) as error:
        flash(str(error), "error")
        return see_other(_address(tool, view).url())


def _address(tool: str, view: str) -> ListAddress:
    """The list that was looked at; its query comes with the form."""
    return ListAddress(
        url_for("web.view", tool=tool, view=view),
        tuple(request.form.getlist("filter")),
        request.form.get("sort", ""),
        request.form.get("q", ""),
        request.form.get("batch", ""),
    )


def sent(place: FormPlace, wish: Wish, *, mark: bool) -> Response:
    """The answer with a file, noted in the log; raises `TooManyError`, `QueryError`."""
    services = here().services
    export = Export(services.db, place.access, wish)
    most = services.settings.export_rows
    rows = export.count(here().conn, min(most, MOST_XLSX) if wish.format == "xlsx" else most)
    if wait := export_wait(g.person.name):
        raise TooManyError(
            _("That were many exports in a short time: try again in %(wait)s seconds", wait=wait)
        )
    with services.db.write() as conn:
        export.note(conn, services.ids, services.audit_key, rows=rows, request_id=g.request_id)
    pieces = (
        pieces_of(xlsx_file(export)) if wish.format == "xlsx" else csv_pieces(export, mark=mark)
    )
    response = Response(pieces, content_type=TYPES[wish.format])
    day = datetime.now(UTC).date().isoformat()
    name = f"{place.tool.key}-{wish.view.key if wish.view else place.form.key}-{day}.{wish.format}"
    disposition = dump_options_header("attachment", {"filename": name})
    response.headers["Content-Disposition"] = disposition
    response.headers["Cache-Control"] = "no-store"
    return response
