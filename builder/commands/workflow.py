"""Commands about workflows and their states."""

from typing import Any

from builder.commanding import Parameters, WrongInput, command
from builder.commands.transitions import way_of
from builder.flow.changing import flow_of, form_title, inserted, member, moved
from builder.flow.outline import CATEGORIES, COLORS, Flow, Stage
from form_specs.catalog import Catalog
from form_specs.checks.raw import objects, text
from form_specs.editing import Edit, Remove, Set, apply, changes
from form_specs.language import _
from form_specs.model import JsonObject
from form_specs.sheets.naming import key_of
from form_specs.uses import Target, without_uses


@command("workflow.start")
def start(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """New, in progress, done: what most work begins as."""
    form = given.text("form", required=True)
    if form not in {text(raw, "key") for _at, raw in objects(document, "forms", "")}:
        raise WrongInput("form", _("This form is gone"))
    label = _("Give %(form)s a workflow", form=form_title(document, form))
    if Flow.of(document, form) is not None:
        return Edit(label)
    return inserted(document, "workflows", _usual(form), label)


def _usual(form: str) -> JsonObject:
    return {
        "form": form,
        "initial": "new",
        "states": [
            {"key": "new", "title": _("New"), "color": "blue", "category": "new"},
            {"key": "in_progress", "title": _("In progress"), "color": "amber", "category": "open"},
            {"key": "done", "title": _("Done"), "color": "green", "category": "done"},
        ],
        "transitions": [
            {"key": "start", "title": _("Start"), "from": ["new"], "to": "in_progress"},
            {"key": "finish", "title": _("Finish"), "from": ["in_progress"], "to": "done"},
        ],
    }


@command("workflow.remove")
def remove_workflow(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """Takes the whole workflow of a form away."""
    flow = flow_of(document, given)
    label = _("Delete the workflow of %(form)s", form=form_title(document, flow.form))
    found = document.get("workflows")
    only = isinstance(found, list) and len(found) == 1
    return Edit(label, (Remove(("workflows",) if only else flow.at),))


@command("workflow.initial")
def initial(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """In which state records begin."""
    flow = flow_of(document, given)
    state = state_of(flow, given)
    label = _("Begin in %(state)s", state=state.title)
    if flow.raw.get("initial") == state.key:
        return Edit(label)
    return Edit(label, (Set((*flow.at, "initial"), state.key),))


@command("state.add")
def add(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """A state, with a transition to it where `source` says from which."""
    flow = flow_of(document, given)
    title = given.text("title", required=True, most=100)
    source = given.choice("source", flow.states, required=False)
    key = key_of(title, {*flow.states}, "state")
    done: JsonObject = {"key": key, "title": title}
    edits = [inserted(flow.raw, "states", done, "", flow.at)]
    if source:
        way = key_of(title, {*flow.ways}, "transition")
        made = {"key": way, "title": title, "from": [source], "to": key}
        edits.append(inserted(flow.raw, "transitions", made, "", flow.at))
    operations = tuple(operation for edit in edits for operation in edit.operations)
    return Edit(_("Add the state %(title)s", title=title), operations)


@command("state.title")
def title(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """What people call a state."""
    flow = flow_of(document, given)
    state = state_of(flow, given)
    found = given.text("title", required=True, most=100)
    label = _("Rename the state %(title)s", title=state.title)
    return member((*flow.at, "states", state.key), state.raw, "title", found, label)


@command("state.color")
def color(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """The colour of a state's badge."""
    found = given.choice("color", COLORS)
    return _changed(document, given, "color", found, _("Change the colour of %(title)s"))


@command("state.category")
def category(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """What a state means to those who count work."""
    found = given.choice("category", CATEGORIES)
    return _changed(document, given, "category", found, _("Change what %(title)s means"))


@command("state.read_only")
def read_only(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """Whether records may be edited in a state."""
    found = given.flag("readOnly")
    said = _("Lock records in %(title)s") if found else _("Let records be edited in %(title)s")
    return _changed(document, given, "readOnly", found, said)


def _changed(document: JsonObject, given: Parameters, name: str, value: Any, said: str) -> Edit:
    flow = flow_of(document, given)
    state = state_of(flow, given)
    at = (*flow.at, "states", state.key)
    return member(at, state.raw, name, value, said % {"title": state.title})


@command("workflow.move")
def move(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """A state in the order of the work, or a transition in that of the buttons, one place up or down."""
    flow = flow_of(document, given)
    if given.text("transition"):
        way = way_of(flow, given)
        label = _("Move the transition %(title)s", title=way.title)
        return moved((*flow.at, "transitions"), list(flow.ways), way.key, given, label)
    state = state_of(flow, given)
    label = _("Move the state %(title)s", title=state.title)
    return moved((*flow.at, "states"), list(flow.states), state.key, given, label)


@command("state.remove")
def remove(document: JsonObject, catalog: Catalog, given: Parameters) -> Edit:
    """Takes a state away, with the transitions that lead to it, and out of those that start in it."""
    flow = flow_of(document, given)
    state = state_of(flow, given)
    label = _("Delete the state %(title)s", title=state.title)
    if len(flow.states) == 1:
        raise WrongInput("state", _("A workflow has one state at least"))
    target = Target("state", state.key, flow.form)
    taken, _left = without_uses(document, catalog, target, label)
    after, _back = apply(document, taken)
    after, _back = apply(after, Edit("", (Remove((*flow.at, "states", state.key)),)))
    if flow.raw.get("initial") == state.key:
        first = next(key for key in flow.states if key != state.key)
        after, _back = apply(after, Edit("", (Set((*flow.at, "initial"), first),)))
    return changes(document, after, label)


def state_of(flow: Flow, given: Parameters, name: str = "state") -> Stage:
    """The state that a command is about; raises `WrongInput`."""
    found = flow.states.get(given.text(name))
    if found is None:
        raise WrongInput(name, _("This state is gone"))
    return found
