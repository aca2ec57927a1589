from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from form_specs.conditions import (
    BEFORE,
    AllOf,
    AnyOf,
    Before,
    Changed,
    Comparison,
    Constant,
    CurrentUser,
    Env,
    FieldValue,
    Kind,
    Negation,
    Now,
    SomeRow,
    Today,
    UserTest,
    bind,
    python_predicate,
)
from form_specs.conditions.folding import always_holds, never_holds
from tests import strategies

ENV = Env("maya", frozenset({"lead"}), datetime(2026, 11, 24, 17, 0, tzinfo=UTC))


def holds(predicate, record, env=ENV):
    return python_predicate(predicate)(record, env)


@given(strategies.predicates(), strategies.records(), strategies.envs())
def test_binding_changes_no_answer(predicate, record, env):
    assert holds(bind(predicate, env), record, env) is holds(predicate, record, env)


@given(strategies.predicates(), strategies.envs())
def test_a_bound_predicate_holds_no_constant_beside_others_and_nothing_dynamic(predicate, env):
    def visit(part, *, top):
        match part:
            case Constant():
                assert top
            case AllOf(parts) | AnyOf(parts):
                assert len(parts) > 1
                for inner in parts:
                    visit(inner, top=False)
            case Negation(inner):
                visit(inner, top=False)
            case SomeRow(part=inner):
                visit(inner, top=True)
                assert inner != Constant(value=False)
            case Comparison():
                assert not isinstance(part.value, Now | Today | CurrentUser)
            case _:
                raise AssertionError(part)

    visit(bind(predicate, env), top=True)


@given(strategies.predicates(), strategies.records(), strategies.envs())
def test_logic_is_two_valued(predicate, record, env):
    assert holds(Negation(predicate), record, env) is not holds(predicate, record, env)


@given(strategies.changes(), strategies.changed_records(), strategies.envs())
def test_what_is_asked_about_a_change_binds_and_negates_like_the_rest(predicate, record, env):
    assert holds(bind(predicate, env), record, env) is holds(predicate, record, env)
    assert holds(Negation(predicate), record, env) is not holds(predicate, record, env)


def test_a_change_is_told_from_the_record_before_it():
    paid = Comparison(("reason",), Kind.TEXT, "eq", "paid")
    before = {BEFORE: {"reason": "paid"}}
    assert [holds(Changed(("reason",)), record | before) for record in ({}, {"reason": "paid"})] == [True, False]  # fmt: skip
    assert holds(Before(paid), before)
    assert not holds(Before(paid), {"reason": "paid"})
    assert holds(Changed(("reason",)), {"reason": "paid"})


@pytest.mark.parametrize(
    ("lines", "some", "every"),
    [
        ([{"value": 1}, {"value": 2}], True, False),
        ([{"value": 2}], True, True),
        ([{}], False, False),
        ([7, None], False, False),
        ([], False, True),
        (None, False, True),
        ({"value": 2}, False, True),
    ],
)
def test_rows_are_asked_one_by_one(lines, some, every):
    two = Comparison(("value",), Kind.INTEGER, "eq", 2)
    record = {"lines": lines}
    assert holds(SomeRow(("lines",), two), record) is some
    assert holds(Negation(SomeRow(("lines",), Negation(two))), record) is every


@given(strategies.comparisons(), strategies.envs())
def test_a_comparison_with_an_absent_value_is_false(comparison, env):
    assert holds(comparison, {}, env) is (comparison.op == "empty")


@given(strategies.predicates())
def test_predicates_are_hashable(predicate):
    assert {predicate: 1}[predicate] == 1


@pytest.mark.parametrize(
    ("op", "value", "stored", "expected"),
    [
        ("eq", "a", "a", True),
        ("eq", "a", "A", False),
        ("in", ("a", "b"), "b", True),
        ("lt", "b", "a", True),
        ("lt", "a", "B", True),
        ("le", "a", "a", True),
        ("gt", "a", "ä", True),
        ("ge", "b", "a", False),
        ("between", ("a", "c"), "c", True),
        ("between", ("c", "a"), "b", False),
        ("contains", "CM", "Acme", True),
        ("contains", "%", "Acme", False),
        ("starts_with", "äC", "Äcme", True),
        ("starts_with", "cme", "Acme", False),
        ("empty", None, "a", False),
    ],
)
def test_text_operators(op, value, stored, expected):
    assert holds(Comparison(("x",), Kind.TEXT, op, value), {"x": stored}) is expected


