"""Changing a tool with records in the browser: what is said, what is asked, what is watched."""

import json
import re
from copy import deepcopy
from html import unescape

import pytest

from builder.publishing.steps_said import steps_said
from form_specs.migrations import is_open
from runtime.gate import Origin
from tests.builder.drafting import keep_text, look, publish
from tests.runtime.browsing import forms_of, texts_of
from tests.runtime.opening import Desk
from tests.runtime.refunds import TOOL, refunds_tool

SPEC = f"/build/{TOOL}/"
CONVERT = {
    "do": "convert",
    "form": "refund",
    "field": "origin",
    "formats": ["%d.%m.%Y"],
    "onError": "reject",
}


def with_days():
    document = deepcopy(refunds_tool())
    properties = document["forms"][0]["schema"]["properties"]
    properties["origin"] = {
        "type": "string",
        "format": "date",
        "title": "Origin",
        "x-ops": {"type": "date"},
    }
    return json.dumps(document)


def migration(*steps):
    head = {"ops": "1", "kind": "migration", "tool": TOOL, "from": 1, "to": 2}
    return json.dumps(head | {"steps": [*steps]})


@pytest.fixture
def desk(refunds):
    refunds.migrations.grace = 0.0
    desk = Desk(refunds)
    for merchant, origin in (("Acme", "24.11.2026"), ("Bolt", "once")):
        values = desk.typed(merchant=merchant, origin=origin)
        refunds.gate.create(desk.program(), values, Origin("cli"))
    return desk


def post(browser, do, **data):
    keep_text(browser, TOOL, with_days())
    return publish(browser, TOOL, do, **data)


def test_the_change_is_said_in_words_and_a_migration_is_offered(browser_of, desk):
    page = unescape(post(browser_of("bo"), "check").text)
    assert "Origin: type 'Text' is now 'Date'; values that do not fit are listed" in page
    assert "2 open records hold a value" in page
    assert '"do": "convert"' in page
    assert 'value="refund/origin/type"' in page


def test_the_steps_are_asked_about_and_their_text_is_folded(browser_of, desk):
    page = unescape(post(browser_of("bo"), "check").text)
    assert "Origin, where a value does not fit" in page
    assert '<details class="spec-migration" id="spec-steps">' in page
    steps = [{"do": "drop", "form": "refund", "field": "origin"}]
    assert steps_said(steps, refunds_tool(), refunds_tool()) == [
        "Origin: the value is taken off; the history keeps it"
    ]


@pytest.mark.parametrize(
    ("step", "said", "asks"),
    [
        ({"do": "fill", "field": "score", "value": 5}, "Score: where it is empty, 5", False),
        ({"do": "fill", "field": "score", "value": None}, "say below what it becomes", True),
        ({"do": "fill", "field": "origin", "from": "merchant"}, "as Merchant is", False),
        ({"do": "map", "field": "region", "map": {"hq": "north"}}, "Head office → North", False),
        ({"do": "map", "field": "region", "map": {"hq": "?"}}, "Head office → say below", True),
        ({"do": "mapState", "map": {"new": "open"}}, "State: New → Open", False),
        ({"do": "mapState", "map": {"new": None}}, "State: New → nothing", True),
        ({"do": "rename", "field": "origin", "to": "notes"}, "moves to Notes", False),
        ({"do": "convert", "field": "origin", "onError": "clear"}, "does not fit goes", False),
        ({"do": "merge", "fields": ["origin"], "into": "notes"}, "merge", False),
    ],
)
def test_each_step_has_words_and_what_is_left_to_say_is_known(step, said, asks):
    given = [{"form": "refund", **step}]
    assert said in steps_said(given, refunds_tool(), refunds_tool())[0]
    assert is_open(given[0]) is asks


def test_publishing_without_a_word_about_the_records_is_refused(browser_of, desk):
    answer = post(browser_of("bo"), "publish")
    assert answer.status_code == 422
    assert "what is to become of the records" in answer.text
    assert desk.tool.version == 1


def test_a_dry_run_shows_samples_and_who_cannot_follow(browser_of, desk):
    page = unescape(post(browser_of("ada"), "rehearse", migration=migration(CONVERT)).text)
    assert "1 of 2 records change, 1 stay as they are because they do not fit" in page
    assert "Origin: 24.11.2026" in page
    assert "Origin: 24 Nov 2026" in page
    assert "'once' is written in none of the formats" in page
    assert desk.tool.version == 1


