"""Schemas with identifiers, anchors and dynamic references, in one piece with the same verdicts."""

import jsonschema
import jsonschema_rs
import pytest

from form_specs.from_schema.bundling import bundle
from form_specs.json_schema.documents import Beside
from form_specs.json_schema.subschemas import subschemas

DRAFT_7 = "http://json-schema.org/draft-07/schema#"
DRAFT_2019 = "https://json-schema.org/draft/2019-09/schema"
LATEST = "https://json-schema.org/draft/2020-12/schema"

CASES = [
    # An identifier deeper down changes what the references below it are relative to.
    ({"$schema": DRAFT_7, "$id": "http://x.test/root.json", "properties": {"a": {"$ref": "nested/item.json"}}, "definitions": {"n": {"$id": "nested/", "definitions": {"i": {"$id": "item.json", "$ref": "#/definitions/t"}, "j": {"$id": "item.json", "type": "integer"}}}}}, [{"a": 1}, {"a": "x"}]),
    ({"$schema": LATEST, "$id": "urn:example:root", "properties": {"a": {"$ref": "urn:example:other#n"}}, "$defs": {"o": {"$id": "urn:example:other", "$defs": {"n": {"$anchor": "n", "type": "integer"}}}}}, [{"a": 1}, {"a": "x"}]),
    # The outermost schema of the name counts.
    ({"$schema": LATEST, "$id": "http://x.test/strict", "$dynamicAnchor": "node", "$ref": "tree", "unevaluatedProperties": False, "$defs": {"tree": {"$id": "tree", "$dynamicAnchor": "node", "type": "object", "properties": {"data": True, "children": {"type": "array", "items": {"$dynamicRef": "#node"}}}}}}, [{"children": [{"data": 1}]}, {"children": [{"daat": 1}]}]),
    ({"$schema": DRAFT_2019, "$id": "http://x.test/strict", "$recursiveAnchor": True, "$ref": "tree", "unevaluatedProperties": False, "$defs": {"tree": {"$id": "tree", "$recursiveAnchor": True, "type": "object", "properties": {"data": True, "children": {"type": "array", "items": {"$recursiveRef": "#"}}}}}}, [{"children": [{"data": 1}]}, {"children": [{"daat": 1}]}]),
    # A known meta-schema is at hand, its own references with it.
    ({"$schema": DRAFT_7, "properties": {"a": {"$ref": DRAFT_7}}}, [{"a": {"minLength": 1}}, {"a": {"properties": {"x": {"minLength": -1}}}}]),
    ({"$schema": LATEST, "properties": {"a": {"$ref": LATEST}}}, [{"a": {"minLength": 1}}, {"a": {"properties": {"x": {"minLength": -1}}}}]),
    # What looks like an identifier where no schema stands is none.
    ({"$schema": DRAFT_7, "properties": {"a": {"enum": [{"$id": "http://x.test/e", "type": "null"}]}, "b": {"$ref": "#/x/y"}}, "x": {"y": {"type": "integer"}}}, [{"b": 1}, {"b": "x"}]),
]  # fmt: skip


@pytest.mark.parametrize(("schema", "records"), CASES, ids=range(len(CASES)))
def test_a_schema_in_one_piece_says_the_same(schema, records):
    validator = jsonschema_rs.validator_for(schema)
    made = jsonschema_rs.Draft202012Validator(bundle(schema).schema)

    assert bundle(schema).faults == []
    for record in records:
        assert made.is_valid(record) == validator.is_valid(record), record


def test_references_into_the_definitions_are_all_that_is_left():
    for schema, _ in CASES:
        for _, part in subschemas(bundle(schema).schema):
            assert part.get("$ref", "#/$defs/").startswith("#/$defs/")
            assert not part.keys() & {"$id", "$anchor", "$dynamicRef", "$dynamicAnchor", "$schema"}


def test_what_lies_deep_gets_a_definition_of_its_own():
    schema = {"type": "integer"}
    for _ in range(40):
        schema = {"properties": {"a": schema}}
    record = 1
    for _ in range(40):
        record = {"a": record}

    made = bundle(schema).schema

    assert _depth(made) < 26
    assert jsonschema.Draft202012Validator(made).is_valid(record)


def _depth(value):
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(_depth, items), default=0)


@pytest.mark.parametrize(
    "ref", ["other.json", "http://x.test/y", "file:///etc/passwd", "#nope", "#/definitions/nope"]
)
def test_a_reference_that_leads_nowhere_is_named(ref):
    (fault,) = bundle({"properties": {"a": {"$ref": ref}}}).faults

    assert f"'{ref}'" in fault


@pytest.mark.parametrize(
    ("pattern", "good", "bad"),
    [
        (r"^(?=.*[A-Z])(?=.*\d).{4,}$", ["Abc1"], ["abc1", "ABCD", "A1"]),
        (r"^(?!foo$)[a-z]+$", ["foob", "bar"], ["foo", "1"]),
        (r"^(?!-)(?!.*--)[a-z-]+$", ["a-b"], ["-a", "a--b"]),
    ],
)
def test_look_ahead_in_front_says_the_same_without_it(pattern, good, bad):
    found = bundle({"pattern": pattern})
    validator = jsonschema_rs.Draft202012Validator(
        found.schema, pattern_options=jsonschema_rs.RegexOptions()
    )

    assert found.notes == []
    assert all(map(validator.is_valid, [*good, 7, None]))
    assert not any(map(validator.is_valid, bad))


