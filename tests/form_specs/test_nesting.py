"""Which subschemas are fields, and what is wrong with those that cannot be."""

import pytest

from components.registry import Registry
from form_specs.check import check
from form_specs.from_schema.tool import tool_from_schema
from form_specs.load import field_spec
from form_specs.nesting import MAX_DEPTH
from tests.holds import field, holds_tool

CATALOG = Registry.discover().catalog()
TEXT = {"type": "string"}


def group(**parts):
    return field("group", {"type": "object", "properties": parts})


def outline(spec):
    """Key and type of a field, and those of all inside it."""
    return (spec.key, spec.type, [outline(child) for child in spec.children])


def loaded(property_, **definitions):
    return outline(field_spec("x", property_, required=False, root={"$defs": definitions}))


def problems(change):
    document = holds_tool()
    change(document["forms"][0]["schema"])
    return [(problem.pointer, problem.message) for problem in check(document, CATALOG)]


def test_a_sound_tool_has_no_problem():
    assert problems(lambda schema: None) == []


def test_properties_of_rows_need_not_say_that_a_row_is_a_group():
    rows = field("repeat", {"type": "array", "items": {"properties": {"a": field("text", TEXT)}}})
    assert loaded(rows) == ("x", "repeat", [("", "group", [("a", "text", [])])])


def test_references_are_followed_and_what_stands_beside_them_counts():
    found = field_spec(
        "x",
        {"$ref": "#/$defs/a", "title": "Own", "x-ops": {"type": "group"}},
        required=True,
        root={
            "$defs": {
                "a": {"title": "Other", "type": "object", "properties": {"b": field("text", TEXT)}}
            }
        },
    )
    assert found.title == "Own"
    assert outline(found) == ("x", "group", [("b", "text", [])])


def test_a_reference_that_comes_back_is_json_from_there_on():
    node = {
        "type": "object",
        "properties": {"name": field("text", TEXT), "next": {"$ref": "#/$defs/node"}},
    }
    top = {"$ref": "#/$defs/node", "x-ops": {"type": "group"}}
    assert loaded(top, node=node) == ("x", "group", [("name", "text", []), ("next", "json", [])])


def test_what_lies_too_deep_is_json():
    deep = field("text", TEXT)
    for _ in range(MAX_DEPTH + 2):
        deep = group(inner=deep)
    spec = field_spec("x", deep, required=False)
    types = []
    while spec.children:
        types.append(spec.type)
        spec = spec.children[0]
    assert [*types, spec.type] == ["group"] * MAX_DEPTH + ["json"]


@pytest.mark.parametrize(("name", "change", "message"), [
    ("/type", {"type": "textt"}, "there is no field type 'textt'"),
    ("/type", {"type": "files"}, "a field of type 'files' cannot stand inside another field"),
    ("/type", {"type": "sequence"}, "a field of type 'sequence' cannot stand inside another field"),
    ("/unique", {"type": "text", "unique": True}, "'unique' is not possible inside another field"),
    ("/index", {"type": "text", "index": True}, "'index' is not possible inside another field"),
    ("/choices", {"type": "text", "choices": [{"key": "a", "title": "A"}]}, "a field of type 'text' has no choices"),
])  # fmt: skip
def test_inner_fields_are_checked_like_all_others(name, change, message):
    def spoil(schema):
        schema["properties"]["contact"]["properties"]["name"]["x-ops"] = change

    at = "/forms/0/schema/properties/contact/properties/name/x-ops"
    assert (at + name, message) in problems(spoil)


def test_a_misshapen_annotation_is_told_where_it_stands():
    def spoil(schema):
        schema["properties"]["lines"]["items"]["properties"]["payout"]["x-ops"] = {"typ": "text"}

    found = problems(spoil)
    at = "/forms/0/schema/properties/lines/items/properties/payout/x-ops"
    assert {pointer.partition("/x-ops")[0] for pointer, _ in found} == {at.removesuffix("/x-ops")}


def test_a_problem_behind_a_reference_is_told_once_and_there():
    def spoil(schema):
        schema["$defs"] = {"part": group(a=field("textt", TEXT))}
        for key in ("contact", "address"):
            schema["properties"][key] = {"$ref": "#/$defs/part", "x-ops": {"type": "group"}}

    at = "/forms/0/schema/$defs/part/properties/a/x-ops/type"
    assert problems(spoil) == [(at, "there is no field type 'textt'")]


def test_conditions_reach_into_groups():
    document = holds_tool()
    for op, value in (("gt", "5.00"), ("contains", "x")):
        document["views"][0]["filter"] = {"field": "contact.credit", "op": op, "value": value}
        found = [problem.message for problem in check(document, CATALOG)]
        assert found == (
            [] if op == "gt" else ["'contains' does not fit a decimal; did you mean 'eq'?"]
        )


def test_plain_schemas_become_fields_inside_fields():
    schema = {
        "type": "object",
        "properties": {
            "who": {
                "type": "object",
                "properties": {"name": TEXT, "next": {"$ref": "#/$defs/node"}},
            },
            "rows": {
                "type": "array",
                "items": {"type": "object", "properties": {"n": {"type": "integer"}}},
            },
            "words": {"type": "array", "items": TEXT},
            "map": {"type": "object", "additionalProperties": {"type": "boolean"}},
            "either": {"oneOf": [TEXT, {"type": "object", "properties": {"a": TEXT}}]},
            "any": {"type": "array", "items": {}},
        },
        "$defs": {"node": {"type": "object", "properties": {"next": {"$ref": "#/$defs/node"}}}},
    }
    document, _ = tool_from_schema(schema, "sample", CATALOG)
    properties = document["forms"][0]["schema"]["properties"]
    assert {key: part["x-ops"]["type"] for key, part in properties.items()} == {
        "who": "group", "rows": "repeat", "words": "repeat", "map": "map", "either": "variant", "any": "json",
    }  # fmt: skip
    node, rounds = properties["who"]["properties"]["next"], 0
    while node["x-ops"]["type"] == "group":
        node, rounds = node["properties"]["next"], rounds + 1
    assert (rounds, node["x-ops"]["type"]) == (4, "json")
