import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.judging.judge import FieldProblem, Judge, accepts
from components.judging.validator import engine
from components.judging.wording import Finding, words_for
from tests.components.oracle import explainer

SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["merchant", "level"],
    "dependentRequired": {"amount": ["due"]},
    "properties": {
        "merchant": {
            "type": "string",
            "title": "Merchant",
            "minLength": 2,
            "maxLength": 5,
            "pattern": "^[A-Z]",
            "x-ops": {"type": "text", "messages": {"pattern": "Begin with a capital letter"}},
        },
        "level": {"enum": ["low", "high"], "title": "Level"},
        "count": {"type": "integer", "minimum": 1, "maximum": 9, "multipleOf": 2},
        "due": {"type": "string", "format": "date", "title": "Due"},
        "mail": {"type": "string", "format": "email"},
        "amount": {
            "type": "object",
            "title": "Amount",
            "required": ["amount"],
            "properties": {"currency": {"enum": ["EUR"]}},
        },
        "tags": {
            "type": "array",
            "items": {"type": "string", "maxLength": 3},
            "uniqueItems": True,
            "minItems": 1,
            "maxItems": 3,
        },
        "other": {"anyOf": [{"type": "null"}, {"type": "number", "exclusiveMinimum": 0}]},
    },
}
VALID = {"merchant": "Shop", "level": "low"}
JUDGE = Judge(SCHEMA)


def _messages(**changes):
    record = {key: value for key, value in {**VALID, **changes}.items() if value is not None}
    return {(problem.field, problem.message) for problem in JUDGE.problems(record)}


def test_a_valid_record_has_no_problems():
    assert JUDGE.is_valid(VALID)
    assert JUDGE.problems(VALID) == []


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"merchant": None}, "merchant", "Fill in Merchant"),
        ({"merchant": "Shops R Us"}, "merchant", "At most 5 characters; this has 10"),
        ({"merchant": "S"}, "merchant", "At least 2 characters; this has 1"),
        ({"merchant": "shop"}, "merchant", "Begin with a capital letter"),
        ({"merchant": 12}, "merchant", "This must be a text; it is a whole number"),
        ({"level": "mid"}, "level", "Choose one of low, high"),
        ({"count": 0}, "count", "At least 1; this is 0"),
        ({"count": 10}, "count", "At most 9; this is 10"),
        ({"count": 3}, "count", "A multiple of 2; this is 3"),
        ({"count": 2.5}, "count", "This must be a whole number; it is a number with decimals"),
        ({"due": "24.11.2026"}, "due", "This must be a day like 2026-11-24"),
        ({"mail": "x"}, "mail", "This must be an e-mail address like name@example.com"),
        ({"amount": {"amount": "1"}}, "due", "Fill in Due, as Amount is filled in"),
        ({"due": "2026-11-24", "amount": {}}, "amount", "Fill in 'amount' in Amount"),
        (
            {"due": "2026-11-24", "amount": {"amount": "1", "currency": "USD"}},
            "amount",
            "currency: Choose one of EUR",
        ),
        ({"tags": ["a", "a"]}, "tags", "Each entry only once; a is here twice"),
        ({"tags": []}, "tags", "At least 1 entry; this has 0"),
        ({"tags": ["a", "long"]}, "tags", "entry 2: At most 3 characters; this has 4"),
        ({"nobody": 1}, "nobody", "There is no field 'nobody' here"),
        (
            {"other": -1},
            "other",
            "More than 0; this is -1",
        ),
    ],
)
def test_problems_stand_at_their_field_in_plain_words(change, field, message):
    assert (field, message) in _messages(**change)


def test_all_problems_come_at_once_in_the_order_of_the_form():
    problems = JUDGE.problems({"tags": [1, 2], "nobody": 1, "level": "x"})
    assert [problem.field for problem in problems] == [
        "merchant",
        "level",
        "tags",
        "tags",
        "nobody",
    ]
    assert [problem.pointer for problem in problems[2:4]] == ["/tags/0", "/tags/1"]
    assert problems[0] == FieldProblem("merchant", "required", "Fill in Merchant", "/merchant")


def test_problems_of_the_whole_record_stand_at_no_field():
    judge = Judge({"type": "object", "properties": {"a": {}}, "not": {"required": ["a"]}})
    assert [(p.field, p.keyword) for p in judge.problems({"a": 1})] == [(None, "not")]