@pytest.mark.parametrize("pattern", [r"(?<=a)b", r"^(?=a)b|c", r"a(?!b)", r"(a)\1"])
def test_look_around_elsewhere_stays_as_it_is(pattern):
    found = bundle({"type": "string", "pattern": pattern})

    assert found.schema == {"type": "string", "pattern": pattern}
    assert found.notes == []


@pytest.mark.parametrize("pattern", ["(a", "[z-a]", r"(?<n>a)(?<n>b)", "x" * 5_001])
def test_a_pattern_that_stays_out_of_reach_is_left_out_and_named(pattern):
    found = bundle({"type": "string", "pattern": pattern})

    assert found.schema == {"type": "string"}
    assert pattern[:40].replace("\\", "\\\\") in found.notes[0]


def test_texts_that_tell_and_are_misshapen_are_left_out():
    schema = {"title": 3, "examples": "x", "description": "x" * 20_001, "default": "ok"}

    assert bundle(schema).schema == {"default": "ok"}


FILES = {
    "schemas/order.json": {"properties": {"to": {"$ref": "../common/party.json"}, "lines": {"items": {"$ref": "line.json#/$defs/line"}}}, "required": ["to"]},
    "common/party.json": {"$id": "https://x.test/party", "properties": {"name": {"type": "string"}, "code": {"$ref": "codes.json#iso"}, "of": {"$ref": "party.json"}}, "required": ["name"]},
    "common/codes.json": {"$defs": {"iso": {"$anchor": "iso", "pattern": "^[A-Z]{2}$"}}},
    "schemas/line.json": {"$defs": {"line": {"properties": {"no": {"type": "integer"}, "for": {"$ref": "https://x.test/party"}}}}},
    "data.json": [1],
}  # fmt: skip


def test_references_lead_to_the_files_given_along_by_where_they_lie_and_what_they_call_themselves():
    bundled = bundle(FILES["schemas/order.json"], Beside("schemas/order.json", FILES))
    judge = jsonschema_rs.Draft202012Validator(bundled.schema)

    assert bundled.faults == []
    party = {"name": "A", "code": "DE", "of": {"name": "B"}}
    assert judge.is_valid({"to": party, "lines": [{"no": 1, "for": party}]})
    for wrong in ({"to": {}}, {"to": {"name": "A", "code": "d"}}, {"to": party, "lines": [{"no": "1"}]}, {"to": {"name": "A", "of": {}}}, {"to": party, "lines": [{"for": {}}]}):  # fmt: skip
        assert not judge.is_valid(wrong), wrong


def test_files_without_their_folders_are_told_by_their_names():
    flat = {name.rpartition("/")[2]: found for name, found in FILES.items()}
    judge = jsonschema_rs.Draft202012Validator(
        bundle(flat["order.json"], Beside("order.json", flat)).schema
    )
    assert judge.is_valid({"to": {"name": "A"}})
    assert not judge.is_valid({"to": {}})


@pytest.mark.parametrize("ref", ["../common/other.json", "/etc/passwd", "file:///etc/passwd", "https://x.test/other", "party.json#/no"])  # fmt: skip
def test_what_was_not_given_is_refused_by_its_name(ref):
    files = FILES | {"common/first.json": {"properties": {"a": {"$ref": ref}}}}
    (fault,) = bundle(files["common/first.json"], Beside("common/first.json", files)).faults
    assert f"'{ref}' leads" in fault


def test_no_file_takes_the_place_of_another_that_came_first():
    first = {"$id": "https://x.test/a", "properties": {"a": {"$ref": "https://x.test/a#/$defs/n"}}, "$defs": {"n": {"type": "integer"}}}  # fmt: skip
    other = {"$id": "https://x.test/a", "$defs": {"n": True}}
    judge = jsonschema_rs.Draft202012Validator(
        bundle(first, Beside("b.json", {"a.json": other, "b.json": first})).schema
    )
    assert not judge.is_valid({"a": "x"})


def test_a_file_without_a_draft_may_call_itself_something_in_the_old_way():
    schema = {
        "id": "/Order",
        "type": "object",
        "properties": {"maker": {"$ref": "/Address"}, "id": {"type": "string"}},
    }
    address = {"id": "/Address", "type": "string", "pattern": "^0x"}
    bundled = bundle(schema, Beside("order.json", {"order.json": schema, "a.json": address}))

    assert bundled.faults == []
    judge = jsonschema.Draft202012Validator(bundled.schema)
    assert not judge.is_valid({"maker": "x"})
    assert judge.is_valid({"maker": "0x1"})


def test_a_reference_to_a_property_without_a_name_is_one_to_the_whole():
    schema = {"type": "object", "properties": {"next": {"$ref": "#/"}}, "required": ["a"]}
    bundled = bundle(schema)

    assert bundled.faults == []
    assert {*bundled.notes} == {"'#/' is read as '#'"}
    judge = jsonschema.Draft202012Validator(bundled.schema)
    assert not judge.is_valid({"a": 1, "next": {}})
    assert bundle({**schema, "": {"type": "integer"}}).notes == []


def test_the_metaschemas_are_known_by_either_protocol():
    ref = {"$ref": "https://json-schema.org/draft-07/schema#/definitions/stringArray"}
    assert bundle({"type": "object", "properties": {"a": ref}}).faults == []
