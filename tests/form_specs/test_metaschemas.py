import json
from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from referencing.exceptions import Unresolvable

from form_specs.json_schema.subschemas import subschemas
from form_specs.metaschemas import (
    KINDS,
    closed_validator,
    dialect_validator,
    is_json_schema,
    is_tool_shaped,
    metaschema,
    tool_validator,
)
from tests.form_specs.conftest import TOOL

FOREIGN = ("/properties/schema/properties/properties/additionalProperties", "/$defs/subschema")
"""Where the keywords of JSON Schema stand beside our own."""


@pytest.mark.parametrize("kind", KINDS)
def test_a_meta_schema_is_a_json_schema(kind):
    Draft202012Validator.check_schema(metaschema(kind))


@pytest.mark.parametrize("kind", KINDS)
def test_every_property_tells_an_editor_what_it_is(kind):
    for pointer, schema in subschemas(metaschema(kind)):
        for key, value in schema.get("properties", {}).items():
            assert value.get("title"), f"{kind}{pointer}/properties/{key}"
            assert value.get("description"), f"{kind}{pointer}/properties/{key}"


@pytest.mark.parametrize("kind", KINDS)
def test_every_object_with_properties_is_closed(kind):
    for pointer, schema in subschemas(metaschema(kind)):
        named = schema.get("properties", {}) if "additionalProperties" not in schema else {}
        if named and pointer not in FOREIGN:
            assert schema.get("unevaluatedProperties") is False, f"{kind}{pointer}"


@pytest.mark.parametrize("kind", KINDS)
def test_references_lead_to_files_beside_or_into_the_file_itself(kind):
    for _, schema in subschemas(metaschema(kind)):
        name = schema.get("$ref", "#").partition("#")[0].removesuffix(".schema.json")
        assert not name or name in KINDS


@pytest.mark.parametrize("condition", [
    {"field": "a", "op": "eq", "value": 1},
    {"all": [{"any": [{"not": {"field": "@state", "op": "empty"}}]}]},
    {"user": {"role": "lead"}},
    {"user": {"is": "@created_by"}},
])  # fmt: skip
def test_the_meta_schema_of_conditions_takes_each_form(condition):
    assert closed_validator(_inlined()).is_valid(condition)


@pytest.mark.parametrize(
    "condition", [{}, [], {"al": []}, {"all": []}, {"field": "a", "op": "="}, {"not": {}, "x": 1}]
)
def test_the_meta_schema_of_conditions_refuses_what_is_none(condition):
    assert not closed_validator(_inlined()).is_valid(condition)


def _inlined():
    """The meta-schema of conditions with the shared parts beside its own, so that it stands alone."""
    text = json.dumps(metaschema("condition")).replace("common.schema.json#", "#")
    condition = json.loads(text)
    return {**condition, "$defs": {**metaschema("common")["$defs"], **condition["$defs"]}}


@pytest.mark.parametrize("scheme", ["file", "http"])
def test_a_closed_validator_follows_no_reference(scheme, tmp_path):
    path = tmp_path / "x.json"
    path.write_text("{}")

    with pytest.raises(Unresolvable):
        closed_validator({"$ref": f"{scheme}://{path}"}).is_valid({})


JUNK = (1.0, 10**30, -1, {}, [], None, "", "a\n", {"q": 1}, ["a", "a"], True)


@given(st.data())
def test_what_is_told_to_be_right_at_once_is_right(data):
    tool = deepcopy(TOOL)
    owner = part = tool
    while isinstance(part, dict | list) and part and (part is tool or data.draw(st.booleans())):
        keys = sorted(part) if isinstance(part, dict) else range(len(part))
        key = data.draw(st.sampled_from(keys))
        owner, part = part, part[key]
    owner[key] = data.draw(st.sampled_from(JUNK))

    assert tool_validator().is_valid(tool) or not is_tool_shaped(tool)
    assert dialect_validator().is_valid(tool) or not is_json_schema(tool)


def test_what_is_right_is_told_at_once():
    assert is_tool_shaped(TOOL)
    assert is_json_schema(TOOL["forms"][0]["schema"])
    assert not is_json_schema({"minLength": -1})
