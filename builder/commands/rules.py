"""Commands about rules: of a form, or of one of its fields."""

from typing import Any, Final

from builder.commanding import Parameters, WrongInput, command
from builder.logic.leaves import first_inputs, leaf_of
from builder.logic.places import ConditionPlace, condition_place, resolved, vocabulary_of
from builder.logic.rules import RULES, rules_at
from form_specs.catalog import Catalog
from form_specs.editing import Address, Edit, Insert, Remove, Set, apply, find, names_of
from form_specs.language import _
from form_specs.model import JsonObject

SEVERITIES: Final = ("error", "warning")


@command("rule.add")
def add(document: JsonObject, catalog: Catalog, given: Parameters) -> Edit:
    """A rule at the end, which asks about the first thing there is until somebody says more."""
    at, _known = _rules(document, given)
    message = given.text("message", required=True)
    place = _first_place(document, catalog, at, message)
    first = first_inputs(vocabulary_of(place)) if place is not None else None
    condition = leaf_of(first, vocabulary_of(place)) if place and first else _NOTHING
    return _adding(document, at, {"condition": condition, "message": message})


_NOTHING: Final[JsonObject] = {"all": []}


def _adding(document: JsonObject, at: Address, rule: JsonObject) -> Edit:
    there = rules_at(document, at) is not None
    insert = Insert(at, rule) if there else Insert(at[:-1], [rule], RULES)
    return Edit(_("Add a rule"), (insert,))


def _first_place(
    document: JsonObject, catalog: Catalog, at: Address, message: str
) -> ConditionPlace | None:
    """The place of the condition of a rule that is to be added."""
    edit = _adding(document, at, {"condition": _NOTHING, "message": message})
    after, _back = apply(document, edit)
    return condition_place(after, catalog, (*at, names_of(find(after, at))[-1], "condition"))


@command("rule.set")
def set_(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """What a rule says, at which field, and whether it refuses or warns."""
    at, raw = _rule(document, given)
    label = _("Change a rule")
    after = dict(raw)
    after["message"] = given.text("message", most=500, required=True)
    for name in ("field", "severity"):
        if name not in given.values:
            continue
        value = given.text(name)
        if not value or (name == "severity" and value == "error" and name not in raw):
            after.pop(name, None)
        else:
            after[name] = value
    if after.get("severity") not in (None, *SEVERITIES):
        raise WrongInput("severity", _("Choose one of those offered"))
    return Edit(label) if after == raw else Edit(label, (Set(at, after),))


@command("rule.remove")
def remove(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """Takes a rule away; the last one with the list."""
    at, _raw = _rule(document, given)
    rules = rules_at(document, at[:-1]) or []
    return Edit(_("Remove a rule"), (Remove(at[:-1] if len(rules) == 1 else at),))


@command("rule.move")
def move(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """Puts a rule one place up or down: they are asked, and told, in their order."""
    at, raw = _rule(document, given)
    rules = [*(rules_at(document, at[:-1]) or [])]
    index = rules.index(raw)
    beside = index + (-1 if given.choice("to", ("up", "down")) == "up" else 1)
    if not 0 <= beside < len(rules):
        return Edit(_("Move a rule"))
    rules.insert(beside, rules.pop(index))
    return Edit(_("Move a rule"), (Set(at[:-1], rules),))


def _rules(document: JsonObject, given: Parameters) -> tuple[Address, list[Any] | None]:
    at = resolved(document, given.text("at", most=4000))
    if at[-1:] != (RULES,):
        raise WrongInput("at", _("No rule can stand here"))
    return at, rules_at(document, at)


def _rule(document: JsonObject, given: Parameters) -> tuple[Address, JsonObject]:
    at, rules = _rules(document, given)
    number = given.whole("number", 0, 999) or 0
    if rules is None or number >= len(rules) or not isinstance(rules[number], dict):
        raise WrongInput("at", _("This rule is gone"))
    return (*at, names_of(rules)[number]), rules[number]
