"""Giving the draft to some first, on the page for publishing: chosen, watched, given to all, taken back."""

import json
from copy import deepcopy
from html import unescape

import pytest

from runtime.gate import Origin
from runtime.storage import pilots, tools
from runtime.storage.ids import encode_id
from tests.builder.drafting import keep_text, look, publish
from tests.runtime.browsing import forms_of, texts_of
from tests.runtime.opening import Desk
from tests.runtime.refunds import REFUND, TOOL, refunds_tool

PUBLISH = f"/build/{TOOL}/publish/"
MEMO = {"type": "string", "title": "Memo", "maxLength": 80, "x-ops": {"type": "text"}}


def noted(document):
    form = document["forms"][0]
    form["schema"]["properties"]["memo"] = MEMO
    for layout in form["layouts"].values():
        layout[0]["fields"] = [*layout[0]["fields"], "memo"]


def keep(browser, change=noted):
    document = deepcopy(refunds_tool())
    change(document)
    return keep_text(browser, TOOL, json.dumps(document))


def page_of(browser):
    return unescape(texts_of(browser.get(PUBLISH).text))


def standing(services):
    with services.db.read() as conn:
        tool = tools.by_key(conn, TOOL)
        return tool.current_version, tool.pilot_version


@pytest.fixture
def bo(browser_of):
    return browser_of("bo")


@pytest.fixture
def record(refunds):
    desk = Desk(refunds)
    made = desk.gate.create(desk.access("lena"), desk.typed(merchant="Shop"), Origin("seed"))
    return f"/t/{TOOL}/f/{REFUND}/{encode_id(made.record_id)}"


def ended(browser, number, how):
    return browser.post(f"{PUBLISH}pilot/{number}/{how}")


# -- starting -------------------------------------------------------------------------------


def test_a_draft_is_given_to_the_people_who_are_chosen(bo, browser_of, refunds, record):
    keep(bo)
    answer = publish(bo, TOOL, "pilot", people=["olga", "otto"], share="0", note="Try the memo")
    assert answer.status_code == 303
    assert standing(refunds) == (1, 2)
    assert 'name="memo"' in browser_of("olga").get(record).text
    assert 'name="memo"' not in browser_of("lena").get(record).text
    page = page_of(bo)
    assert "Version 2 on trial" in " ".join(page.split())
    assert "With Olga Ops, Otto Ops." in page
    assert "Try the memo" in page


def test_a_share_of_the_records_alone_will_do(bo, refunds):
    keep(bo)
    assert publish(bo, TOOL, "pilot", share="25").status_code == 303
    assert "With 25 of each 100 records." in page_of(bo)


def test_a_share_of_a_list_is_chosen_and_compared_with_the_others_of_it(
    bo, browser_of, refunds, record
):
    keep(bo)
    form = forms_of(bo.get(PUBLISH).text)[PUBLISH]
    assert form["view"] == "", "all records, until a list is chosen"
    assert publish(bo, TOOL, "pilot", share="100", view="queue").status_code == 303
    page = " ".join(page_of(bo).split())
    assert "With 100 of each 100 of To do." in page
    assert "Compared is what was done to records of To do" in page
    assert 'name="memo"' in browser_of("otto").get(record).text
    form = forms_of(bo.get(PUBLISH).text)[f"{PUBLISH}pilot/2"]
    assert (form["share"], form["view"]) == ("100", "queue")
    assert bo.post(f"{PUBLISH}pilot/2", {"share": "100", "view": ""}).status_code == 303
    assert "With 100 of each 100 records." in page_of(bo)
    ended(bo, 2, "withdraw")
    assert "Tried by 100 of each 100 records" in texts_of(bo.get(f"/build/{TOOL}/versions/").text)


