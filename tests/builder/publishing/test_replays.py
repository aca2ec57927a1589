"""A draft tried on the records: started, watched and read in the browser."""

import json
from copy import deepcopy
from html import unescape

import pytest

from runtime.gate import Origin
from tests.builder.doing import draft_of, press
from tests.builder.drafting import keep_text, publish
from tests.runtime.browsing import texts_of
from tests.runtime.opening import Desk
from tests.runtime.refunds import TOOL, refunds_tool

PUBLISH = f"/build/{TOOL}/publish/"


@pytest.fixture
def desk(refunds):
    desk = Desk(refunds)
    for merchant, score in (("Acme", 90), ("Bolt", 10)):
        values = desk.typed(merchant=merchant, score=score)
        refunds.gate.create(desk.program(), values, Origin("cli"))
    return desk


def keep(browser, change):
    document = deepcopy(refunds_tool())
    change(document)
    keep_text(browser, TOOL, json.dumps(document))


def at_most(limit):
    def change(document):
        document["forms"][0]["schema"]["properties"]["score"]["maximum"] = limit

    return change


def tried(browser, refunds, change):
    """The address of the report."""
    keep(browser, change)
    place = browser.post(f"{PUBLISH}replay").location
    refunds.replays.work()
    return place


def test_a_draft_is_tried_and_the_report_leads_to_the_records(browser_of, refunds, desk):
    browser = browser_of("ada")
    keep(browser, at_most(50))
    place = browser.post(f"{PUBLISH}replay").location
    waiting = unescape(browser.get(place).text)
    assert "Records are judged by the draft" in waiting
    assert 'hx-trigger="every 1s"' in waiting
    refunds.replays.work()
    page = unescape(browser.get(place).text)
    assert "1 of 2 records is touched; 1 could not be saved as it is" in page
    assert "Score is too large" in page
    assert f"/t/{TOOL}/f/refund/" in page
    assert "every 1s" not in page
    assert desk.tool.version == 1


def test_what_was_done_lately_is_judged_beside_the_records(browser_of, refunds, desk):
    browser = browser_of("ada")
    keep(browser, at_most(50))
    place = browser.post(f"{PUBLISH}replay", {"days": "7"}).location
    refunds.replays.work()
    page = unescape(browser.get(place).text)
    assert "1 of 2 changes of the last 7 days would have been otherwise" in page
    assert "Would have been refused" in page
    assert "Making it: Score is too large" in page
    assert page.count("Acme</a>") == 2
    assert "would have been otherwise" in browser.get(PUBLISH).text
    place = browser.post(f"{PUBLISH}replay", {"days": "0"}).location
    refunds.replays.work()
    assert "What was done lately" not in browser.get(place).text


def test_who_may_not_see_records_reads_reasons_and_numbers_alone(browser_of, refunds, desk):
    browser = browser_of("bo")
    page = browser.get(tried(browser, refunds, at_most(50))).text
    assert "Score is too large" in page
    assert "/t/refunds/f/" not in page


def test_a_report_is_marked_as_soon_as_the_draft_is_another(browser_of, refunds, desk):
    browser = browser_of("bo")
    place = tried(browser, refunds, at_most(50))
    assert "of an earlier draft" not in browser.get(PUBLISH).text
    keep(browser, at_most(40))
    assert "of an earlier draft" in browser.get(PUBLISH).text
    assert "The draft was changed since" in browser.get(place).text


def test_what_was_counted_of_all_records_lowers_a_class_and_says_so(
    browser_of, refunds, desk, monkeypatch
):
    monkeypatch.setattr("builder.publishing.spec_prospects.COUNTED", 0)
    browser = browser_of("bo")
    keep(browser, at_most(95))
    assert "not all were looked at" in browser.get(PUBLISH).text
    assert publish(browser, TOOL).status_code == 422
    tried(browser, refunds, at_most(95))
    assert "0 of 2 records affected: safe here" in browser.get(PUBLISH).text
    assert publish(browser, TOOL).status_code == 303
    assert desk.tool.version == 2


def test_a_replay_is_cancelled(browser_of, refunds, desk):
    browser = browser_of("bo")
    keep(browser, at_most(50))
    place = browser.post(f"{PUBLISH}replay").location
    assert browser.post(f"{place}/cancel", {}).status_code == 303
    refunds.replays.work()
    assert "It was cancelled" in browser.get(place).text


def test_a_draft_with_errors_is_not_tried(browser_of, refunds, desk):
    browser = browser_of("bo")
    keep(browser, lambda document: document["views"][0].update(form="nowhere"))
    assert browser.post(f"{PUBLISH}replay").status_code == 422


def test_whoever_does_not_build_tries_and_reads_nothing(browser_of, refunds, desk):
    place = tried(browser_of("bo"), refunds, at_most(50))
    browser = browser_of("lena")
    assert browser.get(place).status_code == 404
    assert browser.post(f"{PUBLISH}replay").status_code == 404
    assert browser.post(f"{place}/cancel").status_code == 404


def only_score_50(document):
    viewer = next(role for role in document["roles"] if role["key"] == "viewer")
    viewer["grants"][0]["rows"] = {"field": "score", "op": "eq", "value": 50}


def test_a_view_that_reads_everything_is_told_with_the_index_that_would_help(
    browser_of, refunds, desk, monkeypatch
):
    monkeypatch.setattr("runtime.replaying.viewing._LARGE", 1)
    monkeypatch.setattr("runtime.storage.explaining._STEPS", 1)
    browser = browser_of("bo")
    place = tried(browser, refunds, only_score_50)
    page = texts_of(browser.get(place).text)
    assert "How long views take" in page
    assert "as Viewer, all 2 records looked at" in page
    assert "To do" in page
    assert "as Viewer, all 2 records looked at" in texts_of(
        browser.get(f"/build/{TOOL}/views/all").text
    )
    assert press(browser, PUBLISH, "index-all-score").status_code == 303
    score = draft_of(refunds)["forms"][0]["schema"]["properties"]["score"]
    assert score["x-ops"]["index"] is True
    assert "Score gets an index with the draft" in texts_of(browser.get(place).text)
    assert "index-all-score" not in browser.get(PUBLISH).text
