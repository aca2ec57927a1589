"""JSON Forms: the schema judges, the uischema arranges and reacts."""

import jsonschema
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from form_specs.imports.json_forms_rules import condition, path_of
from form_specs.imports.logic import Untranslatable
from tests.form_specs.imports.conftest import accepts, fields_of, ops_of, said

SAMPLE = {
    "schema": {
        "title": "Visit",
        "type": "object",
        "required": ["name"],
        "properties": {
            "name": {"type": "string", "maxLength": 60},
            "kind": {"enum": ["guest", "press"]},
            "outlet": {"type": "string", "maxLength": 60},
            "escorted": {"type": "boolean"},
            "remark": {"type": "string", "maxLength": 90},
            "badge": {"type": "string", "maxLength": 12},
        },
    },
    "uischema": {
        "type": "VerticalLayout",
        "elements": [
            {"type": "Label", "text": "Please fill in **all** of it"},
            {
                "type": "HorizontalLayout",
                "elements": [
                    {"type": "Control", "scope": "#/properties/name", "label": "Full name"},
                    {
                        "type": "Control",
                        "scope": "#/properties/kind",
                        "options": {"format": "radio"},
                    },
                ],
            },
            {
                "type": "Group",
                "label": "Press",
                "rule": {
                    "effect": "SHOW",
                    "condition": {"scope": "#/properties/kind", "schema": {"const": "press"}},
                },
                "elements": [
                    {"type": "Control", "scope": "#/properties/outlet", "i18n": "visit.outlet"},
                    {
                        "type": "Control",
                        "scope": "#/properties/badge",
                        "options": {"placeholder": "P-0000"},
                        "rule": {
                            "effect": "DISABLE",
                            "condition": {
                                "scope": "#/properties/escorted",
                                "schema": {"const": True},
                            },
                        },
                    },
                ],
            },
            {"type": "Control", "scope": "#/properties/escorted", "label": False},
            {
                "type": "Control",
                "scope": "#/properties/remark",
                "options": {"multi": True},
                "rule": {
                    "effect": "HIDE",
                    "condition": {"scope": "#/properties/name", "schema": {"pattern": "^x"}},
                },
            },
        ],
    },
    "data": {"name": "Ada"},
}


def test_a_choice_that_is_shown_all_at_once_stays_so(imported):
    assert ops_of(imported(SAMPLE), "kind")["widget"] == "radios"


def test_controls_become_fields_with_their_look(imported):
    found = imported(SAMPLE)

    assert found.format == "json-forms"
    assert fields_of(found)["name"]["title"] == "Full name"
    assert ops_of(found, "badge")["placeholder"] == "P-0000"
    assert ops_of(found, "remark")["type"] == "long_text"


def test_rules_become_conditions_and_what_they_hide_is_kept(imported):
    found = imported(SAMPLE)
    press = {"field": "kind", "op": "eq", "value": "press"}

    assert ops_of(found, "outlet")["showWhen"] == press
    assert ops_of(found, "outlet")["whenHidden"] == "keep"
    assert ops_of(found, "badge")["showWhen"] == press
    assert ops_of(found, "badge")["readOnlyWhen"] == {
        "field": "escorted",
        "op": "eq",
        "value": True,
    }


def test_a_rule_that_does_not_translate_leaves_its_control_visible(imported):
    found = imported(SAMPLE)

    assert "showWhen" not in ops_of(found, "remark")
    assert (
        "/uischema/elements/4/rule: this rule (HIDE) is not carried over: the keyword 'pattern'"
        in said(found)
    )


def test_nothing_is_dropped_in_silence(dropped):
    left = dropped(SAMPLE)
    assert not left, left