def test_lists_of_which_no_share_can_be_had_say_why(bo, refunds):
    keep(bo)
    page = page_of(bo)
    assert "With a secret: it asks for Secret, which Operator may not know" in page
    answer = publish(bo, TOOL, "pilot", share="10", view="known")
    assert answer.status_code == 422
    assert "No share of With a secret" in unescape(answer.text)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"share": "0", "view": "queue", "people": ["olga"]}, "of each 100 records of the list"),
        ({"share": "10", "view": "<b>"}, "has no list '<b>'"),
        ({"share": "0"}, "Choose who is to have it"),
        ({}, "Choose who is to have it"),
        ({"share": "101"}, "a number from 0 to 100"),
        ({"share": "-1"}, "a number from 0 to 100"),
        ({"share": "9" * 5000}, "a number from 0 to 100"),
        ({"share": "many"}, "a number from 0 to 100"),
        ({"share": "٣"}, "a number from 0 to 100"),
        ({"share": "0", "people": ["nils"]}, "has no role in this tool any more"),
        ({"share": "0", "people": ["<b>"]}, "has no role in this tool any more"),
    ],
)
def test_who_is_to_have_it_is_asked_for_until_it_is_clear(bo, refunds, asked, said):
    keep(bo)
    answer = publish(bo, TOOL, "pilot", note="Kept", **asked)
    assert answer.status_code == 422
    assert said in unescape(answer.text)
    again = forms_of(answer.text)[PUBLISH]
    assert again["note"] == "Kept"
    assert again["share"] == asked.get("share", "0")
    assert standing(refunds) == (1, 0)


def test_what_is_for_all_or_nobody_says_why_and_offers_no_trial(bo, refunds):
    def require(document):
        document["forms"][0]["schema"]["required"].append("score")

    keep(bo, require)
    page = page_of(bo)
    assert "This draft is for all or for nobody" in page
    assert "Score: is required now" in page
    assert "Give it to them" not in page
    assert publish(bo, TOOL, "pilot", people=["olga"]).status_code == 422
    assert standing(refunds) == (1, 0)


def test_a_trial_needs_the_second_look_that_publishing_needs(bo, browser_of, refunds):
    def widen(document):
        viewer = next(role for role in document["roles"] if role["key"] == "viewer")
        viewer["grants"][0]["can"] = ["read", "edit"]

    keep(bo, widen)
    refused = publish(bo, TOOL, "pilot", people=["olga"])
    assert refused.status_code == 422
    assert "A second person has to look at it first" in refused.text
    look(bo, browser_of("rex"))
    assert publish(bo, TOOL, "pilot", people=["olga"]).status_code == 303


def test_who_may_not_build_has_no_say(bo, browser_of, refunds):
    keep(bo)
    publish(bo, TOOL, "pilot", people=["olga"])
    for way in ("", "/adopt", "/withdraw"):
        assert browser_of("lena").post(f"{PUBLISH}pilot/2{way}").status_code == 404
    assert standing(refunds) == (1, 2)


# -- while it runs --------------------------------------------------------------------------


def test_how_it_goes_stands_beside_how_the_others_do(bo, browser_of, refunds, record):
    keep(bo)
    publish(bo, TOOL, "pilot", people=["olga"])
    for name, score in (("olga", "7"), ("otto", "8"), ("otto", "1000")):
        browser = browser_of(name)
        form = browser.form(record)
        form["score"] = score
        if score == "1000":
            form["merchant"] = ""  # two reasons, one refused save
        browser.post(record, form)
    cells = " ".join(texts_of(bo.get(PUBLISH).text).split())
    assert "People at work 1 1 Records 1 1 Changes saved 1 1" in cells
    assert "Refused saves 0 of 1 (0 %) 1 of 2 (50 %)" in cells
    assert "Score: a value that does not fit 0 1" in cells


def test_steps_and_ways_back_are_counted_by_the_version_they_were_taken_by(
    bo, browser_of, refunds, record
):
    keep(bo)
    publish(bo, TOOL, "pilot", people=["lena"])
    hold = {"due_on": "2026-12-01", "_comment": "Waits for papers"}
    for name, way, typed in (
        ("lars", "start", {}),
        ("lena", "hold", hold),
        ("lena", "resume", {}),
    ):
        sent = {"_version": browser_of(name).form(record)["_version"], **typed}
        assert browser_of(name).post(f"{record}/transitions/{way}", sent).status_code == 303
    cells = " ".join(texts_of(bo.get(PUBLISH).text).split())
    assert "1 of 2 (50 %) 0 of 1 (0 %)" in cells


