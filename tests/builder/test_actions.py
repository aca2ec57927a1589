"""The actions section: what a button does, said in words, and the commands behind its editor."""

import json
import re
from html import unescape

import pytest

from builder.commanding import WrongInput
from form_specs.check import check
from opswright.application import create_app
from runtime.published import InvalidSpecError
from tests.builder.doing import CATALOG, EDIT, done, draft_of, form_on, press
from tests.builder.drafting import keep_text
from tests.runtime.browsing import Browser, texts_of
from tests.runtime.opening import open_refunds
from tests.runtime.refunds import TOOL, refunds_tool

ROOT = f"/build/{TOOL}/actions/"
HURRY = {"kind": "actions", "part": "hurry"}
REFETCH = {"kind": "actions", "part": "refetch"}


def action_of(document, key):
    return next(action for action in document["actions"] if action["key"] == key)


def options_after(name, part=HURRY, /, **given):
    return action_of(done(refunds_tool(), name, **part, **given), part["part"])["options"]


# -- commands -------------------------------------------------------------------------------


def test_a_new_action_is_to_be_told_what_it_does():
    after = done(refunds_tool(), "action.add", title="Take it", type="set_values", form="refund")
    assert after["actions"][-1] == {
        "key": "take_it",
        "title": "Take it",
        "type": "set_values",
        "form": "refund",
    }
    at = f"/actions/{len(after['actions']) - 1}"
    assert [problem for problem in check(after, CATALOG) if problem.pointer.startswith(at)]


@pytest.mark.parametrize(
    ("field", "given", "kept"),
    [
        ("owner", {"how": "user"}, {"user": "id"}),
        ("called_at", {"how": "now"}, {"now": {}}),
        ("due_on", {"how": "today", "value": "3"}, {"today": {"days": 3}}),
        ("due_on", {"how": "today", "value": ""}, {"today": {}}),
        ("due_on", {"how": "empty"}, None),
        ("region", {"how": "value", "value": "south"}, "south"),
        ("urgent", {"how": "value", "value": "true"}, True),
        ("score", {"how": "value", "value": "42"}, 42),
        ("margin", {"how": "value", "value": "1.5"}, "1.50"),
    ],
)
def test_a_field_is_set_in_each_way(field, given, kept):
    values = options_after("action.value", field=field, **given)["values"]
    assert values[field] == kept
    assert type(values[field]) is type(kept)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"how": "value", "value": "12"}, "12"),
        ({"how": "number", "value": "12"}, 12),
        ({"how": "number", "value": "1.5"}, 1.5),
        ({"how": "field", "value": "merchant"}, {"field": "merchant"}),
        ({"how": "yes"}, True),
        ({"how": "empty"}, None),
        ({"how": "user"}, {"user": "id"}),
    ],
)
def test_an_argument_is_passed_in_each_way(given, kept):
    assert options_after("action.argument", REFETCH, name="what", **given)["with"]["what"] == kept


def test_values_and_arguments_are_taken_out():
    assert "urgent" not in options_after("action.value.remove", name="urgent")["values"]
    document = done(refunds_tool(), "action.argument", **REFETCH, name="what", how="yes")
    options = action_of(document, "refetch")["options"]
    for name in options["with"]:
        document = done(document, "action.argument.remove", **REFETCH, name=name)
    assert "with" not in action_of(document, "refetch")["options"]


def test_a_key_is_set_and_taken_away():
    document = done(refunds_tool(), "action.shortcut", **HURRY, shortcut="U")
    assert action_of(document, "hurry")["shortcut"] == "u"
    assert "shortcut" not in action_of(
        done(document, "action.shortcut", **HURRY, shortcut=""), "hurry"
    )


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("action.add", {"title": "", "type": "set_values", "form": "refund"}),
        ("action.add", {"title": "A", "type": "nothing", "form": "refund"}),
        ("action.shortcut", {**HURRY, "shortcut": "!"}),
        ("action.value", {**HURRY, "field": "score", "how": "value", "value": "much"}),
        ("action.value", {**HURRY, "field": "score", "how": "value", "value": ""}),
        ("action.value", {**HURRY, "field": "nowhere", "how": "value", "value": "a"}),
        ("action.value", {**HURRY, "field": "due_on", "how": "today", "value": "soon"}),
        ("action.hook", {**REFETCH, "hook": "9 lives"}),
        ("action.argument", {**REFETCH, "name": "a b", "how": "yes"}),
        ("action.argument", {**REFETCH, "name": "a", "how": "number", "value": "1e9999"}),
    ],
)
def test_what_cannot_be_is_refused(name, given):
    with pytest.raises(WrongInput):
        done(refunds_tool(), name, **given)


