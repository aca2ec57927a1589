"""What an operator does from morning to evening, and what the API says of it afterwards."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visit
from tests.journeys.serving import FORM, Api, Server

LIST = "/t/disputes/v/all_open"


def rows(page: Page) -> list[str]:
    """What stands in the first column."""
    return page.locator(".list tbody .lead").all_inner_texts()


def toast(page: Page) -> str:
    """What the page says that it has done, which is then taken away."""
    shown = page.locator("#toasts .toast").last
    expect(shown).to_be_visible()
    text = shown.locator("p").first.inner_text()
    shown.get_by_role("button", name="Dismiss").click()
    return text


def test_comes_in_finds_the_work_and_leaves(visit: Visit, api: Api):
    page = visit(None)
    page.goto("/t/disputes/v/mine?q=x")
    assert page.url.endswith("/sign-in?next=/t/disputes/v/mine?q%3Dx")
    page.get_by_label("Name").fill("operator")
    page.get_by_label("Password").fill("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").first).to_contain_text("Name or password is not right")
    expect(page.get_by_label("Name")).to_have_value("operator")
    page.get_by_label("Password").fill("demo")
    page.keyboard.press("Enter")
    page.wait_for_url("**/t/disputes/v/mine?q=x")
    page.get_by_role("link", name="Home", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hello, Maya")
    page.locator(".card").get_by_role("link", name="All open").click()
    open_states = "filter=@state:in:new,gathering,waiting_merchant,ready&limit=200"
    count = len(api.find(open_states))
    expect(page.locator(".topbar .total")).to_have_text(f"{count} disputes")
    expect(page.locator(".nav-view[aria-current] .count")).to_have_text(str(count))
    page.locator(".me").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")
    page.goto(LIST)
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_narrows_sorts_and_searches_a_list(visit: Visit, api: Api):
    page = visit()
    page.goto("/t/disputes/v/everything")
    page.keyboard.press("f")
    page.locator("#filter-menu").get_by_role("link", name="Network", exact=True).click()
    page.get_by_label("Visa").check()
    page.get_by_label("American Express").check()
    page.get_by_role("button", name="Apply").click()
    chip = page.locator(".chip", has_text="Network")
    expect(chip).to_contain_text("is one of")
    expect(chip).to_contain_text("Visa, American Express")
    wanted = api.find("filter=network:in:visa,amex&limit=200")
    expect(page.locator(".topbar .total")).to_contain_text(str(len(wanted)))
    page.get_by_role("columnheader", name="Amount").get_by_role("link").click()
    expect(page.get_by_role("columnheader", name="Amount")).to_have_attribute(
        "aria-sort", "ascending"
    )
    by_amount = api.find("filter=network:in:visa,amex&sort=amount&limit=50")
    assert rows(page) == [record["data"]["reference"] for record in by_amount]
    page.get_by_role("link", name="Next page").click()
    expect(page.locator(".list tbody .lead").first).not_to_have_text(rows_of(by_amount)[0])
    following = api.find("filter=network:in:visa,amex&sort=amount&limit=100")[50:]
    assert rows(page) == rows_of(following)
    page.get_by_role("link", name="Previous page").click()
    expect(page.locator(".list tbody .lead").first).to_have_text(rows_of(by_amount)[0])
    merchant = by_amount[3]["data"]["merchant"]
    page.keyboard.press("/")
    page.keyboard.type(merchant)
    expect(page.locator(".list tbody .c-title").first).to_have_text(merchant)
    expect(page).to_have_url(re.compile(r"[?&]q="))
    page.get_by_role("link", name=re.compile("Remove filter Network")).click()
    expect(page.locator(".chip", has_text="Network")).to_have_count(0)
    page.get_by_role("link", name="Clear").click()
    expect(page.get_by_label("Search disputes")).to_have_value("")


def rows_of(records: list[dict[str, object]]) -> list[object]:
    return [record["data"]["reference"] for record in records]  # type: ignore[index]


def test_puts_a_wrong_value_right(visit: Visit, api: Api):
    record = api.gathering()
    page = visit()
    page.goto(f"{FORM}/{record['id']}")
    page.get_by_label("Carrier").select_option(label="UPS")
    tracking = page.get_by_label("Shipping tracking")
    tracking.fill("1Z 999 AA1 01 2345 678")
    page.get_by_label("Rebuttal").fill("Signed for at the billing address.")
    page.get_by_label("Amount", exact=False).first.fill("1.234,5x")
    save = page.get_by_role("button", name="Save", exact=False)
    save.click()
    summary = page.locator("#error-summary")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("One thing to put right")
    expect(page.locator("#f-amount")).to_have_value("1.234,5x")
    expect(page.locator("#f-amount")).to_have_attribute("aria-invalid", "true")
    expect(tracking).to_have_value("1Z 999 AA1 01 2345 678")
    summary.get_by_role("link").click()
    expect(page.locator("#f-amount")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("1234.50")
    save.click()
    expect(summary).to_contain_text("17 characters; a UPS number has 18. Check the last group.")
    expect(page.locator("#f-amount")).to_have_value("1234.50")
    assert api.data(record)["amount"]["amount"] == "100.00"
    tracking.fill("1Z 999 AA1 01 2345 6784")
    page.keyboard.press("Control+s")
    assert toast(page) == "Saved"
    expect(summary).to_have_count(0)
    expect(page.locator("[data-save-bar]")).to_be_hidden()
    stored = api.data(record)
    assert stored["amount"] == {"amount": "1234.50", "currency": "USD"}
    assert stored["shipping_tracking"] == "1Z 999 AA1 01 2345 6784"
    assert stored["rebuttal"] == "Signed for at the billing address."
    assert stored["text_chars"] == len(stored["rebuttal"])
    assert api.read(record)["updated_by"] == "operator"


def test_writes_attaches_and_fetches_again(visit: Visit, api: Api, office: Server, paper: Path):
    record = api.gathering()
    page = visit()
    page.goto(f"{FORM}/{record['id']}")
    page.get_by_label("Comment", exact=True).fill("Naughty <b>text</b> & 'quotes'\nsecond line")
    page.get_by_role("button", name="Comment").click()
    bubble = page.locator(".bubble").first
    expect(bubble).to_have_text("Naughty <b>text</b> & 'quotes'\nsecond line")
    expect(page.get_by_label("Comment", exact=True)).to_have_value("")
    page.locator("#file-input").set_input_files(paper)
    attached = page.locator("#files .file", has_text=paper.name)
    expect(attached.get_by_role("link")).to_be_visible()
    expect(page.locator("#timeline")).to_contain_text(f"attached {paper.name}")
    with page.expect_download() as fetched:
        attached.get_by_role("link").click()
    assert fetched.value.suggested_filename == paper.name
    assert Path(fetched.value.path()).read_bytes() == paper.read_bytes()
    page.locator("#file-input").set_input_files(
        {"name": "run.exe", "mimeType": "application/x-msdownload", "buffer": b"MZ"}
    )
    refused = page.locator("#files .file.failed")
    expect(refused).to_contain_text("files of this kind cannot be attached")
    ops = [event["op"] for event in api.events(record)]
    assert ops == ["attach", "comment", "transition", "create"]
    kept = office.query("select name, size from attachment where name = ?", paper.name)
    assert kept == [(paper.name, paper.stat().st_size)]


def test_a_list_is_taken_out_twice_from_one_page(visit: Visit):
    page = visit("admin")
    page.goto("/t/disputes/v/all_open")
    page.locator("summary[aria-label='Import and export']").click()
    for title, suffix in (("As CSV", ".csv"), ("As XLSX", ".xlsx")):
        with page.expect_download() as fetched:
            page.locator("[name=format]:visible", has_text=title).first.click()
        assert fetched.value.suggested_filename.endswith(suffix)


def test_an_upload_shows_how_far_it_is(visit: Visit, api: Api):
    record = api.gathering()
    page = visit()
    page.goto(f"{FORM}/{record['id']}")
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 400_000}
    session.send("Network.emulateNetworkConditions", slow)
    page.evaluate(
        """() => { window.seen = new Set(); new MutationObserver(() => {
            for (const bar of document.querySelectorAll("#files progress")) {
              setInterval(() => window.seen.add(bar.value), 20);
            }
          }).observe(document.querySelector("#files"), { childList: true, subtree: true }); }"""
    )
    big = {"name": "scan.csv", "mimeType": "text/csv", "buffer": b"a,b\n" * 150_000}
    page.locator("#file-input").set_input_files(big)
    expect(page.locator("#files .file").get_by_role("link")).to_be_visible()
    between = [value for value in page.evaluate("[...window.seen]") if 0 < value < 100]
    assert between != []


def test_whoever_only_looks_reads_once_why_no_step_can_be_taken(visit: Visit, api: Api):
    record = api.gathering()
    page = visit("approver")
    page.goto(f"{FORM}/{record['id']}")
    why = page.locator("[data-why]")
    expect(why).to_have_count(1)
    expect(why.locator("summary")).to_have_text(
        "Ask merchant, Ready to submit"
        ": Only Dispute analyst, Team lead or External agent can do this"
    )
    bar = page.get_by_role("group", name="What can be done", exact=True)
    for name in ("Ask merchant", "Ready to submit"):
        expect(bar.get_by_role("button", name=name)).to_have_accessible_description(
            "Only Dispute analyst, Team lead or External agent can do this"
        )


def test_no_deadline_runs_where_nothing_is_left_to_do(visit: Visit, api: Api):
    closed = api.find("filter=@state:in:won,lost&limit=1")[0]
    page = visit()
    page.goto(f"{FORM}/{closed['id']}")
    due = page.locator("#record-head time.due")
    expect(due).to_have_class("due over")
    expect(due).to_have_text(re.compile(r"\d+ \w+ \d{4}"))


def test_reads_why_a_step_is_not_possible(visit: Visit, api: Api):
    large = {"amount": "8450.00", "currency": "USD"}
    record = api.gathering(reason="fraudulent", amount=large)
    page = visit()
    page.goto(f"{FORM}/{record['id']}")
    bar = page.get_by_role("group", name="What can be done", exact=True)
    refused = bar.get_by_role("button", name="Ready to submit")
    expect(refused).to_have_attribute("aria-disabled", "true")
    why = page.locator("#why-prepare")
    expect(why).to_be_hidden()
    at_rest = refused.evaluate("element => getComputedStyle(element).backgroundColor")
    refused.click(force=True)
    expect(refused).to_have_css("background-color", at_rest)
    expect(why).to_have_text("Fraudulent: record the result of the card checks first")
    expect(bar.get_by_role("button", name="Accept the loss")).to_have_accessible_description(
        "Accepting a loss of more than 5,000 needs a lead or an approver"
    )
    page.get_by_label("Card checks").select_option(label="Both match")
    page.keyboard.press("Control+s")
    expect(bar.get_by_role("link", name="Ready to submit")).to_be_visible()
    assert api.read(record)["state"] == "gathering"


def test_asks_the_merchant_in_a_dialog(visit: Visit, api: Api):
    record = api.gathering()
    page = visit()
    page.goto(f"{FORM}/{record['id']}")
    bar = page.get_by_role("group", name="What can be done", exact=True)
    bar.get_by_role("link", name="Ask merchant").click()
    dialog = page.get_by_role("dialog", name="Ask merchant")
    expect(dialog.get_by_label("Comment")).to_be_focused()
    dialog.get_by_role("button", name="Ask merchant").click()
    expect(dialog.locator("#error-summary")).to_be_focused()
    assert api.read(record)["state"] == "gathering"
    dialog.get_by_label("Comment").fill("Please send the proof of delivery.")
    dialog.get_by_role("button", name="Ask merchant").click()
    expect(dialog).to_have_count(0)
    expect(page.locator("#record-head .pill")).to_have_text("Waiting on merchant")
    expect(page.locator("#timeline .bubble").first).to_have_text(
        "Please send the proof of delivery."
    )
    assert api.read(record)["state"] == "waiting_merchant"
    newest = api.events(record)[0]
    assert (newest["op"], newest["actor"]) == ("transition", "operator")
    assert (newest["data"]["from"], newest["data"]["to"]) == ("gathering", "waiting_merchant")


def test_goes_through_a_list_record_by_record(visit: Visit):
    page = visit()
    page.goto(f"{LIST}?sort=-amount&filter=network:eq:mastercard")
    references = rows(page)
    page.locator(".list tbody .lead a").nth(1).click()
    current = page.locator(".trail [aria-current]")
    expect(current).to_have_text(references[1])
    expect(page.get_by_text(f"2 of {len(references)}", exact=True)).to_be_visible()
    page.get_by_role("link", name="Next record").click()
    expect(current).to_have_text(references[2])
    page.get_by_role("link", name="Previous record").click()
    expect(current).to_have_text(references[1])
    page.get_by_role("link", name="Previous record").click()
    expect(current).to_have_text(references[0])
    expect(page.get_by_role("link", name="Previous record")).to_have_count(0)
    page.locator(".trail").get_by_role("link", name="All open").click()
    expect(page.locator(".chip", has_text="Network")).to_be_visible()
    assert rows(page) == references


def test_naughty_text_stays_text(visit: Visit, api: Api):
    naughty = "<img src=x onerror=alert(1)>\u202e'\"{{7*7}}"
    record = api.gathering(merchant=naughty, tags=["<script>alert(2)</script>"])
    page = visit()
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.goto(f"/t/disputes/v/everything?filter=charge:eq:{record['data']['charge']}")
    expect(page.locator(".list tbody .c-title")).to_have_text(naughty)
    page.locator(".list tbody .lead a").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(naughty)
    expect(page.get_by_label("Tags")).to_have_value("<script>alert(2)</script>")
    page.get_by_label("Comment", exact=True).fill(naughty)
    page.get_by_role("button", name="Comment").click()
    expect(page.locator(".bubble").first).to_have_text(naughty)
    page.locator("a[data-dialog]:visible").first.click()
    expect(page.get_by_role("dialog").get_by_text(naughty)).to_be_visible()
    page.goto("/")
    expect(page.locator(".recent .title").first).to_have_text(naughty)
    page.goto("/t/disputes/v/everything?q=<script>alert(3)</script>&filter=<b>:eq:1")
    expect(page.locator(".note")).to_contain_text("<b>")
    assert asked == []


def test_jumps_by_the_palette(visit: Visit, api: Api):
    record = api.create(merchant="Quetzalcoatlus Fossils")
    page = visit()
    page.goto("/")
    page.get_by_role("link", name="Search or jump").click()
    query = page.get_by_role("combobox", name="Search or jump to")
    expect(query).to_be_focused()
    page.keyboard.type("quetzalcoat")
    option = page.get_by_role("option", name=re.compile("Quetzalcoatlus"))
    expect(option).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{FORM}/{record['id']}")
    page.keyboard.press("Control+k")
    page.keyboard.type(">start")
    expect(page.locator("#palette").get_by_role("option")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()


def test_deletes_and_brings_back(visit: Visit, api: Api):
    record = api.gathering()
    page = visit("lead")
    page.goto(f"{FORM}/{record['id']}")
    more = page.locator(".topbar summary[aria-label=More]")
    more.click()
    page.get_by_role("link", name="Delete…").click()
    dialog = page.get_by_role("dialog", name=re.compile("Delete DSP-"))
    dialog.get_by_role("link", name="Keep it").click()
    expect(dialog).to_have_count(0)
    more.click()
    page.get_by_role("link", name="Delete…").click()
    dialog.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("This record was deleted")).to_be_visible()
    page.get_by_role("button", name="Restore").click()
    expect(page.get_by_text("This record was deleted")).to_have_count(0)
    assert [event["op"] for event in api.events(record)][:2] == ["restore", "delete"]
