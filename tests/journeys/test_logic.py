"""Conditions and formulas, made by keyboard alone, and looked at in three looks."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import DESK, PHONE, Visit
from tests.journeys.serving import Server
from tests.journeys.test_every_page import violations

ROOT = "/build/disputes/"
FILTER = f"{ROOT}condition/?at=/views/unassigned/filter"

FORMULA = f"{ROOT}formula/?at=/forms/dispute/schema/properties/text_chars/x-ops/computed/formula"


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A demo of its own, whose tool may change."""
    folder = tmp_path_factory.mktemp("logic") / "data"
    folder.mkdir()
    server = Server(folder, ("demo", "--records", "60", "--data", str(folder)))
    yield server.start()
    server.stop()


def draft(server: Server) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        server.query("SELECT document FROM spec_draft WHERE tool = 'disputes'")[0][0]
    )
    return found


def filter_of(server: Server) -> Any:
    return next(v for v in draft(server)["views"] if v["key"] == "unassigned")["filter"]


def choose(page: Page, text: str) -> None:
    """Picks an option of the focused select by typing what it is called, and goes on."""
    page.keyboard.type(text)
    page.keyboard.press("Tab")


def test_a_condition_is_built_by_keyboard_alone(visit: Visit, bench: Server):
    page = visit("admin", server=bench)
    page.goto(FILTER)
    expect(page.locator(".logic-words")).to_contain_text("is empty and State is")

    # A row is added, and the cursor stands in it.
    page.locator("#condition-add-r").focus()
    page.keyboard.press("Enter")
    field = page.locator("#condition-r-2-field")
    expect(field).to_be_focused()
    choose(page, "Opened")
    expect(page.locator("#condition-op-r-2")).to_be_focused()
    expect(page.locator("#condition-source-r-2-0")).to_be_visible()
    choose(page, "is not before")
    expect(page.locator("#condition-op-r-2")).to_have_value("ge")
    expect(page.locator("#condition-source-r-2-0")).to_be_focused()
    choose(page, "today")
    expect(page.locator("#condition-value-r-2-0-amount")).to_be_focused()
    words = page.locator(".logic-words")
    page.keyboard.type("-400")
    # Before the input is left: what it says and what the records say follow, and the cursor stays.
    expect(words).to_contain_text("Opened is 400 days ago or later")
    expect(page.locator(".logic-answer .strong")).to_contain_text("of 60 records")
    expect(page.locator("#condition-value-r-2-0-amount")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("-30")
    page.keyboard.press("Tab")
    expect(words).to_contain_text("Opened is 30 days ago or later")
    expect(page.locator(".logic-answer .strong")).to_contain_text("of 60 records")

    # It is moved up and doubled; the cursor goes with it.
    up = page.locator("#condition-up-r-2")
    up.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#condition-up-r-1")).to_be_focused()
    row = {"field": "opened_on", "op": "ge", "value": {"today": {"days": -30}}}
    assert filter_of(bench)["all"][1] == row
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#condition-copy-r-2")).to_be_focused()
    assert filter_of(bench)["all"][1:3] == [row, row]
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator('[data-row="r.3"]')).to_have_count(0)
    assert filter_of(bench)["all"][1] == row
    assert violations(page) == []


def test_what_is_typed_before_a_button_is_pressed_is_kept(visit: Visit, bench: Server):
    page = visit("admin", server=bench)
    page.goto(f"{ROOT}condition/?at=/workflows/0/transitions/accept/guards/1/condition")
    amount = page.get_by_label("Value", exact=True).first
    amount.fill("7000.00")
    page.locator("#condition-add-r").click()
    expect(page.locator('[data-row="r.3"]')).to_be_visible()
    expect(amount).to_have_value("7000.00")


def test_a_formula_is_written_with_its_result_beside_it(visit: Visit, bench: Server):
    page = visit("admin", server=bench)
    page.goto(FORMULA)
    page.locator(".cm-content").focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("earl")
    expect(page.locator(".cm-tooltip-autocomplete")).to_contain_text("earlier_orders")
    page.keyboard.press("Enter")
    page.keyboard.type(" + merchant")
    page.keyboard.press("Escape")
    trial = page.locator("[data-formula-trial]")
    expect(trial).to_contain_text("does not take a number and a text")
    expect(page.locator(".cm-lintRange-error")).to_be_visible()
    for _letter in " + merchant":
        page.keyboard.press("Backspace")
    page.keyboard.type(" * 0 + 42")
    expect(trial).to_contain_text("a number is wanted")
    assert violations(page) == []
    page.keyboard.press("ControlOrMeta+s")
    expect(
        page.get_by_role("button", name=re.compile("^Undo: Change .*formula", re.IGNORECASE))
    ).to_be_visible()
    properties = draft(bench)["forms"][0]["schema"]["properties"]
    assert properties["text_chars"]["x-ops"]["computed"]["formula"] == "earlier_orders * 0 + 42"
    # What is kept with a mistake is mended where it was, on the same record.
    page.keyboard.type("+ earl")
    expect(page.locator(".cm-tooltip-autocomplete")).to_contain_text("earlier_orders")
    page.keyboard.press("Escape")
    page.keyboard.press("ControlOrMeta+s")
    expect(page.locator(".formula-form .problem, .formula-form .error").first).to_be_visible()
    expect(page.locator(".cm-content")).to_be_focused()
    expect(page.get_by_label("Tried on")).to_be_visible()


def test_conditions_in_three_looks(visit: Visit, bench: Server):
    for size, scheme in ((DESK, "light"), (PHONE, "light"), (DESK, "dark")):
        page = visit("builder", server=bench, size=size, scheme=scheme)
        for place in (FILTER, FORMULA, f"{ROOT}rules/?at=/forms/dispute/rules"):
            page.goto(place)
            assert violations(page) == [], place
        page.close()


def test_without_a_script_rows_are_posted(visit: Visit, bench: Server):
    page = visit("builder", server=bench, script=False)
    page.goto(f"{ROOT}condition/?at=/views/mine/filter")
    page.get_by_role("button", name="Add a row").click()
    page.locator("#condition-r-2-field").select_option("merchant")
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.locator(".problems-here").first).to_contain_text(
        "not said yet what to compare with"
    )
    page.locator("#condition-value-r-2-0").fill("Acme")
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.locator(".logic-words")).to_contain_text('Merchant is "Acme"')
