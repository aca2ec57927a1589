"""Commands about what stands where on a layout: moving, sections, tabs, steps, notes, layouts."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from builder.commanding import Parameters, WrongInput, command
from builder.commands.forms import form_of
from builder.forms.arranging import Arranged, CannotPlace
from builder.forms.kinds import with_kinds
from builder.forms.naming import layout_words, named
from builder.forms.outline import DEFAULT, FIELDS, GROUPS, FormOutline, is_kind, number_of, parts_of
from form_specs.catalog import Catalog
from form_specs.checks.raw import object_at
from form_specs.editing import Address, Edit, Insert, Move, Remove, Set, apply, changes
from form_specs.language import _, marked
from form_specs.model import JsonObject
from form_specs.sheets.naming import key_of

_KINDS: Final = {
    "section": marked("New section"),
    "tab": marked("New tab"),
    "step": marked("New step"),
    "note": marked("Write here what people should know"),
}
_TITLED: Final = ("section", *GROUPS)
_ADD_LABELS: Final = {
    "section": marked("Add a section"),
    "tab": marked("Add a tab"),
    "step": marked("Add a step"),
    "note": marked("Add a note"),
}
_SHAPES: Final[Mapping[str, tuple[str, JsonObject]]] = {
    "fold": ("section", {"collapsed": True}),
    "columns": ("section", {"columns": 3}),
}
"""Kinds that are another one with something said about it."""


def moved_on_layout(
    document: JsonObject, form: FormOutline, moved: Sequence[Address], given: Parameters, label: str
) -> Edit:
    """Puts fields and parts elsewhere: into a part, before another or at its end."""
    into, before = given.address("into"), given.address("before")
    if any(at[:1] == (FIELDS,) and len(at) > 2 for at in (*moved, into)) or into[:1] == (FIELDS,):
        return _moved_inside(document, form, moved, into, before, label)
    arranged = Arranged(form)
    target, anchor = _target(arranged, into), arranged.raw(before)
    inside = [part for at in moved if at[:1] != (FIELDS,) and (part := arranged.raw(at))]
    if any(_holds(part, target) or _holds(part, anchor) for part in inside):
        raise WrongInput("into", _("Nothing can be moved into itself"))
    # Addresses lead to where things stood: all are found before the first is taken.
    items = [(at, arranged.raw(at) or at[-1]) for at in _in_order(form, moved)]
    for at, item in items:
        spot = arranged.spot(arranged.address_of(item)) if not isinstance(item, str) else None
        taken = spot[0].pop(spot[1]) if spot else arranged.take(at)
        if taken is not None:
            _put(arranged, taken, target, anchor)
    return changes(document, arranged.applied(document), label)


def _moved_inside(
    document: JsonObject,
    form: FormOutline,
    moved: Sequence[Address],
    into: Address,
    before: Address,
    label: str,
) -> Edit:
    """Fields inside a field change their places among each other."""
    around = into[1:] if into else moved[0][1:-1]
    if any(at[:1] != (FIELDS,) or at[1:-1] != around for at in moved):
        text_ = _("Fields inside a field stay inside it: their values are kept there")
        raise WrongInput("into", text_)
    anchor = before[-1] if before else None
    if any(is_kind(at[-1]) for at in moved):
        return changes(document, _kinds_moved(document, form, moved, anchor), label)
    list_at = (*form.holder_address(around), "properties")
    return Edit(
        label,
        tuple(Move((*list_at, at[-1]), before=anchor) for at in moved if at[-1] != anchor),
    )


def _kinds_moved(
    document: JsonObject, form: FormOutline, moved: Sequence[Address], anchor: str | None
) -> JsonObject:
    """Kinds before another one, or at the end."""
    around = moved[0][1:-1]
    steps = [step for step in form.steps(around) if (FIELDS, *around, step) not in moved]
    place = steps.index(anchor) if anchor in steps else len(steps)
    steps[place:place] = [at[-1] for at in moved]
    return with_kinds(document, form, around, [number_of(step) for step in steps])


def _target(arranged: Arranged, into: Address) -> Any:
    """The part that something is put into; none: the layout itself."""
    if len(into) < 2:
        return None
    found = arranged.raw(into)
    if not isinstance(found, Mapping):
        raise WrongInput("into", _("The place is gone"))
    return found


def _put(arranged: Arranged, item: Any, into: Any, before: Any) -> None:
    try:
        arranged.put(item, into, before)
    except CannotPlace as error:
        raise WrongInput("into", str(error)) from error


def _holds(part: Any, wanted: Any) -> bool:
    if wanted is None or isinstance(wanted, str):
        return False
    if part is wanted:
        return True
    below = part.values() if isinstance(part, Mapping) else part if isinstance(part, list) else ()
    return any(_holds(each, wanted) for each in below if isinstance(each, dict | list))


def _in_order(form: FormOutline, moved: Sequence[Address]) -> list[Address]:
    """As they stand on the layout, whatever the order in which they were chosen."""
    order = {node.at: number for number, node in enumerate(form.walk())}
    return sorted(dict.fromkeys(moved), key=lambda at: order.get(at, len(order)))


@command("layout.add")
def add(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """A new section, tab, step or note, near what is selected or where it was dropped."""
    form = arranged_form(document, given)
    kind, more = _shape(given.choice("kind", (*_KINDS, *_SHAPES)))
    arranged = Arranged(form)
    if kind == "step":
        _into_steps(arranged)
    item: JsonObject = {kind: _(_KINDS[kind]), **more}
    if kind != "note":
        item["fields"] = []
    into, before = near(arranged, item, given)
    _put(arranged, item, into, before)
    return changes(document, arranged.applied(document), _(_ADD_LABELS[kind]))


def _shape(kind: str) -> tuple[str, JsonObject]:
    name, more = _SHAPES.get(kind, (kind, {}))
    return name, dict(more)


def _into_steps(arranged: Arranged) -> None:
    """What stands on a layout without steps becomes the first one."""
    if any("step" in part for part in arranged.parts if isinstance(part, Mapping)):
        return
    sections: list[Any] = []
    for part in arranged.parts:
        sections += part.get("parts", [_section_of(part)]) if "tab" in part else [part]
    if sections:
        arranged.parts = [{"step": arranged.form.title, "parts": sections}]


def _section_of(tab: Mapping[str, Any]) -> JsonObject:
    return {"section": tab["tab"], **{k: tab[k] for k in ("columns", "fields") if k in tab}}


def near(arranged: Arranged, item: Any, given: Parameters) -> tuple[Any, Any]:
    """Where something new is put, as `put` has it: where it was dropped, else after what is selected."""
    if given.text("into", most=4000):
        return _target(arranged, given.address("into")), arranged.raw(given.address("before"))
    selected = given.address("near")
    way = _way_to(arranged, selected)
    for length in range(len(way), 0, -1):
        around, here = way[length - 1], way[length - 2] if length > 1 else None
        if length == len(way) and _may_hold(around, item):
            return around, None
        if _stands_in(here, item):
            return here, _next(arranged, item, here, around)
    return None, None


def _way_to(arranged: Arranged, at: Address) -> list[Any]:
    """What stands around something, from the outside in, and itself."""
    way: list[Any] = []
    items: Any = arranged.parts
    wanted = arranged.raw(at)
    while wanted is not None and isinstance(items, list):
        found = next((each for each in items if each is wanted or _contains(each, wanted)), None)
        if found is None:
            break
        way.append(found)
        if found is wanted:
            return way
        items = found.get("parts", found.get("fields"))
    return []


def _contains(part: Any, wanted: Any) -> bool:
    if not isinstance(part, Mapping):
        return False
    below = [*(part.get("fields") or ()), *(part.get("parts") or ())]
    return any(each is wanted or _contains(each, wanted) for each in below)


def _may_hold(part: Any, item: Any) -> bool:
    """Whether something new goes into the part that is selected, not behind it."""
    if not isinstance(part, Mapping) or not any(kind in part for kind in _TITLED):
        return False
    if isinstance(item, str) or "note" in item:
        return True
    return "section" in item and "section" not in part


def _stands_in(around: Any, item: Any) -> bool:
    if isinstance(item, str) or "note" in item:
        return around is not None
    if "section" in item:
        return around is None or "section" not in around
    return around is None


def _next(arranged: Arranged, item: Any, into: Any, after: Any) -> Any:
    """What stands behind something in its list."""
    items = arranged.list_for(item, into)
    index = next((i for i, each in enumerate(items) if each is after), len(items))
    return items[index + 1] if index + 1 < len(items) else None


@command("layout.remove")
def remove(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """Takes parts and placed fields off a layout; fields stay in the form."""
    form = arranged_form(document, given)
    chosen = addresses(given)
    arranged = Arranged(form)
    found = [arranged.raw(at) for at in chosen]
    for item in found:
        if item is not None and (spot := arranged.spot(arranged.address_of(item))) is not None:
            spot[0].pop(spot[1])
    if not arranged.parts:
        arranged.parts = [{"section": form.title, "fields": []}]
    label = _("Take %(what)s off the layout", what=named(form, chosen))
    return changes(document, arranged.applied(document), label)


@command("layout.set")
def set_member(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """One thing that is said about a part or about how a field is placed."""
    form = arranged_form(document, given)
    at = addresses(given)[0]
    arranged = Arranged(form)
    spot = arranged.spot(at)
    if spot is None:
        raise WrongInput("value", _("This is gone"))
    name = given.choice("name", (*_TITLED, "note", "description", "columns", "span", "tone", "collapsed"))  # fmt: skip
    value = _member_value(given, name)
    raw = spot[0][spot[1]]
    made = {"field": at[1]} if isinstance(raw, str) else dict(raw)
    made.pop(name, None) if value in (None, "", False) else made.update({name: value})
    spot[0][spot[1]] = at[1] if made.keys() == {"field"} else made
    label = _("Change %(what)s", what=named(form, [at]))
    return changes(document, arranged.applied(document), label)


def _member_value(given: Parameters, name: str) -> Any:
    if name in ("columns", "span"):
        return given.whole("value", 1, 4)
    if name == "collapsed":
        return given.flag("value")
    if name == "tone":
        return given.choice("value", ("info", "warning", "success"), required=False)
    most = 20_000 if name in ("note", "description") else 200
    return given.text("value", most=most, required=name in (*_TITLED, "note"))


# -- layouts of their own -----------------------------------------------------------------


@command("layout.new")
def new_layout(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """Another layout of the form, which begins as a copy of the one on screen."""
    form = arranged_form(document, given)
    layouts = object_at(form.raw, "layouts")
    title = given.text("title", most=60)
    if not title:
        title = _("New layout")
    use = given.choice("use", ("create", "other"), required=False)
    name = "create" if use == "create" else key_of(title, {*layouts, DEFAULT, "create"}, "layout")
    if name in layouts:
        raise WrongInput("use", _("There is one already"))
    made: JsonObject = {**layouts, name: parts_of(form.raw, form.layout)}
    label = _("Add the layout %(title)s", title=title)
    after = _with_member(document, form, "layouts", made)
    if name != "create":
        titles = {**object_at(form.raw, "layoutTitles"), name: title}
        after = _with_member(after, form, "layoutTitles", titles)
    return changes(document, after, label)


@command("layout.title")
def layout_title(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """What a layout is called where somebody may choose it."""
    form = arranged_form(document, given)
    titles = {k: v for k, v in object_at(form.raw, "layoutTitles").items() if k != form.layout}
    title = given.text("title", most=60)
    if title:
        titles[form.layout] = title
    label = _("Rename a layout")
    if not titles and "layoutTitles" not in form.raw:
        return Edit(label)
    return changes(document, _with_member(document, form, "layoutTitles", titles), label)


@command("layout.delete")
def delete_layout(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """Takes a layout away; of the usual one, what is written: it shows all fields then."""
    form = arranged_form(document, given)
    label = _("Delete the layout %(title)s", title=layout_words(form, form.layout))
    if form.layout not in object_at(form.raw, "layouts"):
        return Edit(label)
    operations = [Remove((*form.at, "layouts", form.layout))]
    if form.layout in object_at(form.raw, "layoutTitles"):
        operations.append(Remove((*form.at, "layoutTitles", form.layout)))
    return Edit(label, tuple(operations))


def _with_member(document: JsonObject, form: FormOutline, name: str, value: Any) -> JsonObject:
    if name in form.raw:
        operation: Set | Insert = Set((*form.at, name), value)
    else:
        operation = Insert(form.at, value, name, after="schema")
    found: JsonObject = apply(document, Edit("", (operation,)))[0]
    return found


# -- words --------------------------------------------------------------------------------


def arranged_form(document: JsonObject, given: Parameters) -> FormOutline:
    """The form that a command is about, with the layout on screen."""
    layout = given.text("layout") or DEFAULT
    form = form_of(document, given)
    if layout not in form.layouts:
        layout = DEFAULT
    return form_of(document, given, layout)


def addresses(given: Parameters) -> list[Address]:
    """What a command is about, each as it is selected."""
    found = [Parameters({"at": [text_]}).address("at") for text_ in given.all("at")]
    return [at for at in dict.fromkeys(found) if len(at) > 1]
