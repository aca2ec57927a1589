"""The tests of a tool as they are written: what `check` finds wrong, what a change of them means."""

from copy import deepcopy
from datetime import UTC, datetime, timedelta

import pytest

from form_specs.check import check
from form_specs.compatibility import Impact, compare
from form_specs.digest import digest
from form_specs.editing import apply
from form_specs.scenarios import Doing, later, resolved, scenarios_of
from form_specs.translation import texts
from form_specs.uses import Target, uses_of, without_uses
from tests.form_specs.conftest import TOOL

CREATE = {"as": "agent", "do": "create", "form": "hold", "values": {"merchant": "A"}}


@pytest.fixture
def tool():
    found = deepcopy(TOOL)
    found["tests"] = [{"key": "first", "title": "It works", "steps": [deepcopy(CREATE)]}]
    return found


@pytest.fixture
def role(tool):
    return tool["roles"][0]["key"]


def steps_of(tool, *more):
    """The steps of the only test, with more at the end."""
    found = tool["tests"][0]["steps"]
    found[0]["as"] = tool["roles"][0]["key"]
    found += more
    return found


WRONG = [
    ({"as": "nobody"}, "/as", "there is no role 'nobody'"),
    ({"form": "holds"}, "/form", "there is no form 'holds'"),
    ({"values": {"merchent": 1}}, "/values/merchent", "there is no field 'merchent'"),
    ({"values": {"due_by": {"now": {"eons": 1}}}}, "/values/due_by", "no stretch of time"),
    ({"values": {"merchant": {"record": "x"}}}, "/values/merchant", "makes a record 'x'"),
    ({"expect": {"state": "gone"}}, "/expect/state", "there is no state 'gone'"),
    ({"expect": {"in": ["gone"]}}, "/expect/in/0", "there is no view 'gone'"),
    ({"expect": {"visibleTo": ["gone"]}}, "/expect/visibleTo/0", "there is no role 'gone'"),
    ({"expect": {"fields": ["gone"]}}, "/expect/fields/0", "there is no field 'gone'"),
    ({"expect": {"values": {"gone": 1}}}, "/expect/values/gone", "there is no field 'gone'"),
    ({"record": "other", "do": "look"}, "/record", "makes a record 'other'"),
    ({"do": "transition"}, "", "has 'transition' too"),
    ({"do": "transition", "transition": "gone"}, "/transition", "no transition 'gone'"),
    ({"do": "action", "action": "gone"}, "/action", "there is no action 'gone'"),
    ({"at": "tomorrow"}, "/at", ""),
    ({"do": "dance"}, "/do", ""),
    ({"surprise": 1}, "/surprise", "has no meaning"),
]


@pytest.mark.parametrize(("change", "below", "said"), WRONG)
def test_what_is_wrong_is_told_at_its_place(tool, catalog, change, below, said):
    steps_of(tool)[0].update(change)
    found = check(tool, catalog)
    assert any(p.pointer == f"/tests/0/steps/0{below}" and said in p.message for p in found), found


def test_a_right_test_has_no_problem(tool, catalog):
    steps_of(tool, {"do": "look", "form": "hold", "at": "+2 days", "expect": {"values": {}}})
    assert [p for p in check(tool, catalog) if p.pointer.startswith("/tests")] == []


def test_one_name_is_one_record(tool, catalog):
    steps = steps_of(tool, deepcopy(CREATE))
    steps[1]["as"] = steps[0]["as"]
    found = [p for p in check(tool, catalog) if p.pointer.startswith("/tests")]
    assert [p.pointer for p in found] == ["/tests/0/steps/1/form"]
    steps[1]["record"] = "second"
    assert [p for p in check(tool, catalog) if p.pointer.startswith("/tests")] == []


def test_two_tests_have_two_keys(tool, catalog):
    steps_of(tool)
    tool["tests"].append(deepcopy(tool["tests"][0]))
    assert any(p.pointer == "/tests/1/key" for p in check(tool, catalog))


def test_a_change_of_tests_alone_is_safe_and_another_version(tool, catalog):
    before = {k: v for k, v in tool.items() if k != "tests"}
    found = compare(before, tool, catalog)
    assert (found.impact, len(found.changes)) == (Impact.SAFE, 1)
    assert digest(before) != digest(tool)


def test_nobody_translates_a_test(tool):
    assert not any(text.pointer.startswith("/tests") for text in texts(tool))


def test_what_a_test_names_is_used_by_it(tool, catalog):
    steps_of(tool)
    found = uses_of(tool, catalog, Target("field", "merchant", "hold"))
    assert "value in the test It works" in [use.words for use in found]


def test_a_field_that_goes_goes_out_of_tests(tool, catalog):
    steps_of(tool)[0]["values"]["count"] = 3
    edit, _left = without_uses(tool, catalog, Target("field", "count", "hold"))
    after, _back = apply(tool, edit)
    assert after["tests"][0]["steps"][0]["values"] == {"merchant": "A"}


def test_it_is_read_with_everything_filled_in(tool):
    steps_of(tool, {"do": "look", "form": "hold", "at": "+90 minutes", "expect": {"fields": ["x"]}})
    first, second = scenarios_of(tool)[0].steps
    assert (first.doing, first.record, first.person) == (Doing.CREATE, "hold", first.role)
    assert (second.later, second.role) == (timedelta(minutes=90), "")
    assert second.expect.refused == ""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", timedelta()),
        ("+1 minute", timedelta(minutes=1)),
        ("+36 hours", timedelta(hours=36)),
        ("+2 weeks", timedelta(weeks=2)),
    ],
)
def test_time_passes_in_words(text, found):
    assert later(text) == found


def test_values_follow_the_clock_and_the_records():
    now = datetime(2026, 3, 31, 23, 30, tzinfo=UTC)
    asked = [{"now": {"hours": 1}}, {"today": {"days": -31}}, {"record": "a"}, {"now": 1}, "x"]
    assert resolved(asked, now, {"a": "7"}) == [
        "2026-04-01T00:30:00Z",
        "2026-02-28",
        "7",
        {"now": 1},
        "x",
    ]
