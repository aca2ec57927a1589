"""Properties that only the branches of a schema name: fields of what they say, and any value as before."""

import jsonschema_rs
import pytest

from form_specs.from_schema.tool import tool_from_schema

TEXT, ROWS = {"type": "string"}, {"type": "array", "items": {"type": "string"}}


def made(catalog, *branches, **more):
    schema = {"oneOf": [{"properties": branch} for branch in branches], **more}
    document, _ = tool_from_schema(schema, "things", catalog)
    return document["forms"][0]["schema"]


def types(property_):
    """The type, or those of the alternatives."""
    type_ = property_["x-ops"]["type"]
    kinds = property_["anyOf"] if type_ == "variant" else ()
    return [kind["x-ops"]["type"] for kind in kinds] or type_


def test_what_each_branch_names_is_a_field_of_what_they_say(catalog):
    one = {"kind": {"const": "a"}, "name": TEXT, "of": ROWS, "no": {"type": "integer"}}
    two = {"kind": {"const": "b"}, "name": {**TEXT, "maxLength": 5}, "of": TEXT, "no": True}

    found = made(catalog, one, two)["properties"]

    assert {key: types(part) for key, part in found.items()} == {
        "kind": "choice", "name": "text", "of": ["repeat", "text"], "no": "json",
    }  # fmt: skip
    assert found["kind"]["enum"] == ["a", "b"]


def test_what_some_branches_name_may_be_anything_else_as_well(catalog):
    one = {"kind": {"const": "a"}, "of": ROWS, "word": {"enum": ["x"]}, "no": TEXT}
    two = {"kind": {"const": "b"}, "word": {"enum": ["y"]}}
    three = {"kind": {"const": "c"}}

    found = made(catalog, one, two, three)["properties"]

    assert {key: types(part) for key, part in found.items() if key != "no"} == {
        "kind": "choice", "of": ["repeat", "json"], "word": ["choice", "json"],
    }  # fmt: skip
    assert found["word"]["anyOf"][0]["enum"] == ["x", "y"]
    # Words and numbers are typed in as they are where anything goes.
    assert found["no"]["x-ops"] == {"type": "json"}
    assert found["no"]["anyOf"] == [TEXT, {}]


VALUES = [1, "x", "y", "z", None, ["a"], [1], {"b": 1}]


@pytest.mark.parametrize("closed", [{}, {"unevaluatedProperties": False}])
def test_the_form_takes_what_the_schema_takes(catalog, closed):
    one = {"kind": {"const": "a"}, "of": ROWS, "word": {"enum": ["x"]}, "both": {"type": "integer"}}
    two = {"kind": {"const": "b"}, "word": {"enum": ["y"]}, "both": {"type": ["null", "string"]}}
    schema = {"oneOf": [{"properties": one}, {"properties": two}], "required": ["kind"], **closed}

    form = made(catalog, one, two, required=["kind"], **closed)

    before, after = (jsonschema_rs.Draft202012Validator(each) for each in (schema, form))
    for kind in ("a", "b", "c"):
        for name in ("of", "word", "both", "other"):
            for value in VALUES:
                record = {"kind": kind, name: value}
                assert before.is_valid(record) == after.is_valid(record), record


def test_words_and_numbers_of_a_branch_are_what_is_meant(catalog):
    schema = {
        "if": {"properties": {"kind": {"const": "card"}}},
        "then": {"properties": {"no": TEXT, "sum": {"type": "number"}}},
    }
    document, _ = tool_from_schema(schema, "things", catalog)
    found = document["forms"][0]["schema"]["properties"]
    assert [found[key]["anyOf"] for key in ("no", "sum")] == [[TEXT, {}], [{"type": "number"}, {}]]
