"""The versions of a tool: compared side by side, brought back, spoken about."""

import json
from copy import deepcopy
from html import unescape

import pytest

from builder.publishing.comparing import side_by_side
from runtime.storage import spec_remarks
from runtime.storage.spec_remarks import Remark, RemarkKind
from tests.builder.drafting import keep_text
from tests.runtime.browsing import texts_of
from tests.runtime.refunds import TOOL, refunds_tool

VERSIONS = f"/build/{TOOL}/versions/"


def changed(change):
    document = deepcopy(refunds_tool())
    change(document)
    return document


def shortened(document):
    document["forms"][0]["schema"]["properties"]["merchant"]["maxLength"] = 80
    document["views"][0]["title"] = "Everything"


def test_parts_are_told_by_what_people_call_them():
    before = refunds_tool()
    parts = {part.title: part for part in side_by_side(before, changed(shortened))}
    field = next(part for title, part in parts.items() if "Merchant" in title)
    pairs = [(line.before, line.after) for line in field.lines if line.kind == "changed"]
    assert pairs == [('  "maxLength": 200,', '  "maxLength": 80,')]
    assert "Everything" in parts


def test_what_comes_goes_or_moves_is_told_as_such():
    def change(document):
        document["views"].append({**document["views"].pop(0), "key": "new", "title": "New"})
        document["roles"].reverse()

    kinds = {part.kind for part in side_by_side(refunds_tool(), changed(change))}
    assert kinds == {"added", "removed", "moved"}


def test_the_same_document_has_no_parts():
    assert side_by_side(refunds_tool(), refunds_tool()) == []


@pytest.fixture
def published(refunds):
    refunds.published.publish(changed(shortened), by="bo", note="Shorter names")
    return refunds


def test_any_two_versions_stand_side_by_side_in_words_and_lines(browser_of, published):
    page = unescape(browser_of("bo").get(f"{VERSIONS}compare?from=1&to=2").text)
    assert "Merchant: the greatest length was 200 and is 80 now" in page
    assert '"maxLength": 200' in page
    assert '"maxLength": 80' in page
    assert '"title": "Merchant"' in page


def test_the_draft_is_compared_though_it_has_errors(browser_of, published):
    browser = browser_of("bo")
    document = changed(shortened)
    document["views"][0]["form"] = "nowhere"
    keep_text(browser, TOOL, json.dumps(document))
    page = unescape(browser.get(f"{VERSIONS}compare").text)
    assert '"form": "nowhere"' in page
    assert "Once the draft has no errors" in page


def test_a_version_that_there_is_not_is_compared_with_nothing(browser_of, published):
    assert browser_of("bo").get(f"{VERSIONS}compare?from=1&to=9").status_code == 404
    assert browser_of("olga").get(f"{VERSIONS}compare?from=1&to=2").status_code == 404


def test_the_history_says_who_and_why_and_leads_to_what_changed(browser_of, published):
    page = texts_of(browser_of("bo").get(VERSIONS).text)
    assert "Bo Builder" in page
    assert "Shorter names" in page
    assert "from=1&amp;to=2" in browser_of("bo").get(VERSIONS).text


def test_a_version_is_brought_back_and_that_is_undone(browser_of, published):
    browser = browser_of("bo")
    assert browser.post(f"{VERSIONS}1/restore", {}).status_code == 303
    page = browser.get(f"/build/{TOOL}/").text
    assert "since version 2" in page
    assert "Bring back version 1" in page
    browser.post(f"/build/{TOOL}/undo", {})
    assert "As in version 2" in browser.get(f"/build/{TOOL}/").text


def test_versions_and_the_draft_are_spoken_about(browser_of, published):
    browser = browser_of("bo")
    browser.post(f"{VERSIONS}remarks", {"version": "2", "body": "Why so <short>?"})
    browser.post(f"{VERSIONS}remarks", {"version": "2", "body": "  "})
    page = texts_of(browser_of("rex").get(f"{VERSIONS}2").text)
    assert "Why so <short>?" in page
    assert "One remark" in browser.get(VERSIONS).text
    assert "Why so" not in browser.get(f"{VERSIONS}1").text
    keep_text(browser, TOOL, json.dumps(changed(lambda d: d.update(title="Money back"))))
    browser.post(f"{VERSIONS}remarks", {"version": "0", "body": "Not ready"})
    assert "Not ready" in browser.get(VERSIONS).text
    assert browser.post(f"{VERSIONS}remarks", {"version": "9", "body": "x"}).status_code == 404
    assert browser_of("olga").post(f"{VERSIONS}remarks", {"body": "x"}).status_code == 404


def test_remarks_are_kept_in_their_order(refunds):
    for number in (1, 2):
        remark = Remark(number, TOOL, 1, 0, "bo", number, RemarkKind.COMMENT, f"No. {number}")
        with refunds.db.write() as conn:
            spec_remarks.add(conn, remark)
    with refunds.db.read() as conn:
        found = spec_remarks.listed(conn, TOOL)
    assert [remark.body for remark in found] == ["No. 2", "No. 1"]
