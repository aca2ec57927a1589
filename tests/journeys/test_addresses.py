"""A list is its address: Back, Forward, reload and a colleague show the same."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visit
from tests.journeys.serving import Api

START = "/t/disputes/v/everything"
State = list[Any]
Seen = tuple[str, State]


_STATE = """() => {
  const texts = (selector) => [...document.querySelectorAll(selector)].map((each) => each.innerText.trim());
  return [texts(".list tbody .lead"), texts(".chip"), texts("th[aria-sort]"), document.querySelector("#search").value];
}"""


def state(page: Page) -> State:
    """What somebody sees of a list's state: rows, filters, order and search, all at one moment."""
    expect(page.locator("[data-filter-editor]")).to_have_count(0)
    seen: State = page.evaluate(_STATE)
    return seen


def step(page: Page, act: Callable[[], None]) -> Seen:
    """The address and what is seen there, once the list is another one after `act`."""
    before = page.url, state(page)
    act()
    wait_for(page, lambda: page.url != before[0] and state(page) != before[1])
    return page.url, state(page)


def test_back_forward_reload_and_a_shared_address(visit: Visit, api: Api):
    def filter_by_network() -> None:
        page.locator("#filter-menu summary").click()
        page.locator("#filter-menu").get_by_role("link", name="Network", exact=True).click()
        page.get_by_label("Visa").check()
        page.get_by_role("button", name="Apply").click()
        expect(page.locator("[data-filter-editor]")).to_have_count(0)

    page = visit()
    page.goto(START)
    seen = [(page.url, state(page))]
    seen.append(
        step(page, page.get_by_role("columnheader", name="Amount").get_by_role("link").click)
    )
    seen.append(step(page, filter_by_network))
    seen.append(step(page, page.get_by_role("link", name="Next page").click))
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
        go(page, page.go_back, address, what)
    for address, what in seen[1:]:
        go(page, page.go_forward, address, what)


def go(page: Page, turn: Callable[[], object], address: str, wanted: State) -> None:
    """Turns back or forward to an address, where `wanted` is to be seen again."""
    while page.url != address:
        turn()
    wait_for(page, lambda: state(page) == wanted)


def wait_for(page: Page, reached: Callable[[], bool]) -> None:
    for _ in range(200):
        if reached():
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"{page.url} shows {state(page)}")


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