def test_conditional_requirements_stand_at_the_missing_field():
    judge = Judge(
        {
            "properties": {"a": {"title": "A"}, "b": {"title": "Bee"}},
            "if": {"required": ["a"]},
            "then": {"required": ["b"]},
        }
    )
    assert [(p.field, p.message) for p in judge.problems({"a": 1})] == [("b", "Fill in Bee")]


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "http://example.com/schema.json"},
        {"$ref": "file:///etc/passwd"},
        {"properties": {"a": {"pattern": "(?=a"}}},
        {"properties": {"a": {"pattern": "(?:[a-z]{500}){500}"}}},
        {"type": "nonsense"},
    ],
)
def test_schemas_that_lead_out_or_cannot_be_judged_are_refused(schema):
    with pytest.raises(ValueError, match=r"\w"):
        Judge(schema)


def test_annotations_change_nothing():
    bare = json.loads(json.dumps(SCHEMA))
    del bare["properties"]["merchant"]["x-ops"]
    for record in (VALID, {}, {"merchant": "shop", "level": "low"}):
        assert Judge(bare).is_valid(record) == JUDGE.is_valid(record)


def test_hostile_patterns_cost_nothing():
    judge = Judge(
        {
            "properties": {"a": {"pattern": "^(a+)+$"}},
            "patternProperties": {"^(b+)+$": {"type": "string"}},
            "additionalProperties": False,
        }
    )
    start = time.perf_counter()
    problems = judge.problems({"a": "a" * 50_000 + "!", "b" * 50_000 + "!": 1})
    assert time.perf_counter() - start < 2
    assert [problem.keyword for problem in problems] == ["pattern", "additionalProperties"]


@pytest.mark.parametrize("pattern", ["^(a+)+(?!b)c$", r"^(a+)+\1!$", "^(?=(a+)+!)a"])
def test_hostile_patterns_that_look_around_match_nothing_after_a_number_of_steps(pattern):
    judge = Judge({"properties": {"a": {"pattern": pattern}}})
    start = time.perf_counter()
    problems = judge.problems({"a": "a" * 50_000})
    assert time.perf_counter() - start < 2
    assert [problem.keyword for problem in problems] == ["pattern"]


def test_uniqueness_of_many_objects_costs_little():
    judge = Judge({"properties": {"a": {"uniqueItems": True}}})
    items = [{"n": n} for n in range(5_000)]
    start = time.perf_counter()
    assert [p.keyword for p in judge.problems({"a": [*items, {"n": 4_999}]})] == ["uniqueItems"]
    assert time.perf_counter() - start < 5


def test_what_is_left_over_stands_at_its_own_place():
    judge = Judge(
        {
            "patternProperties": {"^x": {"type": "string", "maxLength": 3}},
            "unevaluatedProperties": False,
            "required": ["a"],
        }
    )
    problems = judge.problems({"x": "long", "b": 1})
    assert {(p.field, p.keyword) for p in problems} == {
        ("x", "maxLength"),
        ("b", "unevaluatedProperties"),
        ("a", "required"),
    }


def test_what_is_left_over_only_because_something_else_is_wrong_is_not_told():
    base = {"properties": {"first": {"minLength": 2}, "at": {"required": ["city"]}, "born": {}}}
    judge = Judge({"allOf": [base], "unevaluatedProperties": False})
    wrong = {"first": "A", "at": {}, "born": "2001-02-03", "other": 1}
    assert {(p.field, p.keyword) for p in judge.problems(wrong)} == {
        ("first", "minLength"),
        ("at", "required"),
        ("other", "unevaluatedProperties"),
    }


@pytest.mark.parametrize(
    ("schema", "record", "field", "message"),
    [
        ({"not": {"required": ["mail", "phone"]}}, {"mail": "a", "phone": "b"}, None, "Not all of these may be filled in: E-mail, phone"),
        ({"not": {"required": ["mail"]}}, {"mail": "a"}, None, "Leave E-mail empty"),
        ({"minProperties": 2}, {"mail": "a"}, None, "Fill in at least 2 fields"),
        ({"not": {"required": ["mail"], "minProperties": 1}}, {"mail": "a"}, None, "This value is ruled out here"),
    ],
)  # fmt: skip
def test_what_a_record_as_a_whole_may_not_be_names_its_fields(schema, record, field, message):
    judge = Judge({"properties": {"mail": {"title": "E-mail"}, "phone": {}}, **schema})
    assert [(p.field, p.message) for p in judge.problems(record)] == [(field, message)]


