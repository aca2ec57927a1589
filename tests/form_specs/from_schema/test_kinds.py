"""Lists of types and alternatives in alternatives: one list of kinds that takes the same values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.judging.validator import engine
from components.registry import Registry
from form_specs.from_schema.kinds import in_kinds
from form_specs.from_schema.tool import CannotImport, tool_from_schema

CATALOG = Registry.discover().catalog()
TEXT, NUMBER, FLAG = {"type": "string"}, {"type": "number"}, {"type": "boolean"}
NULL, ROWS = {"type": "null"}, {"type": "array", "items": {"type": "string"}}


def same(schema):
    return schema


@pytest.mark.parametrize(
    ("schema", "kinds"),
    [
        (
            {"type": ["string", "number"], "minLength": 2, "minimum": 5},
            [{**TEXT, "minLength": 2}, {**NUMBER, "minimum": 5}],
        ),
        ({"type": ["integer", "number", "null"]}, [NUMBER, NULL]),
        ({"anyOf": [TEXT, {"anyOf": [FLAG, {"type": ["number", "null"]}]}]}, [TEXT, FLAG, NUMBER, NULL]),
        ({"oneOf": [NULL, {"oneOf": [TEXT, FLAG]}]}, [NULL, TEXT, FLAG]),
    ],
)  # fmt: skip
def test_what_takes_several_kinds_is_one_list_of_them(schema, kinds):
    found = in_kinds({"title": "A", **schema}, same)

    keyword = "oneOf" if "oneOf" in schema else "anyOf"
    assert found == {"title": "A", keyword: kinds}


@pytest.mark.parametrize(
    "schema",
    [
        TEXT,
        {"type": ["string", "null"], "not": {"const": "a"}},
        {"anyOf": [TEXT, NUMBER]},
        # A text of four letters is of both: then it is none of the inner alternatives.
        {"oneOf": [NUMBER, {"oneOf": [{**TEXT, "minLength": 4}, {**TEXT, "maxLength": 4}]}]},
        {"anyOf": [NUMBER, {"oneOf": [{"minLength": 4}, {"maxLength": 4}]}]},
    ],
)
def test_what_would_not_be_the_same_stays(schema):
    assert in_kinds(schema, same) is None


PARTS = st.sampled_from(
    [TEXT, {**TEXT, "maxLength": 2}, NUMBER, {**NUMBER, "minimum": 1}, FLAG, NULL, ROWS,
     {"type": ["string", "number"], "minLength": 1}, {"type": ["array", "null"], "minItems": 1}]
)  # fmt: skip
SCHEMAS = st.recursive(
    PARTS,
    lambda inner: st.builds(
        lambda keyword, parts: {keyword: parts},
        st.sampled_from(["anyOf", "oneOf"]), st.lists(inner, min_size=2, max_size=3),
    ),
    max_leaves=6,
)  # fmt: skip
VALUES = ["", "a", "abc", 0, 1, 2.5, True, None, [], ["a"], [1], {}]


@given(SCHEMAS)
def test_it_takes_the_very_same_values(schema):
    found = in_kinds(schema, same)

    if found is not None:
        before, after = engine(schema), engine(found)
        for value in VALUES:
            assert before.is_valid(value) == after.is_valid(value), (found, value)


def test_kinds_are_fields_under_what_they_are_called():
    several = {
        "anyOf": [
            {"$ref": "#/$defs/word"},
            NULL,
            {"const": "auto"},
            ROWS,
            {"type": "array", "items": FLAG},
        ]
    }
    schema = {
        "properties": {"a": several, "b": {"type": ["array", "object"]}, "c": {"type": ["boolean", "null"]}},
        "$defs": {"word": {"type": ["string", "integer"]}},
    }  # fmt: skip

    document, _ = tool_from_schema(schema, "things", CATALOG)

    made = document["forms"][0]["schema"]["properties"]
    assert [(part["title"], part["x-ops"]["type"]) for part in made["a"]["anyOf"]] == [
        ("Text", "text"), ("Whole number", "integer"), ("Nothing (null)", "json"),
        ("Auto", "json"), ("Rows: Text", "repeat"), ("Rows: Yes or no", "repeat"),
    ]  # fmt: skip
    assert [part["title"] for part in made["b"]["anyOf"]] == ["A list", "Values by name"]
    assert made["c"]["x-ops"] == {"type": "boolean", "blank": "ask"}


@pytest.mark.parametrize("types", [[None, "string"], ["string", "text"]])
def test_a_list_of_types_with_one_that_is_none_is_no_schema(types):
    with pytest.raises(CannotImport):
        tool_from_schema({"properties": {"a": {"type": types}}}, "things", CATALOG)
