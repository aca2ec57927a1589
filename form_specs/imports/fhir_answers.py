"""The values that FHIR Questionnaires start with, and the concepts of their value sets."""

from typing import Any

from form_specs.imports.fhir_fields import contained_options
from form_specs.imports.reading import Node


def initial_of(node: Node) -> Any:
    value = node.value
    for name, found in value.items() if isinstance(value, dict) else ():
        if name == "valueCoding" and isinstance(found, dict):
            coding = node.below(name)
            code, display = coding.take("code"), coding.take("display")
            return code or display
        if name == "valueQuantity" and isinstance(found, dict):
            quantity = node.below(name)
            amount, unit = quantity.take("value"), quantity.take("unit") or quantity.take("code")
            return {"value": amount} | ({"unit": unit} if unit else {})
        if name.startswith("value") and not isinstance(found, dict | list):
            return node.take(name)
    return None


def concepts_of(value_set: Node) -> list[dict[str, Any]]:
    """The concepts of a contained value set, whose codes and titles are taken."""
    found = contained_options(value_set.value)
    listed = [value_set.below("expansion"), *value_set.below("compose").items("include")]
    for owner in listed:
        for one in [*owner.items("contains"), *owner.items("concept")]:
            _take_concept(one)
    return found


def _take_concept(node: Node) -> None:
    node.take("code")
    node.take("display")
    for below in node.items("contains"):
        _take_concept(below)