# -- pages ----------------------------------------------------------------------------------


def test_what_it_would_do_is_said_in_words(browser_of):
    page = texts_of(browser_of("bo").get(f"{ROOT}hurry").text)
    assert "Urgent is Yes" in page
    assert "Due on is in 1 day" in page
    assert "Urgent is empty" in page  # when it is there


def test_an_action_is_made_and_told_what_to_do(browser_of, refunds):
    browser = browser_of("bo")
    answer = press(browser, ROOT, "add-action", title="Take it", type="set_values")
    assert answer.location == f"{ROOT}take_it"
    press(browser, answer.location, "add-value", field="owner")
    press(browser, answer.location, "given-owner", how="user")
    assert draft_of(refunds)["actions"][-1]["options"] == {"values": {"owner": {"user": "id"}}}
    assert "Owner is you" in texts_of(browser.get(answer.location).text)


def test_a_wrong_value_is_said_at_its_input_and_kept_there(browser_of, refunds):
    browser = browser_of("bo")
    press(browser, f"{ROOT}hurry", "add-value", field="score")
    answer = press(browser, f"{ROOT}hurry", "given-score", how="value", value="much")
    assert answer.status_code == 422
    assert 'value="much"' in answer.text
    assert draft_of(refunds)["actions"][0]["options"]["values"]["score"] is None


def test_what_is_missing_is_said_once_the_input_was_there_to_be_filled_in(browser_of, refunds):
    browser = browser_of("bo")
    path = f"{ROOT}hurry"
    press(browser, path, "add-value", field="score")
    shown = press(browser, path, "given-score", how="value")
    assert shown.status_code == 422
    assert "data-unfinished" in shown.text
    assert "Fill this in" not in shown.text
    left = browser.post(EDIT, form_on(shown.text, "given-score"))
    assert left.status_code == 422
    assert "Fill this in" in left.text
    assert "data-unfinished" not in left.text
    filled = form_on(left.text, "given-score")
    filled["value"] = "7"
    assert browser.post(EDIT, filled).status_code == 303
    assert draft_of(refunds)["actions"][0]["options"]["values"]["score"] == 7


def test_a_number_of_days_is_no_beginning_of_a_value(browser_of):
    browser = browser_of("bo")
    press(browser, f"{ROOT}hurry", "given-due_on", how="today", value="3")
    shown = press(browser, f"{ROOT}hurry", "given-due_on", how="value")
    assert "data-unfinished" in shown.text
    assert 'value="3"' not in shown.text[shown.text.index('id="given-due_on-value"') :][:200]


def test_a_key_that_means_something_else_already_is_told(browser_of):
    browser = browser_of("bo")
    document = refunds_tool()
    document["workflows"][0]["transitions"][0]["shortcut"] = "u"
    action_of(document, "refetch")["shortcut"] = "u"
    action_of(document, "hurry")["shortcut"] = "u"
    keep_text(browser, TOOL, json.dumps(document))
    page = texts_of(browser.get(f"{ROOT}hurry").text)
    assert "already means: Fetch again" in page
    assert "already means: Start" in page
    press(browser, f"{ROOT}hurry", "action-shortcut", shortcut="j")
    assert "already means: Next record" in texts_of(browser.get(f"{ROOT}hurry").text)


def test_a_function_that_nobody_registered_is_said_with_the_way_to_do_it(browser_of):
    page = unescape(browser_of("bo").get(f"{ROOT}refetch").text)
    assert "No function is registered here as refunds.refetch" in page
    assert '@hook.action("refunds.refetch")' in page


