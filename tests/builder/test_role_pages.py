"""The Roles section in the browser."""

import json

import pytest

from tests.builder.drafting import keep_text
from tests.builder.test_workflow_pages import document_of, send
from tests.runtime.browsing import texts_of
from tests.runtime.refunds import TOOL, refunds_tool

ROOT = f"/build/{TOOL}/roles/"


def test_each_cell_is_a_control_with_a_name_of_its_own(browser_of):
    page = " ".join(browser_of("bo").get(ROOT).text.split())
    assert 'aria-label="Export: Operator"' in page
    assert 'name="field:card:operator" aria-label="Card: Operator"' in page
    assert 'aria-label="Pay: Lead" checked' in page


def test_a_form_has_a_matrix_of_its_own(browser_of):
    page = browser_of("bo").get(f"{ROOT}?form=memo").text
    assert 'name="can:read:lead"' in page
    assert "field:card" not in page


def test_a_cell_is_one_edit_and_differs_from_what_is_in_force(browser_of, refunds):
    browser = browser_of("bo")
    assert send(browser, ROOT, "rights", **{"can:export:viewer": "1"}).status_code == 303
    assert document_of(refunds)["roles"][1]["grants"][0]["can"] == ["read", "export"]
    page = browser.get(ROOT).text
    assert page.count("was: ") == 2
    assert "Change one right to Refund" in page


def test_what_would_open_a_part_to_everybody_is_refused_in_words(browser_of):
    answer = send(browser_of("bo"), ROOT, "rights", **{"way:pay:lead": []})
    assert answer.status_code == 422
    assert "Nobody could use Pay then" in answer.text


def test_a_role_says_what_it_sees(browser_of):
    browser = browser_of("bo")
    page = texts_of(browser.get(f"{ROOT}viewer/").text)
    assert "Sees Refunds where Region is not Head office" in page
    assert "Hands in Refunds without seeing any" in texts_of(browser.get(f"{ROOT}reporter/").text)
    assert "Sees all Refunds" in texts_of(browser.get(f"{ROOT}lead/").text)


def test_who_may_not_read_the_records_is_told_no_number(browser_of):
    page = texts_of(browser_of("bo").get(f"{ROOT}viewer/").text)
    assert "Head office:" not in page


def test_a_role_tells_where_it_is_used_and_who_has_it(browser_of):
    page = texts_of(browser_of("bo").get(f"{ROOT}lead/").text)
    assert "role that may take Pay" in page
    assert "Held by" in page


@pytest.mark.parametrize(
    "broken",
    [
        {"roles": 7},
        {
            "roles": [
                None,
                {"key": "a"},
                {"key": "b", "grants": [3, {"form": "refund", "can": "x"}]},
            ]
        },
        {"roles": [{"key": "a", "grants": [{"form": "refund", "can": ["read"], "fields": 4}]}]},
        {"forms": None},
    ],
)
def test_a_broken_draft_is_drawn_as_far_as_it_goes(browser_of, broken):
    browser = browser_of("bo")
    keep_text(browser, TOOL, json.dumps(refunds_tool() | broken))
    assert browser.get(ROOT).status_code == 200
    assert browser.get(f"{ROOT}a/").status_code in (200, 303)
