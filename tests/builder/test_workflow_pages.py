"""The Workflow section in the browser: the drawing and the list say the same, and errors stand at their part."""

import json
import re

import pytest

from runtime.storage import spec_drafts
from tests.builder.drafting import keep_text
from tests.runtime.browsing import Browser, forms_of, texts_of
from tests.runtime.refunds import TOOL, refunds_tool

ROOT = f"/build/{TOOL}/workflow/"
EDIT = f"/build/{TOOL}/edit"


def send(browser: Browser, path: str, form_id: str, **given):
    """Posts one form of a page as it stands there, with other values."""
    page = browser.get(path).text
    at = page.index(f'id="{form_id}"')
    form = page[page.rindex("<form", 0, at) : page.index("</form>", at)] + "</form>"
    sent = forms_of(form)[EDIT].copy()
    for name, value in given.items():
        sent.setlist(name, value if isinstance(value, list) else [value])
    return browser.post(EDIT, sent)


def document_of(services):
    with services.db.read() as conn:
        return spec_drafts.load(conn, TOOL).document


def test_the_list_and_the_drawing_hold_the_same(browser_of):
    page = browser_of("bo").get(f"{ROOT}refund/").text
    drawn = page[
        page.index('<svg class="flow-drawing') : page.index("</svg>", page.index("flow-drawing"))
    ]
    listed = page[page.index("flow-lines") : page.index("flow-drawing")]
    for kind, number in (("states", 5), ("transitions", 5)):
        links = set(re.findall(rf'href="({ROOT}refund/{kind}/\w+/)"', drawn))
        assert links == set(re.findall(rf'href="({ROOT}refund/{kind}/\w+/)"', listed))
        assert len(links) == number


def test_each_part_has_a_panel_and_is_marked_in_both(browser_of):
    browser = browser_of("bo")
    for part in ("states/open/", "transitions/pay/"):
        page = browser.get(f"{ROOT}refund/{part}").text
        assert f'href="{ROOT}refund/{part}" aria-current="true"' in page
        assert " chosen" in page[page.index("flow-drawing") :]


def test_what_is_not_there_leads_to_the_section(browser_of):
    browser = browser_of("bo")
    for part in ("refund/states/nowhere/", "refund/transitions/none/", "memo/"):
        assert browser.get(f"{ROOT}{part}").location == ROOT


def test_a_form_without_a_workflow_starts_with_one_click(browser_of, refunds):
    browser = browser_of("bo")
    assert "Start with New → In progress → Done" in texts_of(browser.get(ROOT).text)
    assert send(browser, ROOT, "start-memo").status_code == 303
    assert [flow["form"] for flow in document_of(refunds)["workflows"]] == ["refund", "memo"]
    assert "3 states, 2 transitions" in texts_of(browser.get(ROOT).text)


def test_an_edit_in_the_panel(browser_of, refunds):
    path = f"{ROOT}refund/transitions/start/"
    assert send(browser_of("bo"), path, "way-roles", roles=["lead"]).status_code == 303
    assert document_of(refunds)["workflows"][0]["transitions"][0]["roles"] == ["lead"]


def test_what_cannot_be_is_said_where_it_was_typed(browser_of):
    path = f"{ROOT}refund/transitions/start/"
    answer = send(browser_of("bo"), path, "way-shortcut", shortcut="§")
    assert answer.status_code == 422
    assert "One letter or digit" in answer.text


def test_an_unreachable_state_says_so_beside_itself_and_is_mended_there(browser_of, refunds):
    browser = browser_of("bo")
    send(browser, f"{ROOT}refund/", "state-add", title="Parked", source="")
    path = f"{ROOT}refund/states/parked/"
    page = browser.get(path).text
    assert "no transition leads from &#39;New&#39; to the state &#39;Parked&#39;" in page
    assert "records never get out of the state" in page
    send(browser, path, "mend-reach", **{"from": "open"})
    send(browser, path, "mend-end", category="done")
    assert "problems-here" not in browser.get(path).text
    assert document_of(refunds)["workflows"][0]["transitions"][-1]["to"] == "parked"


def test_a_transition_that_nobody_may_take_says_so_and_is_mended(browser_of, refunds):
    browser = browser_of("bo")
    path = f"{ROOT}refund/transitions/pay/"
    assert "Nobody may take it" not in browser.get(path).text
    document = refunds_tool()
    document["roles"] = [role for role in document["roles"] if role["key"] != "lead"]
    document["workflows"][0]["transitions"][3]["roles"] = ["reporter"]
    keep_text(browser, TOOL, json.dumps(document))
    assert "Nobody may take it" in browser.get(path).text
    send(browser, path, "mend-roles", roles=["operator"])
    assert "Nobody may take it" not in browser.get(path).text


def test_a_state_tells_what_goes_with_it(browser_of):
    page = texts_of(browser_of("bo").get(f"{ROOT}refund/states/waiting/").text)
    assert "filter of the view To do" in page
    assert "where Resume starts" in page


def test_conditions_are_said_in_words(browser_of):
    page = browser_of("bo").get(f"{ROOT}refund/transitions/pay/").text
    assert "Score is below 50" in texts_of(page)
    assert 'value="Somebody else must pay it"' in page


@pytest.mark.parametrize(
    "broken",
    [
        {"workflows": 7},
        {"workflows": [None, {"form": "refund", "states": [1, {"key": 2}], "transitions": {}}]},
        {"workflows": [{"form": "refund", "initial": 5, "states": [{"key": "a"}, {"key": "a"}]}]},
        {"workflows": [{"form": "refund", "transitions": [{"key": "t", "from": "x", "to": []}]}]},
        {"forms": None},
    ],
)
def test_a_broken_draft_is_drawn_as_far_as_it_goes(browser_of, broken):
    browser = browser_of("bo")
    keep_text(browser, TOOL, json.dumps(refunds_tool() | broken))
    assert browser.get(ROOT).status_code == 200
    assert browser.get(f"{ROOT}refund/").status_code in (200, 303)


def test_problems_lead_to_the_part(browser_of):
    browser = browser_of("bo")
    document = refunds_tool()
    document["workflows"][0]["transitions"][0]["to"] = "nowhere"
    keep_text(browser, TOOL, json.dumps(document))
    assert f'href="{ROOT}refund/transitions/start/"' in browser.get(f"/build/{TOOL}/").text
