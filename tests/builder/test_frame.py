"""The builder's frame: one draft for all, edits that meet, undo, and what others see of it."""

import json
from html import unescape

import pytest

from runtime.storage import spec_drafts
from tests.builder.drafting import draft_of
from tests.runtime.browsing import FRAGMENT, forms_of, texts_of
from tests.runtime.refunds import TOOL, refunds_tool

ROOT = f"/build/{TOOL}/"
EDIT = f"{ROOT}edit"


def title_form(browser, path=ROOT):
    """The form that renames the tool, as the page has it."""
    page = browser.get(path).text
    at = page.index('value="tool.title"')
    form = page[page.rindex("<form", 0, at) : page.index("</form>", at)] + "</form>"
    return forms_of(form)[EDIT]


def rename(browser, title, form=None, **more):
    sent = (form if form is not None else title_form(browser)).copy()
    sent["title"] = title
    return browser.post(EDIT, sent, **more)


def test_each_section_has_a_page(browser_of):
    page = browser_of("bo").get(ROOT).text
    for name in ("", "text/", "versions/", "publish/"):
        assert f'href="{ROOT}{name}"' in page
        assert browser_of("bo").get(f"{ROOT}{name}").status_code == 200


def test_whoever_does_not_build_finds_nothing(browser_of):
    browser = browser_of("olga")
    paths = ("", "text/", "versions/", "publish/", "state")
    assert {browser.get(f"{ROOT}{path}").status_code for path in paths} == {404}
    posts = ("edit", "undo", "redo", "discard", "follow", "text/", "text/lint", "publish/")
    assert {browser.post(f"{ROOT}{path}").status_code for path in posts} == {404}


def test_a_change_makes_a_draft_and_publishes_nothing(browser_of, refunds):
    browser = browser_of("bo")
    assert "As in version 1" in browser.get(ROOT).text
    answer = rename(browser, "Money back")
    assert (answer.status_code, answer.location) == (303, ROOT)
    page = texts_of(browser.get(ROOT).text)
    assert "Draft, one change since version 1" in page
    assert draft_of(refunds).document == refunds_tool() | {"title": "Money back"}
    assert "Refunds" in browser.get("/build/").text


def test_what_cannot_be_is_said_at_the_input_and_kept_there(browser_of, refunds):
    answer = rename(browser_of("bo"), "x" * 300)
    assert answer.status_code == 422
    assert "At most 200 characters" in answer.text
    assert "x" * 300 in answer.text
    assert draft_of(refunds) is None


def test_what_changed_is_swapped_in(browser_of):
    browser = browser_of("bo")
    answer = rename(browser, "Money back", headers=FRAGMENT)
    assert answer.status_code == 200
    assert answer.text.count("<hx-partial") == 3
    assert "<html" not in answer.text
    assert answer.headers["X-Bench-Done"]


def test_two_change_different_things_at_once(browser_of, refunds):
    first, second = browser_of("bo"), browser_of("rex")
    seen = title_form(second)
    assert rename(first, "Money back").status_code == 303
    sent = seen.copy()
    sent["_command"], sent["description"] = "tool.description", "What we give back"
    assert second.post(EDIT, sent).status_code == 303
    document = draft_of(refunds).document
    assert (document["title"], document["description"]) == ("Money back", "What we give back")


def test_one_place_changed_by_two_is_asked_with_both_values(browser_of, refunds):
    first, second = browser_of("bo"), browser_of("rex")
    seen = title_form(second)
    rename(first, "Money back")
    answer = rename(second, "Returns", seen)
    assert answer.status_code == 409
    assert "Returns" in answer.text
    assert "Money back" in answer.text
    assert draft_of(refunds).document["title"] == "Money back"
    again = forms_of(answer.text[answer.text.index("Keep mine") - 5000 :])[EDIT]
    assert again["_mine"] == "/title"
    assert second.post(EDIT, again).status_code == 303
    assert draft_of(refunds).document["title"] == "Returns"


def test_an_edit_that_is_sent_twice_is_done_once(browser_of, refunds):
    browser = browser_of("bo")
    form = title_form(browser)
    assert [rename(browser, "Money back", form).status_code for _ in range(2)] == [303, 303]
    with refunds.db.read() as conn:
        assert len(spec_drafts.log(conn, TOOL)) == 1


def test_ones_own_edits_in_a_row_are_no_clash(browser_of, refunds):
    """Both were made on one page, before the first was answered."""
    browser = browser_of("bo")
    form = title_form(browser)
    done = rename(browser, "One", form, headers=FRAGMENT).headers["X-Bench-Done"]
    form["_own"], form["_once"] = done, "another"
    assert rename(browser, "Two", form).status_code == 303
    assert draft_of(refunds).document["title"] == "Two"


