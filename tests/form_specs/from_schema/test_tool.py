import json

import jsonschema
import jsonschema_rs
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from form_specs.check import check
from form_specs.from_schema.root_properties import takes_others
from form_specs.from_schema.tool import CannotImport, tool_from_schema
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
    return tool_from_schema(schema, "thing", catalog)[0]


@settings(max_examples=150)
@given(schema=_schemas, records=st.lists(_records, min_size=1, max_size=8))
def test_the_form_accepts_exactly_what_the_schema_accepts(catalog, schema, records):
    schema = {**schema, "$defs": _DEFS}
    judge = _imported(schema, catalog)["forms"][0]["schema"]
    theirs = jsonschema.Draft202012Validator(schema)
    ours = jsonschema_rs.Draft202012Validator(judge)

    for record in records:
        assert ours.is_valid(record) == theirs.is_valid(record), record


@settings(max_examples=150)
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


@settings(max_examples=60)
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
    inner = properties["parts"]
    while inner["x-ops"]["type"] == "repeat":
        inner = inner["items"]["properties"]["parts"]
    assert inner["items"] == {"$ref": "#/$defs/Order"}
    assert (properties["parts"]["x-ops"]["type"], inner["x-ops"]["type"]) == ("repeat", "json")
    assert properties["no"]["x-ops"]["type"] == "text"


def test_what_no_type_fits_keeps_its_schema(catalog):
    part = {"if": {"type": "integer"}, "then": {"minimum": 1}}

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


def test_a_default_is_offered_in_the_page_and_one_that_does_not_fit_is_noted(catalog):
    schema = {
        "properties": {
            "a": {"type": "integer", "default": 3},
            "b": {"type": "integer", "default": "x"},
        }
    }

    document, notes = tool_from_schema(schema, "things", catalog)

    properties = document["forms"][0]["schema"]["properties"]
    assert properties["a"]["default"] == 3
    assert properties["a"]["x-ops"] == {"type": "integer", "fill": "page"}
    assert "default" not in properties["b"]
    assert any("'b' has a default" in note for note in notes)


def test_a_default_behind_a_reference_is_offered_in_the_page_alone(catalog):
    schema = {
        "properties": {"more": {"$ref": "#"}, "any": {"$ref": "#/$defs/any"}},
        "default": True,
        "$defs": {"any": {"default": {}}},
    }

    document, _ = tool_from_schema(schema, "things", catalog)

    properties = document["forms"][0]["schema"]["properties"]
    assert properties["more"]["x-ops"] == {"type": "json", "fill": "page"}
    assert properties["any"]["x-ops"] == {"type": "json", "fill": "page"}


def large_parts(*names):
    """A schema of properties each of which has many fields inside, of many words each."""
    kind = {"enum": [f"kind number {at}" for at in range(60)]}
    parts = {
        f"p{at}": {"type": "object", "properties": {"k": {"$ref": "#/$defs/kind"}}}
        for at in range(90)
    }
    part = {"type": "object", "properties": parts}
    return {
        "properties": {name: {"$ref": "#/$defs/part"} for name in names},
        "$defs": {"kind": kind, "part": part},
    }


def test_a_form_of_many_such_properties_can_be_read_again(catalog):
    document, _ = tool_from_schema(large_parts(*"abcdefgh"), "things", catalog)

    assert len(json.dumps(document, indent=2)) <= 2_000_000
    properties = document["forms"][0]["schema"]["properties"]
    assert {part["x-ops"]["type"] for part in properties.values()} == {"json"}


def test_a_property_that_would_be_too_large_for_a_spec_has_fewer_fields_inside(catalog):
    document, _ = tool_from_schema(large_parts("one", "two"), "things", catalog)

    assert len(json.dumps(document, indent=2)) < 2_000_000
    inner = document["forms"][0]["schema"]["properties"]["one"]["properties"]
    assert [inner[key]["x-ops"]["type"] for key in ("p0", "p89")] == ["group", "json"]


def test_a_read_only_property_can_be_filled_in_here_and_a_note_says_so(catalog):
    schema = {"properties": {"a": {"type": "string", "readOnly": True, "description": "Why"}}}

    document, notes = tool_from_schema(schema, "things", catalog)

    assert document["forms"][0]["schema"]["properties"]["a"] == {
        "title": "A",
        "description": "Why",
        "type": "string",
        "x-ops": {"type": "text", "options": {"exact": True}},
    }
    assert notes == ["'a' is read-only in the schema; here it can be filled in"]


def test_a_reference_with_constraints_beside_it_stays_one(catalog):
    part = {"$ref": "#/$defs/status", "maxLength": 2}

    document, _ = tool_from_schema({"properties": {"a": part}, "$defs": _DEFS}, "x", catalog)

    property_ = document["forms"][0]["schema"]["properties"]["a"]
    assert property_ == {"title": "A", **part, "x-ops": {"type": "json"}}


