"""A tool loses a field while somebody types into it: the text is told and can be copied, nothing is dropped."""

from copy import deepcopy
from html import unescape

import pytest

from runtime.gate import Origin
from runtime.piloting import Chosen
from runtime.storage.ids import encode_id
from tests.runtime.browsing import Browser
from tests.runtime.opening import Desk, pages_of
from tests.runtime.refunds import REFUND, TOOL, refunds_tool

NEW = f"/t/{TOOL}/f/{REFUND}/new"
SAID = "it has no Memo any more"


def noted():
    tool = deepcopy(refunds_tool())
    form = tool["forms"][0]
    memo = {"type": "string", "title": "Memo", "maxLength": 80, "x-ops": {"type": "text"}}
    form["schema"]["properties"]["memo"] = memo
    for layout in form["layouts"].values():
        layout[0]["fields"] = [*layout[0]["fields"], "memo"]
    tool["workflows"][0]["transitions"][0] |= {"fields": ["memo", "score"]}
    return tool


@pytest.fixture
def services(make_services):
    found = make_services()
    found.published.publish(noted(), by="test")
    return found


@pytest.fixture
def olga(services):
    return Browser(pages_of(services), "olga")


@pytest.fixture
def record(services):
    desk = Desk(services)
    made = desk.gate.create(
        desk.access("lena"), desk.typed(merchant="Shop", memo="As it was"), Origin("seed")
    )
    return f"/t/{TOOL}/f/{REFUND}/{encode_id(made.record_id)}"


def take_away(services):
    services.published.publish(refunds_tool(), by="test")


def test_what_was_typed_into_a_field_that_went_is_told_once(services, olga, record):
    form = olga.form(record)
    form["memo"], form["score"] = "Call <them> back", "7"
    take_away(services)
    told = olga.post(record, form)
    assert told.status_code == 422
    assert SAID in told.text
    assert "“Call <them> back”" in unescape(told.text)
    again = olga.form(record)
    again["score"] = "7"
    assert olga.post(record, again).status_code == 303
    assert olga.form(record)["score"] == "7"


def test_who_typed_nothing_there_just_saves(services, olga, record):
    form = olga.form(record)
    form["score"] = "7"
    take_away(services)
    assert olga.post(record, form).status_code == 303


def test_a_new_record_and_a_step_tell_it_too(services, olga, record):
    new, step = olga.form(NEW), f"{record}/transitions/start"
    new["merchant"], new["memo"] = "Shop", "Ring twice"
    asked = olga.form(step)
    asked["memo"] = "Ring once"
    take_away(services)
    for path, form, typed in ((NEW, new, "Ring twice"), (step, asked, "Ring once")):
        told = olga.post(path, form)
        assert told.status_code == 422, path
        assert SAID in told.text
        assert typed in told.text


def test_a_draft_that_was_kept_tells_it_when_it_comes_back(services, olga, record):
    form = olga.form(record)
    form["memo"] = "Half a sentence"
    assert olga.post(f"{record}/draft", form).status_code == 204
    take_away(services)
    page = olga.get(record).text
    assert SAID in page
    assert "Half a sentence" in page


def test_a_trial_that_is_taken_back_loses_no_text(make_services):
    services = make_services()
    pilot = services.piloting.start(noted(), "ada", Chosen(frozenset({"olga"})))
    olga = Browser(pages_of(services), "olga")
    form = olga.form(NEW)
    form["merchant"], form["memo"] = "Shop", "Tried it"
    services.piloting.withdraw(TOOL, pilot.version, "ada")
    told = olga.post(NEW, form)
    assert told.status_code == 422
    assert "Tried it" in told.text


@pytest.mark.parametrize("number", ["0", "-1", "99", "many", ""])
def test_a_number_of_no_version_is_nobodys_business(services, olga, record, number):
    form = olga.form(record)
    form["memo"], form["_spec"] = "x", number
    take_away(services)
    assert olga.post(record, form).status_code == 303


def test_nobody_learns_of_a_former_field_that_was_kept_from_them(services, record):
    hidden = noted()
    operator = next(role for role in hidden["roles"] if role["key"] == "operator")
    operator["grants"][0]["fields"]["memo"] = "hidden"
    services.published.publish(hidden, by="test")
    olga = Browser(pages_of(services), "olga")
    form = olga.form(record)
    assert "memo" not in form
    form["memo"] = "guessed"
    take_away(services)
    answer = olga.post(record, form)
    assert answer.status_code == 303
    assert "Memo" not in answer.text
