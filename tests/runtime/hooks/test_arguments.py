"""What an action's hook says that it takes: what is passed is judged by it."""

import pytest

from runtime.hooks.arguments import given, passed_problems

TAKES = """
    @hook.action("shop.fetch", parameters={
        "type": "object",
        "required": ["source", "most"],
        "properties": {
            "source": {"type": "string", "maxLength": 5},
            "most": {"type": "integer", "default": 10},
        },
    })
    def fetch(change):
        change.comment(str(sorted(change.arguments.items())))

    @hook.action("shop.any")
    def anything(change):
        pass

    @hook.action("shop.wrong", parameters={"type": "object", "properties": {"a": {"type": "txt"}}})
    def wrong(change):
        pass
"""


@pytest.fixture
def runner(make_runner):
    return make_runner(TAKES)


def test_parameters_that_are_no_schema_are_told_and_left_out(runner):
    assert list(runner.parameters()) == ["shop.fetch"]
    (problem,) = runner.problems()
    assert "parameters of shop.wrong are no JSON Schema: /properties/a/type" in problem.message
    assert problem.line > 1


@pytest.mark.parametrize(
    ("passed", "found"),
    [
        ({"source": "bank"}, ({"most": 10, "source": "bank"}, "")),
        ({"source": "bank", "most": None}, ({"most": 10, "source": "bank"}, "")),
        ({"source": None}, ({"most": 10}, "'source' is missing")),
        ({"source": "branch"}, ({"most": 10, "source": "branch"}, "source at most 5")),
    ],
)
def test_a_press_is_judged_with_the_defaults(runner, passed, found):
    arguments, wrong = given(runner, "shop.fetch", passed)
    assert arguments == found[0]
    assert wrong.startswith(found[1])
    assert bool(wrong) == bool(found[1])
    assert given(runner, "shop.any", passed) == (passed, "")


@pytest.mark.parametrize(
    ("passed", "pointers"),
    [
        ({"source": "bank"}, []),
        ({"source": {"field": "name"}, "most": {"field": "number"}}, []),
        ({}, ["/actions/0/options/with"]),
        (
            {"source": None, "most": "many"},
            ["/actions/0/options/with", "/actions/0/options/with/most"],
        ),
    ],
)
def test_what_a_spec_passes_is_judged_as_far_as_it_is_known(runner, passed, pointers):
    action = {"key": "a", "type": "run_hook", "options": {"hook": "shop.fetch", "with": passed}}
    found = passed_problems({"actions": [action]}, runner)
    assert [problem.pointer for problem in found] == pointers