def test_a_property_that_is_referred_into_is_judged_as_before(catalog):
    alternatives = [{"const": "a"}, {"const": "b"}]
    schema = {"properties": {"a": {"oneOf": alternatives}, "b": {"$ref": "#/properties/a/oneOf/0"}}}

    document, _ = tool_from_schema(schema, "x", catalog)

    judge = jsonschema_rs.Draft202012Validator(document["forms"][0]["schema"])
    assert judge.is_valid({"a": "b", "b": "a"})
    assert not judge.is_valid({"b": "b"})


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
        ({"$schema": "http://json-schema.org/draft-03/schema#"}, "draft-03"),
        (
            {"properties": {"a": {"$ref": "https://example.com/x.json"}}},
            "leads out of this document",
        ),
        ({"properties": {"a": {"$ref": "file:///etc/passwd"}}}, "leads out of this document"),
        ({"$ref": "#/$defs/nope"}, "leads to no part"),
        ({"properties": {"a": {"$ref": "other.json#/x"}}}, "'other.json#/x' leads out"),
        ({"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/a"}}}, "without end"),
        ({"properties": {"a": {"type": "strin"}}}, "none of the values"),
    ],
)
def test_what_cannot_be_a_form_is_refused_with_its_reasons(catalog, schema, said):
    with pytest.raises(CannotImport) as caught:
        tool_from_schema(schema, "things", catalog)

    assert any(said in reason for reason in caught.value.reasons), caught.value.reasons


NAMES = ["$schema", "foo bar", "a.b", "a/b", "日本", "#", "c++", "é", "(x)", "a" * 120]
STRANGE = ["", " x", "@id", "-f", "50%", 'a"b', "o'clock", "a\\b", "a,b", "tab\t", "x" * 700]


@pytest.mark.parametrize("name", NAMES)
def test_a_property_of_almost_any_name_is_a_field(catalog, name):
    schema = {"properties": {name: {"type": "string"}}, "additionalProperties": False}

    document, _ = tool_from_schema(schema, "things", catalog)

    assert document["forms"][0]["schema"]["properties"][name]["x-ops"]["type"] == "text"
    assert document["forms"][0]["layouts"]["default"][0]["fields"] == [name]


@pytest.mark.parametrize("name", STRANGE)
def test_a_property_that_cannot_be_a_field_is_judged_and_kept_among_the_others(catalog, name):
    schema = {"properties": {name: {"type": "integer"}}, "additionalProperties": False}

    document, notes = tool_from_schema(schema, "things", catalog)

    judge = document["forms"][0]["schema"]
    validator = jsonschema_rs.Draft202012Validator(judge)
    assert judge["properties"] == {}
    assert takes_others(judge)
    assert validator.is_valid({name: 1})
    assert not validator.is_valid({name: "x"})
    assert not validator.is_valid({f"{name}x": 1})
    assert any("other properties" in note for note in notes)


def test_more_properties_than_a_form_has_fields_are_kept_among_the_others(catalog):
    schema = {"properties": {f"p{i}": {"type": "integer"} for i in range(510)}}

    document, notes = tool_from_schema(schema, "things", catalog)

    judge = document["forms"][0]["schema"]
    assert len(judge["properties"]) == 500
    assert not jsonschema_rs.Draft202012Validator(judge).is_valid({"p505": "x"})
    assert any("'p509'" in note for note in notes)


_STRING = {"type": "string", "maxLength": 9}


@pytest.mark.parametrize(
    "part",
    [
        {"type": ["string", "null"], "maxLength": 9},
        {"anyOf": [_STRING, {"type": "null"}]},
        {"oneOf": [{"type": "null"}, {"$ref": "#/$defs/s"}]},
        {"anyOf": [{"allOf": [{"$ref": "#/$defs/s"}]}, {"const": None}]},
    ],
)
def test_null_beside_the_values_of_a_type_keeps_the_type(catalog, part):
    schema = {"properties": {"a": part}, "required": ["a"], "$defs": {"s": _STRING}}

    document, _ = tool_from_schema(schema, "things", catalog)

    property_ = document["forms"][0]["schema"]["properties"]["a"]
    field = catalog.field(load(document).forms["things"].fields["a"])
    assert property_["x-ops"] == {"type": "text", "options": {"exact": True}, "blank": "null"}
    assert field.dump(field.from_store(field.to_store(field.parse(None)))) is None
    assert field.dump(field.parse("x")) == "x"
    assert jsonschema_rs.Draft202012Validator(document["forms"][0]["schema"]).is_valid({"a": None})