def test_a_deep_record_is_still_explained():
    schema = {
        "properties": {"a": {"$ref": "#/$defs/list"}},
        "$defs": {
            "list": {
                "anyOf": [{"type": "null"}, {"items": {"$ref": "#/$defs/list"}, "type": "array"}]
            }
        },
    }
    record = 5
    for _ in range(60):
        record = [record]
    assert Judge(schema).problems({"a": record})


def test_a_property_takes_what_its_schema_takes():
    assert accepts({"type": "string"}, "x")
    assert not accepts({"type": "string"}, None)
    assert accepts({"$ref": "#/$defs/elsewhere"}, None)


_DOG = {"properties": {"kind": {"const": "dog"}, "bark": {"type": "integer"}}, "required": ["kind"]}
_CAT = {"properties": {"kind": {"const": "cat"}, "lives": {"maximum": 9}}, "required": ["kind"]}
_NO_OTHER = {"properties": {"name": {}}, "additionalProperties": False}


@pytest.mark.parametrize(
    ("schema", "value", "pointer", "message"),
    [
        # Of several alternatives the one that was meant is explained, at its own place.
        ({"oneOf": [_DOG, _CAT]}, {"kind": "cat", "lives": 10}, "/a/lives", "lives: At most 9; this is 10"),
        ({"oneOf": [_DOG, _CAT]}, {"kind": "dog", "bark": "x"}, "/a/bark", "bark: This must be a whole number; it is a text"),
        ({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}, ["x", 2], "/a/1", "entry 2: This must be a text; it is a whole number"),
        ({"anyOf": [{"type": "string"}, {"type": "number"}]}, [], "/a", "This must be a text or a number; it is a list"),
        ({"anyOf": [{"const": "x"}, {"enum": ["y", "z"]}]}, "q", "/a", "Choose one of x, y, z"),
        ({"oneOf": [{"required": ["x"]}, {"required": ["y"]}]}, {}, "/a/x", "Fill in 'x' or 'y' in A"),
        ({"oneOf": [{"type": "integer"}, {"minimum": 2}]}, 3, "/a", "This fits 2 of the forms that it may have; it must fit only one"),
        ({"anyOf": [{"anyOf": [{"type": "null"}, _NO_OTHER]}, {"type": "string"}]}, {"nmae": 1}, "/a/nmae", "There is no field 'nmae' here; did you mean 'name'?"),
        # What a name, a dependency or a condition asks for stands where it is missing or too much.
        ({"propertyNames": {"maxLength": 2}}, {"long": 1}, "/a/long", "long: 'long' is no name that is allowed here. At most 2 characters; this has 4"),
        ({"dependentRequired": {"x": ["y"]}}, {"x": 1}, "/a/y", "Fill in 'y' in A"),
        ({"dependentSchemas": {"x": {"required": ["y"]}}}, {"x": 1}, "/a/y", "Fill in 'y' in A"),
        ({"if": {"properties": {"x": {"const": 1}}}, "then": {"properties": {"y": {"const": 2}}}}, {"x": 1, "y": 3}, "/a/y", "y: This must be 2"),
        ({"additionalProperties": False}, {"x": 1}, "/a/x", "There is no field 'x' here"),
        ({"unevaluatedProperties": False, "allOf": [{"properties": {"x": {}}}]}, {"x": 1, "y": 2}, "/a/y", "There is no field 'y' here"),
        ({"unevaluatedProperties": {"type": "string"}}, {"x": 1}, "/a/x", "x: This value is ruled out here"),
        ({"prefixItems": [{}], "items": False}, [1, 2], "/a/1", "entry 2: No value is allowed here"),
        ({"prefixItems": [{}], "unevaluatedItems": False}, [1, 2, 3], "/a", "There are 2 entries too many"),
        ({"contains": {"const": 1}}, [2], "/a", "No entry is of the kind that must be among them"),
        ({"contains": {"const": 1}, "maxContains": 1}, [1, 1], "/a", "At most 1 entry may be of the kind asked for"),
        ({"propertyNames": False}, {"x": 1}, "/a/x", "There is no field 'x' here"),
        ({"items": {"properties": {"b~/": {"minimum": 3}}}}, [{"b~/": 1}], "/a/0/b~0~1", "entry 1, b~/: At least 3; this is 1"),
    ],
)  # fmt: skip
def test_the_deepest_place_is_told(schema, value, pointer, message):
    judge = Judge({"properties": {"a": {"title": "A", **schema}}})
    assert [(p.pointer, p.message) for p in judge.problems({"a": value})] == [(pointer, message)]


