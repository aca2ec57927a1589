"""Commands that set a warning aside, with the reason, and take it back."""

from builder.commanding import Parameters, WrongInput, command
from form_specs.catalog import Catalog
from form_specs.editing import Edit, Insert, Remove, Set
from form_specs.language import _
from form_specs.lint.aside import MEMBER, reasons
from form_specs.model import JsonObject


@command("warning.aside")
def set_aside(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """The warning is meant to be so, and here is why."""
    label = _("Set a warning aside")
    name = given.text("name", most=600, required=True)
    reason = given.text("reason", most=300, required=True)
    if MEMBER in document:
        return Edit(label, (Set((MEMBER, name), reason),))
    return Edit(label, (Insert((), {name: reason}, MEMBER, before="forms"),))


@command("warning.back")
def take_back(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """The warning is told again."""
    name, known = given.text("name", most=600), reasons(document)
    if name not in known:
        raise WrongInput("name", _("Choose one of those offered"))
    at = (MEMBER, name) if len(known) > 1 else (MEMBER,)
    return Edit(_("Take a warning back"), (Remove(at),))
