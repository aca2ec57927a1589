"""Commands about the choices of a field: adding, naming, colouring, ordering, retiring."""

from collections.abc import Mapping
from typing import Any, Final

from builder.commanding import Parameters, WrongInput, command
from builder.commands.fields import field_of
from builder.forms.binding import choices_of
from builder.forms.matching import read_match, with_match
from builder.forms.naming import named
from builder.forms.new_fields import first_form
from builder.forms.outline import FIELDS, FormOutline
from builder.forms.setting import keyed_titles, typed_lines
from builder.forms.sources import HOOK, RECORDS, with_choices
from form_specs.catalog import Catalog
from form_specs.checks.raw import objects, text
from form_specs.editing import Edit, Set, apply, changes
from form_specs.language import _
from form_specs.model import Color, JsonObject

_MOST: Final = 2000


@command("choice.add")
def add(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """Further choices, a line each; with `replace` these instead of those that there are."""
    form, way, property_ = field_of(document, given)
    lines = typed_lines(given, "titles")
    if not lines:
        raise WrongInput("titles", _("Fill this in"))
    old = choices_of(property_)
    wanted = lines if given.flag("replace") else [*(c.get("title", "") for c in old), *lines]
    made = keyed_titles([line for line in wanted if line], old, "choice")
    if len(made) > _MOST:
        raise WrongInput("titles", _("At most %(number)s choices", number=_MOST))
    return _changed(document, form, way, property_, made, _("Add choices to %(what)s"))


@command("choice.set")
def set_choice(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """What one choice is called, its colour, whether it is still offered."""
    form, way, property_ = field_of(document, given)
    key = given.text("key")
    title = given.text("title", required=True)
    color = given.choice("color", [each.value for each in Color], required=False)
    made = []
    for choice in choices_of(property_):
        found = dict(choice)
        if choice.get("key") == key:
            found["title"] = title
            found.pop("color", None)
            found.pop("retired", None)
            found |= {"color": color} if color and color != Color.GRAY else {}
            found |= {"retired": True} if given.flag("retired") else {}
        made.append(found)
    return _changed(document, form, way, property_, made, _("Change a choice of %(what)s"))


@command("choice.move")
def move(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """One choice further up or down."""
    form, way, property_ = field_of(document, given)
    made = choices_of(property_)
    index = _index(made, given.text("key"))
    target = index + (-1 if given.choice("do", ("up", "down")) == "up" else 1)
    if 0 <= target < len(made):
        made.insert(target, made.pop(index))
    return _changed(document, form, way, property_, made, _("Order the choices of %(what)s"))


@command("choice.remove")
def remove(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """One choice away; records that hold it say at publishing what becomes of them."""
    form, way, property_ = field_of(document, given)
    made = choices_of(property_)
    if len(made) < 2:
        raise WrongInput("key", _("One choice at least has to stay"))
    del made[_index(made, given.text("key"))]
    return _changed(document, form, way, property_, made, _("Delete a choice of %(what)s"))


@command("choice.match")
def match(document: JsonObject, catalog: Catalog, given: Parameters) -> Edit:
    """While the other field holds which values one choice is offered; none: always."""
    form, way, property_ = field_of(document, given)
    made = choices_of(property_)
    index = _index(made, given.text("key"))
    made[index] = with_match(made[index], read_match(catalog, form, way, given))
    return _changed(
        document, form, way, property_, made, _("Change when a choice of %(what)s fits")
    )


@command("choice.source")
def source(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """Where the choices come from: a list of the tool, records, a function, or the field itself."""
    form, way, property_ = field_of(document, given)
    lists = [key for _at, raw in objects(document, "lists", "") if (key := text(raw, "key"))]
    found = given.choice("value", [*lists, RECORDS, HOOK], required=False)
    made: Any = {"list": found} if found else [{"key": "first", "title": _("First choice")}]
    if found == RECORDS:
        made = {"records": {"form": first_form(document, form.key)}}
    if found == HOOK:
        made = {"hook": f"{text(document, 'key') or form.key}.{way[-1].lower()}"}
    return _changed(document, form, way, property_, made, _("Change where %(what)s is chosen from"))


def _index(choices: list[dict[str, Any]], key: str) -> int:
    for index, choice in enumerate(choices):
        if choice.get("key") == key:
            return index
    raise WrongInput("key", _("This choice is gone"))


def _changed(
    document: JsonObject,
    form: FormOutline,
    way: tuple[str, ...],
    property_: Mapping[str, Any],
    choices: Any,
    label: str,
) -> Edit:
    made = with_choices(dict(property_), choices)
    after, _back = apply(document, Edit("", (Set(form.field_address(way), made),)))
    return changes(document, after, label % {"what": named(form, [(FIELDS, *way)])})
