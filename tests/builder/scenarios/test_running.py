"""Tests of a tool, played: what passes, what fails and why, and that nothing of it is kept."""

import tempfile

import pytest

from builder.scenarios import Outcome, run_scenarios
from builder.scenarios import running as running_module
from components.registry import Registry
from runtime.config import load_settings
from tests.runtime.refunds import refunds_tool

REGISTRY = Registry.discover()
BIG = {
    "merchant": "Harbour Books",
    "amount": {"amount": "90.00", "currency": "EUR"},
    "due_on": {"today": {"days": 3}},
    "score": 10,
}


def step(do, as_="lead", **more):
    return {"as": as_, "do": do, "form": "refund", **more}


def create(as_="lead", **more):
    return step("create", as_, values=BIG | more.pop("values", {}), **more)


def tool_with(*steps):
    found = refunds_tool()
    found["tests"] = [{"key": "it", "title": "It works", "steps": [*steps]}]
    return found


def played(*steps, **more):
    run = run_scenarios(tool_with(*steps), REGISTRY, **more)
    assert run.problem == ""
    return run.results[0]


def why(*steps, **more):
    """Why the last step failed."""
    result = played(*steps, **more)
    assert [s.outcome for s in result.steps[:-1]] == [Outcome.PASSED] * (len(steps) - 1), result
    assert result.steps[-1].outcome is Outcome.FAILED
    return "; ".join(result.steps[-1].reasons)


def test_a_whole_life_passes():
    result = played(
        create("operator", expect={"state": "new", "in": ["all", "queue"], "notIn": ["known"]}),
        step("transition", "operator", transition="start", expect={"state": "open"}),
        step("comment", "operator", comment="Called them"),
        step("change", values={"score": 20}, expect={"values": {"score": 20, "notes": None}}),
        step(
            "action", "operator", action="hurry", at="+1 day", expect={"values": {"urgent": True}}
        ),
        step("look", expect={"values": {"due_on": {"today": {"days": 1}}}}),
        step("transition", transition="pay", comment="Paid", expect={"state": "paid"}),
        {
            "do": "transition",
            "form": "refund",
            "transition": "settle",
            "expect": {"state": "settled"},
        },
        step("delete", expect={"notIn": ["all"], "hiddenFrom": ["lead"]}),
        step("look", "operator", expect={"values": {"score": None}}),
    )
    assert result.passed, result


def test_guards_rights_and_required_fields_refuse():
    result = played(
        create("lead", expect={"values": {"number": "RF-0001"}}),
        step("transition", transition="start"),
        step("transition", transition="pay", expect={"refused": "somebody else must pay it"}),
        step(
            "transition",
            transition="pay",
            person="lena",
            values={"score": 60},
            expect={"refused": "below 50"},
        ),
        step(
            "transition",
            "operator",
            transition="hold",
            values={"due_on": None},
            comment="x",
            expect={"refused": "", "fields": ["due_on"]},
        ),
        step("transition", "viewer", transition="start", expect={"refused": ""}),
        step("change", "viewer", values={"score": 1}, expect={"refused": "role", "state": "open"}),
        step("transition", transition="pay", person="lena", expect={"state": "paid"}),
    )
    assert result.passed, result


def test_who_sees_what():
    result = played(
        create(
            values={"region": "hq", "secret": "s"},
            expect={"visibleTo": ["lead"], "hiddenFrom": ["operator", "viewer", "reporter"]},
        ),
        step("change", "operator", values={"score": 1}, expect={"refused": "does not exist"}),
        step("change", values={"region": "north"}, expect={"values": {"secret": "s"}}),
        step(
            "look",
            "operator",
            expect={"values": {"secret": None}, "in": ["all"], "notIn": ["known"]},
        ),
        step("look", expect={"in": ["known"]}),
    )
    assert result.passed, result


