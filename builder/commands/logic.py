"""Commands about conditions, wherever they stand."""

from contextlib import suppress

from builder.commanding import Parameters, WrongInput, command
from builder.forms.new_fields import result_for, with_result
from builder.logic.editing import edited
from builder.logic.formula_places import FormulaPlace, formula_place
from builder.logic.leaves import is_same
from builder.logic.places import ConditionPlace, condition_place, resolved, vocabulary_of
from form_specs.catalog import Catalog
from form_specs.editing import Edit, Operation, Remove, Set, apply, changes, find
from form_specs.formulas import Formula, FormulaError
from form_specs.language import _
from form_specs.model import JsonObject, JsonValue


@command("condition.set")
def set_(document: JsonObject, catalog: Catalog, given: Parameters) -> Edit:
    """The condition at an address, from the rows of the editor."""
    place = _place(document, catalog, given)
    return _as_edit(place, edited(place.raw, vocabulary_of(place), given))


@command("condition.clear")
def clear(document: JsonObject, catalog: Catalog, given: Parameters) -> Edit:
    """Takes the condition at an address away."""
    return _as_edit(_place(document, catalog, given), None)


def _place(document: JsonObject, catalog: Catalog, given: Parameters) -> ConditionPlace:
    given.address("at")
    place = condition_place(document, catalog, resolved(document, given.text("at", most=4000)))
    if place is None:
        raise WrongInput("at", _("No condition can stand here"))
    return place


def _as_edit(place: ConditionPlace, after: JsonValue) -> Edit:
    label = _("Change %(what)s", what=place.words)
    if after is None and place.is_needed:
        after = {"all": []}
    if is_same(after, place.raw):
        return Edit(label)
    if after is None:
        return Edit(label, (Remove(place.at),))
    return Edit(label, (Set(place.at, after),))


@command("formula.set")
def set_formula(document: JsonObject, catalog: Catalog, given: Parameters) -> Edit:
    """The formula at an address, or the text with formulas; what the field holds, and whether it is stored."""
    at = resolved(document, given.text("at", most=4000))
    place = formula_place(document, catalog, at)
    if place is None:
        raise WrongInput("text", _("No formula can stand here"))
    text = given.text("text", most=20_000)
    stored = given.choice("stored", ("yes", "no"), required=False)
    operations: list[Operation] = [] if text == place.text else [Set(at, text)]
    if place.field is not None and stored and (stored == "yes") is not place.is_stored:
        member = (*at[:-1], "stored")
        operations.append(Remove(member) if stored == "yes" else Set(member, value=False))
    label = _("Change %(what)s", what=place.words)
    result = _result(place, catalog, text, given) if place.field is not None else ""
    if not result:
        return Edit(label, tuple(operations))
    after, _back = apply(document, Edit("", tuple(operations)))
    field = at[:-3]
    made = with_result(catalog, find(after, field), result)
    return changes(document, apply(after, Edit("", (Set(field, made),)))[0], label)


def _result(place: FormulaPlace, catalog: Catalog, text: str, given: Parameters) -> str:
    """The type that the field is to hold from now on: as it was chosen, else as the formula gives."""
    chosen = given.choice("result", catalog.results, required=False)
    if chosen and chosen != place.result:
        return chosen
    with suppress(FormulaError):
        formula = place.compiled(text)
        if isinstance(formula, Formula) and not place.holds(formula):
            return result_for(formula.type)
    return ""