def test_alternatives_of_the_whole_record_stand_at_the_field_that_is_missing():
    judge = Judge(
        {
            "properties": {"a": {"title": "Street"}, "b": {"title": "Box"}},
            "anyOf": [{"required": ["a"]}, {"required": ["b"]}],
        }
    )
    (problem,) = judge.problems({})
    assert (problem.field, problem.message) == ("a", "Fill in Street or Box")


def test_a_record_with_very_many_mistakes_is_told_in_time():
    judge = Judge({"properties": {"a": {"items": {"anyOf": [{"type": "string"}, _DOG, _CAT]}}}})
    start = time.process_time()
    assert 0 < len(judge.problems({"a": [{} for _ in range(5_000)]})) <= 300
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    "keyword", ["const", "contains", "not", "minContains", "maxContains", "if"]
)
def test_every_keyword_has_words(keyword):
    words = words_for(Finding(("x",), keyword, 2, 3), str)
    assert len(words.split()) > 2


@pytest.mark.parametrize("keyword", ["additionalProperties", "falseSchema", "None"])
def test_findings_about_nothing_in_particular_have_words(keyword):
    assert words_for(Finding((), keyword, False, {}), str) == "No value is allowed here"


# -- the two validators agree -----------------------------------------------------------

_SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53), 2**53),
    st.sampled_from([0, 1, 2, 1.0, 0.1, 0.3, -0.5, 1e300, 12.5, 2.0]),
    st.sampled_from(
        ["", "a", "A1", "aa", "2026-11-24", "2026-02-30", "x@y.z", "http://x", "é", "👩‍👩‍👧"]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=6),
)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
    ),
    max_leaves=6,
)
_FORMATS = ["date", "date-time", "email", "uri", "uuid", "ipv4", "time", "hostname", "nonsense"]
_KEYWORDS = {
    "type": st.sampled_from(["string", "integer", "number", "boolean", "array", "object", "null"]),
    "enum": st.lists(_VALUES, min_size=1, max_size=3),
    "const": _VALUES,
    "minLength": st.integers(0, 3),
    "maxLength": st.integers(0, 3),
    "pattern": st.sampled_from(["^a", "a+$", "[0-9]", "^(a|b)*$", "\\p{L}", "^\\S$"]),
    "format": st.sampled_from(_FORMATS),
    "minimum": st.sampled_from([0, 1, 0.1]),
    "exclusiveMaximum": st.sampled_from([1, 2.0, 12.5]),
    "multipleOf": st.sampled_from([1, 2, 0.1, 0.5]),
    "minItems": st.integers(0, 2),
    "maxItems": st.integers(0, 2),
    "uniqueItems": st.booleans(),
    "required": st.lists(st.sampled_from("abc"), unique=True, max_size=2),
    "minProperties": st.integers(0, 2),
    "dependentRequired": st.just({"a": ["b"]}),
}
_LEAVES = st.fixed_dictionaries({}, optional=_KEYWORDS)
_SCHEMAS = st.recursive(
    _LEAVES | st.booleans(),
    lambda inner: st.fixed_dictionaries(
        {},
        optional={
            "properties": st.dictionaries(st.sampled_from("abc"), inner, max_size=2),
            "patternProperties": st.dictionaries(st.sampled_from(["^a", "b|c"]), inner, max_size=1),
            "additionalProperties": inner,
            "items": inner,
            "contains": inner,
            "propertyNames": inner,
            "anyOf": st.lists(inner, min_size=1, max_size=2),
            "oneOf": st.lists(inner, min_size=1, max_size=2),
            "allOf": st.lists(inner, min_size=1, max_size=2),
            "not": inner,
            "if": inner,
            "then": inner,
            "else": inner,
        },
    ),
    max_leaves=5,
)


@settings(max_examples=300)
@given(
    st.fixed_dictionaries(
        {}, optional={"properties": st.dictionaries(st.sampled_from("abc"), _SCHEMAS)}
    ),
    _SCHEMAS,
    st.dictionaries(st.sampled_from("abcd"), _VALUES),
)
def test_two_validators_never_differ(properties, rest, record):
    schema = {**rest, **properties} if isinstance(rest, dict) else properties
    verdict = engine(schema).is_valid(record)
    second = explainer(schema)
    assert second is None or verdict == second.is_valid(record)
    problems = Judge(schema).problems(record)
    assert bool(problems) != verdict
    assert all(problem.message for problem in problems)


