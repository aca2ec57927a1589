"""A list is its address: Back, Forward, reload and a colleague show the same."""

from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visit
from tests.journeys.serving import Api

START = "/t/disputes/v/everything"


def state(page: Page) -> tuple[list[str], list[str], str, str]:
    """What somebody sees of a list's state."""
    expect(page.locator("[data-filter-editor]")).to_have_count(0)
    return (
        page.locator(".list tbody .lead").all_inner_texts(),
        page.locator(".chip").all_inner_texts(),
        page.locator("th[aria-sort]").inner_text(),
        page.get_by_label("Search disputes").input_value(),
    )


def changed(page: Page, before: str) -> tuple[str, tuple[list[str], list[str], str, str]]:
    """The next address and what is seen there, once both have come."""
    page.wait_for_url(lambda url: url != before)
    page.wait_for_load_state("networkidle")
    return page.url, state(page)


def test_back_forward_reload_and_a_shared_address(visit: Visit, api: Api):
    page = visit()
    page.goto(START)
    seen = [(page.url, state(page))]
    page.get_by_role("columnheader", name="Amount").get_by_role("link").click()
    seen.append(changed(page, seen[-1][0]))
    page.locator("#filter-menu summary").click()
    page.locator("#filter-menu").get_by_role("link", name="Network", exact=True).click()
    page.get_by_label("Visa").check()
    with page.expect_navigation(url="**filter=network**"):
        page.get_by_role("button", name="Apply").click()
    seen.append(changed(page, seen[-1][0]))
    page.get_by_role("link", name="Next page").click()
    seen.append(changed(page, seen[-1][0]))
    assert len({str(what) for _, what in seen}) == len(seen)
    colleague = visit("lead")
    for address, what in seen:
        parts = urlsplit(address)
        colleague.goto(f"{parts.path}?{parts.query}")
        assert state(colleague) == what
    page.reload()
    assert state(page) == seen[-1][1]
    # Between the sorted and the filtered list stands the open filter editor.
    for address, what in (seen[2], seen[1], seen[0]):
        back_to(page, address)
        assert state(page) == what
    for address, what in seen[1:]:
        forward_to(page, address)
        assert state(page) == what


def back_to(page: Page, address: str) -> None:
    while page.url != address:
        page.go_back()
        page.wait_for_load_state("networkidle")


def forward_to(page: Page, address: str) -> None:
    while page.url != address:
        page.go_forward()
        page.wait_for_load_state("networkidle")


def test_back_from_a_record_is_the_list_it_was_opened_from(visit: Visit):
    page = visit()
    page.goto(f"{START}?filter=network:eq:visa&sort=amount")
    before = state(page)
    page.locator(".list tbody .lead a").nth(4).click()
    expect(page.get_by_text("5 of", exact=False).first).to_be_visible()
    page.go_back()
    assert state(page) == before


def test_searching_leaves_no_letter_by_letter_history(visit: Visit):
    page = visit()
    page.goto("/")
    page.goto(START)
    page.get_by_label("Search disputes").press_sequentially("outfitters", delay=60)
    expect(page).to_have_url(f"{page.url.split('?')[0]}?q=outfitters")
    expect(page.get_by_label("Search disputes")).to_be_focused()
    page.go_back()
    expect(page.get_by_label("Search disputes")).to_have_value("")
    assert urlsplit(page.url).path == START
