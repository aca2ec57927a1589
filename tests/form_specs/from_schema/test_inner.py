"""How far fields are made inside fields, where a schema leads back to itself or is deep."""

import json

import pytest

from form_specs.from_schema.tool import tool_from_schema
from form_specs.load import load

TEXT = {"type": "string"}


def made(catalog, schema):
    document, _ = tool_from_schema(schema, "things", catalog)
    return load(document).forms["things"].fields


def types(spec, *way):
    """The types on the way to a field: by key, or into the rows."""
    found = [spec.type]
    for step in way:
        spec = next(child for child in spec.children if child.key == step)
        found.append(spec.type)
    return found


def test_a_tree_of_rows_is_followed_four_times(catalog):
    schema = {"type": "object", "properties": {"text": TEXT, "replies": {"type": "array", "items": {"$ref": "#"}}}}  # fmt: skip

    fields = made(catalog, schema)

    way = ["", "replies"] * 4
    assert types(fields["replies"], *way) == ["repeat", "group"] * 4 + ["json"]


def test_schemas_that_lead_to_each_other_are_followed_too(catalog):
    folder = {"type": "object", "properties": {"name": TEXT, "files": {"type": "array", "items": {"$ref": "#/$defs/file"}}}}  # fmt: skip
    file = {"type": "object", "properties": {"name": TEXT, "inside": {"$ref": "#/$defs/folder"}}}
    schema = {
        "properties": {"folder": {"$ref": "#/$defs/folder"}},
        "$defs": {"folder": folder, "file": file},
    }

    found = types(made(catalog, schema)["folder"], "files", "", "inside", "files", "", "inside")

    assert found == ["group", "repeat", "group", "group", "repeat", "group", "group"]


def test_what_a_page_would_show_at_once_is_followed_less_far(catalog):
    part = {"type": "object", "properties": {f"p{n}": TEXT for n in range(8)}}
    part["properties"] |= {"left": {"$ref": "#/$defs/part"}, "right": {"$ref": "#/$defs/part"}}
    schema = {"properties": {"part": {"$ref": "#/$defs/part"}}, "$defs": {"part": part}}

    fields = made(catalog, schema)

    assert types(fields["part"], "left", "left") == ["group", "group", "json"]


@pytest.mark.parametrize("number", [15, 150])
def test_many_alternatives_that_lead_back_stay_as_few_as_they_were(catalog, number):
    kinds = [
        {"type": "object", "required": ["op"], "properties": {"op": {"const": f"k{n}"}, "of": {"type": "array", "items": {"$ref": "#/$defs/node"}}}}
        for n in range(number)
    ]  # fmt: skip
    schema = {"properties": {"node": {"$ref": "#/$defs/node"}}, "$defs": {"node": {"oneOf": kinds}}}

    document, _ = tool_from_schema(schema, "things", catalog)

    assert len(json.dumps(document, indent=2)) < 200_000
    found = load(document).forms["things"].fields["node"]
    assert found.type == ("variant" if number == 15 else "json")
    if number == 15:
        assert types(found.children[0], "of") == ["group", "json"]


def test_parts_that_mean_one_definition_go_by_their_own_names(catalog):
    node = {"title": "Node", "type": "object", "properties": {"name": TEXT}}
    ends = {"from": {"$ref": "#/$defs/node"}, "to": {"$ref": "#/$defs/node"}}
    schema = {
        "properties": {**ends, "only": {"$ref": "#/$defs/node"}, "edge": {"type": "object", "properties": ends}},
        "$defs": {"node": node},
    }  # fmt: skip

    fields = made(catalog, schema)

    assert [fields[key].title for key in ("from", "to")] == ["From", "To"]
    assert [child.title for child in fields["edge"].children] == ["From", "To"]


def test_places_of_a_list_and_names_of_anything_are_fields(catalog):
    schema = {
        "properties": {
            "point": {"type": "array", "prefixItems": [TEXT, {"type": "number", "title": "Y"}], "items": False},
            "labels": {"type": "object"},
            "open": {"type": ["object", "null"], "additionalProperties": True},
            "named": {"type": "object", "patternProperties": {".*": TEXT}},
            "count": {"type": "integer", "format": "int64"},
            "word": {"type": "string", "anyOf": [{"enum": ["a"]}, {"pattern": "^x"}]},
        }
    }  # fmt: skip

    fields = made(catalog, schema)

    assert {key: field.type for key, field in fields.items()} == {
        "point": "tuple", "labels": "map", "open": "map", "named": "map", "count": "integer", "word": "text",
    }  # fmt: skip
    assert [child.title for child in fields["point"].children] == ["Entry 1", "Y"]
