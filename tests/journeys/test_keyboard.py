"""The core of an operator's day without ever touching a mouse."""

import re
from pathlib import Path

from playwright.sync_api import FileChooser, Locator, Page, expect

from tests.journeys.conftest import Visit
from tests.journeys.serving import FORM, Api

_FAR = 120


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def tab_to(page: Page, wanted: Locator, key: str = "Tab") -> None:
    """Walks by Tab until `wanted` has the focus, as somebody without a mouse must."""
    for _ in range(_FAR):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{wanted} is not reached by {key}")


def choose_files(page: Page, wanted: Locator, key: str) -> FileChooser:
    """Walks to an input of files and opens its dialogue by `key`.

    The waiting begins before the walk: a key that comes while the browser is still being asked to
    hand the dialogue over opens one that nobody is told of.
    """
    with page.expect_file_chooser() as chooser:
        tab_to(page, wanted)
        press(page, key)
    return chooser.value


def focused(page: Page) -> Locator:
    return page.locator(":focus")


def test_signs_in_finds_filters_and_opens(visit: Visit):
    page = visit(None)
    page.goto("/sign-in")
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.type("operator")
    press(page, "Tab")
    page.keyboard.type("demo")
    press(page, "Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Hello, Maya")
    press(page, "Tab")
    expect(focused(page)).to_have_text("Skip to the content")
    press(page, "Control+k")
    page.keyboard.type("everything")
    expect(page.locator("#palette .hit.on")).to_contain_text("Everything")
    press(page, "Enter")
    page.wait_for_url("**/t/disputes/v/everything")
    expect(page.locator("html.js")).to_be_attached()
    press(page, "f", "ArrowDown", "ArrowDown")
    field = focused(page).inner_text()
    press(page, "ArrowUp", "Enter")
    editor = page.locator("[data-filter-editor]")
    expect(editor).to_be_visible()
    assert editor.locator("label.label").inner_text() != field
    expect(editor.locator(":focus")).to_have_count(1)
    press(page, "Space", "Tab", "Space")
    tab_to(page, editor.get_by_role("button", name="Apply"))
    press(page, "Enter")
    expect(page.locator(".chip")).to_have_count(1)
    expect(editor).to_have_count(0)
    references = page.locator(".list tbody .lead").all_inner_texts()
    press(page, "j", "j", "k", "j")
    expect(focused(page)).to_have_text(references[1])
    press(page, "Enter")
    expect(page.locator(".trail [aria-current]")).to_have_text(references[1])
    press(page, "j")
    expect(page.locator(".trail [aria-current]")).to_have_text(references[2])
    press(page, "k")
    expect(page.locator(".trail [aria-current]")).to_have_text(references[1])


def test_types_the_name_of_the_field_to_filter_by(visit: Visit):
    page = visit()
    page.goto("/t/disputes/v/everything")
    press(page, "f")
    expect(focused(page)).to_have_attribute("placeholder", "Filter by")
    page.keyboard.type("NETW")
    expect(page.locator("#filter-menu .menu-item:visible")).to_have_text(
        ["Network", "Network's reference"]
    )
    press(page, "Enter")
    editor = page.locator("[data-filter-editor]")
    expect(editor.locator("label.label")).to_have_text("Network")
    expect(editor.get_by_label("Visa")).to_be_focused()
    press(page, "Space", "Enter")
    expect(page.locator(".chip")).to_have_text(re.compile(r"Network\s*is\s*Visa"))
    expect(page.locator("#filter-menu > summary")).to_be_focused()


def test_a_new_record_begins_in_its_first_field(visit: Visit):
    page = visit()
    page.goto("/t/disputes/v/everything")
    press(page, "c")
    expect(page.locator("#f-charge")).to_be_focused()
    press(page, "Escape", "Control+Enter")
    expect(page.locator("#error-summary")).to_be_focused()


def test_edits_comments_and_attaches(visit: Visit, api: Api, paper: Path):
    record = api.gathering()
    page = visit()
    page.goto(f"{FORM}/{record['id']}")
    press(page, "e")
    expect(focused(page)).to_have_attribute("name", "charge")
    tab_to(page, page.locator("#f-amount"))
    press(page, "Control+a")
    page.keyboard.type("12,3,4")
    press(page, "Control+s")
    expect(page.locator("#error-summary")).to_be_focused()
    press(page, "Tab", "Enter")
    expect(page.locator("#f-amount")).to_be_focused()
    expect(page.locator("#f-amount")).to_have_value("12,3,4")
    press(page, "Control+a")
    page.keyboard.type("99.95")
    press(page, "Control+s")
    expect(page.locator("#toasts")).to_contain_text("Saved")
    assert api.data(record)["amount"]["amount"] == "99.95"
    chosen = choose_files(page, page.locator("#file-input"), "Enter")
    chosen.set_files(paper)
    expect(page.locator("#files").get_by_role("link", name=paper.name)).to_be_visible()
    tab_to(page, page.get_by_label("Comment", exact=True))
    page.keyboard.type("By hand")
    press(page, "Control+Enter")
    expect(page.locator(".bubble").first).to_have_text("By hand")
    expect(page.get_by_label("Comment", exact=True)).to_have_value("")
    assert [event["op"] for event in api.events(record)][:3] == ["comment", "attach", "update"]


def test_takes_a_step_in_a_dialog_and_returns_to_where_it_was(visit: Visit, api: Api):
    record = api.gathering()
    page = visit()
    page.goto(f"{FORM}/{record['id']}")
    bar = page.get_by_role("group", name="What can be done", exact=True)
    opener = bar.get_by_role("link", name="Ask merchant")
    tab_to(page, opener)
    press(page, "Enter")
    dialog = page.get_by_role("dialog", name="Ask merchant")
    expect(dialog.get_by_label("Comment")).to_be_focused()
    press(page, "Escape")
    expect(dialog).to_have_count(0)
    expect(opener).to_be_focused()
    press(page, "m")
    expect(dialog.get_by_label("Comment")).to_be_focused()
    press(page, "Control+Enter")
    expect(dialog.locator("#error-summary")).to_be_focused()
    press(page, "Tab", "Enter")
    expect(dialog.get_by_label("Comment")).to_be_focused()
    page.keyboard.type("Where was it delivered?")
    press(page, "Control+Enter")
    expect(page.locator("#record-head .pill")).to_have_text("Waiting on merchant")
    assert api.read(record)["state"] == "waiting_merchant"


def test_reads_the_keys_and_signs_out(visit: Visit):
    page = visit(None)
    page.goto("/sign-in?next=/t/disputes/v/mine")
    page.keyboard.type("operator")
    press(page, "Tab")
    page.keyboard.type("demo")
    press(page, "Enter")
    page.wait_for_url("**/v/mine")
    expect(page.locator("html.js")).to_be_attached()
    press(page, "?")
    sheet = page.get_by_role("dialog", name="Keyboard")
    expect(sheet).to_contain_text("Search or jump to")
    press(page, "Escape")
    expect(sheet).to_have_count(0)
    tab_to(page, page.locator("summary.me"), "Shift+Tab")
    press(page, "Enter")
    tab_to(page, page.get_by_role("button", name="Sign out"))
    press(page, "Enter")
    page.wait_for_url("**/sign-in")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
