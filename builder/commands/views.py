"""Commands about views: new ones, and what kind they are."""

from collections.abc import Iterable
from typing import Final

from builder.commanding import Parameters, WrongInput, command
from builder.commands.parts import inserting, new_key, part_of, setting, title_of
from builder.parts.looks import ALIGNS, WIDTHS
from components.base import Align, FieldType
from form_specs.catalog import Catalog
from form_specs.check import examine, understood
from form_specs.checks.context import FormContext
from form_specs.checks.raw import object_at, objects, text, texts
from form_specs.editing import Edit
from form_specs.language import _
from form_specs.model import JsonObject, JsonValue

_COLUMNS: Final = 6
_USUAL: Final = "table"


@command("view.add")
def add(document: JsonObject, catalog: Catalog, given: Parameters) -> Edit:
    """A list of a form's records with the columns that tell them apart best."""
    forms = {text(form, "key") or "": form for _at, form in objects(document, "forms", "")}
    form = given.choice("form", forms)
    kinds = catalog.view_types
    called = (
        given.text("title") or text(forms[form], "plural") or text(forms[form], "title") or form
    )
    view: JsonObject = {
        "key": new_key(document, "views", called),
        "title": called,
        "type": given.choice("type", kinds, required=False) or _usual(kinds),
        "form": form,
    }
    _problems, tool = examine(document, catalog)
    if tool is not None and form in tool.forms:
        view["columns"] = list[JsonValue](first_columns(tool.forms[form]))
    view["sort"] = ["-@created_at"]
    label = _("Add the view %(title)s", title=called)
    return Edit(label, tuple(inserting(document, ("views",), view)))


def _usual(kinds: Iterable[str]) -> str:
    return _USUAL if _USUAL in kinds else next(iter(kinds))


def first_columns(form: FormContext) -> list[str]:
    """What titles a record, its state, and the first fields that sort, so that they are short."""
    title = text(form.raw, "titleField")
    named = [title, *(path for _at, path in texts(form.raw, "subtitleFields", ""))]
    first = [key for key in named if key in form.known]
    state = ["@state"] if form.states else []
    others = [key for key, field in form.known.items() if field.sortable]
    found = [key for key in dict.fromkeys((*first, *state, *others)) if key is not None]
    return found[:_COLUMNS] or ["@id", "@created_at"]


@command("view.type")
def kind(document: JsonObject, catalog: Catalog, given: Parameters) -> Edit:
    """Another way of showing the records; options that the new type does not have go."""
    at, part = part_of(document, given)
    chosen = given.choice("type", catalog.view_types)
    label = _("Show %(what)s in another way", what=title_of(part))
    operations = setting(document, (*at, "type"), chosen)
    known = catalog.view_options(chosen).get("properties")
    options = part.get("options")
    if operations and isinstance(options, dict) and isinstance(known, dict):
        kept = {key: value for key, value in options.items() if key in known}
        operations = (*operations, *setting(document, (*at, "options"), kept))
    return Edit(label, operations)


@command("view.look")
def look(document: JsonObject, catalog: Catalog, given: Parameters) -> Edit:
    """How one column is drawn; what is as usual is not said."""
    at, part = part_of(document, given)
    column = given.text("column", required=True)
    if column not in [path for _at, path in texts(part, "columns", "")]:
        raise WrongInput("column", _("It is not there any more"))
    tool = understood(document, catalog)
    form = tool.form_of(part) if tool else None
    field = form.field_at(column) if form else None
    usual = "end" if isinstance(field, FieldType) and field.align is Align.END else "start"
    known = field.formats if isinstance(field, FieldType) else ()
    width = given.choice("width", WIDTHS)
    align = given.choice("align", ALIGNS)
    found = {
        "width": width if width != "normal" else "",
        "align": align if align != usual else "",
        "format": given.choice("format", known, required=False),
    }
    said: JsonObject = {name: value for name, value in found.items() if value}
    others = {path: each for path, each in object_at(part, "looks").items() if path != column}
    label = _("Change how a column of %(what)s looks", what=title_of(part))
    looks = {**others, column: said} if said else others
    return Edit(label, setting(document, (*at, "looks"), looks))
