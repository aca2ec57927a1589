"""Handlers of lists, and of the numbers beside them."""

from flask import Response as FlaskResponse
from flask import abort, redirect, request
from werkzeug.wrappers import Response

from form_specs.model import ViewSpec
from runtime.reading import QueryError
from runtime.web.lists.list_query import ListAddress, filter_from_editor
from runtime.web.lists.tables import TableDrawing, counted
from runtime.web.shortcuts import TABLE_KEYS
from runtime.web.site.context import FormPlace, here, tool_or_404
from runtime.web.site.rendering import draw


def view(tool: str, view: str) -> Response:
    """A list; a filled filter editor becomes a filter in the address."""
    place, spec = view_or_404(tool, view)
    return _filtered(place) or _drawn(TableDrawing(place, spec))


def view_or_404(tool: str, key: str) -> tuple[FormPlace, ViewSpec]:
    """The view and its form, where they exist for the person."""
    found = tool_or_404(tool)
    views = [(access, v) for access in here().access.forms(found) for v in access.views()]
    asked = next(((access, v) for access, v in views if v.key == key), None)
    if asked is None:
        abort(404)
    access, view = asked
    return FormPlace(found, access.form, access), view


def _filtered(place: FormPlace) -> Response | None:
    """To the address with the filter that was just filled in, or none."""
    if "op" not in request.args:
        return None
    try:
        text = filter_from_editor(place.access)
    except QueryError:
        return None
    address = ListAddress.of_request().with_filter(text, request.args["field"])
    return redirect(address.url(), 303)


def _drawn(drawing: TableDrawing) -> FlaskResponse:
    page = drawing.page()
    return draw(
        "views/table/page.html",
        page,
        title=f"{drawing.view.title} · {page.title}",
        block="view",
        status=400 if page.error else 200,
        shortcuts=TABLE_KEYS,
    )


def counts(tool: str) -> FlaskResponse:
    """The side bar with the number of records in each view of the open tool."""
    found = tool_or_404(tool)
    pairs = [(access, view) for access in here().access.forms(found) for view in access.views()]
    numbers = here().records.counts(here().conn, pairs)
    texts = {view.key: counted(n) for (_, view), n in zip(pairs, numbers, strict=True)}
    return draw("layout.html", None, title="", block="counts", counts=texts)
