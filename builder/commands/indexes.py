"""The command that has a field found by an index."""

from builder.commanding import Parameters, WrongInput, command
from form_specs.catalog import Catalog
from form_specs.editing import Edit, Set, find, has
from form_specs.language import _
from form_specs.model import JsonObject


@command("field.index")
def index(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """Asks for an index of a field of a form."""
    at = ("forms", given.text("form"), "schema", "properties", given.text("field"), "x-ops")
    if not has(document, at):
        raise WrongInput("field", _("This cannot be said of the field any more"))
    label = _("Index a field")
    is_made = find(document, at).get("index") is True
    return Edit(label) if is_made else Edit(label, (Set((*at, "index"), True),))
