from types import SimpleNamespace

import pytest

from form_specs.conditions import (
    AllOf,
    AnyOf,
    Changed,
    Comparison,
    ConditionError,
    CurrentUser,
    FieldValue,
    FormOperands,
    Kind,
    Negation,
    Now,
    SomeRow,
    Today,
    UnknownField,
    UserTest,
    condition_problems,
    lower,
)
from form_specs.load import load


@pytest.fixture
def operands(catalog, tool):
    spec = load(tool)
    fields = {key: catalog.field(field) for key, field in spec.forms["hold"].fields.items()}
    return FormOperands(fields, ("open", "released"))


def error_of(raw, operands):
    with pytest.raises(ConditionError) as caught:
        lower(raw, operands)
    return caught.value.pointer, caught.value.message


@pytest.mark.parametrize(
    ("raw", "predicate"),
    [
        (
            {"field": "merchant", "op": "eq", "value": "Acme"},
            Comparison(("merchant",), Kind.TEXT, "eq", "Acme"),
        ),
        (
            {"field": "reason", "op": "not_in", "value": ["risk"]},
            Negation(Comparison(("reason",), Kind.TEXT, "in", ("risk",))),
        ),
        (
            {"field": "reason", "op": "present"},
            Negation(Comparison(("reason",), Kind.TEXT, "empty")),
        ),
        (
            {"field": "due_by", "op": "lt", "value": {"now": {"hours": -4, "minutes": 30}}},
            Comparison(("due_by",), Kind.TEXT, "lt", Now(-12_600)),
        ),
        (
            {"field": "due_by", "op": "ge", "value": {"today": {}}},
            Comparison(("due_by",), Kind.TEXT, "ge", Today(0, midnight=True)),
        ),
        (
            {
                "field": "release_on",
                "op": "between",
                "value": [{"today": {}}, {"today": {"days": 7}}],
            },
            AllOf(
                (
                    Comparison(("release_on",), Kind.TEXT, "ge", Today(0)),
                    Comparison(("release_on",), Kind.TEXT, "le", Today(7)),
                )
            ),
        ),
        (
            {"field": "owner", "op": "in", "value": [{"user": "id"}, "maya"]},
            AnyOf(
                (
                    Comparison(("owner",), Kind.TEXT, "eq", CurrentUser()),
                    Comparison(("owner",), Kind.TEXT, "eq", "maya"),
                )
            ),
        ),
        (
            {"field": "owner", "op": "ne", "value": {"field": "@created_by"}},
            Negation(
                Comparison(("owner",), Kind.TEXT, "eq", FieldValue(("@created_by",), Kind.TEXT))
            ),
        ),
        (
            {"field": "@created_at", "op": "lt", "value": "1970-01-01T00:00:01+00:00"},
            Comparison(("@created_at",), Kind.INTEGER, "lt", 1_000_000),
        ),
        (
            {"field": "@state", "op": "in", "value": ["open", "released"]},
            Comparison(("@state",), Kind.TEXT, "in", ("open", "released")),
        ),
        (
            {"field": "@state", "op": "present"},
            Negation(Comparison(("@state",), Kind.TEXT, "empty")),
        ),
        (
            {"field": "@version", "op": "between", "value": [1, 3]},
            Comparison(("@version",), Kind.INTEGER, "between", (1, 3)),
        ),
        ({"not": {"user": {"role": "lead"}}}, Negation(UserTest(role="lead"))),
        ({"any": [{"user": {"is": "owner"}}]}, AnyOf((UserTest(is_path=("owner",)),))),
    ],
)
def test_conditions_become_predicates_over_stored_documents(raw, predicate, operands):
    assert lower(raw, operands) == predicate


