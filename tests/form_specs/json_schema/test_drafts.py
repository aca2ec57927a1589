import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from form_specs.from_schema.bundling import bundle
from form_specs.json_schema.drafts import UnknownDraft, humanised

DRAFT_4 = "http://json-schema.org/draft-04/schema#"
DRAFT_7 = "http://json-schema.org/draft-07/schema#"
DRAFT_2019 = "https://json-schema.org/draft/2019-09/schema"

_instances = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 8) | st.sampled_from(["", "a", "abc"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "b", "definitions", "items"]), inner, max_size=3)
    ),
    max_leaves=6,
)

SCHEMAS = [
    {"$schema": DRAFT_4, "properties": {"a": {"minimum": 2, "exclusiveMinimum": True}}},
    {"$schema": DRAFT_4, "properties": {"a": {"maximum": 5, "exclusiveMaximum": False}}},
    {"$schema": DRAFT_4, "id": "http://x.test/s", "properties": {"a": {"$ref": "http://x.test/s#/definitions/n"}}, "definitions": {"n": {"type": "integer"}}},
    {"$schema": DRAFT_7, "dependencies": {"a": ["b"], "b": {"properties": {"a": {"type": "string"}}}}},
    {"$schema": DRAFT_7, "properties": {"a": {"items": [{"type": "integer"}, True], "additionalItems": False}}},
    {"$schema": DRAFT_7, "properties": {"a": {"items": {"type": "integer"}, "additionalItems": False}}},
    {"$schema": DRAFT_7, "properties": {"a": {"$ref": "#/definitions/t", "maxLength": 0}}, "definitions": {"t": {"type": "string"}}},
    {"$schema": DRAFT_7, "properties": {"definitions": {"type": "integer"}, "a": {"$ref": "#/properties/definitions"}}},
    {"$schema": DRAFT_7, "properties": {"b": {"items": [{"type": "string"}]}, "a": {"$ref": "#/properties/b/items/0"}}},
    {"$schema": DRAFT_7, "dependencies": {"b": {"required": ["a"]}}, "properties": {"items": {"$ref": "#/dependencies/b"}}},
    {"$schema": DRAFT_7, "definitions": {"t": {"$id": "#text", "type": "string"}}, "properties": {"a": {"$ref": "#text"}}},
    {"$schema": DRAFT_2019, "properties": {"a": {"$recursiveRef": "#"}, "b": {"type": "integer"}}},
    {"$schema": DRAFT_2019, "$defs": {"x": {"const": 1}}, "properties": {"a": {"items": [{"$ref": "#/$defs/x"}]}}},
    {"definitions": {"x": {"type": "integer"}}, "properties": {"a": {"$ref": "#/definitions/x"}}},
    {"$schema": DRAFT_7, "anyOf": [{"required": ["a"]}, True], "properties": {"b": {"$ref": "#/anyOf/0"}}},
    {"$schema": DRAFT_7, "properties": {"b": {"items": [True], "additionalItems": {"type": "integer"}}, "a": {"$ref": "#/properties/b/additionalItems"}}},
    {"$schema": DRAFT_7, "properties": {"id": {"type": "string"}, "a": {"id": "not a keyword"}}},
    {"$schema": DRAFT_7, "if": {"required": ["a"]}, "then": {"required": ["b"]}, "else": {"maxProperties": 1}},
]  # fmt: skip


@pytest.mark.parametrize("schema", SCHEMAS, ids=range(len(SCHEMAS)))
@given(instance=_instances)
def test_lifting_changes_no_verdict(schema, instance):
    old = jsonschema.validators.validator_for(schema, jsonschema.Draft202012Validator)(schema)
    new = jsonschema.Draft202012Validator(bundle(schema).schema)

    assert new.is_valid(instance) == old.is_valid(instance)


def test_only_the_definitions_that_are_used_stand_in_defs_afterwards():
    schema = {
        "$schema": DRAFT_7,
        "properties": {"x": {"$ref": "#/definitions/a/definitions/b"}},
        "definitions": {"a": {"definitions": {"b": {"type": "string"}}}},
    }

    assert bundle(schema).schema == {
        "properties": {"x": {"$ref": "#/$defs/b"}},
        "$defs": {"b": {"type": "string"}},
    }


def test_lifting_leaves_the_source_as_it_was():
    schema = {"$schema": DRAFT_7, "definitions": {"a": {}}, "dependencies": {"x": ["y"]}}
    before = dict(schema)

    bundle(schema)

    assert schema == before


def test_a_dialect_that_is_unknown_is_refused():
    with pytest.raises(UnknownDraft, match="draft-03"):
        bundle({"$schema": "http://json-schema.org/draft-03/schema#"})


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("firstName", "First name"),
        ("due_by", "Due by"),
        ("first-name", "First name"),
        ("URL", "URL"),
        ("_", "_"),
    ],
)
def test_names_in_code_become_titles(name, title):
    assert humanised(name) == title


LATEST = "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize(
    ("draft", "keyword"),
    [
        (LATEST, {"dependencies": {"a": ["b"]}}),
        (DRAFT_4, {"const": 1}),
        (DRAFT_4, {"if": True, "then": False}),
        (DRAFT_7, {"unevaluatedProperties": False}),
        (DRAFT_2019, {"prefixItems": [False]}),
    ],
)
def test_a_keyword_that_the_draft_does_not_know_says_nothing(draft, keyword):
    assert bundle({"$schema": draft, **keyword}).schema == {}


@pytest.mark.parametrize(
    ("schema", "draft"),
    [
        ({"properties": {"a": {"minimum": 2, "exclusiveMinimum": True}}}, "draft-04"),
        ({"properties": {"a": {"items": [{"type": "string"}]}}}, "draft-07"),
        ({"dependencies": {"a": ["b"]}}, "draft-07"),
    ],
)
def test_a_schema_without_a_dialect_is_read_as_what_only_its_draft_allows(schema, draft):
    (note,) = bundle(schema).notes

    assert draft in note


def test_an_unknown_dialect_counts_as_the_latest_and_a_note_says_so():
    found = bundle({"$schema": "https://example.com/mine", "minProperties": 1})

    assert found.schema == {"minProperties": 1}
    assert "https://example.com/mine" in found.notes[0]
