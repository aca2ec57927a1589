"""Building a form on its canvas: by the keyboard alone, by dragging, and how the pages look."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.journeys.conftest import PHONE, Visit
from tests.journeys.serving import Server
from tests.journeys.test_every_page import LOOKS, violations
from tests.journeys.test_keyboard import press, tab_to

CANVAS = "/build/disputes/forms/complaint/"


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A demo of its own, whose tool may change."""
    folder = tmp_path_factory.mktemp("workshop") / "data"
    folder.mkdir()
    server = Server(folder, ("demo", "--records", "20", "--data", str(folder)))
    yield server.start()
    server.stop()


def cards(page: Page, number: int = 0) -> list[str]:
    """The fields of a section of the canvas, in their order."""
    found = page.locator("#form-canvas [data-holds=fields]").nth(number)
    titles: list[str] = found.locator(":scope > [data-at]").evaluate_all(
        "cards => cards.map(card => card.dataset.title)"
    )
    return titles


def card(page: Page, title: str) -> Locator:
    return page.locator(f"#form-canvas [data-title='{title}'] > [data-pick]")


def add(page: Page, type_: str, title: str) -> None:
    """Adds a field by its type's name, from anywhere but an input, and types its title."""
    press(page, "Escape", "/")
    expect(page.locator("#palette-search")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type(type_)
    press(page, "Enter")
    expect(page.locator("#set-title-value, #part-section-value")).to_be_focused()
    page.keyboard.type(title)
    press(page, "Tab")
    expect(page.locator(f"#form-canvas [data-title='{title}']")).to_be_visible()


def test_a_form_is_built_without_a_mouse(visit: Visit, workshop: Server):
    page = visit("builder", server=workshop)
    page.goto("/build/disputes/forms/")
    expect(page.locator("html.js")).to_be_attached()
    tab_to(page, page.locator("#form-add-title"))
    page.keyboard.type("Complaint")
    press(page, "Enter")
    page.wait_for_url(f"**{CANVAS}")
    expect(page.locator("[data-pick][tabindex='0']")).to_be_attached()

    for type_, title in (
        *(("e-mail", "Sender"), ("money", "Amount"), ("date", "Received"), ("yes or no", "Urgent")),
        *(("section", "Inquiry"), ("person", "Owner"), ("long text", "Findings")),
    ):
        add(page, type_, title)
    assert cards(page) == ["Title", "Sender", "Amount", "Received", "Urgent"]
    assert cards(page, 1) == ["Owner", "Findings"]

    tab_to(page, card(page, "Findings"), "Shift+Tab")
    press(page, "ArrowUp", "ArrowUp", "ArrowUp")
    expect(card(page, "Urgent")).to_be_focused()
    press(page, "Space")
    expect(page.locator("#announce")).to_contain_text("Urgent picked up")
    press(page, "ArrowUp")
    expect(page.locator("#announce")).to_have_text("Urgent, position 4 of 5, Complaint")
    press(page, "Escape")
    expect(page.locator("#announce")).to_have_text("Urgent put back")
    press(page, "Space", "ArrowDown", "ArrowDown", "Space")
    expect(page.locator("#form-canvas [data-list='/parts/Inquiry'] > [data-at]")).to_have_count(3)
    assert cards(page, 1) == ["Owner", "Urgent", "Findings"]
    expect(card(page, "Urgent")).to_be_focused()

    press(page, "Delete")
    expect(card(page, "Urgent")).to_have_count(0)
    expect(card(page, "Findings")).to_be_focused()
    press(page, "Control+z")
    expect(card(page, "Urgent")).to_have_count(1)
    assert cards(page, 1) == ["Owner", "Urgent", "Findings"]

    press(page, "Shift+ArrowUp")
    expect(page.locator("#form-inspector h2")).to_have_text("2 selected")


def test_a_field_is_dragged(visit: Visit, workshop: Server):
    page = visit("builder", server=workshop)
    page.goto("/build/disputes/forms/dispute/")
    page.wait_for_selector("#form-canvas .card-field[draggable=true]")
    first, second = cards(page)[:2]
    goal = {"x": 6, "y": 20}
    card(page, second).drag_to(card(page, first), target_position=goal)
    expect(page.locator("#form-canvas .card-field").first).to_have_attribute("data-title", second)
    assert cards(page)[:2] == [second, first]

    page.locator("[data-palette-item]", has_text="Rating").drag_to(
        card(page, first), target_position=goal
    )
    expect(page.locator("#set-title-value")).to_have_value("Rating")
    assert cards(page)[:3] == [second, "Rating", first]


def test_a_field_goes_into_a_group_by_keyboard_and_comes_back(visit: Visit, workshop: Server):
    page = visit("builder", server=workshop)
    page.goto("/build/disputes/forms/dispute/?at=/fields/network")
    expect(page.locator("[data-pick][tabindex='0']")).to_be_attached()
    add(page, "belong together", "Scheme")
    inside = page.locator("#form-canvas [data-list='/fields/scheme'] > [data-at]")
    expect(inside).to_have_count(1)
    tab_to(page, card(page, "Scheme"), "Shift+Tab")
    press(page, "ArrowUp")
    expect(card(page, "Network")).to_be_focused()
    press(page, "Space", "ArrowDown", "ArrowDown")
    expect(page.locator("#announce")).to_contain_text("Scheme")
    press(page, "Space")
    panel = page.get_by_role("alert").filter(has_text="Network is used here")
    expect(panel.get_by_role("button", name="Move it all the same")).to_be_focused()
    expect(inside).to_have_count(1)
    press(page, "Enter")
    expect(inside).to_have_count(2)
    press(page, "Escape", "Control+z")
    expect(inside).to_have_count(1)
    expect(card(page, "Network")).to_be_visible()


def test_a_drag_that_is_broken_off_changes_nothing(visit: Visit, workshop: Server):
    page = visit("builder", server=workshop)
    page.goto("/build/disputes/forms/dispute/")
    page.wait_for_selector("#form-canvas .card-field[draggable=true]")
    before = cards(page)
    over = card(page, before[3]).bounding_box()
    assert over is not None
    card(page, before[0]).hover()
    page.mouse.down()
    # By the bare mouse: while something is dragged, no page is told what the pointer is over.
    page.mouse.move(over["x"] + 5, over["y"] + 5, steps=4)
    page.reload()
    assert cards(page) == before


@LOOKS
def test_the_pages_obey(visit: Visit, workshop: Server, size: Any, scheme: str):
    page = visit("builder", server=workshop, size=size, scheme=scheme)
    places = (
        "",
        "dispute/",
        "dispute/?at=/fields/reason",
        "dispute/?at=/fields/amount&at=/fields/network",
    )
    for place in places:
        page.goto(f"/build/disputes/forms/{place}")
        expect(page.locator("html.js")).to_be_attached()
        assert violations(page) == [], place
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], place


