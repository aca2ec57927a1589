"""Everything that matters, in a browser that runs no script."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visit, sign_in
from tests.journeys.serving import FORM, Api


def test_list_filter_sort_search_and_pages(visit: Visit, api: Api):
    page = visit(None, script=False)
    sign_in(page, "operator")
    page.goto("/t/disputes/v/everything")
    page.locator("#filter-menu summary").click()
    page.locator("#filter-menu").get_by_role("link", name="Network", exact=True).click()
    page.get_by_label("Visa").check()
    page.get_by_role("button", name="Apply").click()
    expect(page.locator(".chip", has_text="Network")).to_contain_text("Visa")
    page.get_by_role("columnheader", name="Amount").get_by_role("link").click()
    wanted = api.find("filter=network:eq:visa&sort=amount&limit=100")
    references = [record["data"]["reference"] for record in wanted]
    assert page.locator(".list tbody .lead").all_inner_texts() == references[:50]
    page.get_by_role("link", name="Next page").click()
    assert page.locator(".list tbody .lead").all_inner_texts() == references[50:]
    page.get_by_label("Search disputes").fill(wanted[0]["data"]["merchant"])
    page.keyboard.press("Enter")
    expect(page.locator(".chip", has_text="Network")).to_contain_text("Visa")
    expect(page.locator(".list tbody .lead").first).to_have_text(references[0])


def test_saves_a_record_with_errors_on_the_way(visit: Visit, api: Api):
    record = api.gathering()
    page = visit(script=False)
    page.goto(f"{FORM}/{record['id']}")
    page.locator("#f-amount").fill("a hundred")
    page.get_by_label("Rebuttal").fill("Kept through the error")
    page.get_by_role("button", name=re.compile("^Save")).click()
    summary = page.locator("#error-summary")
    expect(summary).to_contain_text("One thing to put right")
    expect(page.locator("#f-amount")).to_have_value("a hundred")
    expect(page.get_by_label("Rebuttal")).to_have_value("Kept through the error")
    summary.get_by_role("link").click()
    expect(page).to_have_url(re.compile("#f-amount$"))
    page.locator("#f-amount").fill("5.50")
    page.get_by_role("button", name=re.compile("^Save")).click()
    expect(page.locator("#toasts")).to_contain_text("Saved")
    stored = api.data(record)
    assert (stored["amount"]["amount"], stored["rebuttal"]) == ("5.50", "Kept through the error")


def test_creates_a_record(visit: Visit, api: Api):
    page = visit(script=False)
    page.goto("/t/disputes/v/all_open")
    page.get_by_role("link", name="New dispute").click()
    page.get_by_role("button", name="Create dispute").click()
    expect(page.locator("#error-summary")).to_contain_text("things to put right")
    page.locator("#f-charge").fill("ch_withoutscript1")
    page.get_by_label("Merchant").fill("No Script Needed")
    page.locator("#f-amount").fill("12.00")
    page.get_by_label("Network").select_option(label="Visa")
    page.get_by_label("Reason").select_option(label="General")
    page.get_by_label("Respond by").fill("2099-01-01T10:00")
    page.locator("#f-card_last4").fill("4417")
    page.get_by_role("button", name="Create dispute").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("No Script Needed")
    expect(page.locator("#toasts")).to_contain_text("Dispute created")
    assert len(api.find("filter=charge:eq:ch_withoutscript1")) == 1


def test_takes_a_step_on_a_page_of_its_own(visit: Visit, api: Api):
    record = api.gathering()
    page = visit(script=False)
    page.goto(f"{FORM}/{record['id']}")
    page.get_by_role("link", name="Ask merchant").click()
    send = page.get_by_role("button", name="Ask merchant")
    send.click()
    expect(page.locator("#error-summary")).to_be_visible()
    page.get_by_label("Comment").fill("Please answer")
    send.click()
    expect(page.locator("#record-head .pill")).to_have_text("Waiting on merchant")
    expect(page.locator(".bubble").first).to_have_text("Please answer")
    assert api.read(record)["state"] == "waiting_merchant"


def test_comments_uploads_and_removes(visit: Visit, api: Api, paper: Path):
    record = api.gathering()
    page = visit(script=False)
    page.goto(f"{FORM}/{record['id']}")
    page.get_by_label("Comment", exact=True).fill("Without any script")
    page.get_by_role("button", name="Comment").click()
    expect(page.locator(".bubble").first).to_have_text("Without any script")
    page.locator("#file-input").set_input_files(paper)
    page.get_by_role("button", name="Upload").click()
    attached = page.locator("#files").get_by_role("link", name=paper.name)
    with page.expect_download() as fetched:
        attached.click()
    assert Path(fetched.value.path()).read_bytes() == paper.read_bytes()
    page.get_by_role("button", name=f"Remove {paper.name}").click()
    expect(attached).to_have_count(0)
    page.locator("#file-input").set_input_files(
        {"name": "run.exe", "mimeType": "application/x-msdownload", "buffer": b"MZ"}
    )
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("alert")).to_contain_text("files of this kind cannot be attached")
    assert [event["op"] for event in api.events(record)][:3] == ["detach", "attach", "comment"]


def test_deletes_and_brings_back(visit: Visit, api: Api):
    record = api.gathering()
    page = visit("lead", script=False)
    page.goto(f"{FORM}/{record['id']}")
    page.locator(".topbar summary[aria-label=More]").click()
    page.get_by_role("link", name="Delete…").click()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("This record was deleted")).to_be_visible()
    page.get_by_role("button", name="Restore").click()
    expect(page.locator("#record-head .pill")).to_have_text("Gathering evidence")
    assert [event["op"] for event in api.events(record)][:2] == ["restore", "delete"]


def test_decides_a_conflict(visit: Visit, api: Api):
    record = api.gathering()
    page = visit(script=False)
    page.goto(f"{FORM}/{record['id']}")
    api.change(record, merchant="Theirs", tags=["theirs"])
    page.get_by_label("Merchant").fill("Mine")
    page.get_by_label("Rebuttal").fill("Mine alone")
    page.get_by_role("button", name=re.compile("^Save")).click()
    compared = page.get_by_role("table")
    expect(compared).to_contain_text("Theirs")
    compared.get_by_label("Keep mine: Mine").check()
    page.get_by_role("button", name="Save merged").click()
    expect(page.locator("#toasts")).to_contain_text("Saved")
    stored = api.data(record)
    assert (stored["merchant"], stored["rebuttal"]) == ("Mine", "Mine alone")
    assert stored["tags"] == ["theirs"]


def menu_of(page: Page) -> None:
    page.locator(".me").click()


def test_changes_the_theme_and_signs_out(visit: Visit):
    # Signs in itself: signing out would end the session that other examples share.
    page = visit(None, script=False)
    sign_in(page, "operator")
    menu_of(page)
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    menu_of(page)
    page.get_by_role("button", name="Sign out").click()
    page.goto("/account")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
