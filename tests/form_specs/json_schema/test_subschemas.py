import pytest

from form_specs.json_schema.subschemas import endless, referred, subschemas

SCHEMA = {
    "properties": {"a/b": {"items": {"$ref": "#/x-parts/0"}}, "~": True},
    "$defs": {"named": {"$anchor": "here", "prefixItems": [{"type": "string"}]}},
    "x-parts": [{"pattern": "a"}],
    "enum": [{"type": "no schema"}],
}


def test_all_that_is_a_schema_is_walked_through_and_nothing_else():
    assert {pointer for pointer, _ in subschemas(SCHEMA, "/s")} == {
        "/s",
        "/s/properties/a~1b",
        "/s/properties/a~1b/items",
        "/s/x-parts/0",
        "/s/$defs/named",
        "/s/$defs/named/prefixItems/0",
    }


@pytest.mark.parametrize(
    ("ref", "pointer"),
    [
        ("#", ""),
        ("#/properties/a~1b", "/properties/a~1b"),
        ("#/properties/%7E0", "/properties/~0"),
        ("#/x-parts/0", "/x-parts/0"),
        ("#here", "/$defs/named"),
    ],
)
def test_a_local_reference_leads_to_its_part(ref, pointer):
    target = referred(SCHEMA, ref)

    assert target is not None
    assert target[0] == pointer


@pytest.mark.parametrize(
    "ref", [None, 3, "x", "http://x#/", "#/nope", "#/x-parts/9", "#nowhere", "#/enum/x"]
)
def test_other_references_lead_nowhere(ref):
    assert referred(SCHEMA, ref) is None


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#"},
        {"allOf": [{"$ref": "#"}]},
        {
            "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"not": {"$ref": "#/$defs/a"}}},
            "$ref": "#/$defs/a",
        },
        {"dependentSchemas": {"x": {"$ref": "#"}}},
    ],
)
def test_a_circle_that_never_looks_at_a_smaller_value_is_found(schema):
    assert list(endless(schema))


@pytest.mark.parametrize(
    "schema",
    [
        {"properties": {"a": {"$ref": "#"}}},
        {"items": {"anyOf": [{"$ref": "#"}]}},
        {"allOf": [{"$ref": "#/$defs/a"}, {"$ref": "#/$defs/a"}], "$defs": {"a": {}}},
    ],
)
def test_recursion_into_smaller_values_is_no_circle(schema):
    assert not list(endless(schema))


def test_a_long_chain_of_references_is_followed():
    chain = {f"d{i}": {"$ref": f"#/$defs/d{i + 1}"} for i in range(5_000)}

    assert not list(endless({"$ref": "#/$defs/d0", "$defs": {**chain, "d5000": {}}}))