@pytest.mark.parametrize(
    ("raw", "pointer", "said"),
    [
        (
            {"field": "reason", "op": "gt", "value": "a"},
            "/op",
            "'gt' does not fit a choice; did you mean 'in'?",
        ),
        ({"field": "labels", "op": "eq", "value": "a"}, "/op", "did you mean 'has'?"),
        ({"field": "reson", "op": "eq", "value": "risk"}, "/field", "there is no field 'reson'"),
        ({"field": "reason", "op": "eq", "value": "fraud"}, "/value", ""),
        ({"field": "reason", "op": "equals", "value": "risk"}, "/op", "there is no operator"),
        ({"field": "reason", "value": "risk"}, "", "the operator is missing"),
        ({"field": "reason", "op": "eq"}, "", "not said yet what to compare with"),
        ({"field": "reason", "op": "empty", "value": 1}, "/value", "takes no value"),
        ({"field": "reason", "op": "in", "value": "risk"}, "/value", "takes a list"),
        ({"field": "reason", "op": "in", "value": ["risk"] * 501}, "/value", "at most 500"),
        ({"field": "count", "op": "between", "value": [1]}, "/value", "takes two values"),
        (
            {"field": "merchant", "op": "contains", "value": {"user": "id"}},
            "/value",
            "does not compare",
        ),
        (
            {"field": "merchant", "op": "contains", "value": {"field": "merchant"}},
            "/value",
            "takes a literal",
        ),
        (
            {"field": "labels", "op": "has_any", "value": [{"user": "id"}]},
            "/value",
            "takes literals",
        ),
        (
            {"field": "count", "op": "gt", "value": {"field": "merchant"}},
            "/value/field",
            "do not compare",
        ),
        (
            {"field": "count", "op": "gt", "value": {"field": "nope"}},
            "/value/field",
            "no field 'nope'",
        ),
        (
            {"field": "release_on", "op": "gt", "value": {"now": {}}},
            "/value",
            "'now' does not compare",
        ),
        (
            {"field": "due_by", "op": "gt", "value": {"now": {"weeks": 1}}},
            "/value/now/weeks",
            "no meaning",
        ),
        (
            {"field": "due_by", "op": "gt", "value": {"now": {"days": 1.5}}},
            "/value/now/days",
            "whole number",
        ),
        (
            {"field": "due_by", "op": "gt", "value": {"now": {"days": 10**6}}},
            "/value/now",
            "hundred years",
        ),
        (
            {"field": "release_on", "op": "gt", "value": {"today": {"days": True}}},
            "/value/today/days",
            "whole",
        ),
        (
            {"field": "@state", "op": "eq", "value": "closed"},
            "/value",
            "there is no state 'closed'",
        ),
        ({"field": "@version", "op": "gt", "value": "1"}, "/value", "whole number"),
        (
            {"field": "@created_at", "op": "gt", "value": "2026-11-24T10:00:00"},
            "/value",
            "a moment like",
        ),
        ({"field": "@created_by", "op": "eq", "value": 1}, "/value", "a text"),
        ({"field": "@id", "op": "eq", "value": "x"}, "/field", "there is no field '@id'"),
        ({"field": 1, "op": "eq", "value": "x"}, "/field", "names a field"),
        ({"user": {"is": "merchant"}}, "/user/is", "does not hold a user"),
        ({"user": {"group": "x"}}, "/user", "nothing about the user"),
        ({"all": []}, "/all", "takes a list of conditions"),
        ({"all": [{"any": 1}]}, "/all/0/any", "takes a list of conditions"),
        ({"al": []}, "", "this is no condition"),
        ({"not": []}, "/not", "a condition is an object"),
        ({"all": [{"user": {"role": "x"}}], "any": []}, "/any", "'any' has no meaning here"),
        (
            {"field": "count", "op": "eq", "value": 1, "vlaue": 2},
            "/vlaue",
            "'vlaue' has no meaning here",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_place(raw, pointer, said, operands):
    place, message = error_of(raw, operands)

    assert place == pointer
    assert said in message


def test_depth_and_number_of_comparisons_are_limited(operands):
    leaf = {"field": "merchant", "op": "present"}
    nested = leaf
    for _ in range(5):
        nested = {"not": nested}

    lower(nested, operands)
    lower({"all": [leaf] * 64}, operands)
    assert "nest at most 6" in error_of({"not": nested}, operands)[1]
    assert "at most 64 comparisons" in error_of({"all": [leaf] * 65}, operands)[1]


def test_all_that_is_wrong_is_found_at_once(operands):
    raw = {
        "all": [{"field": "x", "op": "eq", "value": 1}, {"not": {"field": "count", "op": "has"}}]
    }

    assert [error.pointer for error in condition_problems(raw, operands)] == [
        "/all/0/field",
        "/all/1/not/op",
    ]


def test_a_field_key_with_dots_is_no_path(catalog, tool):
    properties = tool["forms"][0]["schema"]["properties"]
    properties["reason.code"] = properties["merchant"]
    spec = load(tool).forms["hold"].fields["reason.code"]
    operands = FormOperands({"reason.code": catalog.field(spec)})

    lowered = lower({"field": "reason.code", "op": "eq", "value": "x"}, operands)

    assert lowered == Comparison(("reason.code",), Kind.TEXT, "eq", "x")


def test_an_unknown_field_names_those_there_are(operands):
    with pytest.raises(UnknownField) as caught:
        operands.operators("nope")

    assert {"merchant", "@state"} <= set(caught.value.known)


@pytest.mark.parametrize("path", ["@state", "@version"])
def test_a_system_field_takes_a_list_where_its_operator_does(operands, path):
    with pytest.raises(ValueError, match="'in' takes a list"):
        operands.comparisons(path, "in", "open")


@pytest.fixture
def row_operands(catalog, tool):
    """Lines whose columns are the fields of the small tool, in a group of their own."""
    spec = load(tool)
    columns = {key: catalog.field(field) for key, field in spec.forms["hold"].fields.items()}

    def made(name, **more):
        plain = {"kind": Kind.DOCUMENT, "operators": ("empty",), "measure": name, "members": {}}
        return SimpleNamespace(**{"name": name, "row": None, **plain, **more})

    lines = made("repeat", sort_path=("lines",), row=made("group", members=columns))
    names = made("repeat", sort_path=("names",), row=columns["merchant"])
    pairs = made("repeat", sort_path=("pairs",), row=made("group"))
    box = made("group", sort_path=("box",), members={"lines": lines})
    return FormOperands({"lines": lines, "names": names, "pairs": pairs, "box": box})


MATCH = {"field": "count", "op": "gt", "value": 3}
ABOVE = Comparison(("count",), Kind.INTEGER, "gt", 3)
ANN = {"field": "_value", "op": "eq", "value": "Ann"}
NAMED_ANN = Comparison(("_value",), Kind.TEXT, "eq", "Ann")


@pytest.mark.parametrize(
    ("raw", "predicate"),
    [
        ({"some": "lines", "match": MATCH}, SomeRow(("lines",), ABOVE)),
        ({"none": "lines", "match": MATCH}, Negation(SomeRow(("lines",), ABOVE))),
        ({"every": "lines", "match": MATCH}, Negation(SomeRow(("lines",), Negation(ABOVE)))),
        ({"some": "box.lines", "match": MATCH}, SomeRow(("box", "lines"), ABOVE)),
        ({"some": "names", "match": ANN}, SomeRow(("names",), NAMED_ANN, alone=True)),
    ],
)
def test_rows_are_asked_by_their_own_fields(row_operands, raw, predicate):
    assert lower(raw, row_operands) == predicate


@pytest.mark.parametrize(
    ("raw", "pointer"),
    [
        ({"some": "lines", "match": {"field": "@state", "op": "empty"}}, "/match/field"),
        ({"some": "lines", "match": {"field": "count", "op": "changed"}}, "/match/op"),
        ({"some": "lines", "match": {"field": "cuont", "op": "empty"}}, "/match/field"),
        ({"some": "lines", "match": {"all": []}}, "/match/all"),
        ({"some": "names", "match": MATCH}, "/match/field"),
        ({"some": "pairs", "match": MATCH}, "/some"),
        ({"some": "box", "match": MATCH}, "/some"),
        ({"some": ["lines"], "match": MATCH}, "/some"),
        ({"some": "lines", "match": MATCH, "value": 1}, "/value"),
    ],
)
def test_what_is_wrong_with_rows_is_told_where_it_stands(row_operands, raw, pointer):
    with pytest.raises(ConditionError) as caught:
        lower(raw, row_operands, change=True)
    assert caught.value.pointer == pointer


def test_after_the_rows_the_form_is_asked_again(row_operands):
    raw = {"all": [{"some": "lines", "match": MATCH}, {"field": "lines", "op": "changed"}]}
    assert lower(raw, row_operands, change=True) == AllOf(
        (SomeRow(("lines",), ABOVE), Changed(("lines",)))
    )
    changed = {"field": "box.lines", "op": "changed"}
    assert lower(changed, row_operands, change=True) == Changed(("box", "lines"))