def test_on_a_phone_what_is_said_of_a_field_comes_to_its_side(visit: Visit, workshop: Server):
    page = visit("builder", server=workshop, size=PHONE)
    page.goto("/build/disputes/forms/dispute/")
    expect(page.locator("html.js")).to_be_attached()
    for title in ("Merchant", "Refund policy was shown at checkout"):
        card(page, title).evaluate("pick => pick.parentElement.scrollIntoView({block: 'nearest'})")
        card(page, title).tap()
        expect(page.get_by_label("Title", exact=True)).to_have_value(title)
        expect(page.get_by_label("Title", exact=True)).to_be_in_viewport(ratio=1)
        expect(
            page.locator(f"#form-canvas [data-title='{title}'] .label").first
        ).to_be_in_viewport()
    assert violations(page) == []
    page.get_by_role("button", name="Back to the form").tap()
    expect(page.get_by_role("button", name="Back to the form")).to_be_hidden()
    expect(card(page, "Refund policy was shown at checkout")).to_be_focused()


def test_without_a_network_nobody_changes_a_field_that_is_not_selected(
    visit: Visit, workshop: Server
):
    page = visit("builder", server=workshop)
    page.goto("/build/disputes/forms/dispute/?at=/fields/merchant")
    expect(page.locator("#set-title-value")).to_have_value("Merchant")
    page.context.set_offline(True)
    card(page, "Network").click()
    expect(page.locator("#form-inspector > [inert]").first).to_be_attached()
    page.context.set_offline(False)
    expect(page.locator("#set-title-value")).to_have_value("Network")
    expect(page.locator("#form-inspector > [inert]")).to_have_count(0)


