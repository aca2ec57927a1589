"""Commands about the kinds of a field that is one of several: adding and taking away."""

from typing import Any

from builder.commanding import Parameters, WrongInput
from builder.forms.kinds import made_kind, with_kinds
from builder.forms.naming import part_title
from builder.forms.new_fields import new_property
from builder.forms.outline import FIELDS, FormOutline, has_places, kinds_in, number_of
from form_specs.catalog import Catalog
from form_specs.editing import Edit, changes
from form_specs.language import _
from form_specs.model import JsonObject

_MOST = 20


def add_kind(
    document: JsonObject,
    catalog: Catalog,
    form: FormOutline,
    around: tuple[str, ...],
    type_: str,
    given: Parameters,
) -> Edit:
    """One more kind of a field, of a type: for `group` one with fields of its own."""
    kinds = kinds_in(form.field(around))[1]
    named = _("Entry %(number)s") if has_places(form.field(around)) else _("Kind %(number)s")
    title = given.text("title") or named % {"number": len(kinds) + 1}
    made = new_property(document, catalog, form.key, type_, title)
    label = _("Add %(kind)s to %(what)s", kind=title, what=part_title(form, (FIELDS, *around)))
    return changes(document, kind_added(document, form, around, made, len(kinds)), label)


def kind_added(
    document: JsonObject, form: FormOutline, around: tuple[str, ...], made: JsonObject, place: int
) -> JsonObject:
    """A document in which a field has a further kind at a place, told apart from the others."""
    kinds = kinds_in(form.field(around))[1]
    if len(kinds) >= _MOST:
        raise WrongInput("type", _("At most %(number)s of them", number=_MOST))
    order: list[int | JsonObject] = [*range(len(kinds))]
    order.insert(place, made_kind(form, around, made, kinds))
    return with_kinds(document, form, around, order)


def kind_removed(document: JsonObject, form: FormOutline, way: tuple[str, ...]) -> JsonObject:
    """A document in which a field is not of one of its kinds any more."""
    kinds, gone = kinds_in(form.field(way[:-1]))[1], number_of(way[-1])
    if len(kinds) < 2:
        raise WrongInput("at", _("One of them at least has to stay"))
    left = [number for number in range(len(kinds)) if number != gone]
    return with_kinds(document, form, way[:-1], left)


def other_kinds(form: FormOutline, way: tuple[str, ...]) -> list[Any]:
    """The kinds beside one."""
    kinds, own = kinds_in(form.field(way[:-1]))[1], number_of(way[-1])
    return [each for number, each in enumerate(kinds) if number != own]
