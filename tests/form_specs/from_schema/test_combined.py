"""Combinators of a schema: they narrow, name parts of one object, and are called by what they are."""

import pytest

from form_specs.from_schema.tool import tool_from_schema


@pytest.mark.parametrize(
    ("part", "type_"),
    [
        ({"type": "string", "not": {"enum": ["root"]}}, "text"),
        ({"type": "integer", "not": {"const": 0}}, "integer"),
        ({"type": "string", "anyOf": [{"format": "ipv4"}, {"format": "ipv6"}]}, "text"),
        ({"type": "string", "if": {"minLength": 5}, "then": {"pattern": "^x"}}, "text"),
        ({"allOf": [{"$ref": "#/$defs/word"}, {"maxLength": 5}]}, "text"),
        ({"allOf": [{"$ref": "#/$defs/word"}, {"description": "A word"}]}, "text"),
        ({"type": "array", "items": {"type": "integer", "enum": [5, 10]}}, "repeat"),
        ({"type": "integer", "oneOf": [{"const": 1, "title": "One"}, {"const": 2}]}, "json"),
    ],
)
def test_what_only_narrows_a_type_takes_nothing_from_its_field(catalog, part, type_):
    schema = {"properties": {"a": part}, "$defs": {"word": {"type": "string"}}}

    document, _ = tool_from_schema(schema, "things", catalog)

    made = document["forms"][0]["schema"]["properties"]["a"]
    assert made["x-ops"]["type"] == type_
    judging = part.keys() - {"allOf", "items"}
    assert {key: made[key] for key in judging} == {key: part[key] for key in judging}


def test_properties_that_all_of_names_together_are_one_group(catalog):
    named = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
    part = {"allOf": [{"$ref": "#/$defs/named"}, {"properties": {"age": {"type": "integer"}}}]}

    document, _ = tool_from_schema(
        {"properties": {"a": part, "closed": {**part, "additionalProperties": False}},
         "$defs": {"named": named}}, "things", catalog,
    )  # fmt: skip

    made = document["forms"][0]["schema"]["properties"]
    assert made["a"]["x-ops"] == {"type": "group"}
    assert [*made["a"]["properties"]] == ["name", "age"]
    assert made["a"]["required"] == ["name"]
    # There only what stands beside `additionalProperties` may be given: nothing at all.
    assert made["closed"]["x-ops"] == {"type": "json"}


def test_alternatives_without_titles_are_called_by_what_they_are(catalog):
    def of(**properties):
        return {"type": "object", "properties": properties, "required": [*properties]}

    text, number = {"type": "string"}, {"type": "number"}
    alternatives = {
        "plain": [text, {"type": "boolean"}],
        "told": [of(kind={"const": "bank_card"}, no=text), of(kind={"const": "cash"}, sum=number)],
        "needed": [of(mail=text), of(street=text, city=text)],
        "alike": [of(no=text), of(no=number)],
    }

    document, _ = tool_from_schema(
        {"properties": {key: {"oneOf": parts} for key, parts in alternatives.items()}},
        "things", catalog,
    )  # fmt: skip

    made = document["forms"][0]["schema"]["properties"]
    titles = {key: [part["title"] for part in made[key]["oneOf"]] for key in alternatives}
    assert titles == {
        "plain": ["Text", "Yes or no"],
        "told": ["Bank card", "Cash"],
        "needed": ["Mail", "Street, City"],
        "alike": ["Form 1", "Form 2"],
    }


def test_a_constant_that_must_be_there_is_chosen_already(catalog):
    schema = {
        "properties": {"version": {"const": 3}, "maybe": {"const": 4}},
        "required": ["version"],
    }

    document, _ = tool_from_schema(schema, "things", catalog)

    made = document["forms"][0]["schema"]["properties"]
    assert (made["version"]["default"], made["version"]["x-ops"]["fill"]) == (3, "page")
    assert "default" not in made["maybe"]


def test_values_that_a_definition_lists_are_listed_where_it_is_meant(catalog):
    schema = {"properties": {"a": {"$ref": "#/$defs/size"}}, "$defs": {"size": {"enum": [1, 2]}}}

    document, _ = tool_from_schema(schema, "things", catalog)

    assert document["forms"][0]["schema"]["properties"]["a"]["enum"] == [1, 2]
