"""Building views by the keyboard alone, on the records that there are; and how the pages look."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visit
from tests.journeys.serving import Server
from tests.journeys.test_every_page import LOOKS, violations
from tests.journeys.test_keyboard import press, tab_to


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A demo of its own, whose tool may change."""
    folder = tmp_path_factory.mktemp("workshop") / "data"
    folder.mkdir()
    server = Server(folder, ("demo", "--records", "40", "--data", str(folder)))
    yield server.start()
    server.stop()


def headings(page: Page) -> list[str]:
    return page.locator(".drawn-view th").all_inner_texts()


def test_a_view_is_built_without_a_mouse(visit: Visit, workshop: Server):
    page = visit("builder", server=workshop)
    page.goto("/build/disputes/views/")
    expect(page.locator("html.js")).to_be_attached()
    tab_to(page, page.locator("#add-view-title"))
    page.keyboard.type("Large ones")
    press(page, "Enter")
    page.wait_for_url("**/views/large_ones")
    expect(page.locator(".drawn-words")).to_contain_text("40 records, the first 20 shown, read in")
    first, second = headings(page)[:2]
    expect(page.locator("h1")).to_be_focused()
    press(page, "Tab", "Enter", "Tab")  # past the records
    expect(page.locator("#view-title-title")).to_be_focused()

    tab_to(page, page.locator("#add-columns-item"))
    page.keyboard.type("Amount" if "Amount" not in headings(page) else "Charge")
    added = page.locator("#add-columns-item option:checked").inner_text()
    press(page, "Tab", "Enter")
    expect(page.locator(".drawn-view th").last).to_have_text(added)

    handle = page.locator("[data-order] [data-order-handle]").first
    tab_to(page, handle, "Shift+Tab")
    press(page, "Space")
    expect(handle).to_have_attribute("aria-pressed", "true")
    press(page, "ArrowDown", "Space")
    expect(page.locator(".drawn-view th").first).to_have_text(second)
    assert headings(page)[:2] == [second, first]
    expect(page.locator(":focus")).to_have_attribute("data-order-handle", "")

    press(page, "Space", "ArrowUp", "Escape")
    expect(page.locator("#announce")).to_have_text("Put back")
    assert headings(page)[:2] == [second, first]

    tab_to(page, page.locator("#add-sort-item"))
    page.keyboard.type("Amount")
    press(page, "Tab", "Enter")
    tab_to(page, page.locator("#item-sort-amount-up"), "Shift+Tab")
    press(page, "Enter")
    tab_to(page, page.locator("#item-sort-amount-turn"), "Shift+Tab")
    press(page, "Enter")
    expect(page.locator(".drawn-view th[aria-sort=descending]")).to_have_text("Amount")

    press(page, "Control+z")
    expect(page.locator(".drawn-view th[aria-sort=ascending]")).to_have_text("Amount")
    expect(page.locator("#bench-head")).to_contain_text("since version 1")


def test_a_column_is_dragged(visit: Visit, workshop: Server):
    page = visit("builder", server=workshop)
    page.goto("/build/disputes/views/everything")
    expect(page.locator("html.js")).to_be_attached()
    items = page.locator("#part-columns [data-order-item]")
    before = headings(page)
    start = items.nth(0).locator("[data-order-handle]").bounding_box()
    goal = items.nth(2).bounding_box()
    assert start
    assert goal
    page.mouse.move(start["x"] + 8, start["y"] + 8)
    page.mouse.down()
    page.mouse.move(goal["x"] + 20, goal["y"] + goal["height"] - 3, steps=6)
    page.mouse.up()
    expect(page.locator(".drawn-view th").first).to_have_text(before[1])
    assert headings(page)[:3] == [before[1], before[2], before[0]]


def test_a_list_is_typed_pasted_and_retired(visit: Visit, workshop: Server):
    page = visit("builder", server=workshop)
    page.goto("/build/disputes/lists/")
    expect(page.locator("html.js")).to_be_attached()
    tab_to(page, page.locator("#add-list-title"))
    page.keyboard.type("Banks")
    press(page, "Enter")
    page.wait_for_url("**/lists/banks")
    tab_to(page, page.locator(".paste summary"))
    press(page, "Enter", "Tab")
    page.keyboard.insert_text("First National\nHarbour Bank\nNorthern Savings")
    press(page, "Tab", "Enter")
    expect(page.get_by_label("Title of harbour_bank")).to_have_value("Harbour Bank")
    tab_to(page, page.get_by_role("button", name="Retire Harbour Bank"), "Shift+Tab")
    press(page, "Enter")
    expect(page.get_by_role("button", name="Offer Harbour Bank")).to_be_visible()
    press(page, "Control+z")
    expect(page.get_by_role("button", name="Retire Harbour Bank")).to_be_visible()


@LOOKS
def test_the_pages_obey(visit: Visit, workshop: Server, size: Any, scheme: str):
    page = visit("builder", server=workshop, size=size, scheme=scheme)
    for place in (
        "views/",
        "views/all_open",
        "actions/",
        "actions/refetch",
        "actions/escalate",
        "lists/",
        "lists/banks",
    ):
        page.goto(f"/build/disputes/{place}")
        assert violations(page) == []
    page.goto("/build/disputes/views/")
    page.locator(".part-row summary").first.click()
    assert violations(page) == []
