"""Specs as files: one order, a file taken into the draft after its changes were shown, both meeting in the middle."""

import io
import json
import random

import pytest

from form_specs.ordering import in_order
from opswright.demo import example
from tests.builder.doing import draft_of
from tests.builder.drafting import keep_text, publish
from tests.runtime.browsing import forms_of, texts_of
from tests.runtime.refunds import TOOL, refunds_tool

ROOT = f"/build/{TOOL}/text/file"


def shuffled(value, rng):
    """The same with the members of the known parts in another order."""
    if isinstance(value, list):
        return [shuffled(item, rng) for item in value]
    if not isinstance(value, dict):
        return value
    names = [*value]
    if "key" in value or "kind" in value or "do" in value:
        rng.shuffle(names)
    return {name: shuffled(value[name], rng) for name in names}


@pytest.mark.parametrize("document", [refunds_tool(), example()])
def test_one_order_however_it_was_written(document):
    first = in_order(document)
    assert first == document
    assert [*first][:4] == ["ops", "kind", "key", "title"]
    assert json.dumps(in_order(shuffled(document, random.Random(7)))) == json.dumps(first)


def test_fields_keep_their_order():
    document = refunds_tool()
    schema = document["forms"][0]["schema"]
    schema["properties"] = dict(reversed(schema["properties"].items()))
    assert [*in_order(document)["forms"][0]["schema"]["properties"]] == [*schema["properties"]]


def show(browser, document, name="refunds.json"):
    """Chooses a file and is shown what it would change."""
    form = forms_of(browser.get(ROOT).text)[ROOT]
    raw = document if isinstance(document, bytes) else json.dumps(document).encode()
    form["file"] = (io.BytesIO(raw), name)
    return browser.post(ROOT, form, content_type="multipart/form-data")


def take(browser, page, **more):
    form = forms_of(page.text)[f"{ROOT}/take"]
    form.update(more)
    return browser.post(f"{ROOT}/take", form)


def test_a_file_is_shown_in_words_then_taken_into_the_draft(browser_of, refunds):
    browser = browser_of("bo")
    changed = refunds_tool() | {"title": "Money back"}
    shown = show(browser, changed)
    assert "the tool's title 'Refunds' is now 'Money back'" in texts_of(shown.text)
    assert draft_of(refunds) is None
    assert take(browser, shown).location == f"/build/{TOOL}/"
    assert draft_of(refunds) == changed


def test_what_the_draft_has_is_kept(browser_of, refunds):
    browser = browser_of("bo")
    keep_text(browser, TOOL, json.dumps(refunds_tool() | {"description": "From the browser"}))
    take(browser, show(browser, refunds_tool() | {"title": "From git"}))
    found = draft_of(refunds)
    assert (found["title"], found["description"]) == ("From git", "From the browser")


def test_a_place_that_both_changed_is_asked(browser_of, refunds):
    browser = browser_of("bo")
    keep_text(browser, TOOL, json.dumps(refunds_tool() | {"title": "From the browser"}))
    shown = show(browser, refunds_tool() | {"title": "From git"})
    assert "you are asked" in shown.text
    answer = take(browser, shown)
    assert answer.status_code == 409
    assert "From git" in answer.text
    assert draft_of(refunds)["title"] == "From the browser"
    again = forms_of(answer.text[answer.text.index("Keep mine") - 60_000 :])[f"{ROOT}/take"]
    assert again["_mine"] == "/title"
    assert browser.post(f"{ROOT}/take", again).status_code == 303
    assert draft_of(refunds)["title"] == "From git"


def test_what_was_downloaded_changes_nothing(browser_of, refunds):
    browser = browser_of("bo")
    raw = browser.get(f"/build/{TOOL}/spec.json").data
    assert "the draft has all of it" in show(browser, raw).text
    assert json.loads(raw) == refunds_tool()


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (b"no json", "This is no tool"),
        (b"", "This is no tool"),
        (b'{\n  "ops": "1",\n  "kind" "tool"\n}', "Line 3:"),
        ({"key": "other"}, "'other'"),
    ],
)
def test_what_is_no_spec_of_the_tool_is_refused(browser_of, refunds, document, said):
    answer = show(browser_of("bo"), document)
    assert (answer.status_code, said in answer.text.replace("&#39;", "'")) == (422, True)
    assert draft_of(refunds) is None


def test_a_file_with_mistakes_can_be_taken_and_mended(browser_of, refunds):
    browser = browser_of("bo")
    shown = show(browser, refunds_tool() | {"title": 5, "views": 3})
    assert "wrong with it" in shown.text
    take(browser, shown)
    assert draft_of(refunds)["title"] == 5


def test_who_may_not_build_cannot(browser_of):
    assert browser_of("olga").get(ROOT).status_code == 404
    assert browser_of("olga").post(f"{ROOT}/take").status_code == 404


# -- publishing with tests ------------------------------------------------------------------


def test_a_tool_whose_tests_fail_is_published_with_a_reason_only(browser_of, refunds):
    browser = browser_of("bo")
    step = {"as": "lead", "do": "create", "form": "refund", "expect": {"state": "open"}}
    red = {"key": "red", "title": "It begins open", "steps": [step | {"values": {"merchant": "A"}}]}
    keep_text(browser, TOOL, json.dumps(refunds_tool() | {"tests": [red]}))
    answer = publish(browser, TOOL)
    assert answer.status_code == 422
    assert "One test fails (It begins open: " in answer.text
    assert publish(browser, TOOL, note="It is meant so").status_code == 303
    with refunds.db.read() as conn:
        assert refunds.published.tool(conn, TOOL).version == 2