def test_a_rule_never_loosens_the_schema(imported):
    found = imported(SAMPLE)

    assert accepts(found, {"name": "Ada", "kind": "guest"})
    assert not accepts(found, {"kind": "press"})


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({"scope": "#/properties/a", "schema": {"enum": ["x", "y"]}}, {"field": "a", "op": "in", "value": ["x", "y"]}),
        ({"scope": "#/properties/a", "schema": {"not": {"const": "x"}}}, {"field": "a", "op": "ne", "value": "x"}),
        ({"scope": "#/properties/g/properties/a", "schema": {"const": 1}}, {"field": "g.a", "op": "eq", "value": 1}),
        ({"scope": "#", "schema": {"required": ["a"]}}, {"field": "a", "op": "present"}),
        ({"type": "LEAF", "scope": {"$ref": "#/properties/a"}, "expectedValue": True}, {"field": "a", "op": "eq", "value": True}),
        ({"scope": "#/properties/a", "schema": {"minimum": 3}, "failWhenUndefined": True}, {"field": "a", "op": "ge", "value": 3}),
        ({"scope": "#/properties/a", "schema": {"contains": {"const": "x"}}}, {"any": [{"field": "a", "op": "empty"}, {"field": "a", "op": "has", "value": "x"}]}),
        ({"type": "OR", "conditions": [{"scope": "#/properties/a", "schema": {"const": 1}}, {"scope": "#/properties/b", "schema": {"const": 2}}]}, {"any": [{"field": "a", "op": "eq", "value": 1}, {"field": "b", "op": "eq", "value": 2}]}),
    ],
)  # fmt: skip
def test_conditions_in_our_words(raw, expected):
    assert condition(raw) == expected


@pytest.mark.parametrize("raw", [None, {}, {"scope": "#/properties/a"}, {"scope": "/a", "schema": {}}, {"scope": "#/definitions/a", "schema": {}}, {"scope": "#/properties/a", "schema": {"pattern": "x"}}, {"type": "XOR", "conditions": []}])  # fmt: skip
def test_what_has_no_words_is_said(raw):
    with pytest.raises(Untranslatable):
        condition(raw)


def test_a_scope_leads_through_combinators():
    assert path_of("#/anyOf/0/then/properties/last~1name") == ("last/name",)


_values = st.sampled_from(["x", "y"]) | st.integers(0, 3) | st.booleans()
_leaves = st.one_of(
    _values.map(lambda v: {"const": v}),
    st.lists(_values, min_size=1, max_size=2).map(lambda v: {"enum": v}),
    st.integers(0, 3).map(lambda v: {"minimum": v}),
    st.integers(0, 3).map(lambda v: {"exclusiveMaximum": v}),
    st.just({}),
)
_schemas = st.recursive(
    _leaves,
    lambda inner: st.one_of(
        inner.map(lambda s: {"not": s}),
        st.lists(inner, min_size=1, max_size=2).map(lambda s: {"allOf": s}),
        st.lists(inner, min_size=1, max_size=2).map(lambda s: {"anyOf": s}),
        st.tuples(inner, inner).map(lambda s: {"if": s[0], "then": s[1]}),
    ),
    max_leaves=5,
)


def _holds(found, record):
    """The meaning of a condition, written down once more, for the operators that rules make."""
    if isinstance(found, bool):
        return found
    for name, test in (("all", all), ("any", any)):
        if name in found:
            return test(_holds(part, record) for part in found[name])
    if "not" in found:
        return not _holds(found["not"], record)
    value, wanted = record.get(found["field"]), found.get("value")
    same = lambda a, b: a == b and type(a) is type(b)  # noqa: E731
    return {
        "eq": lambda: same(value, wanted),
        "ne": lambda: not same(value, wanted),
        "in": lambda: any(same(value, one) for one in wanted),
        "not_in": lambda: not any(same(value, one) for one in wanted),
        "empty": lambda: value is None,
        "present": lambda: value is not None,
        "ge": lambda: value is not None and value >= wanted,
        "lt": lambda: value is not None and value < wanted,
    }[found["op"]]()


def _numbers_only(schema):
    text = str(schema)
    return not any(word in text for word in ("'x'", "'y'", "True", "False"))


@settings(max_examples=300)
@given(schema=_schemas, value=st.integers(0, 3))
def test_a_condition_holds_where_a_validator_takes_the_value(schema, value):
    assume(_numbers_only(schema))
    found = condition({"scope": "#", "schema": {"properties": {"a": schema}, "required": ["a"]}})

    assert _holds(found, {"a": value}) == jsonschema.Draft202012Validator(schema).is_valid(value)


