"""Forms with tabs and steps: by mouse, by keys, without a script, on a phone."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import DESK, PHONE, Visit
from tests.journeys.serving import Server
from tests.journeys.test_every_page import LOOKS, check  # noqa: F401 - a fixture
from tests.runtime.hiring import FORM, hiring_tool

_PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def hiring(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with the hiring tool, and an administrator who may do everything in it."""
    folder = tmp_path_factory.mktemp("hiring") / "data"
    folder.mkdir()
    (folder.parent / "hiring.json").write_text(json.dumps(hiring_tool()))
    server = Server(folder)
    server.run("apply", str(folder.parent / "hiring.json"), "--publish")
    server.run("user", "add", "ann", "--admin", "--password", _PASSWORD)
    yield server.start()
    server.stop()


@pytest.fixture
def enter(visit: Visit, hiring: Server) -> Callable[..., Page]:
    """`enter(**looks)`: a page of the administrator."""

    def enter(**looks: Any) -> Page:
        return visit("ann", server=hiring, **looks)

    return enter


def step(page: Page, title: str) -> None:
    """That the page stands at a step."""
    expect(page.get_by_role("heading", level=2, name=title, exact=True)).to_be_visible()


def make(page: Page, name: str, *, urgent: bool = False) -> None:
    """Makes an applicant from the first step to the last."""
    page.goto(f"{FORM}/new")
    page.locator("#f-name").fill(name)
    page.locator("#f-email").fill("someone@example.com")
    if urgent:
        page.locator("#f-urgent").check(force=True)
    page.get_by_role("button", name="Next").click()
    if urgent:
        step(page, "Hurry")
        page.get_by_role("button", name="Next").click()
    step(page, "Work")
    page.locator("#f-position").select_option("engineer")
    page.get_by_role("button", name="Next").click()
    step(page, "Papers")
    page.get_by_role("button", name="Next").click()
    step(page, "Check")
    page.get_by_role("button", name="Create applicant").click()
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()


@LOOKS
def test_steps_and_tabs_obey_what_every_page_must(enter: Any, check: Any, size: Any, scheme: str):  # noqa: F811
    page = enter(size=size, scheme=scheme)
    page.goto(f"{FORM}/new")
    check("first step", page)
    page.get_by_role("button", name="Next").click()
    expect(page.locator("#error-summary")).to_be_focused()
    check("refused step", page)
    make(page, "Vera Vogel", urgent=True)
    check("tabs", page)
    page.get_by_role("tab", name="Money").click()
    page.locator(".folds > summary").click()
    check("second tab and open fold", page)
    page.get_by_role("link", name="Hire").locator("visible=true").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    check("transition by its layout", page)


def test_enter_goes_on_and_the_way_back_loses_nothing(enter: Any):
    page = enter()
    page.goto(f"{FORM}/new")
    page.locator("#f-name").fill("Enno")
    page.keyboard.press("Enter")
    step(page, "Work")
    expect(page.get_by_role("heading", level=2, name="Work")).to_be_focused()
    page.locator("#f-score").fill("12")
    page.get_by_role("button", name="Back").click()
    step(page, "Person")
    expect(page.locator("#f-name")).to_have_value("Enno")
    page.locator("#f-name").press("Enter")
    step(page, "Work")
    expect(page.locator("#f-score")).to_have_value("12")


def test_the_last_step_is_sent_by_its_key(enter: Any):
    page = enter(size=DESK)
    page.goto(f"{FORM}/new")
    page.locator("#f-name").fill("Keyboard")
    page.keyboard.press("Control+Enter")
    step(page, "Work")
    page.locator("#f-position").select_option("engineer")
    for title in ("Papers", "Check"):
        page.keyboard.press("Control+Enter")
        step(page, title)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", level=1, name="Keyboard")).to_be_visible()


def test_the_look_at_the_end_leads_back_to_a_step(enter: Any):
    page = enter(size=PHONE)
    page.goto(f"{FORM}/new")
    page.locator("#f-name").fill("Nora")
    page.get_by_role("button", name="Next").click()
    page.locator("#f-position").select_option("designer")
    page.get_by_role("button", name="Next").click()
    step(page, "Papers")
    page.get_by_role("button", name="Next").click()
    step(page, "Check")
    page.get_by_role("button", name="Change Person").click()
    step(page, "Person")
    expect(page.locator("input#f-name")).to_be_editable()
    page.locator("input#f-name").fill("Nora Nagy")
    for title in ("Work", "Papers", "Check"):
        page.get_by_role("button", name="Next").click()
        step(page, title)
    page.get_by_role("button", name="Create applicant").click()
    expect(page.get_by_role("heading", level=1, name="Nora Nagy")).to_be_visible()