def test_building_shows_nobody_records_that_are_not_theirs(browser_of, desk):
    page = unescape(post(browser_of("bo"), "rehearse", migration=migration(CONVERT)).text)
    assert "1 of 2 records change" in page
    assert "24.11.2026" not in page
    assert "'once'" not in page


def test_publishing_with_a_migration_leads_to_a_page_that_watches_it(browser_of, refunds, desk):
    browser = browser_of("ada")
    answer = post(browser, "publish", migration=migration(CONVERT), note="Days at last")
    assert answer.status_code == 303
    place = answer.headers["Location"]
    page = browser.get(place).text
    assert "Waiting" in page
    assert 'hx-trigger="every 1s"' in page
    assert "a record whose value does not fit stays as it is" in page
    refunds.migrations.work()
    page = unescape(browser.get(place).text)
    assert "1 of 2 records changed, one stays as it was" in page
    assert "none of the formats" in page
    assert "Why is told to those who may read the records." not in page
    assert "every 1s" not in page
    assert desk.tool.version == 2
    file = browser.get(f"{place}/rejects.csv")
    assert file.headers["Content-Type"].startswith("text/csv")
    assert "none of the formats" in file.text
    (told,) = re.findall(r'href="([^"]+)">[0-9a-z]{13}</a>: (\w+): ', page)
    assert browser.get(told[0]).status_code == 200
    assert "none of the formats" not in browser_of("bo").get(f"{place}/rejects.csv").text
    withheld = browser_of("bo").get(place).text
    assert "Why is told to those who may read the records." in withheld
    assert told[0] not in withheld
    assert "To version 2" in browser.get(f"{SPEC}migrations/").text


def test_the_history_of_a_record_tells_the_value_before_as_it_stood(browser_of, refunds, desk):
    browser = browser_of("ada")
    post(browser, "publish", migration=migration(CONVERT), note="Days at last")
    refunds.migrations.work()
    listed = browser.get(f"/t/{TOOL}/v/all?filter=merchant:eq:Acme").text
    (place,) = set(re.findall(rf'href="(/t/{TOOL}/f/refund/[0-9a-z]{{13}})', listed))
    page = texts_of(browser.get(place).text)
    assert "Origin: 24.11.2026 → 24 Nov 2026" in page
    assert "Unreadable" not in page


def test_a_dry_run_says_which_field_keeps_a_record_back_to_those_who_may_read_it(browser_of, desk):
    page = unescape(post(browser_of("ada"), "rehearse", migration=migration(CONVERT)).text)
    told = page.partition("Cannot follow")[2]
    assert re.search(r"</a>: \w+: [^<]*none of the formats", told)
    withheld = unescape(post(browser_of("bo"), "rehearse", migration=migration(CONVERT)).text)
    assert "none of the formats" not in withheld
    assert "Why is told to those who may read the records." in withheld


def test_a_waiting_migration_is_cancelled_and_nothing_happens(browser_of, refunds, desk):
    browser = browser_of("bo")
    place = post(browser, "publish", migration=migration(CONVERT)).headers["Location"]
    cancel = next(action for action in forms_of(browser.get(place).text) if "cancel" in action)
    assert browser.post(cancel, {}).status_code == 303
    refunds.migrations.work()
    assert "Cancelled" in browser.get(place).text
    assert desk.tool.version == 1


def test_steps_written_by_hand_are_kept_with_the_draft_for_all_its_builders(browser_of, desk):
    bo, ada = browser_of("bo"), browser_of("ada")
    keep_text(bo, TOOL, with_days())
    form = forms_of(bo.get(f"{SPEC}publish/").text)[f"{SPEC}publish/"]
    assert form["migration"].strip() == form["offered"].strip()
    written = migration(CONVERT)
    kept = bo.post(f"{SPEC}publish/steps", {"migration": written, "offered": form["offered"]})
    assert kept.status_code == 204
    page = ada.get(f"{SPEC}publish/").text
    assert forms_of(page)[f"{SPEC}publish/"]["migration"].strip() == written
    assert "is kept with the draft" in page

    anew = bo.post(f"{SPEC}publish/steps", {"do": "anew"})
    assert anew.status_code == 303
    form = forms_of(ada.get(f"{SPEC}publish/").text)[f"{SPEC}publish/"]
    assert form["migration"].strip() == form["offered"].strip()