def test_others_can_be_chosen_while_it_runs_and_bad_input_is_kept(bo, refunds):
    keep(bo)
    publish(bo, TOOL, "pilot", people=["olga"])
    place = f"{PUBLISH}pilot/2"
    wrong = bo.post(place, {"people": ["otto"], "share": "all"})
    assert wrong.status_code == 422
    assert forms_of(wrong.text)[place].getlist("people") == ["otto"]
    assert forms_of(wrong.text)[place]["share"] == "all"
    assert bo.post(place, {"people": ["otto", "lars"], "share": "5"}).status_code == 303
    assert "With Lars Ops, Otto Ops and 5 of each 100 records." in page_of(bo)


def test_nothing_else_is_published_and_the_draft_can_be_changed(bo, browser_of, refunds):
    keep(bo)
    publish(bo, TOOL, "pilot", people=["olga"])
    page = bo.get(PUBLISH).text
    assert 'value="publish"' not in page
    assert "Nothing else is published until" in page
    keep(bo, lambda document: (noted(document), document.update(title="Money back")))
    assert "The draft was changed since" in page_of(bo)
    form = forms_of(bo.get(PUBLISH).text)[PUBLISH]
    answer = bo.post(PUBLISH, {"_sequence": form["_sequence"], "do": "publish"})
    assert answer.status_code == 409
    assert "Version 2 is on trial" in answer.text


# -- its end --------------------------------------------------------------------------------


def test_it_is_given_to_all_and_the_draft_is_what_is_in_force(bo, browser_of, refunds, record):
    keep(bo)
    publish(bo, TOOL, "pilot", people=["olga"])
    assert ended(bo, 2, "adopt").status_code == 303
    assert standing(refunds) == (2, 0)
    assert 'name="memo"' in browser_of("lars").get(record).text
    assert 'value="publish"' not in bo.get(PUBLISH).text, "the draft is no change any more"


def test_what_the_draft_changed_since_stays_when_it_is_given_to_all(bo, refunds):
    keep(bo)
    publish(bo, TOOL, "pilot", people=["olga"])
    keep(bo, lambda document: (noted(document), document.update(title="Money back")))
    ended(bo, 2, "adopt")
    assert publish(bo, TOOL).status_code == 303
    assert standing(refunds) == (3, 0)


def test_it_is_taken_back_and_the_draft_can_be_mended(bo, browser_of, refunds, record):
    keep(bo)
    publish(bo, TOOL, "pilot", people=["olga"])
    assert ended(bo, 2, "withdraw").status_code == 303
    assert 'name="memo"' not in browser_of("olga").get(record).text
    assert "on trial" not in page_of(bo)
    assert publish(bo, TOOL).status_code == 303
    assert standing(refunds) == (3, 0)


def test_what_has_ended_meanwhile_says_so(bo, browser_of, refunds):
    keep(bo)
    publish(bo, TOOL, "pilot", people=["olga"])
    ended(browser_of("rex"), 2, "withdraw")
    for how in ("adopt", "withdraw"):
        answer = ended(bo, 2, how)
        assert answer.status_code == 422
        assert "That has ended meanwhile" in answer.text


def test_the_versions_say_what_was_tried_and_what_came_of_it(bo, refunds):
    keep(bo)
    publish(bo, TOOL, "pilot", people=["olga"])
    versions = f"/build/{TOOL}/versions/"
    assert "on trial" in bo.get(versions).text
    ended(bo, 2, "withdraw")
    page = " ".join(texts_of(bo.get(versions).text).split())
    assert "tried and taken back" in page
    assert "Tried by Olga Ops; taken back by Bo Builder, now" in page
    publish(bo, TOOL, "pilot", people=["olga"])
    ended(bo, 3, "adopt")
    page = " ".join(texts_of(bo.get(versions).text).split())
    assert "Version 3 in force" in page
    with refunds.db.read() as conn:
        found = pilots.listed(conn, tools.by_key(conn, TOOL).id)
    assert [pilot.outcome for pilot in found.values()] == ["withdrawn", "adopted"]
