"""A second person looks at what widens rights or loses values, and at everything where a tool asks."""

import json
from copy import deepcopy
from html import unescape

import pytest

from runtime.accounts import Amendment
from runtime.storage import spec_drafts, tools
from tests.builder.drafting import keep_text, publish
from tests.runtime.browsing import forms_of, texts_of
from tests.runtime.refunds import TOOL, refunds_tool

PUBLISH = f"/build/{TOOL}/publish/"
REVIEW = f"{PUBLISH}review"


def keep(browser, change):
    document = deepcopy(refunds_tool())
    change(document)
    return keep_text(browser, TOOL, json.dumps(document))


def widened(document):
    viewer = next(role for role in document["roles"] if role["key"] == "viewer")
    viewer["grants"][0]["can"] = ["read", "edit"]


def say(browser, kind, body="", **more):
    form = forms_of(browser.get(PUBLISH).text).get(REVIEW, {})
    sent = {"_sequence": form.get("_sequence", "0"), "do": kind, "body": body, **more}
    return browser.post(REVIEW, sent)


def page_of(browser):
    return unescape(texts_of(browser.get(PUBLISH).text))


def notes(services):
    with services.db.read() as conn:
        tool = tools.by_key(conn, TOOL)
        return [info.note for info in tools.versions(conn, tool.id)]


def test_wider_rights_are_published_once_a_second_person_agreed(browser_of, refunds):
    bo, rex = browser_of("bo"), browser_of("rex")
    keep(bo, widened)
    assert "Somebody may see or do other things than before" in page_of(bo)
    refused = publish(bo, TOOL)
    assert refused.status_code == 422
    assert "A second person has to look at it first" in refused.text
    assert say(bo, "asked", "Viewers mend typos").status_code == 303
    assert "Viewers mend typos" in page_of(rex)
    assert "A second look is asked for" in rex.get("/build/").text
    assert "A second look is asked for" not in bo.get("/build/").text, "who asks waits"
    assert publish(rex, TOOL).status_code == 422
    assert say(rex, "approved", "Fine").status_code == 303
    assert "A second look is asked for" not in rex.get("/build/").text
    assert publish(bo, TOOL, note="Typos").status_code == 303
    assert notes(refunds)[0] == "Typos. Approved by Rex Refunds"


def test_nobody_agrees_with_what_is_their_own(browser_of, refunds):
    bo, rex = browser_of("bo"), browser_of("rex")
    keep(bo, widened)
    say(bo, "asked")
    page = page_of(bo)
    assert "It waits for one of these: Ada Min, Rex Refunds" in page
    sequence = forms_of(bo.get(PUBLISH).text)[PUBLISH]["_sequence"]
    assert say(bo, "approved", _sequence=sequence).status_code == 409
    keep(rex, lambda document: (widened(document), document.update(title="Money back")))
    say(bo, "asked")
    sequence = forms_of(rex.get(PUBLISH).text)[PUBLISH]["_sequence"]
    assert say(rex, "approved", _sequence=sequence).status_code == 409
    assert publish(bo, TOOL).status_code == 422


def test_another_edit_asks_for_another_look(browser_of, refunds):
    bo, rex = browser_of("bo"), browser_of("rex")
    keep(bo, widened)
    say(bo, "asked")
    seen = forms_of(rex.get(PUBLISH).text)[REVIEW]["_sequence"]
    keep(bo, lambda document: (widened(document), document.update(title="Money back")))
    assert say(rex, "approved", _sequence=seen).status_code == 409
    say(bo, "asked")
    say(rex, "approved")
    keep(bo, widened)
    assert publish(bo, TOOL).status_code == 422


def test_a_draft_is_sent_back_with_a_word(browser_of, refunds):
    bo, rex = browser_of("bo"), browser_of("rex")
    keep(bo, widened)
    say(bo, "asked")
    say(rex, "returned", "Only the notes, please")
    assert "Only the notes, please" in page_of(bo)
    assert publish(bo, TOOL).status_code == 422
    assert say(bo, "asked").status_code == 303


def test_who_builds_alone_publishes_alone_and_the_history_says_so(browser_of, refunds):
    for name in ("rex", "ada"):
        refunds.accounts.change(name, Amendment(columns={"is_active": False}))
    bo = browser_of("bo")
    keep(bo, widened)
    assert "Nobody else builds this tool" in page_of(bo)
    assert publish(bo, TOOL).status_code == 303
    assert notes(refunds)[0] == "Nobody else could look at it"


def test_what_is_harmless_needs_no_second_look(browser_of, refunds):
    bo = browser_of("bo")
    keep(bo, lambda document: document.update(title="Money back"))
    assert publish(bo, TOOL).status_code == 303
    assert notes(refunds)[0] == ""


def test_a_tool_asks_for_it_with_every_version_even_to_ask_no_more(browser_of, refunds):
    refunds.published.publish(refunds_tool() | {"review": True}, by="system")
    bo = browser_of("bo")
    keep(bo, lambda document: document.update(title="Money back"))
    assert "This tool asks for it with every version" in page_of(bo)
    assert publish(bo, TOOL).status_code == 422


@pytest.mark.parametrize(("value", "kept"), [("every", True), ("", None)])
def test_the_setting_is_an_edit(browser_of, refunds, value, kept):
    bo = browser_of("bo")
    page = bo.get(PUBLISH).text
    at = page.index('value="tool.review"')
    form = page[page.rindex("<form", 0, at) : page.index("</form>", at)] + "</form>"
    edit = f"/build/{TOOL}/edit"
    sent = forms_of(form)[edit]
    sent["review"] = value
    answer = bo.post(edit, sent)
    assert answer.status_code == 303, texts_of(answer.text)
    with refunds.db.read() as conn:
        draft = spec_drafts.load(conn, TOOL)
    assert (draft.document.get("review") if draft else None) is kept


def test_whoever_does_not_build_says_nothing(browser_of, refunds):
    keep(browser_of("bo"), widened)
    assert browser_of("lena").post(REVIEW, {"do": "asked"}).status_code == 404
