"""From a day's work to a test: recorded on a record's page, run, and red when the draft breaks; by keyboard."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visit
from tests.journeys.serving import Server
from tests.journeys.test_every_page import LOOKS, violations
from tests.journeys.test_keyboard import press, tab_to


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A demo of its own, whose tool may change."""
    folder = tmp_path_factory.mktemp("tested") / "data"
    folder.mkdir()
    server = Server(folder, ("demo", "--records", "60", "--data", str(folder)))
    yield server.start()
    server.stop()


def test_what_was_done_is_recorded_run_and_red_once_the_draft_breaks(
    visit: Visit, workshop: Server
):
    page = visit("builder", server=workshop)
    page.goto("/t/disputes/v/unassigned")
    page.locator("tbody a").first.click()
    page.wait_for_url("**/f/dispute/**")
    tab_to(page, page.locator("details.menu > summary[aria-label=More]"))
    press(page, "Enter")
    tab_to(page, page.get_by_role("link", name="Save as a test"))
    press(page, "Enter")
    page.wait_for_url("**/tests/from/dispute/**")
    expect(page.locator(".story-step").first).to_contain_text("makes Dispute")
    title = page.locator("#record-test-title")
    tab_to(page, title)
    press(page, "Control+a")
    page.keyboard.type("A notice comes in")
    press(page, "Enter")
    page.wait_for_url("**/tests/a_notice_comes_in")

    tab_to(page, page.get_by_role("link", name="Run", exact=True), "Shift+Tab")
    press(page, "Enter")
    expect(page.locator(".story-step.passed").first).to_be_visible()
    assert page.locator(".story-step.failed").count() == 0

    summary = page.locator("#step-0-edit > summary")
    tab_to(page, summary)
    press(page, "Enter")
    another = page.locator("#step-0-edit [data-another='expected']")
    tab_to(page, another)
    page.keyboard.type("Network")
    press(page, "Tab")
    network = page.locator("#step-0-edit select[name='expected']")
    expect(network).to_be_focused()
    page.keyboard.type("Visa")
    expect(network).to_have_value("visa")
    tab_to(page, page.locator("#step-0-state"), "Shift+Tab")
    page.keyboard.type("Won")
    press(page, "Tab")
    page.get_by_role("button", name="Keep the step").first.focus()
    press(page, "Enter")
    expect(page.locator(".story-step.failed")).to_contain_text("must be 'Won'")

    page.goto("/build/disputes/tests/?run=1")
    expect(page.locator(".tests-said")).to_contain_text("One test fails")


@LOOKS
def test_the_pages_of_tests_can_be_used_by_everybody(visit: Visit, workshop: Server, size, scheme):
    page = visit("builder", server=workshop, scheme=scheme, size=size)
    for place in ("tests/?run=1", "tests/large_loss?run=1"):
        page.goto(f"/build/disputes/{place}")
        expect(page.locator("h1")).to_be_visible()
        assert violations(page) == []
