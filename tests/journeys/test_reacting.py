"""Fields come and go while somebody types, and nothing typed, focused or half said is lost."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE, Visit
from tests.journeys.reacting import EXPENSES, FORM, reacting_office
from tests.journeys.serving import Server
from tests.journeys.test_every_page import check  # noqa: F401 - a fixture
from tests.journeys.test_keyboard import press, tab_to

NEW = f"{FORM}/new"
ASKED = re.compile(r"/refresh$")


@pytest.fixture(scope="module")
def reacting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = reacting_office(tmp_path_factory.mktemp("reacting"))
    yield server
    server.stop()


@pytest.fixture
def come(visit: Visit, reacting: Server) -> Callable[..., Page]:
    """`come(path)`: olga's page there."""

    def come(path: str = NEW, **how: Any) -> Page:
        page = visit("olga", server=reacting, **how)
        page.goto(path)
        return page

    return come


def field(page: Page, key: str, prefix: str = "f"):
    return page.locator(f"#{prefix}-{key}")


def test_fields_come_and_go_while_the_focus_stays(come):
    page = come()
    region = field(page, "region")
    expect(page.get_by_text("4 fields are not shown")).to_be_visible()
    region.focus()
    region.select_option("south")
    expect(field(page, "site")).to_be_visible()
    expect(page.locator("#announce")).to_have_text("Shown now: Email, Site, Papers")
    expect(region).to_be_focused()
    site = field(page, "site")
    site.focus()
    page.keyboard.type("https://example.com/slowly", delay=45)
    expect(field(page, "notes")).to_be_visible()
    expect(site).to_be_focused()
    expect(site).to_have_value("https://example.com/slowly")
    region.focus()
    region.select_option("north")
    expect(site).to_have_count(0)
    expect(field(page, "notes")).to_have_count(0)
    region.select_option("south")
    expect(site).to_have_value("https://example.com/slowly")
    expect(field(page, "notes")).to_be_visible()


def test_files_that_were_chosen_outlast_that_their_field_is_hidden(come, paper):
    page = come()
    region, papers = field(page, "region"), field(page, "papers")
    region.select_option("south")
    chosen = papers.locator("input[type=file]")
    chosen.set_input_files(paper)
    region.focus()
    region.select_option("north")
    expect(papers).to_have_count(0)
    region.select_option("south")
    expect(papers).to_be_visible()
    assert chosen.evaluate("(input) => input.files[0]?.name") == paper.name
    page.get_by_label("Merchant").fill("With papers")
    page.get_by_role("button", name="Create refund").click()
    page.wait_for_url(re.compile(r"/f/refund/[0-9a-z]{13}"))
    expect(page.get_by_role("link", name=paper.name).first).to_be_visible()


_LATE = """(wait) => {
  const fetched = window.fetch;
  window.asked = 0;
  window.fetch = async (url, how) => {
    if (url.endsWith("/refresh")) {
      window.asked += 1;
      await new Promise((done) => setTimeout(done, wait));
    }
    return fetched(url, how);
  };
}"""


def hold_back(page: Page, milliseconds: int) -> None:
    """From now on what a refresh asks takes a while to get through."""
    page.evaluate(_LATE, milliseconds)


def test_a_late_answer_of_an_older_question_is_dropped(come):
    page = come()
    hold_back(page, 500)
    field(page, "region").select_option("south")
    page.wait_for_timeout(100)
    field(page, "region").select_option("north")
    page.wait_for_timeout(1_500)
    assert page.evaluate("window.asked") == 2
    expect(field(page, "site")).to_have_count(0)
    expect(page.get_by_text("4 fields are not shown")).to_be_visible()
    field(page, "region").select_option("south")
    expect(field(page, "site")).to_be_visible()


