"""What must hold for every view type and every action type."""

import pytest
from jsonschema import Draft202012Validator

from components.registry import Registry

REGISTRY = Registry.discover()
PARTS = [*REGISTRY.view_types.values(), *REGISTRY.action_types.values()]


@pytest.mark.parametrize("part", PARTS)
def test_parts_have_an_option_schema_that_an_inspector_can_be_made_of(part):
    schema = part.option_schema()
    Draft202012Validator.check_schema(schema)
    assert schema["additionalProperties"] is False
    for option in schema["properties"].values():
        assert option["title"]
        assert option["description"]


@pytest.mark.parametrize("part", PARTS)
def test_parts_have_their_templates(part):
    for file in part.templates:
        assert (part.folder() / file).is_file()
    assert REGISTRY.template_folders()[f"{part.section}/{part.name}"] == part.folder()
