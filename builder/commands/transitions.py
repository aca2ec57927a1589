"""Commands about the transitions of workflows."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from builder.commanding import Parameters, WrongInput, command
from builder.flow.changing import flow_of, inserted, member
from builder.flow.outline import Flow, Way
from form_specs.catalog import Catalog
from form_specs.checks.raw import object_at, objects, text
from form_specs.editing import Edit, Remove, Set
from form_specs.language import _, marked
from form_specs.model import JsonObject
from form_specs.sheets.naming import key_of

_LABELS: Final = {
    "title": marked("Rename the transition %(title)s"),
    "from": marked("Change where %(title)s starts"),
    "to": marked("Change where %(title)s leads"),
    "roles": marked("Change who may take %(title)s"),
    "require": marked("Change what %(title)s needs"),
    "fields": marked("Change what %(title)s asks for"),
    "layout": marked("Change how %(title)s asks"),
    "comment": marked("Change whether %(title)s asks for a comment"),
    "style": marked("Change the look of %(title)s"),
    "shortcut": marked("Change the key of %(title)s"),
    "hookOnly": marked("Change who takes %(title)s"),
}
_USUAL: Final = {"comment": "none", "style": "default"}
"""What is not said, as it is what stands for nothing said."""


@command("transition.add")
def add(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """A transition from some states to one."""
    flow = flow_of(document, given)
    sources = given.choices("from", flow.states)
    if not sources:
        raise WrongInput("from", _("Choose where it starts"))
    target = given.choice("to", flow.states)
    title = given.text("title", most=100) or flow.states[target].title
    key = key_of(title, {*flow.ways}, "transition")
    made = {"key": key, "title": title, "from": sources, "to": target}
    label = _("Add the transition %(title)s", title=title)
    return inserted(flow.raw, "transitions", made, label, flow.at)


@command("transition.change")
def change(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """Sets one thing of a transition: `member` says which."""
    flow = flow_of(document, given)
    way = way_of(flow, given)
    name = given.choice("member", _LABELS)
    value = _READ[name](document, flow, given)
    label = _(_LABELS[name], title=way.title)
    if value == _USUAL.get(name):
        value = ""
    return member((*flow.at, "transitions", way.key), way.raw, name, value, label)


@command("transition.remove")
def remove(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """Takes a transition away; nothing else names one."""
    flow = flow_of(document, given)
    way = way_of(flow, given)
    label = _("Delete the transition %(title)s", title=way.title)
    return Edit(label, (Remove((*flow.at, "transitions", way.key)),))


@command("transition.four_eyes")
def four_eyes(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """Lets nobody take a transition of a record that they made themselves."""
    flow = flow_of(document, given)
    way = way_of(flow, given)
    message = _("Somebody else than who made the record has to do this")
    guard = {"condition": {"not": {"user": {"is": "@created_by"}}}, "message": message}
    label = _("Ask for a second person at %(title)s", title=way.title)
    at = (*flow.at, "transitions", way.key)
    if guard["condition"] in [raw.get("condition") for _at, raw in objects(way.raw, "guards", "")]:
        return Edit(label)
    return inserted(way.raw, "guards", guard, label, at)


@command("transition.guard")
def guard(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """A condition that must hold: that a field says something.  It is changed in the condition editor."""
    flow = flow_of(document, given)
    way = way_of(flow, given)
    field = given.choice("field", _fields(document, flow))
    message = given.text("message", required=True)
    made = {"condition": {"field": field, "op": "present"}, "message": message}
    label = _("Add a condition to %(title)s", title=way.title)
    return inserted(way.raw, "guards", made, label, (*flow.at, "transitions", way.key))


@command("transition.guard_message")
def guard_message(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """What is said while a condition does not hold."""
    flow = flow_of(document, given)
    way = way_of(flow, given)
    at = (*flow.at, "transitions", way.key, "guards", given.text("guard", required=True), "message")
    label = _("Change what %(title)s says", title=way.title)
    return Edit(label, (Set(at, given.text("message", most=500, required=True)),))


@command("transition.guard_remove")
def guard_remove(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """Takes a condition away."""
    flow = flow_of(document, given)
    way = way_of(flow, given)
    name = given.text("guard", required=True)
    label = _("Take a condition off %(title)s", title=way.title)
    alone = len(way.raw.get("guards", ())) == 1
    at = (*flow.at, "transitions", way.key, "guards")
    return Edit(label, (Remove(at if alone else (*at, name)),))


def way_of(flow: Flow, given: Parameters) -> Way:
    """The transition that a command is about; raises `WrongInput`."""
    found = flow.ways.get(given.text("transition"))
    if found is None:
        raise WrongInput("transition", _("This transition is gone"))
    return found


# -- reading what was asked ---------------------------------------------------------------

_Read = Callable[[JsonObject, Flow, Parameters], Any]


def _sources(_document: JsonObject, flow: Flow, given: Parameters) -> list[str]:
    found = given.choices("from", flow.states)
    if not found:
        raise WrongInput("from", _("It starts in one state at least"))
    return [key for key in flow.states if key in found]


def _roles(document: JsonObject, _flow: Flow, given: Parameters) -> list[str]:
    return given.choices("roles", _keys(document, "roles"))


def _fields(document: JsonObject, flow: Flow) -> Mapping[str, Any]:
    return object_at(object_at(_form(document, flow.form), "schema"), "properties")


def _chosen_fields(name: str) -> _Read:
    return lambda document, flow, given: given.choices(name, _fields(document, flow))


def _layout(document: JsonObject, flow: Flow, given: Parameters) -> str:
    layouts = object_at(_form(document, flow.form), "layouts")
    return given.choice("layout", layouts, required=False)


def _shortcut(_document: JsonObject, flow: Flow, given: Parameters) -> str:
    found = given.text("shortcut").lower()
    if found and (len(found) != 1 or not found.isascii() or not found.isalnum()):
        raise WrongInput("shortcut", _("One letter or digit"))
    for way in flow.ways.values():
        if found and way.raw.get("shortcut") == found and way.key != given.text("transition"):
            raise WrongInput("shortcut", _("%(title)s has this key already", title=way.title))
    return found


_READ: Final[Mapping[str, _Read]] = {
    "title": lambda _document, _flow, given: given.text("title", required=True, most=100),
    "from": _sources,
    "to": lambda _document, flow, given: given.choice("to", flow.states),
    "roles": _roles,
    "require": _chosen_fields("require"),
    "fields": _chosen_fields("fields"),
    "layout": _layout,
    "comment": lambda _d, _f, given: given.choice("comment", ("none", "optional", "required")),
    "style": lambda _d, _f, given: given.choice("style", ("default", "primary", "danger")),
    "shortcut": _shortcut,
    "hookOnly": lambda _document, _flow, given: given.flag("hookOnly"),
}


def _form(document: JsonObject, key: str) -> Mapping[str, Any]:
    found = (raw for _at, raw in objects(document, "forms", "") if text(raw, "key") == key)
    return next(found, {})


def _keys(document: JsonObject, kind: str) -> set[str]:
    return {key for _at, raw in objects(document, kind, "") if (key := text(raw, "key"))}
