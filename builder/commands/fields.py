"""Commands about the fields of a form: adding, changing, copying, taking away."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from builder.commanding import Parameters, WrongInput, command
from builder.commands.forms import was_published
from builder.commands.kinds import add_kind, kind_added, kind_removed, other_kinds
from builder.commands.layout import add as add_part
from builder.commands.layout import addresses, arranged_form, near
from builder.forms.arranging import Arranged, is_implied
from builder.forms.binding import bound_field, fits_at, uses_elsewhere
from builder.forms.kinds import made_kind
from builder.forms.naming import named, step_words
from builder.forms.new_fields import known_type, new_property, retyped, with_options
from builder.forms.outline import (
    ENTRY,
    FIELDS,
    KIND,
    FormOutline,
    holder,
    is_kind,
    is_nameless,
    number_of,
)
from builder.forms.setting import OPS, with_member
from builder.forms.settings import settings_of
from builder.forms.sources import following
from builder.parts.typed import from_typed
from form_specs.catalog import Catalog
from form_specs.checks.raw import object_at, text
from form_specs.editing import Address, Edit, Insert, Operation, Remove, Set, apply, changes
from form_specs.language import _
from form_specs.model import JsonObject
from form_specs.sheets.naming import key_of
from form_specs.uses import Target, without_uses


@command("canvas.add")
def add_anything(document: JsonObject, catalog: Catalog, given: Parameters) -> Edit:
    """What a button of the palette adds: a part of the layout, or a field."""
    return (add_part if given.text("kind") else add)(document, catalog, given)


@command("field.add")
def add(document: JsonObject, catalog: Catalog, given: Parameters) -> Edit:
    """A new field of a type, near what is selected or where it was dropped."""
    form = arranged_form(document, given)
    type_ = known_type(catalog, given.text("type", required=True))
    title = given.text("title") or catalog.field_title(type_)
    label = _("Add %(what)s", what=title)
    within = _inside(catalog, form, given)
    around, before = within or ((), None)
    if not fits_at(catalog, form, (*around, f"{KIND}0" if form.kinds_at(around) else "-"), type_):
        raise WrongInput("type", _("A field of this type cannot stand here"))
    if form.kinds_at(around):
        return add_kind(document, catalog, form, around, type_, given)
    if form.steps(around) == [ENTRY]:
        raise WrongInput("type", _("There is one field for each value: change its type instead"))
    key = key_of(title, set(form.inside(around)), "field")
    title = _numbered(title, form.inside(around))
    made = new_property(document, catalog, form.key, type_, title)
    after = with_property(document, form, around, key, made, before)
    if not around:
        after = placed_at(after, form, key, given)
    return changes(document, after, label)


def _numbered(title: str, fields: Mapping[str, Any]) -> str:
    """A title unlike those of the fields beside it."""
    taken = {text(each, "title") for each in fields.values() if isinstance(each, Mapping)}
    found, number = title, 2
    while found in taken:
        found, number = f"{title} {number}", number + 1
    return found


def _inside(
    catalog: Catalog, form: FormOutline, given: Parameters
) -> tuple[tuple[str, ...], str | None] | None:
    """The field inside which a new one stands, and before which; none: it stands on the layout."""
    into, selected = given.address("into"), given.address("near")
    if into[:1] == (FIELDS,):
        before = given.address("before")
        return into[1:], before[-1] if before else None
    if into or selected[:1] != (FIELDS,):
        return None
    if len(selected) > 2 and _takes_fields(catalog, form, selected[1:]):
        return selected[1:], None
    if len(selected) > 2 and selected[-1] != ENTRY:
        names = form.steps(selected[1:-1])
        index = names.index(selected[-1]) + 1 if selected[-1] in names else len(names)
        return selected[1:-1], names[index] if index < len(names) else None
    return None


def _takes_fields(catalog: Catalog, form: FormOutline, way: tuple[str, ...]) -> bool:
    """Whether it is a group that is selected as what a field around is made of: new fields go into it."""
    type_ = text(object_at(form.field(way) or {}, OPS), "type") or ""
    return is_nameless(way[-1]) and type_ in ("group", "repeat")


def with_property(
    document: JsonObject,
    form: FormOutline,
    around: Sequence[str],
    key: str,
    made: JsonObject,
    before: str | None = None,
) -> JsonObject:
    at = form.holder_address(around)
    if "properties" in holder(form.field(around) if around else form.raw.get("schema")):
        operation: Operation = Insert((*at, "properties"), made, key, before=before)
    else:
        operation = Insert(at, {key: made}, "properties")
    after: JsonObject = apply(document, Edit("", (operation,)))[0]
    return after


def placed_at(document: JsonObject, form: FormOutline, key: str, given: Parameters) -> JsonObject:
    """The document with a new field on the layout."""
    arranged = Arranged(form)
    into, before = near(arranged, key, given)
    if is_implied(form):
        only = arranged.parts[0]["fields"]
        at_end = before is None and (into is None or into is arranged.parts[0])
        if at_end or not only:
            return document
    arranged.put(key, into, before)
    return arranged.applied(document)


@command("field.set")
def set_member(document: JsonObject, catalog: Catalog, given: Parameters) -> Edit:
    """One thing that is said about a field."""
    form, way, property_ = field_of(document, given)
    name = given.address("name")
    known = settings_of(document, catalog, form, way)
    setting = next((each for each in known if each.at == name), None)
    if setting is None:
        raise WrongInput("value", _("This cannot be said of the field any more"))
    value = setting.read(given, property_)
    made = following(with_member(property_, setting.at, value), setting.at, property_)
    if setting.at[:2] == (OPS, "options"):
        old, new = (object_at(object_at(each, OPS), "options") for each in (property_, made))
        made = with_options(catalog, made, old, new)
    label = _("%(field)s: %(what)s", field=named(form, [(FIELDS, *way)]), what=setting.label)
    if setting.at == ("title",) and (key := _key_for(document, catalog, given, form, way, value)):
        return changes(document, _rekeyed(document, form, way, key, made), label)
    return _changed(document, form, way, made, label)


def _key_for(
    document: JsonObject,
    catalog: Catalog,
    given: Parameters,
    form: FormOutline,
    way: tuple[str, ...],
    title: str,
) -> str:
    """The key that a field gets with a title: nobody may know the one it has yet; else none."""
    if is_nameless(way[-1]):
        return ""
    old = text(form.field(way) or {}, "title") or ""
    others = {*form.inside(way[:-1])} - {way[-1]}
    if key_of(old, set(others), "field") != way[-1] or was_published(given, form.key, way):
        return ""
    if len(way) == 1 and uses_elsewhere(document, catalog, Target("field", way[0], form.key)):
        return ""
    found = key_of(title, set(others), "field")
    return found if found != way[-1] else ""


def _changed(
    document: JsonObject, form: FormOutline, way: Sequence[str], made: JsonObject, label: str
) -> Edit:
    after, _back = apply(document, Edit("", (Set(form.field_address(way), made),)))
    return changes(document, after, label)


@command("field.default")
def default(document: JsonObject, catalog: Catalog, given: Parameters) -> Edit:
    """The value that a new record begins with, as it would be typed; empty: none."""
    form, way, property_ = field_of(document, given)
    typed = given.text("value", most=20_000)
    made = with_member(property_, ("default",), _default(catalog, form, way, typed))
    label = _("%(field)s: %(what)s", field=named(form, [(FIELDS, *way)]), what=_("Default"))
    return _changed(document, form, way, made, label)


def _default(catalog: Catalog, form: FormOutline, way: Sequence[str], typed: str) -> Any:
    if not typed:
        return None
    field = bound_field(catalog, form, way)
    if field is None:
        raise WrongInput("value", _("Mend what is wrong with the field first"))
    try:
        return from_typed(field, typed)
    except ValueError as error:
        raise WrongInput("value", str(error)) from error


@command("field.require")
def require(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """Whether records must have some fields."""
    form, chosen = fields_of(document, given)
    wanted = given.flag("value")
    after = document
    if any(is_nameless(way[-1]) for way in chosen):
        raise WrongInput("value", _("It is there with each value"))
    for way in chosen:
        after = required(after, form, way, wanted=wanted)
        form = FormOutline.of(after, form.key, form.layout) or form
    what = named(form, [(FIELDS, *way) for way in chosen])
    label = _("Require %(what)s", what=what) if wanted else _("Make %(what)s optional", what=what)
    return changes(document, after, label)


def required(
    document: JsonObject, form: FormOutline, way: Sequence[str], *, wanted: bool
) -> JsonObject:
    """The document with a field that records must have, or need not."""
    around = holder(form.field(way[:-1]) if way[:-1] else form.raw.get("schema"))
    at = (*form.holder_address(way[:-1]), "required")
    return _required(document, at, around.get("required"), way[-1], wanted=wanted)


def _required(
    document: JsonObject, at: Address, listed: Any, key: str, *, wanted: bool
) -> JsonObject:
    known = listed if isinstance(listed, list) else []
    if (key in known) == wanted:
        return document
    if not isinstance(listed, list):
        operation: Operation = Insert(at[:-1], [key], "required", before="properties")
    elif wanted:
        operation = Insert(at, key)
    elif len(known) == 1:
        operation = Remove(at)
    else:
        operation = Remove((*at, key))
    after: JsonObject = apply(document, Edit("", (operation,)))[0]
    return after


@command("field.duplicate")
def duplicate(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """The same fields once more, each behind the one it is a copy of."""
    form, chosen = fields_of(document, given)
    label = _("Duplicate %(what)s", what=named(form, [(FIELDS, *way) for way in chosen]))
    after = document
    for way in chosen:
        form = FormOutline.of(after, form.key, form.layout) or form
        after = _copied(after, form, way)
    return changes(document, after, label)


def _copied(document: JsonObject, form: FormOutline, way: tuple[str, ...]) -> JsonObject:
    if way[-1] == ENTRY:
        raise WrongInput("at", _("There is one field for each value"))
    beside = {step: form.field((*way[:-1], step)) for step in form.steps(way[:-1])}
    made = deepcopy(dict(form.field(way) or {}))
    title = text(made, "title") or step_words(way[-1])
    made["title"] = _numbered(title, beside)
    made[OPS] = {k: v for k, v in object_at(made, OPS).items() if k != "was"}
    if is_kind(way[-1]):
        return kind_added(document, form, way[:-1], made, number_of(way[-1]) + 1)
    key = key_of(title, set(form.inside(way[:-1])), "field")
    names = list(beside)
    index = names.index(way[-1]) + 1
    before = names[index] if index < len(names) else None
    after = with_property(document, form, way[:-1], key, made, before)
    if len(way) > 1 or is_implied(form):
        return after
    arranged = Arranged(form)
    spot = arranged.spot((FIELDS, *way))
    if spot is not None:
        spot[0].insert(spot[1] + 1, key)
    return arranged.applied(after)


@command("field.remove")
def remove(document: JsonObject, catalog: Catalog, given: Parameters) -> Edit:
    """Takes fields out of the form, with what uses them where somebody said so."""
    form, chosen = fields_of(document, given)
    label = _("Delete %(what)s", what=named(form, [(FIELDS, *way) for way in chosen]))
    everywhere = given.flag("everywhere")
    after = document
    for way in chosen:
        after = _removed(after, catalog, form, way, everywhere=everywhere)
        form = FormOutline.of(after, form.key, form.layout) or form
    return changes(document, after, label)


def _removed(
    document: JsonObject,
    catalog: Catalog,
    form: FormOutline,
    way: tuple[str, ...],
    *,
    everywhere: bool,
) -> JsonObject:
    if len(way) > 1:
        return _without_inner(document, form, way)
    target = Target("field", way[0], form.key)
    if not everywhere and uses_elsewhere(document, catalog, target):
        raise WrongInput("everywhere", _("It is used elsewhere: say that it goes there too"))
    return removed(document, catalog, form, way)


def removed(
    document: JsonObject, catalog: Catalog, form: FormOutline, way: tuple[str, ...]
) -> JsonObject:
    """The document without a field and without what names it, whatever that is."""
    if len(way) > 1:
        return _without_inner(document, form, way)
    target = Target("field", way[0], form.key)
    after, _back = apply(document, without_uses(document, catalog, target)[0])
    after, _back = apply(after, Edit("", (Remove(form.field_address(way)),)))
    found: JsonObject = after
    return found


def _without_inner(document: JsonObject, form: FormOutline, way: tuple[str, ...]) -> JsonObject:
    if way[-1] == ENTRY:
        raise WrongInput("at", _("Without this field there would be no values: change its type"))
    if is_kind(way[-1]):
        return kind_removed(document, form, way)
    after = required(document, form, way, wanted=False)
    at = (*form.holder_address(way[:-1]), "properties", way[-1])
    found: JsonObject = apply(after, Edit("", (Remove(at),)))[0]
    return found


@command("field.key")
def key(document: JsonObject, catalog: Catalog, given: Parameters) -> Edit:
    """Another key for a field that was never published and that nothing but layouts names."""
    form, way, property_ = field_of(document, given)
    if is_nameless(way[-1]):
        raise WrongInput("value", _("It has no key"))
    if was_published(given, form.key, way):
        raise WrongInput("value", _("It was published: records hold their values under this key"))
    beside = form.inside(way[:-1])
    if len(way) == 1 and uses_elsewhere(document, catalog, Target("field", way[0], form.key)):
        raise WrongInput("value", _("It is used by its key elsewhere: change that first"))
    name = given.key("value", taken=set(beside) - {way[-1]})
    if name == way[-1]:
        return Edit("")
    after = _rekeyed(document, form, way, name, property_)
    return changes(document, after, _("Change the key of %(what)s", what=text(property_, "title")))


def _rekeyed(
    document: JsonObject,
    form: FormOutline,
    way: tuple[str, ...],
    name: str,
    property_: Mapping[str, Any],
) -> JsonObject:
    old = way[-1]
    at = form.holder_address(way[:-1])
    beside = form.inside(way[:-1])
    made = {name if k == old else k: property_ if k == old else v for k, v in beside.items()}
    around = holder(form.field(way[:-1]) if way[:-1] else form.raw.get("schema"))
    after, _back = apply(document, Edit("", (Set((*at, "properties"), made),)))
    listed = around.get("required")
    if isinstance(listed, list) and old in listed:
        keys = [name if each == old else each for each in listed]
        after, _back = apply(after, Edit("", (Set((*at, "required"), keys),)))
    if len(way) > 1 or "layouts" not in form.raw:
        found: JsonObject = after
        return found
    layouts = _renamed(form.raw["layouts"], old, name)
    renamed: JsonObject = apply(after, Edit("", (Set((*form.at, "layouts"), layouts),)))[0]
    return renamed


def _renamed(value: Any, old: str, name: str) -> Any:
    """A layout that places a field under another key."""
    if isinstance(value, list):
        return [name if each == old else _renamed(each, old, name) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        k: name if k == "field" and v == old else _renamed(v, old, name) if k != "showWhen" else v
        for k, v in value.items()
    }


@command("field.type")
def change_type(document: JsonObject, catalog: Catalog, given: Parameters) -> Edit:
    """Another type for a field: what both have in common stays."""
    form, way, property_ = field_of(document, given)
    type_ = known_type(catalog, given.text("value", required=True), "value")
    if text(object_at(property_, OPS), "type") == type_:
        return Edit("")
    if not fits_at(catalog, form, way, type_):
        raise WrongInput("value", _("A field of this type cannot stand here"))
    made = retyped(document, catalog, form.key, property_, type_)
    if is_kind(way[-1]):
        made = made_kind(form, way[:-1], made, other_kinds(form, way))
    label = _("Change the type of %(what)s", what=named(form, [(FIELDS, *way)]))
    return _changed(document, form, way, made, label)


# -- what a command is about --------------------------------------------------------------


def fields_of(document: JsonObject, given: Parameters) -> tuple[FormOutline, list[tuple[str, ...]]]:
    """The fields that a command is about; raises `WrongInput` where one is gone."""
    form = arranged_form(document, given)
    found = [at[1:] for at in addresses(given) if at[:1] == (FIELDS,)]
    if not found or any(form.field(way) is None for way in found):
        raise WrongInput("at", _("This field is gone"))
    return form, found


def field_of(
    document: JsonObject, given: Parameters
) -> tuple[FormOutline, tuple[str, ...], Mapping[str, Any]]:
    """The one field that a command is about; raises `WrongInput` where it is gone."""
    form, found = fields_of(document, given)
    return form, found[0], form.field(found[0]) or {}
