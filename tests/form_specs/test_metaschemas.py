import json

import pytest
from jsonschema import Draft202012Validator
from referencing.exceptions import Unresolvable

from form_specs.metaschemas import KINDS, closed_validator, metaschema
from form_specs.subschemas import subschemas


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
        if (
            "properties" in schema
            and pointer != "/properties/schema/properties/properties/additionalProperties"
        ):
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
