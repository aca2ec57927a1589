"""Rows and kinds of value in a real browser: with the keyboard alone, on a phone, without a script."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from runtime.accounts import Joining
from tests.holds import holds_tool
from tests.journeys.conftest import PHONE, Visit
from tests.journeys.serving import Server
from tests.journeys.test_every_page import violations
from tests.runtime.opening import PASSWORD, open_services_on

NEW = "/t/holds/f/hold/new"


@pytest.fixture(scope="module")
def holds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with the tool of payouts on hold, and a clerk."""
    folder = tmp_path_factory.mktemp("holds") / "data"
    folder.mkdir()
    services = open_services_on("", folder)
    services.published.publish(holds_tool(), by="system")
    services.accounts.add(Joining("kim", PASSWORD, roles=(("holds", "clerk"),)))
    services.close()
    server = Server(folder, settings={"OPSWRIGHT_SECRET_KEY": "0123456789abcdef0123456789abcdef"})
    yield server.start()
    server.stop()


@pytest.fixture
def come(visit: Visit, holds: Server) -> Any:
    """`come()`: the page of a new record in a browser of the clerk, who left no draft behind."""

    def opened(**how: Any) -> Page:
        page = visit("kim", server=holds, **how)
        page.goto(NEW)
        expect(page.locator("#f-merchant")).to_be_visible()
        return page

    return opened


def rows(page: Page) -> Any:
    return page.locator("[data-rows=lines] > table > tbody > tr")


def payouts(page: Page) -> list[str]:
    return [row.locator("input[name$='/payout']").input_value() for row in rows(page).all()]


def test_rows_with_the_keyboard_alone(come):
    page = come()
    page.get_by_label("Merchant").fill("Acme")
    add = page.locator("#f-lines").get_by_role("button", name="Add row").last
    for number, text in enumerate(("first", "second", "third"), 1):
        add.focus()
        page.keyboard.press("Enter")
        expect(rows(page)).to_have_count(number)
        expect(rows(page).last.locator("input[name$='/payout']")).to_be_focused()
        page.keyboard.type(text)
    expect(page.locator("#announce")).to_have_text("Row 3 added")
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("#announce")).to_have_text("Moved to row 2 of 3")
    expect(page.locator("input[name='lines/2/payout']")).to_be_focused()
    assert payouts(page) == ["first", "third", "second"]
    rows(page).first.get_by_role("button", name="Remove Row 1").focus()
    page.keyboard.press("Enter")
    expect(rows(page)).to_have_count(2)
    expect(page.locator("input[name='lines/2/payout']")).to_be_focused()
    page.get_by_role("button", name="Undo").click()
    assert payouts(page) == ["first", "third", "second"]
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile("/f/hold/[0-9a-z]{13}$"))
    assert payouts(page) == ["first", "third", "second"]
    assert violations(page) == []


def test_kinds_keep_what_was_typed_until_they_are_saved(come):
    page = come()
    page.get_by_label("Merchant").fill("Acme")
    kinds = page.get_by_label("Payment: which kind")
    kinds.select_option("Card")
    page.locator("[name='payment/holder']").fill("Ada")
    page.locator("[name='payment/digits']").fill("42")
    kinds.select_option("Account")
    expect(page.locator("#announce")).to_contain_text("Account: its fields are shown")
    page.locator("[name='payment/holder']").fill("Grace")
    kinds.select_option("Card")
    expect(page.locator("[name='payment/digits']")).to_have_value("42")
    page.get_by_role("button", name=re.compile("^Create")).click()
    summary = page.locator("#error-summary")
    expect(summary).to_contain_text("Payment, Card, Digits")
    summary.get_by_role("link").click()
    expect(page.locator("[name='payment/digits']")).to_be_focused()
    assert violations(page) == []
    kinds.select_option("Account")
    expect(page.locator("[name='payment/holder']")).to_have_value("Grace")
    page.get_by_role("button", name=re.compile("^Create")).click()
    page.wait_for_url(re.compile("/f/hold/[0-9a-z]{13}$"))
    expect(page.locator("[name='payment/holder']")).to_have_value("Grace")


def test_rows_and_kinds_without_a_script(come):
    page = come(script=False)
    page.get_by_label("Merchant").fill("Acme")
    frame = page.locator("#f-lines")
    frame.get_by_role("button", name="Add row").last.click()
    page.locator("[name='lines/0/payout']").fill("first")
    page.locator("#f-lines").get_by_role("button", name="Add row").last.click()
    page.locator("[name='lines/1/payout']").fill("second")
    page.get_by_role("button", name="Move up: Row 2").click()
    assert payouts(page) == ["second", "first"]
    page.get_by_label("Payment: which kind").select_option("Account")
    page.get_by_role("button", name="Show its fields").click()
    page.locator("[name='payment/holder']").fill("Grace")
    page.get_by_role("button", name=re.compile("^Create")).click()
    page.wait_for_url(re.compile("/f/hold/[0-9a-z]{13}$"))
    assert payouts(page) == ["second", "first"]
    expect(page.locator("[name='payment/holder']")).to_have_value("Grace")


def test_rows_are_cards_on_a_phone(come):
    page = come(size=PHONE)
    page.locator("#f-lines").get_by_role("button", name="Add row").last.click()
    expect(rows(page)).to_have_count(1)
    width = rows(page).first.bounding_box()["width"]
    assert width <= PHONE[0]
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    assert violations(page) == []