def test_undo_and_redo_are_ones_own(browser_of, refunds):
    first, second = browser_of("bo"), browser_of("rex")
    rename(first, "One")
    sent = title_form(second)
    sent["_command"], sent["description"] = "tool.description", "Text"
    second.post(EDIT, sent)
    assert first.post(f"{ROOT}undo").status_code == 303
    document = draft_of(refunds).document
    assert (document["title"], document["description"]) == (refunds_tool()["title"], "Text")
    assert "Undo: Rename the tool" not in first.get(ROOT).text
    assert first.post(f"{ROOT}redo").status_code == 303
    assert draft_of(refunds).document["title"] == "One"
    assert second.post(f"{ROOT}redo").status_code == 409


def test_what_somebody_else_changed_since_cannot_be_undone(browser_of, refunds):
    first, second = browser_of("bo"), browser_of("rex")
    rename(first, "One")
    rename(second, "Two")
    answer = first.post(f"{ROOT}undo")
    assert answer.status_code == 409
    assert "Somebody else changed the same place" in answer.text
    assert draft_of(refunds).document["title"] == "Two"


def test_a_draft_is_discarded_and_that_undone(browser_of, refunds):
    browser = browser_of("bo")
    rename(browser, "One")
    assert browser.post(f"{ROOT}discard").status_code == 303
    assert draft_of(refunds).document == refunds_tool()
    browser.post(f"{ROOT}undo")
    assert draft_of(refunds).document["title"] == "One"


def test_the_page_of_one_learns_what_another_did(browser_of):
    first, second = browser_of("bo"), browser_of("rex")
    first.get(ROOT)
    page = second.get(ROOT).text
    state = page.partition('data-state="')[2].partition('"')[0]
    ask = {"headers": FRAGMENT | {"If-None-Match": f'"{state}"'}}
    assert second.get(f"{ROOT}state?page={ROOT}", **ask).status_code == 304
    rename(first, "Money back")
    answer = second.get(f"{ROOT}state?page={ROOT}", **ask)
    assert answer.status_code == 200
    assert "Money back" in answer.text
    assert "Bo Builder: Rename the tool" in unescape(answer.text)
    assert "Also here" in answer.text


@pytest.mark.parametrize("page", ["", "/build/other/", "/t/refunds/", "https://example.com/"])
def test_a_page_that_is_none_of_the_tools_is_not_drawn(browser_of, page):
    answer = browser_of("bo").post(
        EDIT, title_form(browser_of("bo")) | {"_page": page, "title": "A"}
    )
    assert answer.location == ROOT


def test_a_version_published_elsewhere_is_taken_in(browser_of, refunds):
    browser = browser_of("bo")
    rename(browser, "Money back")
    refunds.published.publish(refunds_tool() | {"description": "From git"}, by="git")
    page = texts_of(browser.get(ROOT).text)
    assert "Draft, one change since version 2" in page
    browser.post(EDIT, title_form(browser) | {"_command": "tool.icon", "icon": "star"})
    draft = draft_of(refunds)
    assert draft.base_version == 2
    assert (draft.document["title"], draft.document["description"]) == ("Money back", "From git")


def test_a_version_published_elsewhere_that_disagrees_is_asked(browser_of, refunds):
    browser = browser_of("bo")
    rename(browser, "Mine")
    refunds.published.publish(refunds_tool() | {"title": "Theirs"}, by="git")
    page = browser.get(ROOT).text
    assert "does not agree with this draft" in page
    assert browser.post(f"{ROOT}publish/", {"do": "publish"}).status_code == 422
    form = forms_of(page)[f"{ROOT}follow"]
    assert browser.post(f"{ROOT}follow", form | {"mine": "/title"}).status_code == 303
    draft = draft_of(refunds)
    assert (draft.base_version, draft.document["title"]) == (2, "Mine")


def test_a_broken_draft_is_kept_shown_and_not_published(browser_of, refunds):
    browser = browser_of("bo")
    broken = json.loads(json.dumps(refunds_tool()))
    broken["views"][0]["columns"] = ["nowhere"]
    form = forms_of(browser.get(f"{ROOT}text/").text)[f"{ROOT}text/"]
    form["document"] = json.dumps(broken)
    assert browser.post(f"{ROOT}text/", form).status_code == 303
    assert draft_of(refunds).document == broken
    page = browser.get(ROOT).text
    assert "there is no field 'nowhere'" in unescape(page)
    assert f"{ROOT}views/all#part-columns" in page
    assert 'id="part-columns"' in browser.get(f"{ROOT}views/all").text
    answer = browser.post(
        f"{ROOT}publish/", {"do": "publish", "_sequence": str(draft_of(refunds).sequence)}
    )
    assert answer.status_code == 422
