"""Commands about actions: new ones, what they set or run, and the key that presses them."""

import re
from collections.abc import Mapping
from typing import Any, Final

from builder.commanding import Parameters, Unfinished, WrongInput, command
from builder.commands.parts import inserting, new_key, part_of, setting, title_of
from builder.parts.does import PASSING, SETTING
from components.base import ABSENT, FieldType, InvalidValueError
from form_specs.catalog import Catalog
from form_specs.check import understood
from form_specs.checks.raw import object_at, objects, text
from form_specs.editing import Edit
from form_specs.exact_json import loads
from form_specs.language import _
from form_specs.model import JsonObject, JsonValue

_HOOK: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9_.:-]{0,99}")
_SHORTCUT: Final = re.compile(r"[a-z0-9]")
_NUMBER: Final = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,10})?")
_ARGUMENT: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,79}")


@command("action.add")
def add(document: JsonObject, catalog: Catalog, given: Parameters) -> Edit:
    """A button on the records of a form, which is to be told what it does."""
    forms = {text(form, "key") or "" for _at, form in objects(document, "forms", "")}
    called = given.text("title", required=True)
    action: JsonObject = {
        "key": new_key(document, "actions", called),
        "title": called,
        "type": given.choice("type", catalog.action_types),
        "form": given.choice("form", forms),
    }
    label = _("Add the action %(title)s", title=called)
    return Edit(label, tuple(inserting(document, ("actions",), action)))


@command("action.shortcut")
def shortcut(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """The key that presses it on a record's page; empty: none."""
    at, part = part_of(document, given)
    key = given.text("shortcut").lower()
    if key and not _SHORTCUT.fullmatch(key):
        raise WrongInput("shortcut", _("One letter from a to z, or one digit"))
    label = _("Change the key of %(what)s", what=title_of(part))
    return Edit(label, setting(document, (*at, "shortcut"), key))


@command("action.value")
def value(document: JsonObject, catalog: Catalog, given: Parameters) -> Edit:
    """What a field is set to; `how` says what that is."""
    at, part = part_of(document, given)
    field = given.text("field", required=True, most=400)
    how = given.choice("how", SETTING)
    found = (
        _literal(document, catalog, part, field, given) if how == "value" else _moving(how, given)
    )
    values = {**object_at(object_at(part, "options"), "values"), field: found}
    label = _("Change what %(what)s sets", what=title_of(part))
    return Edit(label, setting(document, (*at, "options"), _with(part, "values", values)))


@command("action.value.remove")
def without_value(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """The field is left as it is."""
    return _without(document, given, "values", _("Set one field less"))


@command("action.hook")
def hook(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """The function that it runs."""
    at, part = part_of(document, given)
    name = given.text("hook", required=True)
    if not _HOOK.fullmatch(name):
        raise WrongInput("hook", _("A function is called like disputes.refetch"))
    label = _("Change what %(what)s runs", what=title_of(part))
    return Edit(label, setting(document, (*at, "options"), _with(part, "hook", name)))


@command("action.argument")
def argument(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """What the function is given under a name."""
    at, part = part_of(document, given)
    name = given.text("name", required=True)
    if not _ARGUMENT.fullmatch(name):
        raise WrongInput("name", _("A name has letters, digits and _"))
    if given.text("how") == "unset":
        return _without(document, given, "with", _("Pass one argument less"))
    passed = {**object_at(object_at(part, "options"), "with"), name: _argument(given)}
    label = _("Change what %(what)s passes on", what=title_of(part))
    return Edit(label, setting(document, (*at, "options"), _with(part, "with", passed)))


@command("action.argument.remove")
def without_argument(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """The function is not given it any more."""
    return _without(document, given, "with", _("Pass one argument less"))


def _with(part: Mapping[str, Any], name: str, found: JsonValue) -> JsonObject:
    options = {key: item for key, item in object_at(part, "options").items() if key != name}
    return options if found in ({}, "") else {**options, name: found}


def _without(document: JsonObject, given: Parameters, member: str, label: str) -> Edit:
    at, part = part_of(document, given)
    name = given.text("name", required=True, most=400)
    there = object_at(object_at(part, "options"), member)
    left = {key: item for key, item in there.items() if key != name}
    return Edit(label, setting(document, (*at, "options"), _with(part, member, left)))


def _moving(how: str, given: Parameters) -> JsonValue:
    """A value that is known only when the button is pressed; none empties."""
    if how == "user":
        return {"user": "id"}
    if how == "now":
        return {"now": {}}
    if how == "today":
        days = given.whole("value", -36_525, 36_525)
        return {"today": {"days": days} if days else {}}
    return None


def _argument(given: Parameters) -> JsonValue:
    how = given.choice("how", PASSING)
    typed = given.text("value", most=2000) or given.text("otherwise", most=2000)
    if how in ("yes", "no"):
        return how == "yes"
    if _is_new(how, given) and (
        how == "field" or (how == "number" and not _NUMBER.fullmatch(typed))
    ):
        raise Unfinished("value")
    if how == "field":
        return {"field": given.text("value", required=True, most=400)}
    if how == "number":
        if not _NUMBER.fullmatch(typed):
            raise WrongInput("value", _("Type a number"))
        number: JsonValue = loads(typed)
        return number
    return typed if how == "value" else _moving(how, given)


def _is_new(how: str, given: Parameters) -> bool:
    """Whether a way was only now chosen, so that nobody has seen the input that it needs."""
    return given.text("was") not in ("", how)


def _literal(
    document: JsonObject, catalog: Catalog, part: Mapping[str, Any], key: str, given: Parameters
) -> JsonValue:
    """What was typed, as the field takes it."""
    tool = understood(document, catalog)
    form = tool.form_of(part) if tool else None
    field = form.known.get(key) if form else None
    if not isinstance(field, FieldType):
        raise WrongInput("value", _("This field has a problem of its own: put that right first"))
    # What stands there from the way before is a number of days.
    if _is_new("value", given) and (
        given.text("was") == "today" or not given.text("value", most=20_000)
    ):
        raise Unfinished("value")
    typed = given.text("value", most=20_000, required=True)
    try:
        found = field.parse_text([typed])
    except InvalidValueError as error:
        raise WrongInput("value", str(error)) from error
    if found is ABSENT:
        raise WrongInput("value", _("Fill this in"))
    return field.dump(found)
