"""First specs are clean, so that they can be published as they are."""

import pytest

from builder.starting.first_spec import first_spec
from components.registry import Registry
from form_specs.check import check
from form_specs.imports import Given

REGISTRY = Registry.discover()


@pytest.mark.parametrize(
    "schema",
    [
        None,
        {"type": "object", "properties": {"amount": {"type": "number"}, "on": {"format": "date"}}},
        {"type": "object", "required": ["a"], "properties": {"a": {"type": ["string", "null"]}}},
    ],
)
def test_a_first_spec_can_be_published_as_it_is(schema):
    given = None if schema is None else Given(document=schema)
    document = first_spec(REGISTRY, "fresh", given).document
    assert document["key"] == "fresh"
    assert [p for p in check(document, REGISTRY.catalog()) if p.severity == "error"] == []


def test_an_empty_start_has_something_to_see():
    document = first_spec(REGISTRY, "fresh").document
    assert list(document["forms"][0]["schema"]["properties"]) == ["title", "notes"]
