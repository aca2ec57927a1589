import jsonschema_rs
import pytest

from form_specs.from_schema.root_properties import named_by_root, takes_others

_PART = {"properties": {"a": {}}}


@pytest.mark.parametrize(
    ("schema", "open_"),
    [
        ({}, True),
        ({"additionalProperties": {"type": "string"}}, True),
        ({"additionalProperties": False}, False),
        ({"unevaluatedProperties": False}, False),
        ({"additionalProperties": True, "unevaluatedProperties": False}, True),
        ({"additionalProperties": False, "patternProperties": {"^x": {}}}, True),
        ({"allOf": [_PART], "unevaluatedProperties": False}, True),
        ({"allOf": [_PART], "additionalProperties": False}, False),
    ],
)
def test_a_form_takes_other_properties_where_its_schema_may(schema, open_):
    valid = [
        name for name in "axy" if jsonschema_rs.Draft202012Validator(schema).is_valid({name: ""})
    ]

    assert takes_others(schema) is open_
    assert bool(valid) is open_


def test_the_properties_of_the_root_come_first_and_those_always_judged_are_known():
    found = named_by_root(
        {
            "properties": {"z": {"type": "integer"}},
            "allOf": [{"properties": {"y": {"type": "string"}}}],
            "anyOf": [{"properties": {"y": {}, "x": {}}}, {"required": ["w"]}],
            "$ref": "#/$defs/more",
            "$defs": {"more": {"properties": {"v": True}, "$ref": "#/$defs/more"}},
        }
    )

    assert next(iter(found)) == "z"
    assert {name for name, named in found.items() if named.always} == {"z", "y", "v"}
    assert set(found) == set("zyxwv")
