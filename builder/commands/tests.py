"""Commands about the tests of a tool."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any, Final

from builder.commanding import Parameters, WrongInput, command
from builder.commands.parts import inserting, new_key, setting, title_of
from builder.scenarios.values import properties_of, typed_value
from form_specs.catalog import Catalog
from form_specs.checks.raw import objects, text
from form_specs.editing import Address, Edit, Set, find, has
from form_specs.language import _
from form_specs.metaschemas import scenario_validator
from form_specs.model import JsonObject, JsonValue
from form_specs.scenarios import Doing

_MOST_STEPS: Final = 50


@command("test.add")
def add(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """A test that begins with a new record."""
    title = given.text("title", required=True)
    forms = [text(form, "key") or "" for _at, form in objects(document, "forms", "")]
    form = given.choice("form", forms)
    first: JsonObject = {"do": Doing.CREATE.value, "form": form}
    roles = [text(role, "key") or "" for _at, role in objects(document, "roles", "")]
    step: JsonObject = {"as": roles[0], **first} if roles else first
    return _adding(document, {"title": title, "steps": [step]})


@command("test.record")
def record(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """A test that was recorded from the life of a record."""
    found = given.json("test")
    made: dict[str, Any] = {**found} if isinstance(found, dict) else {}
    made["title"] = given.text("title", required=True)
    if not scenario_validator().is_valid({"key": "new", **made}):
        raise WrongInput("title", _("This is no test any more: record it again"))
    return _adding(document, made)


def _adding(document: JsonObject, test: JsonObject) -> Edit:
    title = str(test["title"])
    whole = {"key": new_key(document, "tests", title)} | test
    label = _("Add the test %(what)s", what=title)
    return Edit(label, tuple(inserting(document, ("tests",), whole)))


@command("test.description")
def description(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """Why it must be so."""
    at, test = _test(document, given)
    label = _("Describe the test %(what)s", what=title_of(test))
    words = given.text("description", most=20_000)
    return Edit(label, setting(document, (*at, "description"), words))


def _test(document: JsonObject, given: Parameters) -> tuple[Address, Mapping[str, Any]]:
    at = ("tests", given.text("part", required=True))
    if not has(document, at) or not isinstance(found := find(document, at), Mapping):
        raise WrongInput("part", _("It is not there any more"))
    return at, found


def _steps(test: Mapping[str, Any]) -> list[Any]:
    found = test.get("steps")
    return deepcopy(found) if isinstance(found, list) else []


def _changed(at: Address, test: Mapping[str, Any], steps: Sequence[Any]) -> Edit:
    label = _("Change the test %(what)s", what=title_of(test))
    return Edit(label, () if steps == test.get("steps") else (Set((*at, "steps"), [*steps]),))


def _place(steps: Sequence[Any], given: Parameters) -> int:
    number = given.whole("step", 0, len(steps) - 1)
    if number is None:
        raise WrongInput("step", _("It is not there any more"))
    return number


@command("test.step.add")
def add_step(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """One more step, done with the record of the last one by the same people."""
    at, test = _test(document, given)
    steps = _steps(test)
    if len(steps) >= _MOST_STEPS:
        raise WrongInput("do", _("A test has at most %(number)s steps", number=_MOST_STEPS))
    last = steps[-1] if steps and isinstance(steps[-1], dict) else {}
    kept = {name: last[name] for name in ("as", "person", "form", "record") if name in last}
    first = next((text(f, "key") or "" for _at, f in objects(document, "forms", "")), "")
    doing = given.choice("do", [*Doing]) or Doing.LOOK
    step = {"form": first} | kept | {"do": str(doing)}
    return _changed(at, test, [*steps, step])


@command("test.step.to")
def move_step(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """One step up or down, twice, or out."""
    at, test = _test(document, given)
    steps = _steps(test)
    here, to = _place(steps, given), given.choice("to", ("up", "down", "copy", "remove"))
    if to == "copy":
        steps.insert(here, deepcopy(steps[here]))
    elif to == "remove":
        del steps[here]
    else:
        there = min(max(here + (1 if to == "down" else -1), 0), len(steps) - 1)
        steps.insert(there, steps.pop(here))
    return _changed(at, test, steps)


@command("test.step")
def change_step(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """All that is said of a step."""
    at, test = _test(document, given)
    steps = _steps(test)
    here = _place(steps, given)
    steps[here] = _step(document, given)
    return _changed(at, test, steps)


def _step(document: JsonObject, given: Parameters) -> JsonObject:
    form, doing = given.text("form"), given.choice("do", [*Doing])
    fields = properties_of(document, form)
    step: JsonObject = {
        name: given.text(name) for name in ("as", "person", "at") if given.text(name)
    }
    step |= {"do": doing, "form": form}
    step |= {"record": given.text("record")} if given.text("record") else {}
    # An input that is called "action" would hide where its form posts from scripts.
    inputs = {"transition": "transition", "action": "run"}
    step |= {doing: given.text(inputs[doing])} if doing in inputs else {}
    if values := _typed(fields, given, "value"):
        step["values"] = values
    if comment := given.text("comment", most=10_000):
        step["comment"] = comment
    if expect := _expectation(fields, given):
        step["expect"] = expect
    return step


def _expectation(fields: JsonObject, given: Parameters) -> JsonObject:
    found: JsonObject = {}
    if given.flag("refused"):
        found["refused"] = given.text("says", most=500)
        if named := given.all("fields"):
            found["fields"] = [*named]
    if state := given.text("state"):
        found["state"] = state
    if values := _typed(fields, given, "expected"):
        found["values"] = values
    for member in ("in", "notIn", "visibleTo", "hiddenFrom"):
        if chosen := _chosen(given, member):
            found[member] = chosen
    return found


def _chosen(given: Parameters, member: str) -> list[JsonValue]:
    """The views or roles of which the page's inputs say this: `view-KEY` is `in`, `role-KEY` is `visibleTo`."""
    return [
        name.partition("-")[2]
        for name, values in given.values.items()
        if name.startswith(("view-", "role-")) and member in values
    ]


def _entry(typed: str) -> JsonValue:
    """One of several that are ticked: a choice, or a record that the test makes."""
    return typed_value({"type": "string"}, typed)


def _typed(fields: JsonObject, given: Parameters, name: str) -> JsonObject:
    """The values of rows of a key and a text; a row that is empty is left out."""
    keys, typed = given.values.get(f"{name}_key", ()), given.values.get(name, ())
    found: JsonObject = {}
    for key, words in zip(keys, typed, strict=False):
        if chosen := given.values.get(f"{name}-{key}"):
            found[key] = [_entry(each) for each in chosen]
            continue
        if not key or not words.strip():
            continue
        try:
            found[key] = typed_value(fields.get(key), words.strip())
        except ValueError as error:
            raise WrongInput(name, f"{key}: {error}") from error
    return found