def test_long_steps_are_kept_whole(browser_of, desk):
    bo = browser_of("bo")
    keep_text(bo, TOOL, with_days())
    written = migration(CONVERT) + " " * 300_000 + "{}"
    assert bo.post(f"{SPEC}publish/steps", {"migration": written}).status_code == 204

    page = browser_of("ada").get(f"{SPEC}publish/").text
    assert forms_of(page)[f"{SPEC}publish/"]["migration"].strip() == written


def test_steps_as_they_are_offered_follow_the_draft(browser_of, desk):
    browser = browser_of("bo")
    keep_text(browser, TOOL, with_days())
    form = forms_of(browser.get(f"{SPEC}publish/").text)[f"{SPEC}publish/"]
    publish(browser, TOOL, "check", migration=form["migration"], offered=form["offered"])
    keep_text(browser, TOOL, json.dumps(refunds_tool() | {"title": "Refunds of May"}))
    assert "is kept with the draft" not in browser.get(f"{SPEC}publish/").text


def test_kept_steps_go_once_their_version_is_in_force(browser_of, refunds, desk):
    browser = browser_of("bo")
    post(browser, "publish", migration=migration(CONVERT))
    refunds.migrations.work()
    assert desk.tool.version == 2
    keep_text(browser, TOOL, json.dumps(refunds_tool()))
    page = browser.get(f"{SPEC}publish/").text
    assert '"from": 2' in unescape(page)
    assert "is kept with the draft" not in page


def test_a_second_change_waits_for_the_first(browser_of, desk):
    browser = browser_of("bo")
    post(browser, "publish", migration=migration(CONVERT))
    page = browser.get(f"{SPEC}publish/").text
    assert "Records are being brought to another version just now" in page
    assert 'value="publish"' not in page
    answer = post(browser, "publish", migration=migration(CONVERT))
    assert answer.status_code == 409
    assert "are being migrated" in answer.text


def test_a_migration_that_is_none_stays_in_its_field_with_what_is_wrong(browser_of, desk):
    for text, said in (
        *(("{", "cannot be read"), ("{}", "/steps")),
        (migration({"do": "fly"}), "/steps/0/do"),
    ):
        answer = post(browser_of("bo"), "publish", migration=text)
        assert answer.status_code == 422
        assert said in unescape(answer.text)
        assert text.split('"steps"')[0] in unescape(answer.text)


def test_what_is_lost_is_accepted_by_name(browser_of, refunds, desk):
    document = json.loads(with_days())
    form = document["forms"][0]
    del form["schema"]["properties"]["origin"]
    form["layouts"] = {}
    for role in document["roles"]:
        for grant in role["grants"]:
            grant.get("fields", {}).pop("origin", None)
    browser = browser_of("bo")
    keep_text(browser, TOOL, json.dumps(document))
    assert "I know that these values are lost" in publish(browser, TOOL).text
    answer = publish(browser, TOOL, accept="refund/origin", note=" ")
    assert answer.status_code == 422
    assert "Write why, for the history" in answer.text
    assert "A second person" in publish(browser, TOOL, accept="refund/origin", note="x").text
    look(browser, browser_of("rex"))
    answer = publish(browser, TOOL, accept="refund/origin", note="Never used")
    assert answer.status_code == 303
    refunds.migrations.work()
    assert "origin" not in desk.tool.forms["refund"].fields
    assert (
        "Never used. Approved by Rex Refunds. Accepted: refund/origin"
        in browser.get(f"{SPEC}versions/").text
    )


def test_whoever_does_not_build_watches_no_migration(browser_of, desk):
    place = post(browser_of("bo"), "publish", migration=migration(CONVERT)).headers["Location"]
    browser = browser_of("lena")
    for path in (place, f"{place}/rejects.csv", f"{SPEC}migrations/"):
        assert browser.get(path).status_code == 404
    assert browser.post(f"{place}/cancel", {}).status_code == 404