def test_paper_shows_all_tabs_and_folds(enter: Any):
    page = enter()
    make(page, "Paula Print")
    hidden = page.locator(".form-panel[hidden] .field, .folds > .grid .field").all()
    assert hidden
    page.emulate_media(media="print")
    for each in hidden:
        expect(each).to_be_visible()
    expect(page.get_by_role("tab", name="Money")).to_be_hidden()


def test_tabs_by_keys(enter: Any):
    page = enter()
    make(page, "Kim Keys")
    work, money = page.get_by_role("tab", name="Work"), page.get_by_role("tab", name="Money")
    expect(work).to_have_attribute("aria-selected", "true")
    work.focus()
    page.keyboard.press("ArrowRight")
    expect(money).to_be_focused()
    expect(page.locator("#f-score")).to_be_visible()
    expect(page.locator("#f-position")).to_be_hidden()
    page.keyboard.press("End")
    expect(page.get_by_role("tab", name="Papers")).to_be_focused()
    page.keyboard.press("Home")
    expect(work).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("tab", name="Papers")).to_be_focused()
    page.keyboard.press("Home")
    page.keyboard.press("Tab")
    expect(page.locator("#f-position")).to_be_focused()


def test_an_error_behind_another_tab_comes_to_the_front(enter: Any):
    page = enter()
    make(page, "Ed Error")
    page.get_by_role("tab", name="Money").click()
    page.locator("#f-score").fill("1000")
    page.get_by_role("tab", name="Work").click()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#error-summary")).to_be_focused()
    expect(page.get_by_role("tab", name="Money")).to_have_attribute("aria-selected", "true")
    page.get_by_role("tab", name="Work").click()
    page.locator("#error-summary a").first.click()
    expect(page.locator("#f-score")).to_be_focused()
    page.locator("#f-score").fill("10")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#error-summary")).to_have_count(0)
    # What was looked at last stays in front.
    expect(page.get_by_role("tab", name="Money")).to_have_attribute("aria-selected", "true")


def test_parts_come_and_go_with_what_is_typed(enter: Any):
    page = enter()
    make(page, "Rita React")
    hurry, note = page.get_by_role("tab", name="Hurry"), page.get_by_text("Urgent: call today.")
    expect(hurry).to_be_hidden()
    page.locator("#f-urgent").check(force=True)
    expect(hurry).to_be_visible()
    expect(note).to_be_visible()
    hurry.click()
    page.locator("#f-why_urgent").fill("Leaves tomorrow")
    page.locator("#f-urgent").uncheck(force=True)
    expect(hurry).to_be_hidden()
    expect(page.get_by_role("tab", name="Work")).to_have_attribute("aria-selected", "true")
    page.locator("#f-urgent").check(force=True)
    expect(hurry).to_be_visible()
    hurry.click()
    expect(page.locator("#f-why_urgent")).to_have_value("Leaves tomorrow")
    page.locator("#f-name").fill("Rita Rapid")
    expect(page.get_by_text("Rita Rapid applies as Engineer.")).to_be_visible()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_all_of_it_without_a_script(enter: Any, size: Any):
    page = enter(script=False, size=size)
    make(page, "Otto Off")
    expect(page.locator("#f-position")).to_be_visible()
    expect(page.locator("#f-score")).to_be_hidden()
    page.get_by_role("link", name="Money").click()
    expect(page.locator("#f-score")).to_be_visible()
    expect(page.locator("#f-position")).to_be_hidden()
    page.locator("#f-score").fill("1000")
    page.get_by_role("button", name="Save").first.click()
    expect(page.locator("#error-summary")).to_be_visible()
    expect(page.locator("#f-score")).to_be_visible()
    page.locator("#f-score").fill("55")
    page.get_by_role("button", name="Save").first.click()
    page.get_by_role("link", name="Money").click()
    expect(page.locator("#f-score")).to_have_value("55")