@pytest.mark.parametrize(
    ("op", "value", "expected"),
    [
        ("has", "a", True),
        ("has", "c", False),
        ("has_any", ("c", "b"), True),
        ("has_any", ("c",), False),
        ("has_all", ("a", "b"), True),
        ("has_all", ("a", "c"), False),
    ],
)
def test_list_operators(op, value, expected):
    assert holds(Comparison(("x",), Kind.LIST, op, value), {"x": ["a", "b"]}) is expected


@pytest.mark.parametrize(
    ("kind", "stored"),
    [
        (Kind.INTEGER, True),
        (Kind.TEXT, 1),
        (Kind.BOOLEAN, 1),
        (Kind.REAL, "1"),
        (Kind.INTEGER, 1.0),
    ],
)
def test_a_stored_value_of_another_type_counts_as_absent(kind, stored):
    assert not holds(Comparison(("x",), kind, "eq", stored), {"x": stored})


def test_integers_compare_exactly():
    comparison = Comparison(("x",), Kind.INTEGER, "eq", 2**53 + 1)

    assert not holds(comparison, {"x": 2**53})


def test_a_path_leads_into_nested_documents():
    comparison = Comparison(("amount", "amount"), Kind.INTEGER, "gt", 100)

    assert holds(comparison, {"amount": {"amount": 101}})
    assert not holds(comparison, {"amount": "101"})


def test_a_field_compares_with_another_one():
    comparison = Comparison(("a",), Kind.INTEGER, "lt", FieldValue(("b",), Kind.INTEGER))

    assert holds(comparison, {"a": 1, "b": 2})
    assert not holds(comparison, {"a": 1})


def test_now_is_written_as_the_column_stores_moments():
    text = bind(Comparison(("due_by",), Kind.TEXT, "lt", Now(-3600)), ENV)
    column = bind(Comparison(("@created_at",), Kind.INTEGER, "lt", Now(0)), ENV)

    assert text == Comparison(("due_by",), Kind.TEXT, "lt", "2026-11-24T16:00:00.000000Z")
    assert column == Comparison(("@created_at",), Kind.INTEGER, "lt", 1_795_539_600_000_000)


def test_today_is_the_day_in_utc():
    env = Env(
        "maya", frozenset(), datetime(2026, 11, 25, 1, 0, tzinfo=timezone(timedelta(hours=3)))
    )

    day = bind(Comparison(("due_on",), Kind.TEXT, "eq", Today(7)), env)
    moment = bind(Comparison(("due_by",), Kind.TEXT, "ge", Today(0, midnight=True)), env)

    assert day == Comparison(("due_on",), Kind.TEXT, "eq", "2026-12-01")
    assert moment == Comparison(("due_by",), Kind.TEXT, "ge", "2026-11-24T00:00:00.000000Z")


@given(st.integers(-(10**13), 10**13))
def test_moments_past_the_calendar_stay_at_its_edge(seconds):
    bound = bind(Comparison(("due_by",), Kind.TEXT, "lt", Now(seconds)), ENV)

    assert isinstance(bound, Comparison)
    assert len(bound.value) == len("2026-11-24T16:00:00.000000Z")


def test_user_tests_become_constants_and_comparisons():
    assert bind(UserTest(role="lead"), ENV) == Constant(value=True)
    assert bind(UserTest(role="auditor"), ENV) == Constant(value=False)
    assert bind(UserTest(is_path=("@created_by",)), ENV) == Comparison(
        ("@created_by",), Kind.TEXT, "eq", "maya"
    )


def test_a_list_given_as_value_becomes_hashable():
    assert Comparison(("x",), Kind.TEXT, "in", ["a"]).value == ("a",)


@given(strategies.predicates(), strategies.records(), strategies.envs())
def test_what_is_said_to_hold_never_or_always_does_so(predicate, record, env):
    found = holds(predicate, record, env)
    assert not (found and never_holds(predicate))
    assert found or not always_holds(predicate)
    assert never_holds(AllOf((predicate, Negation(predicate))))
