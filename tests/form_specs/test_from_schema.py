import json

import jsonschema
import jsonschema_rs
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from form_specs.check import check
from form_specs.from_schema import CannotImport, tool_from_schema
from form_specs.load import load

_texts = st.sampled_from(["", "a", "abc", "2026-11-24", "ada@example.com", "x y"])
_scalars = st.none() | st.booleans() | st.integers(-3, 9) | st.floats(-5, 5, width=16) | _texts
_values = st.recursive(
    _scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2)
    ),
    max_leaves=4,
)
_simple = st.one_of(
    st.just({}),
    st.just(True),
    st.fixed_dictionaries({"type": st.sampled_from(["string", "integer", "number", "boolean", "array", "object", "null"])}),
    st.fixed_dictionaries({"type": st.just("string")}, optional={"minLength": st.integers(0, 2), "maxLength": st.integers(1, 300), "pattern": st.sampled_from(["^a", "[0-9]+"]), "format": st.sampled_from(["date", "email", "uri", "ipv4"])}),
    st.fixed_dictionaries({"type": st.just("integer")}, optional={"minimum": st.integers(-2, 2), "exclusiveMaximum": st.integers(2, 9), "multipleOf": st.just(2)}),
    st.fixed_dictionaries({"type": st.just("array"), "items": st.sampled_from([{"type": "string"}, {"enum": ["a", "abc"]}, {"type": "integer"}])}, optional={"uniqueItems": st.booleans(), "maxItems": st.integers(1, 3)}),
    st.lists(_scalars, min_size=1, max_size=4).map(lambda values: {"enum": values}),
    st.lists(_texts, min_size=1, max_size=4, unique=True).map(lambda values: {"oneOf": [{"const": v, "title": v.upper()} for v in values]}),
    _scalars.map(lambda value: {"const": value}),
    st.sampled_from([{"type": ["string", "null"]}, {"anyOf": [{"type": "string"}, {"type": "null"}]}, {"$ref": "#/$defs/status"}, {"$ref": "#/$defs/tree", "title": "Tree"}, {"not": {"type": "string"}}]),
)  # fmt: skip
_properties = st.dictionaries(
    st.sampled_from(["a", "firstName", "b-c", "d.e", "_id"]), _simple, min_size=1, max_size=4
)
_schemas = st.fixed_dictionaries(
    {"type": st.just("object"), "properties": _properties},
    optional={
        "required": st.lists(st.sampled_from(["a", "firstName"]), unique=True),
        "additionalProperties": st.booleans() | st.just({"type": "string"}),
        "minProperties": st.integers(0, 2),
        "dependentRequired": st.just({"a": ["firstName"]}),
        "allOf": st.just([{"properties": {"z": {"type": "integer"}}}]),
        "if": st.just({"required": ["a"]}),
        "then": st.just({"required": ["_id"]}),
        "patternProperties": st.just({"^x": {"type": "integer"}}),
    },
)
_DEFS = {
    "status": {"enum": ["a", "abc"]},
    "tree": {"type": "object", "properties": {"a": {"$ref": "#/$defs/tree"}}},
    "unused": {"type": "string"},
}
_records = st.dictionaries(
    st.sampled_from(["a", "firstName", "b-c", "d.e", "_id", "z", "xx"]), _values, max_size=5
)


def _imported(schema, catalog):
    # A closed object that requires what it does not let in accepts nothing: that is refused.
    known = schema["properties"].keys()
    assume(
        schema.get("additionalProperties") is not False or known >= set(schema.get("required", ()))
    )
    return tool_from_schema(schema, "thing", catalog)[0]


@settings(deadline=None, max_examples=150)
@given(schema=_schemas, records=st.lists(_records, min_size=1, max_size=8))
def test_the_form_accepts_exactly_what_the_schema_accepts(catalog, schema, records):
    schema = {**schema, "$defs": _DEFS}
    judge = _imported(schema, catalog)["forms"][0]["schema"]
    theirs = jsonschema.Draft202012Validator(schema)
    ours = jsonschema_rs.Draft202012Validator(judge)

    for record in records:
        assert ours.is_valid(record) == theirs.is_valid(record), record