def test_an_enumeration_with_null_is_a_choice(catalog):
    schema = {"properties": {"a": {"enum": ["x", "y", None]}}}

    document, _ = tool_from_schema(schema, "things", catalog)

    property_ = document["forms"][0]["schema"]["properties"]["a"]
    assert property_["type"] == ["string", "null"]
    assert property_["x-ops"]["type"] == "choice"


@pytest.mark.parametrize("schema", [True, {}])
def test_a_schema_that_says_nothing_takes_any_object(catalog, schema):
    document, _ = tool_from_schema(schema, "things", catalog)

    assert jsonschema_rs.Draft202012Validator(document["forms"][0]["schema"]).is_valid({"x": [1]})


def test_what_only_a_branch_names_changes_nothing_of_what_is_unevaluated(catalog):
    schema = {
        "oneOf": [
            {"properties": {"kind": {"const": "a"}, "x": {"type": "integer"}}},
            {"properties": {"kind": {"const": "b"}, "y": {"type": "integer"}}},
        ],
        "required": ["kind"],
        "unevaluatedProperties": False,
    }

    document, _ = tool_from_schema(schema, "things", catalog)

    judge = jsonschema_rs.Draft202012Validator(document["forms"][0]["schema"])
    assert set(document["forms"][0]["schema"]["properties"]) == {"kind", "x", "y"}
    assert judge.is_valid({"kind": "a", "x": 1})
    assert not judge.is_valid({"kind": "a", "y": 1})


def test_what_is_always_judged_elsewhere_gets_a_field_of_its_type(catalog):
    base = {"properties": {"no": {"type": "integer"}}, "required": ["no"]}
    schema = {"allOf": [{"$ref": "#/$defs/base"}], "$defs": {"base": base}}

    document, _ = tool_from_schema(schema, "things", catalog)

    assert document["forms"][0]["schema"]["properties"]["no"]["x-ops"]["type"] == "integer"


def test_texts_that_tell_are_given_up_before_the_spec_is_too_large(catalog):
    told = {"type": "object", "description": "x" * 10_000}
    schema = {"properties": {f"p{i}": {"items": told, "x": told} for i in range(250)}}

    document, notes = tool_from_schema(schema, "things", catalog)

    assert len(json.dumps(document)) < 2_000_000
    assert any("'description' is left out" in note for note in notes)


def test_a_form_of_many_large_groups_is_made_as_far_as_people_could_fill_it_in(catalog):
    text = {"type": "string", "default": "x"}
    group = {"type": "object", "properties": {f"f{n}": text for n in range(40)}}
    wide = {"type": "object", "properties": {f"g{n}": group for n in range(40)}}
    small = {"type": "object", "properties": {"a": text}}
    schema = {"properties": {f"w{n}": wide for n in range(9)} | {"small": small}}

    document, _ = tool_from_schema(schema, "things", catalog)

    properties = document["forms"][0]["schema"]["properties"]
    assert json.dumps(properties).count('"x-ops"') < 5_000
    types = {name: found["x-ops"]["type"] for name, found in properties.items()}
    assert (types["w0"], types["w8"], types["small"]) == ("group", "json", "group")


@pytest.mark.parametrize(
    ("schema", "type_", "valid", "wrong"),
    [
        ({"type": "array", "items": {"type": "string"}}, "repeat", ["a"], [1]),
        ({"enum": ["a", "b"]}, "choice", "a", "c"),
        ({"type": ["integer", "null"]}, "integer", None, "1"),
        ({"const": 3}, "json", 3, 4),
        ({"$ref": "#/$defs/t", "$defs": {"t": {"type": "string", "maxLength": 2}}}, "text", "ab", "abc"),
        ({"oneOf": [{"type": "string"}, {"enum": [1]}]}, "variant", 1, 2),
        ({"allOf": [{"type": "array"}, {"items": {"$ref": "#"}}]}, "json", [[], [[]]], [1]),
    ],
)  # fmt: skip
def test_a_value_that_is_no_object_is_one_field(catalog, schema, type_, valid, wrong):
    document, notes = tool_from_schema(schema, "things", catalog)

    judge = document["forms"][0]["schema"]
    assert [field["x-ops"]["type"] for field in judge["properties"].values()] == [type_]
    assert any("stands under 'value'" in note for note in notes)
    validator = jsonschema_rs.Draft202012Validator(judge)
    assert validator.is_valid({"value": valid})
    assert not validator.is_valid({"value": wrong})
    assert not validator.is_valid({})


@pytest.mark.parametrize("schema", [{}, {"type": ["object", "array"]}, {"anyOf": [{"type": "string"}, {"required": ["a"]}]}, {"enum": ["a", {}]}, {"not": {}}])  # fmt: skip
def test_a_schema_that_may_take_objects_is_for_the_record_itself(catalog, schema):
    document, _ = tool_from_schema(schema, "things", catalog)
    assert "value" not in document["forms"][0]["schema"].get("properties", {})
