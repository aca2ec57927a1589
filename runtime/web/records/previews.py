"""How a reader would see what somebody is typing: one field, one round trip."""

from flask import abort, make_response, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from components.base import ABSENT, InvalidValueError
from form_specs.language import _
from runtime.web.site.context import place_or_404
from runtime.web.site.rendering import detail_macro

_NOTHING = Markup('<p class="muted">{}</p>')
_PROBLEM = Markup('<p class="error">{}</p>')


def preview(tool: str, form: str, field: str) -> Response:
    """The posted text as the field's page would show it; an error in words where it is none."""
    place = place_or_404(tool, form)
    found = place.form.fields.get(field)
    if found is None or not found.previewed or not place.access.writes(field):
        abort(404)
    try:
        value = found.parse_text(request.form.getlist(field))
    except InvalidValueError as error:
        return make_response(_PROBLEM.format(error), 422)
    if value is ABSENT:
        return make_response(_NOTHING.format(_("Nothing typed yet")))
    shown = found.shown(value, {})
    return make_response(detail_macro(found)(shown, found.display(value), found.spec))