def test_what_is_typed_while_an_answer_is_under_way_stays(come):
    page = come()
    field(page, "region").select_option("south")
    field(page, "site").fill("https://example.com/a")
    expect(field(page, "notes")).to_be_visible()
    hold_back(page, 500)
    field(page, "region").select_option("north")
    field(page, "notes").press_sequentially("Half a thought", delay=10)
    page.wait_for_timeout(1_200)
    # Its condition hides it, but not under somebody's hands.
    expect(field(page, "notes")).to_have_value("Half a thought")
    expect(field(page, "notes")).to_be_focused()
    field(page, "merchant").focus()
    expect(field(page, "notes")).to_have_count(0)
    field(page, "region").select_option("south")
    expect(field(page, "notes")).to_have_value("Half a thought")


def test_a_refresh_keeps_no_draft_from_being_kept(come):
    page = come()
    field(page, "merchant").fill("Drafted")
    field(page, "region").select_option("south")
    field(page, "site").fill("https://example.com/draft")
    expect(page.locator("[data-draft-note]")).to_contain_text("Draft kept")
    expect(field(page, "notes")).to_be_visible()
    page.goto(NEW)
    expect(page.get_by_text("Restored your draft")).to_be_visible()
    expect(field(page, "site")).to_have_value("https://example.com/draft")
    page.get_by_role("button", name="Discard draft").click()
    expect(field(page, "site")).to_have_count(0)


def test_a_failed_refresh_says_so_and_can_be_repeated(come):
    page = come()
    page.route(ASKED, lambda route: route.abort())
    field(page, "region").select_option("south")
    alert = page.locator("#alerts")
    expect(alert).to_contain_text("could not be brought up to date")
    page.unroute(ASKED)
    alert.get_by_role("button", name="Retry").click()
    expect(field(page, "site")).to_be_visible()


def test_by_keyboard_alone(come, reacting):
    page = come()
    tab_to(page, field(page, "merchant"))
    page.keyboard.type("Keys only")
    tab_to(page, field(page, "region"))
    page.keyboard.type("South")
    expect(field(page, "site")).to_be_visible()
    channels = page.get_by_label("Web", exact=True)
    tab_to(page, channels)
    press(page, "Space")
    expect(page.locator("#f-site-label")).to_contain_text("required")
    why = page.locator(".form-why summary")
    tab_to(page, why)
    press(page, "Enter")
    expect(page.get_by_text("Notes is shown when Site is filled in")).to_be_visible()
    press(page, "Control+Enter")
    summary = page.locator("#error-summary")
    expect(summary).to_contain_text("Fill in Site: it is needed when Channels includes Web")
    summary.get_by_role("link").focus()
    press(page, "Enter")
    expect(field(page, "site")).to_be_focused()
    page.keyboard.type("https://example.com/keys")
    expect(field(page, "notes")).to_be_visible()
    press(page, "Control+Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Keys only")
    expect(field(page, "site")).to_have_value("https://example.com/keys")


def made(page: Page, **typed: str) -> None:
    """Makes a refund by its form."""
    field(page, "merchant").fill(typed.pop("merchant", "Made"))
    for key, text in typed.items():
        field(page, key).fill(text)
    page.get_by_role("button", name=re.compile("^Create refund")).click()
    expect(page.locator("#record-head h1")).to_be_visible()


def test_a_record_warns_locks_and_clears_what_it_hides(come):
    page = come()
    field(page, "region").select_option("south")
    field(page, "site").fill("https://example.com/gone")
    made(page, share="10")
    field(page, "score").fill("95")
    expect(page.locator("#f-score-notes", has_text="That is a high score")).to_be_visible()
    expect(page.get_by_text("Share cannot be changed while").first).to_be_visible()
    expect(page.locator("input#f-share")).to_have_count(0)
    field(page, "region").select_option("north")
    expect(field(page, "site")).to_have_count(0)
    page.get_by_role("button", name=re.compile("^Save")).click()
    expect(page.locator("#toasts")).to_contain_text("Saved, with a warning")
    expect(page.locator("#timeline")).to_contain_text("https://example.com/gone")
    expect(page.locator("#f-score-notes", has_text="That is a high score")).to_be_visible()
    expect(page.locator("[data-save-bar].idle")).to_be_attached()