@settings(max_examples=200)
@given(schema=_schemas)
def test_nothing_is_judged_where_there_is_no_value(schema):
    assume(_numbers_only(schema))
    whole = {"properties": {"a": schema}}
    found = condition({"scope": "#", "schema": whole})

    assert _holds(found, {}) is jsonschema.Draft202012Validator(whole).is_valid({})


def test_categories_are_parts_of_their_own(imported):
    look = {
        "type": "Categorization",
        "elements": [
            {"type": "Category", "label": "Who", "elements": [{"type": "Control", "scope": "#/properties/name"}]},
            {"type": "Category", "label": "What", "elements": [{"type": "Control", "scope": "#/properties/kind"}]},
        ],
    }  # fmt: skip

    layouts = imported(SAMPLE["schema"], ui=look).document["forms"][0]["layouts"]

    assert [part["tab"] for part in layouts["default"]] == ["Who", "What"]
    stepper = imported(SAMPLE["schema"], ui=look | {"options": {"variant": "stepper"}})
    assert [part["step"] for part in stepper.document["forms"][0]["layouts"]["create"]] == [
        "Who",
        "What",
    ]


def test_a_text_is_a_time_where_it_is_written_to_the_minute(imported):
    controls = [
        {
            "type": "Control",
            "scope": "#/properties/opens",
            "options": {"format": "time", "timeSaveFormat": "HH:mm"},
        },
        {"type": "Control", "scope": "#/properties/started", "options": {"format": "time"}},
    ]
    found = imported(
        {
            "type": "object",
            "properties": {"opens": {"type": "string"}, "started": {"type": "string"}},
        },
        ui={"type": "VerticalLayout", "elements": controls},
    )

    assert ops_of(found, "opens")["type"] == "time"
    assert ops_of(found, "started")["type"] == "text"
    assert "times to the second" in said(found)


PERSON = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
}


def test_a_control_of_the_record_itself_is_a_section_with_its_label(imported):
    ui = {"type": "Control", "scope": "#", "label": "About you"}
    found = imported({"schema": PERSON, "uischema": ui})

    [section] = found.document["forms"][0]["layouts"]["default"]
    assert (section["section"], section["fields"]) == ("About you", ["name", "age"])
    assert said(found) == ""


def test_a_control_of_the_record_itself_may_bring_its_layout(imported):
    detail = {
        "type": "Group",
        "elements": [{"type": "Control", "scope": "#/properties/age", "label": "Years"}],
    }
    whole = {"type": "Control", "scope": "#", "label": "More", "options": {"detail": detail}}
    rule = {"effect": "SHOW", "condition": {"scope": "#/properties/name", "schema": {"const": "x"}}}
    name = {"type": "Control", "scope": "#/properties/name"}
    found = imported(
        {
            "schema": PERSON,
            "uischema": {"type": "VerticalLayout", "elements": [name, {**whole, "rule": rule}]},
        }
    )

    first, more = found.document["forms"][0]["layouts"]["default"]
    assert first["fields"] == ["name"]
    assert (more["section"], more["fields"]) == ("More", ["age"])
    assert fields_of(found)["age"]["title"] == "Years"
    assert ops_of(found, "age")["showWhen"] == {"field": "name", "op": "eq", "value": "x"}
    assert said(found) == ""


def test_the_scope_of_a_value_that_is_no_record_is_its_field(imported):
    rows = {"type": "Control", "scope": "#/properties/name", "label": "Full name"}
    detail = {"detail": {"type": "VerticalLayout", "elements": [rows]}}
    ui = {"type": "Control", "scope": "#", "label": "People", "options": detail}
    found = imported({"schema": {"type": "array", "items": PERSON}, "uischema": ui})

    field = fields_of(found)["value"]
    assert (field["title"], field["x-ops"]["type"]) == ("People", "repeat")
    assert field["items"]["properties"]["name"]["title"] == "Full name"


def test_a_rule_that_cannot_be_is_told_of_once(imported):
    rule = {"effect": "HIDE", "condition": {"scope": "#/properties/name", "schema": {"const": "x"}}}
    ui = {"type": "Control", "scope": "#/properties/name", "rule": rule}
    found = imported({"schema": PERSON, "uischema": ui})

    assert "showWhen" in said(found)
    assert "whenHidden" not in said(found)
    assert "whenHidden" not in ops_of(found, "name")