def test_a_short_page_of_a_demo_does_not_scroll(visit: Visit, workshop: Server):
    page = visit("builder", server=workshop)
    for section in ("forms", "workflow", "actions", "lists", "text"):
        page.goto(f"/build/disputes/{section}/")
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight"), section


def test_what_is_typed_before_a_new_field_is_there_becomes_its_title(
    visit: Visit, workshop: Server
):
    page = visit("builder", server=workshop)
    page.goto("/build/disputes/forms/dispute/")
    expect(page.locator("html.js")).to_be_attached()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/build/disputes/edit", hold)
    page.locator("#add-form button[value=text]").click()
    page.keyboard.type("Our file no")
    for route in held:
        route.continue_()
    page.unroute("**/build/disputes/edit")
    expect(page.locator("#set-title-value")).to_have_value("Our file no")
    press(page, "Tab")
    expect(page.locator("#form-canvas [data-title='Our file no']")).to_have_count(1)
    expect(page.locator("#form-canvas [data-title^='Text']")).to_have_count(0)


def test_several_fields_are_selected_by_keyboard(visit: Visit, workshop: Server):
    page = visit("builder", server=workshop)
    page.goto("/build/disputes/forms/dispute/")
    expect(page.locator("[data-pick][tabindex='0']")).to_be_attached()
    start, count = page.locator("[data-several-start]"), page.locator("[data-several-count]")
    tab_to(page, start)
    press(page, "Enter")
    expect(start).to_have_attribute("aria-pressed", "true")
    tab_to(page, page.locator("#form-canvas .canvas-paper [data-pick][tabindex='0']"))
    while not page.evaluate("document.activeElement.closest('[data-title=Charge]')"):
        press(page, "ArrowDown")
    press(page, "Enter", "ArrowDown", "ArrowDown", "Enter")
    expect(count).to_have_text("2 selected")
    expect(page.locator("#announce")).to_have_text("2 selected")
    press(page, "ArrowUp", "Enter", "Enter")
    expect(count).to_have_text("2 selected")
    tab_to(page, page.locator("[data-several-end]"))
    press(page, "Enter")
    expect(start).to_have_attribute("aria-pressed", "false")
    inspector = page.locator("#form-inspector")
    expect(inspector.locator("h2")).to_have_text("2 selected")
    expect(page.locator("#form-inspector:focus, #form-inspector :focus")).to_have_count(1)
    tab_to(page, inspector.get_by_role("button", name="Make them optional"))
    press(page, "Enter")
    expect(page.locator("#form-canvas [data-title='Charge'] .req")).to_have_count(0)
    press(page, "Control+z")
    expect(page.locator("#form-canvas [data-title='Charge'] .req")).to_have_count(1)


def test_several_fields_are_selected_by_touch(visit: Visit, workshop: Server):
    page = visit("builder", server=workshop, size=PHONE)
    page.goto("/build/disputes/forms/dispute/")
    expect(page.locator("[data-pick][tabindex='0']")).to_be_attached()
    page.locator("[data-several-start]").tap()
    for title in ("Charge", "Amount", "Reason", "Amount"):
        card(page, title).tap()
    expect(page.locator("[data-several-count]")).to_have_text("2 selected")
    expect(page.locator("#form-inspector")).to_be_hidden()
    assert violations(page) == []
    page.locator("[data-several-end]").tap()
    expect(page.locator("#form-inspector h2")).to_have_text("2 selected")
    expect(page.locator("#form-canvas .card-field.chosen")).to_have_count(2)
    page.locator("#form-inspector").get_by_role("button", name="Make them optional").tap()
    expect(page.locator("#form-canvas [data-title='Reason'] .req")).to_have_count(0)
    page.get_by_role("button", name="Undo", exact=False).first.tap()
    expect(page.locator("#form-canvas [data-title='Reason'] .req")).to_have_count(1)