@settings(deadline=None, max_examples=150)
@given(schema=_schemas, record=_records)
def test_a_valid_record_comes_back_equal_from_its_field_types(catalog, schema, record):
    schema = {**schema, "$defs": _DEFS}
    tool = load(_imported(schema, catalog))
    form = tool.forms["thing"]
    assume(jsonschema_rs.Draft202012Validator(form.schema, validate_formats=True).is_valid(record))

    for key, value in record.items():
        if key in form.fields:
            field = catalog.field(form.fields[key])
            kept = field.from_store(json.loads(json.dumps(field.to_store(field.parse(value)))))
            assert field.dump(kept) == value


@settings(deadline=None, max_examples=60)
@given(schema=_schemas)
def test_the_tool_is_one_that_check_takes(catalog, schema):
    document = _imported({**schema, "$defs": _DEFS}, catalog)

    assert [p for p in check(document, catalog) if p.severity == "error"] == []
    assert set(load(document).roles) == {"operator", "lead"}


def test_titles_choices_and_the_table_follow_the_schema(catalog):
    schema = {
        "title": "Order",
        "description": "What somebody bought",
        "properties": {
            "notes": {"type": "object"},
            "orderNo": {"type": "string", "maxLength": 20},
            "state": {"oneOf": [{"const": "open", "title": "Still open"}, {"const": "done"}]},
        },
        "required": ["orderNo"],
    }

    document, _ = tool_from_schema(schema, "orders", catalog)

    form, (view,) = document["forms"][0], document["views"]
    assert (document["title"], document["description"]) == ("Order", "What somebody bought")
    assert form["titleField"] == "orderNo"
    assert form["schema"]["properties"]["orderNo"]["title"] == "Order no"
    assert [c["title"] for c in form["schema"]["properties"]["state"]["x-ops"]["choices"]] == [
        "Still open",
        "Done",
    ]
    assert view["columns"] == ["orderNo", "state", "@updated_at"]
    assert view["quickFilters"] == ["state"]
    assert "workflows" not in document


def test_the_lead_may_delete_and_the_operator_may_not(catalog):
    document, _ = tool_from_schema({"properties": {"a": {}}}, "things", catalog)
    rights = {role["key"]: set(role["grants"][0]["can"]) for role in document["roles"]}

    assert rights["lead"] - rights["operator"] == {"delete"}


def test_a_root_that_only_refers_is_followed(catalog):
    schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$ref": "#/definitions/Order",
        "definitions": {"Order": {"type": "object", "properties": {"no": {"type": "string"}, "parts": {"type": "array", "items": {"$ref": "#/definitions/Order"}}}}},
    }  # fmt: skip

    document, _ = tool_from_schema(schema, "orders", catalog)

    properties = document["forms"][0]["schema"]["properties"]
    assert properties["parts"]["items"] == {"$ref": "#/$defs/Order"}
    assert properties["no"]["x-ops"]["type"] == "text"


def test_what_no_type_fits_keeps_its_schema(catalog):
    part = {"oneOf": [{"type": "integer"}, {"type": "array", "items": {"x-y": 1}}]}

    document, _ = tool_from_schema({"properties": {"a": part}}, "things", catalog)

    assert document["forms"][0]["schema"]["properties"]["a"] == {
        "title": "A", **part, "x-ops": {"type": "json"},
    }  # fmt: skip


def test_definitions_that_nothing_leads_to_are_left_out(catalog):
    schema = {"properties": {"a": {"$ref": "#/$defs/tree"}}, "$defs": _DEFS}

    document, _ = tool_from_schema(schema, "things", catalog)

    assert document["forms"][0]["schema"]["$defs"] == {"tree": _DEFS["tree"]}


def test_an_open_object_stays_open(catalog):
    document, _ = tool_from_schema({"properties": {"a": {"type": "string"}}}, "things", catalog)
    closed, _ = tool_from_schema(
        {"properties": {"a": {}}, "additionalProperties": False}, "things", catalog
    )

    assert "additionalProperties" not in document["forms"][0]["schema"]
    assert closed["forms"][0]["schema"]["additionalProperties"] is False