def test_functions_that_are_registered_are_offered(tmp_path):
    code = """
    @hook.action("refunds.refetch")
    def refetch(change):
        pass
    """
    services = open_refunds("", tmp_path, hooks=code)
    try:
        page = texts_of(Browser(create_app(services), "ada").get(f"{ROOT}refetch").text)
    finally:
        services.close()
    assert "It is registered here." in page


@pytest.mark.parametrize(
    "action",
    [
        "text",
        {},
        {"key": "a", "type": "set_values", "form": "refund", "options": {"values": [1]}},
        {
            "key": "a",
            "type": "set_values",
            "form": "refund",
            "options": {"values": {"x": {"y": 1}}},
        },
        {"key": "a", "type": "run_hook", "form": "nowhere", "options": {"hook": 3, "with": "x"}},
        {
            "key": "a",
            "type": "run_hook",
            "form": "refund",
            "options": {"with": {"a": [1], "b": {}}},
        },
        {"key": "a", "type": "nothing", "title": [], "options": 3, "shortcut": 1, "when": "x"},
    ],
)
def test_an_action_of_any_shape_has_a_page(browser_of, action):
    browser = browser_of("bo")
    document = refunds_tool()
    document["actions"].append(action)
    keep_text(browser, TOOL, json.dumps(document))
    page = browser.get(ROOT)
    assert page.status_code == 200
    url = re.findall(r'class="part-link" href="([^"#]*)', page.text)[-1]
    assert browser.get(url).status_code in (200, 303)


TAKES = """
    @hook.action("refunds.fetch", parameters={
        "type": "object",
        "required": ["source", "most"],
        "additionalProperties": False,
        "properties": {
            "source": {"type": "string", "title": "Source", "description": "Whom to ask",
                       "oneOf": [{"const": "bank", "title": "The bank"}, {"const": "shop", "title": "The shop"}]},
            "most": {"type": "integer", "title": "At most", "minimum": 1, "default": 10},
            "quiet": {"type": "boolean", "title": "Quietly"},
        },
    })
    def refetch(change):
        change.comment(f"{change.arguments['source']} {change.arguments['most']}")
"""


def test_a_function_that_says_what_it_takes_is_filled_in_as_a_form(tmp_path):
    services = open_refunds("", tmp_path, hooks=TAKES)
    path = f"{ROOT}refetch"
    try:
        browser = Browser(create_app(services), "ada")
        keep_text(browser, TOOL, json.dumps(fetching({})))
        page = texts_of(browser.get(path).text)
        for said in ("Source", "Whom to ask", "As usual: 10", "'source' is missing"):
            assert said in page
        assert "Add an argument" not in page
        press(browser, path, "given-source", how="value")
        assert passed_in(services) == {"source": "bank"}
        press(browser, path, "given-source", how="value", value="shop")
        press(browser, path, "given-most", how="number", value="0")
        assert "0 is out of range" in texts_of(browser.get(path).text)
        press(browser, path, "given-most", how="unset")
        press(browser, path, "given-quiet", how="yes")
        assert passed_in(services) == {"source": "shop", "quiet": True}
        assert "is missing" not in texts_of(browser.get(path).text)
    finally:
        services.close()


def fetching(passed):
    """The tool whose action runs that function."""
    document = refunds_tool()
    action_of(document, "refetch")["options"] = {"hook": "refunds.fetch", "with": passed}
    return document


def passed_in(services):
    return action_of(draft_of(services), "refetch")["options"]["with"]


def test_a_spec_that_passes_what_a_function_does_not_take_is_not_published(tmp_path):
    services = open_refunds("", tmp_path, hooks=TAKES)
    try:
        document = fetching({"sorce": "bank", "most": "x"})
        with pytest.raises(InvalidSpecError) as refused:
            services.published.publish(document, "ada")
    finally:
        services.close()
    at = "/actions/{}/options/with".format(
        next(i for i, a in enumerate(document["actions"]) if a["key"] == "refetch")
    )
    assert {problem.pointer for problem in refused.value.problems} == {
        at,
        f"{at}/most",
        f"{at}/sorce",
    }