NUMBERED = {
    "properties": {
        "200": {
            "title": "Found",
            "type": "object",
            "required": ["y"],
            "properties": {
                "7": {"type": "string"},
                "07": {"type": "string"},
                "kind": {
                    "oneOf": [
                        {"type": "object", "required": ["1"], "properties": {"1": {"const": "a"}}},
                        {"type": "object", "required": ["1"], "properties": {"1": {"const": "b"}, "2": {"type": "integer"}}},
                    ]
                },
            },
            "additionalProperties": False,
        }
    },
    "additionalProperties": {"type": "array", "items": {"type": "string"}},
}  # fmt: skip


@pytest.mark.parametrize(
    ("record", "pointers"),
    [
        ({"200": {"7": 1}}, ["/200/y", "/200/7"]),
        ({"200": {"7": "x"}}, ["/200/y"]),
        ({"200": {"07": 1, "7": "x"}}, ["/200/y", "/200/07"]),
        ({"200": {"008": 1}}, ["/200/y", "/200/008"]),
        ({"200": {"kind": {"1": "b", "2": "x"}}}, ["/200/y", "/200/kind/2"]),
        ({"200": {"kind": {}}}, ["/200/y", "/200/kind/1"]),
        ({"10": ["x", 5], "+3": [5]}, ["/10/1", "/+3/0"]),
        ({"10": 5}, ["/10"]),
    ],
)
def test_names_of_digits_are_names(record, pointers):
    problems = Judge(NUMBERED).problems(record)
    assert {problem.pointer for problem in problems} == {*pointers}
    assert all(isinstance(p.field, str) for p in problems)
    assert not [p for p in problems if "null" in p.message]


def test_a_name_of_digits_is_no_entry_in_words():
    [problem] = Judge({"properties": {"a": {"additionalProperties": {"type": "string"}}}}).problems(
        {"a": {"3": 1}}
    )
    assert problem.message == "3: This must be a text; it is a whole number"


def test_alternatives_of_alternatives_are_weighed_one_by_one():
    def event(kind, *actions):
        named = {"kind": {"const": kind}, "size": {"type": "integer"}}
        each = [
            {
                "type": "object",
                "required": ["kind", "action"],
                "properties": {**named, "action": {"const": action}},
            }
            for action in actions
        ]
        return {"oneOf": each}

    shape = {"anyOf": [event("push", "made", "taken"), event("pull", "opened", "closed")]}
    judge = Judge({"properties": {"event": shape}})

    def pointers(value):
        return [problem.pointer for problem in judge.problems({"event": value})]

    assert pointers({"kind": "pull", "action": "closed", "size": "x"}) == ["/event/size"]
    assert pointers({"kind": "push", "action": "taken", "size": None}) == ["/event/size"]
    assert pointers("text") == ["/event"]


def test_what_tells_alternatives_apart_is_asked_for_where_it_stands():
    def kind(*names):
        return {
            "type": "object",
            "properties": {"kind": {"enum": [*names]}, "size": {"type": "integer"}},
            "required": ["kind", names[0]],
        }

    judge = Judge({"anyOf": [kind("a"), kind("b", "c")], "properties": {"kind": {"title": "Kind"}}})
    [problem] = judge.problems({"kind": "never"})
    assert (problem.pointer, problem.message) == ("/kind", "Choose one of a, b, c")


def test_types_that_alternatives_want_are_told_where_they_want_them():
    shapes = [{"properties": {"a": {"type": name}}} for name in ("string", "integer")]
    [problem] = Judge({"properties": {"x": {"anyOf": shapes}}}).problems({"x": {"a": None}})
    assert problem.pointer == "/x/a"
    assert problem.message == "a: This must be a text or a whole number; it is null"


def test_of_words_and_objects_the_words_are_named_to_whom_wrote_a_word():
    words = {"anyOf": [{"enum": ["arc", "bar"]}, {"const": "box"}]}
    mark = {"anyOf": [words, {"type": "object", "required": ["type"]}], "title": "Mark"}
    judge = Judge({"properties": {"mark": mark}})

    assert [p.message for p in judge.problems({"mark": "barr"})] == ["Choose one of arc, bar, box"]
    assert [p.pointer for p in judge.problems({"mark": {}})] == ["/mark/type"]
    [problem] = judge.problems({"mark": 5})
    assert (problem.pointer, problem.message) == ("/mark", "Choose one of arc, bar, box")
