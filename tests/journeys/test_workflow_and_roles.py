"""A builder adds a state, puts right what is wrong with it, takes a right and looks as a role: by keyboard alone."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visit
from tests.journeys.serving import Server
from tests.journeys.test_every_page import LOOKS, violations

FLOW = "/build/disputes/workflow/dispute/"
ROLES = "/build/disputes/roles/"
_FOCUSED = """() => {
  const found = document.activeElement;
  const label = found.labels?.[0]?.textContent;
  return (found.getAttribute("aria-label") ?? label ?? found.textContent).trim().replace(/\\s+/g, " ");
}"""


@pytest.fixture(scope="module")
def drawing_board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A demo of its own, whose tool may change."""
    folder = tmp_path_factory.mktemp("board") / "data"
    folder.mkdir()
    server = Server(folder, ("demo", "--records", "40", "--data", str(folder)))
    yield server.start()
    server.stop()


def reach(page: Page, name: str) -> None:
    """Goes on by Tab until the focus is on what is called so."""
    for _ in range(150):
        page.keyboard.press("Tab")
        if page.evaluate(_FOCUSED) == name:
            return
    raise AssertionError(f"Tab never comes to {name}")


def test_a_state_comes_into_the_workflow(visit: Visit, drawing_board: Server):
    page = visit("builder", server=drawing_board)
    page.goto(FLOW)
    reach(page, "New state")
    page.keyboard.type("Parked")
    reach(page, "Reached from")
    page.keyboard.press("Home")  # nowhere yet
    reach(page, "Add the state")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{FLOW}states/parked/")
    panel = page.locator(".flow-panel")
    expect(panel.locator(".flow-head")).to_be_focused()
    expect(panel).to_contain_text("No record comes here")
    assert violations(page) == []
    reach(page, "Add this transition")
    page.keyboard.press("Enter")
    expect(panel).not_to_contain_text("No record comes here")
    reach(page, "Yes, it is done here")
    page.keyboard.press("Enter")
    expect(panel.locator(".problems-here")).to_have_count(0)
    expect(page.locator(".flow-node.chosen")).to_contain_text("Parked")
    expect(page.locator(".flow-lines [aria-current]")).to_contain_text("Parked")


def test_the_matrix_is_walked_by_arrow_keys(visit: Visit, drawing_board: Server):
    page = visit("builder", server=drawing_board)
    page.goto(ROLES)
    reach(page, "Read: Dispute analyst")
    for key in ("ArrowRight", "ArrowDown", "ArrowDown"):
        page.keyboard.press(key)
    focused = page.locator(":focus")
    expect(focused).to_have_accessible_name("Edit: Team lead")
    page.keyboard.press("Space")
    expect(page.locator("[name='can:edit:lead']")).not_to_be_checked()
    changed = page.locator("td.changed", has=page.locator("[name='can:edit:lead']"))
    expect(changed).to_be_visible()
    expect(focused).to_have_accessible_name(re.compile(r"Edit: Team lead \(was"))
    page.keyboard.press("ControlOrMeta+z")
    expect(changed).to_have_count(0)
    expect(page.locator("[name='can:edit:lead']")).to_be_checked()


def test_one_looks_as_a_role_and_is_oneself_again(visit: Visit, drawing_board: Server):
    page = visit("admin", server=drawing_board)
    page.goto(f"{ROLES}auditor/")
    reach(page, "As Auditor")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/t/disputes/"))
    expect(page.locator(".look-bar")).to_contain_text("You look as Auditor.")
    assert violations(page) == []
    reach(page, "End looking")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{ROLES}auditor/")


@LOOKS
def test_the_pages_are_open_to_everybody(visit: Visit, drawing_board: Server, size, scheme):
    page = visit("builder", server=drawing_board, size=size, scheme=scheme)
    for path in (
        "/build/disputes/workflow/",
        f"{FLOW}transitions/start/",
        ROLES,
        f"{ROLES}auditor/",
    ):
        page.goto(path)
        assert violations(page) == [], path