def test_a_default_that_fits_is_kept_and_one_that_does_not_is_noted(catalog):
    schema = {
        "properties": {
            "a": {"type": "integer", "default": 3},
            "b": {"type": "integer", "default": "x"},
        }
    }

    document, notes = tool_from_schema(schema, "things", catalog)

    properties = document["forms"][0]["schema"]["properties"]
    assert properties["a"]["default"] == 3
    assert "default" not in properties["b"]
    assert any("'b' has a default" in note for note in notes)


def test_a_default_is_left_out_where_the_schema_judges_properties_together(catalog):
    schema = {
        "properties": {"a": {"type": "integer", "default": 3}, "b": {}},
        "dependentRequired": {"a": ["b"]},
    }

    document, notes = tool_from_schema(schema, "things", catalog)

    assert "default" not in document["forms"][0]["schema"]["properties"]["a"]
    assert any("judges properties together" in note for note in notes)


def test_a_read_only_property_can_be_filled_in_here_and_a_note_says_so(catalog):
    schema = {"properties": {"a": {"type": "string", "readOnly": True, "description": "Why"}}}

    document, notes = tool_from_schema(schema, "things", catalog)

    assert document["forms"][0]["schema"]["properties"]["a"] == {
        "title": "A",
        "description": "Why",
        "type": "string",
        "x-ops": {"type": "text"},
    }
    assert notes == ["'a' is read-only in the schema; here it can be filled in"]


def test_a_reference_with_constraints_beside_it_stays_one(catalog):
    part = {"$ref": "#/$defs/status", "maxLength": 2}

    document, _ = tool_from_schema({"properties": {"a": part}, "$defs": _DEFS}, "x", catalog)

    property_ = document["forms"][0]["schema"]["properties"]["a"]
    assert property_ == {"title": "A", **part, "x-ops": {"type": "json"}}


def test_a_property_that_is_referred_into_keeps_its_shape(catalog):
    alternatives = [{"const": "a"}, {"const": "b"}]
    schema = {"properties": {"a": {"oneOf": alternatives}, "b": {"$ref": "#/properties/a/oneOf/0"}}}

    document, _ = tool_from_schema(schema, "x", catalog)

    assert document["forms"][0]["schema"]["properties"]["a"]["oneOf"] == alternatives


def test_a_root_with_constraints_beside_its_reference_keeps_both(catalog):
    schema = {
        "$ref": "#/$defs/base",
        "required": ["b"],
        "properties": {"b": {}},
        "$defs": {"base": {"required": ["a"], "properties": {"a": {"type": "integer"}}}},
    }

    document, _ = tool_from_schema(schema, "x", catalog)

    judge = jsonschema_rs.Draft202012Validator(document["forms"][0]["schema"])
    assert judge.is_valid({"a": 1, "b": 2})
    assert not judge.is_valid({"b": 2})
    assert not judge.is_valid({"a": 1})


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ([], "is an object"),
        ({"type": "array"}, "this schema is for array"),
        ({"$schema": "http://json-schema.org/draft-03/schema#"}, "draft-03"),
        ({"properties": {"first name": {}, "$x": {}, "ok": {}}}, "'first name', '$x'"),
        (
            {"properties": {"a": {"$ref": "https://example.com/x.json"}}},
            "leads out of this document",
        ),
        ({"properties": {"a": {"$ref": "file:///etc/passwd"}}}, "leads out of this document"),
        ({"properties": {"a": {"pattern": "(?=a)"}}}, "linear time"),
        ({"$ref": "#/$defs/nope"}, "leads to no part"),
        ({"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/a"}}}, "without end"),
        ({"properties": {"a": {"type": "strin"}}}, "none of the values"),
    ],
)
def test_what_cannot_be_a_form_is_refused_with_its_reasons(catalog, schema, said):
    with pytest.raises(CannotImport) as caught:
        tool_from_schema(schema, "things", catalog)

    assert any(said in reason for reason in caught.value.reasons), caught.value.reasons
