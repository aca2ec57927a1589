from datetime import UTC, datetime

import pytest

from components.base import ActionContext, RunHook, SetValues, ViewNeeds
from components.registry import Registry
from components.values.dynamic import resolved
from form_specs.model import ActionSpec, SortKey, ViewSpec

REGISTRY = Registry.discover()
NOW = datetime(2026, 11, 23, 15, 30, 0, 123, UTC)
CONTEXT = ActionContext(user="maya", now=NOW, record={"merchant": "Shop"})


def test_a_table_needs_each_field_once():
    spec = ViewSpec(
        key="all",
        title="All",
        type="table",
        form="dispute",
        columns=("reference", "amount", "@state", "amount"),
        sort=(SortKey("due", descending=True),),
        quick_filters=("reason",),
    )
    table = REGISTRY.view_type(spec)
    assert table.needs() == ViewNeeds(("reference", "amount", "@state"), spec.sort, ("reason",))
    assert table.template == "views/table"


def _action(type_, options):
    return REGISTRY.action_type(ActionSpec("go", "Go", type_, "dispute", options=options))


def test_set_values_plans_values_of_the_moment():
    values = {
        "owner": {"user": "id"},
        "due": {"today": {"days": 2}},
        "note": None,
        "at": {"now": {}},
    }
    action = _action("set_values", {"values": values})
    assert action.plan(CONTEXT) == SetValues(
        {"owner": "maya", "due": "2026-11-25", "note": None, "at": "2026-11-23T15:30:00Z"}
    )
    assert REGISTRY.catalog().action_fields(action.spec) == ("owner", "due", "note", "at")


def test_run_hook_plans_arguments_from_the_record():
    wanted = {
        "shop": {"field": "merchant"},
        "by": {"user": "id"},
        "none": {"field": "gone"},
        "n": 1,
    }
    action = _action("run_hook", {"hook": "disputes.refetch", "with": wanted})
    assert action.plan(CONTEXT) == RunHook(
        "disputes.refetch", {"shop": "Shop", "by": "maya", "none": None, "n": 1}
    )
    assert REGISTRY.catalog().action_fields(action.spec) == ("merchant", "gone")


def test_run_hook_needs_no_arguments():
    assert _action("run_hook", {"hook": "x"}).plan(CONTEXT) == RunHook("x", {})


@pytest.mark.parametrize(
    "literal",
    [
        {"amount": "1.00", "currency": "EUR"},
        {"user": "maya"},
        {"user": "id", "more": 1},
        {"now": {"years": 1}},
        {"today": {"days": 10**9}},
        {"today": {"days": True}},
        [],
        "now",
        None,
    ],
)
def test_what_is_not_dynamic_is_itself(literal):
    assert resolved(literal, "maya", NOW) == literal


def test_moments_may_be_at_a_distance():
    assert resolved({"now": {"hours": -4, "minutes": 30}}, "maya", NOW) == "2026-11-23T12:00:00Z"


def test_fields_named_by_broken_options_are_none():
    catalog = REGISTRY.catalog()
    for type_ in ("set_values", "run_hook"):
        spec = ActionSpec("go", "Go", type_, "dispute", options={"values": [], "with": 5})
        assert catalog.action_fields(spec) == ()