def test_the_dialog_of_a_step_reacts(come):
    page = come()
    made(page)
    page.locator(".steps").get_by_role("button", name="Start").click()
    page.locator(".steps").get_by_role("link", name="Put on hold").click()
    dialog = page.get_by_role("dialog")
    dialog.locator("#step-region").select_option("south")
    expect(dialog.locator("#step-site")).to_be_visible()
    dialog.locator("#step-site").fill("https://example.com/step")
    expect(dialog.locator("#step-notes")).to_be_visible()
    dialog.locator("#step-due_on").fill("2026-12-24")
    dialog.locator("#transition-comment").fill("Waiting")
    dialog.get_by_role("button", name=re.compile("^Put on hold")).click()
    expect(page.locator("#toasts")).to_contain_text("Put on hold: done")
    expect(field(page, "site")).to_have_value("https://example.com/step")


def test_without_script(come):
    page = come(script=False)
    field(page, "merchant").fill("No script")
    field(page, "region").select_option("south")
    page.get_by_role("button", name="Update form").click()
    expect(field(page, "merchant")).to_have_value("No script")
    field(page, "site").fill("https://example.com/plain")
    page.get_by_role("button", name="Update form").click()
    field(page, "notes").fill("Shown at last")
    page.get_by_role("button", name=re.compile("^Create refund")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("No script")
    expect(field(page, "notes")).to_have_value("Shown at last")
    field(page, "region").select_option("north")
    page.get_by_role("button", name="Update form").click()
    expect(field(page, "site")).to_have_count(0)
    page.get_by_role("button", name=re.compile("^Save")).click()
    expect(page.locator("#toasts")).to_contain_text("Saved")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone(come, check, scheme):  # noqa: F811
    page = come(size=PHONE, scheme=scheme)
    field(page, "region").select_option("south")
    field(page, "score").fill("81")
    expect(field(page, "site")).to_be_visible()
    expect(page.locator("#f-score-notes", has_text="That is a high score")).to_be_visible()
    page.locator(".form-why summary").click()
    check("a form that reacts", page)


def test_rows_react_each_by_itself_while_the_focus_stays(come, check):  # noqa: F811
    page = come(f"/t/{EXPENSES}/f/refund/new")
    page.locator("#f-score").fill("3")
    add = page.get_by_role("button", name="Add row")
    add.click()
    expect(page.locator('[id="f-lines/0-row"]')).to_be_visible()
    add.click()
    kind, amount = (page.locator(f'[id="f-lines/1/{key}"]') for key in ("kind", "amount"))
    guests = page.locator('[id="f-lines/1/guests"]')
    expect(guests).to_have_count(0)
    kind.select_option("meal")
    expect(guests).to_be_visible()
    expect(page.locator('[id="f-lines/0/guests"]')).to_have_count(0)
    amount.focus()
    page.keyboard.type("125", delay=45)
    expect(page.locator('[id="f-lines/1/price"]')).to_have_text("375")
    expect(amount).to_be_focused()
    expect(amount).to_have_value("125")
    expect(page.locator("#f-whole")).to_have_text("375")
    page.get_by_text("fields are not shown").click()
    expect(page.get_by_text("Row 1: Guests is shown when Kind is Meal")).to_be_visible()
    check("rows that react", page)
    page.locator('[id="f-lines/1-row"]').get_by_role("button", name="Remove").click()
    expect(page.locator("#f-whole")).to_have_text("0")


def test_what_a_row_needs_is_told_at_its_input_on_a_phone(come, check):  # noqa: F811
    page = come(f"/t/{EXPENSES}/f/refund/new", size=PHONE)
    page.locator("#f-merchant").fill("Shop")
    page.get_by_role("button", name="Add row").click()
    page.locator('[id="f-lines/0/kind"]').select_option("meal")
    expect(page.locator('[id="f-lines/0/guests"]')).to_be_visible()
    page.get_by_role("button", name="Create").first.click()
    expect(page.get_by_role("link", name="Fill in Guests")).to_be_visible()
    check("rows that react", page)