@pytest.mark.parametrize(
    ("expect", "said"),
    [
        ({"state": "open"}, "Its state is 'New', and must be 'Open'"),
        ({"values": {"score": 11}}, "Score is 10, and must be 11"),
        ({"values": {"notes": "x"}}, 'Notes is nothing, and must be "x"'),
        ({"in": ["known"]}, "does not stand in the view With a secret"),
        ({"notIn": ["all"]}, "stands in the view All refunds, and must not"),
        ({"visibleTo": ["reporter"]}, "does not exist for Reporter"),
        ({"hiddenFrom": ["viewer"]}, "exists for Viewer, and must not"),
        ({"refused": ""}, "went through, and must be refused"),
    ],
)
def test_a_red_step_says_what_is_otherwise(expect, said):
    assert said in why(create(expect=expect))


def test_a_refusal_that_nobody_expected_says_its_reason_and_ends_the_test():
    result = played(
        create(values={"score": 101}), step("look"), step("transition", transition="start")
    )
    assert [s.outcome.value for s in result.steps] == ["failed", "skipped", "skipped"]
    assert "100" in result.reason
    assert (result.passed, result.failed_at) == (False, 1)


def test_a_refusal_for_another_reason_is_red():
    steps = create(), step("transition", transition="start")
    pay = step("transition", transition="pay", expect={"refused": "no such words"})
    assert "for another reason: Somebody else must pay it" in why(*steps, pay)
    pay["expect"] = {"fields": ["score"]}
    assert "No reason names the field 'score'" in why(*steps, pay)


def test_records_speak_of_one_another_and_have_names():
    result = played(
        create(record="first", values={"email": "a@example.com"}),
        create(record="second", values={"notes": "b"}, expect={"values": {"number": "RF-0002"}}),
        create(
            record="third",
            values={"email": "a@example.com"},
            expect={"refused": "", "fields": ["email"]},
        ),
        step("change", record="third", values={"score": 1}, expect={"refused": "was refused"}),
    )
    assert result.passed, result


def test_each_test_begins_with_nothing():
    tool = tool_with(create(expect={"values": {"number": "RF-0001"}}))
    tool["tests"].append(tool["tests"][0] | {"key": "again"})
    run = run_scenarios(tool, REGISTRY)
    assert [(r.key, r.passed) for r in run.results] == [("it", True), ("again", True)]
    assert [r.key for r in run_scenarios(tool, REGISTRY, only={"again"}).results] == ["again"]


def test_the_clock_starts_where_the_test_says():
    tool = tool_with(create(expect={"values": {"due_on": "2024-03-02"}}))
    tool["tests"][0]["start"] = "2024-02-28T10:00:00Z"
    assert run_scenarios(tool, REGISTRY).passed


def test_nothing_is_left_behind(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert played(create()).passed
    assert list(tmp_path.iterdir()) == []


def test_a_spec_with_problems_says_so():
    tool = tool_with(create())
    tool["forms"][0]["titleField"] = "nothing"
    run = run_scenarios(tool, REGISTRY)
    assert not run.passed
    assert "The spec has problems" in run.problem


def test_tests_that_take_too_long_end_red(monkeypatch):
    monkeypatch.setattr(running_module, "SECONDS", -1.0)
    result = played(create(), step("look"))
    assert [s.outcome.value for s in result.steps] == ["skipped", "failed"]
    assert "take too long" in result.reason


HOOK = """
from opswright import Change, hook

@hook.before("create", tool="refunds", form="refund")
def no_tuesdays(change: Change) -> None:
    change.refuse("Not on a Tuesday")
"""


def test_hooks_are_asked_only_when_they_are_wanted(tmp_path):
    (tmp_path / "hooks").mkdir()
    (tmp_path / "hooks" / "refunds.py").write_text(HOOK, "utf-8")
    settings = load_settings({}, {"data": tmp_path, "hooks": tmp_path / "hooks"})
    assert played(create()).passed
    assert "Not on a Tuesday" in why(create(), hooks=settings)
