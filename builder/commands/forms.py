"""Commands about forms: adding, naming, copying, taking away."""

from copy import deepcopy
from typing import Any

from builder.commanding import Parameters, WrongInput, command
from builder.forms.outline import FormOutline
from form_specs.catalog import Catalog
from form_specs.checks.raw import objects, text
from form_specs.editing import Edit, Insert, Remove, Set, apply, changes
from form_specs.language import _
from form_specs.model import JsonObject
from form_specs.sheets.naming import key_of
from form_specs.uses import Target, without_uses

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


@command("form.add")
def add(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """A form with a title and one field, so that there is something to see."""
    title = given.text("title", required=True)
    form: JsonObject = {
        "key": key_of(title, _keys(document), "form"),
        "title": title,
        "titleField": "title",
        "schema": {
            "$schema": _DIALECT,
            "type": "object",
            "required": ["title"],
            "properties": {
                "title": {
                    "type": "string",
                    "maxLength": 200,
                    "title": _("Title"),
                    "x-ops": {"type": "text"},
                }
            },
            "additionalProperties": False,
        },
    }
    return _inserted(document, form, _("Add the form %(title)s", title=title))


@command("form.duplicate")
def duplicate(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """The same form once more, under a key and a title of its own."""
    form = form_of(document, given)
    title = _("%(title)s (copy)", title=form.title)[:200]
    made = deepcopy(dict(form.raw))
    made |= {"key": key_of(form.title, _keys(document), "form"), "title": title}
    return _inserted(document, made, _("Duplicate the form %(title)s", title=form.title), form.key)


@command("form.remove")
def remove(document: JsonObject, catalog: Catalog, given: Parameters) -> Edit:
    """Takes a form away, with what cannot be without it; what else names it is left to be mended."""
    form = form_of(document, given)
    label = _("Delete the form %(title)s", title=form.title)
    taken, _left = without_uses(document, catalog, Target("form", form.key), label)
    after, _back = apply(document, taken)
    after, _back = apply(after, Edit("", (Remove(form.at),)))
    return changes(document, after, label)


@command("form.title")
def title(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """What one record is called."""
    form = form_of(document, given)
    return _member(form, "title", given.text("title", required=True), _("Rename the form"))


@command("form.plural")
def plural(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """What several records are called; empty: as one is."""
    return _member(
        form_of(document, given), "plural", given.text("plural"), _("Name several records")
    )


@command("form.title_field")
def title_field(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """Which field names a record; empty: none."""
    form = form_of(document, given)
    found = given.choice("field", form.properties, required=False)
    return _member(form, "titleField", found, _("Choose what names a record"))


@command("form.subtitle_fields")
def subtitle_fields(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """Which fields are shown below the title of a record."""
    form = form_of(document, given)
    found = given.choices("field", form.properties)
    if len(found) > 5:
        raise WrongInput("field", _("At most %(number)s fields", number=5))
    return _member(form, "subtitleFields", found, _("Choose what is shown below a title"))


def form_of(document: JsonObject, given: Parameters, layout: str = "default") -> FormOutline:
    """The form that a command is about; raises `WrongInput`."""
    found = FormOutline.of(document, given.text("form", required=True), layout)
    if found is None:
        raise WrongInput("form", _("This form is gone"))
    return found


def _member(form: FormOutline, name: str, value: Any, label: str) -> Edit:
    """Sets a member of a form where it belongs; an empty one is taken away."""
    at = (*form.at, name)
    if form.raw.get(name, type(value)()) == value:
        return Edit(label)
    if not value:
        return Edit(label, (Remove(at),))
    if name in form.raw:
        return Edit(label, (Set(at, value),))
    before = "schema" if "schema" in form.raw else None
    return Edit(label, (Insert(form.at, value, name, before=before),))


def _inserted(document: JsonObject, form: JsonObject, label: str, after: str | None = None) -> Edit:
    if isinstance(document.get("forms"), list):
        return Edit(label, (Insert(("forms",), form, after=after),))
    made = Insert((), [form], "forms")
    return Edit(label, (Set(("forms",), [form]) if "forms" in document else made,))


def _keys(document: JsonObject) -> set[str]:
    return {key for _at, raw in objects(document, "forms", "") if (key := text(raw, "key"))}


def was_published(given: Parameters, form: str, way: tuple[str, ...] = ()) -> bool:
    """Whether a form, or a field of it, is in the version in force."""
    found = FormOutline.of(given.in_force(), form)
    return found is not None and (not way or found.field(way) is not None)
