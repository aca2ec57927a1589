"""Handlers of what is there before any list: home, a tool's first page, the palette."""

from flask import Response as FlaskResponse
from flask import abort, redirect, url_for
from werkzeug.wrappers import Response

from form_specs.language import _
from form_specs.model import Right
from runtime.web.home_page import home_page
from runtime.web.palette import palette_page
from runtime.web.site.context import here, tool_or_404
from runtime.web.site.rendering import draw


def home() -> FlaskResponse:
    """What there is to do."""
    return draw("home.html", home_page(), title=_("Home"))


def tool(tool: str) -> Response:
    """A tool opens on its first view, or on its form for those who only hand in."""
    forms = here().access.forms(tool_or_404(tool))
    views = (view for access in forms for view in access.views())
    first = next(views, None)
    if first is not None:
        return redirect(url_for("web.view", tool=tool, view=first.key))
    handed_in = next((access for access in forms if access.can(Right.CREATE)), None)
    if handed_in is None:
        abort(404)
    return redirect(url_for("web.new", tool=tool, form=handed_in.form.key))


def palette() -> FlaskResponse:
    """What the palette finds for some words."""
    return draw("palette.html", palette_page(), title=_("Search"), block="results")
