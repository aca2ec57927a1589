"""What a field type promises to formulas."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest

from components.base import InvalidValueError, can_result
from form_specs.formulas import BOOLEAN, NUMBER, TEXT, FormulaEnv, Money, compile_text, scope_of
from tests.contracts.conftest import REGISTRY

CLASSES = {
    "number": Decimal,
    "text": str,
    "boolean": bool,
    "date": date,
    "datetime": datetime,
    "time": time,
    "money": Money,
    "object": Mapping,
}


def _is_of(kind, value):
    if kind.item is not None:
        return isinstance(value, list | tuple) and all(_is_of(kind.item, one) for one in value)
    return isinstance(value, CLASSES[kind.name])


def test_values_reach_formulas_as_what_the_type_says_they_are(field, property_):
    if field.formula_kind is None:
        return
    for example in property_["examples"]:
        assert _is_of(field.formula_kind, field.to_formula(field.parse(example)))


def test_values_come_back_from_formulas(field, property_):
    type_ = REGISTRY.field_types[property_["x-ops"]["type"]]
    if field.formula_kind is None or not can_result(type_):
        return
    for example in property_["examples"]:
        value = field.parse(example)
        assert field.from_formula(field.to_formula(value)) == value


def test_any_value_can_stand_in_a_text(field, property_):
    if field.formula_kind is None:
        return
    template = compile_text("{{ x }}", scope_of({"x": field}))
    value = field.to_formula(field.parse(property_["examples"][0]))
    assert isinstance(
        template.render({"x": value}, FormulaEnv(datetime(2026, 1, 1, tzinfo=UTC))), str
    )


@pytest.mark.parametrize("number", [Decimal("1e99"), Decimal("-1e99"), Decimal("1e-60")])
def test_numbers_that_do_not_fit_are_rounded_or_refused(field, number):
    if field.formula_kind != NUMBER:
        return
    try:
        assert field.parse(field.dump(field.from_formula(number))) is not None
    except InvalidValueError as error:
        assert str(error)  # noqa: PT017 - either is right


def test_kinds_are_those_of_the_language(field):
    kind = field.formula_kind
    assert kind is None or kind.is_list or kind.name in CLASSES
    assert field.formula_kind == kind
    if field.name == "boolean":
        assert kind == BOOLEAN
    if field.name in ("text", "long_text", "email"):
        assert kind == TEXT
