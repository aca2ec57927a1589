"""Choosing in a real browser: by typing, by keyboard alone, in a cascade, on the way, without scripts."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE, Visit
from tests.journeys.serving import Server
from tests.journeys.test_every_page import check  # noqa: F401 - a fixture
from tests.runtime.cases import HOOKS, TOOL, cases_tool

CASE, MERCHANT = "/t/cases/f/case", "/t/cases/f/merchant"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running server with the cases tool and thirty merchants."""
    folder = tmp_path_factory.mktemp("shop")
    for name in ("data", "specs", "hooks"):
        (folder / name).mkdir()
    (folder / "specs" / "cases.json").write_text(json.dumps(cases_tool()))
    (folder / "hooks" / "fx.py").write_text("from opswright import *\n" + HOOKS)
    settings = {
        "OPSWRIGHT_SPECS": str(folder / "specs"),
        "OPSWRIGHT_HOOKS": str(folder / "hooks"),
    }
    server = Server(folder / "data", settings=settings)
    server.start()
    server.run("user", "add", "lena", "--role", f"{TOOL}:lead", "--password", "demo journeys")
    yield server
    server.stop()


@pytest.fixture
def come(visit: Visit, shop: Server) -> Callable[..., Page]:
    """`come(path)`: lena's page there."""

    def come(path: str, **how: Any) -> Page:
        page = visit("lena", server=shop, **how)
        page.goto(path)
        return page

    return come


def make_merchant(page: Page, name: str, country: str = "Romania") -> str:
    """A merchant made by its form; the path of its page."""
    page.goto(f"{MERCHANT}/new")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Country").select_option(label=country)
    page.get_by_role("button", name="Create merchant").click()
    page.wait_for_url(re.compile(r"/f/merchant/[0-9a-z]{13}"))
    return page.url.partition("?")[0]


def combobox(page: Page, name: str):
    return page.get_by_role("combobox", name=name, exact=True)


def test_a_record_is_found_by_typing_with_the_keyboard_alone(come):
    page = come(f"{CASE}/new")
    for name in ("Wombat Wool", "Wombat Walks", "Other"):
        make_merchant(page, name)
    page.goto(f"{CASE}/new")
    page.get_by_label("Title").focus()
    page.keyboard.type("By keyboard")
    page.keyboard.press("Tab")
    field = combobox(page, "Merchant")
    expect(field).to_be_focused()
    page.keyboard.type("wombat", delay=20)
    options = page.get_by_role("listbox", name="Merchant").get_by_role("option")
    expect(options).to_have_count(2)
    expect(field).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    second = options.nth(1)
    expect(field).to_have_attribute("aria-activedescendant", second.get_attribute("id"))
    title = second.inner_text()
    page.keyboard.press("Enter")
    expect(field).to_have_value(title)
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/f/case/[0-9a-z]{13}"))
    expect(combobox(page, "Merchant")).to_have_value(title)


def test_escape_brings_back_what_was_chosen_and_emptying_takes_it_away(come):
    page = come(f"{CASE}/new")
    make_merchant(page, "Escaped")
    page.goto(f"{CASE}/new")
    field = combobox(page, "Backup merchant")
    field.press_sequentially("escap", delay=20)
    page.get_by_role("option", name="Escaped").click()
    field.fill("something else")
    expect(page.get_by_role("listbox").get_by_text("Nothing found")).to_be_visible()
    page.keyboard.press("Escape")
    expect(field).to_have_value("Escaped")
    field.fill("")
    page.keyboard.press("Tab")
    expect(page.locator("#f-backup")).to_have_value("")


def test_several_are_chosen_and_taken_away_again(come):
    page = come(f"{CASE}/new")
    for title in ("First of all", "Second of all"):
        page.goto(f"{CASE}/new")
        page.get_by_label("Title").fill(title)
        page.get_by_role("button", name="Create case").click()
        page.wait_for_url(re.compile(r"/f/case/[0-9a-z]{13}"))
    page.goto(f"{CASE}/new")
    page.get_by_label("Title").fill("With others")
    field = combobox(page, "Related cases")
    for word in ("second", "first"):
        field.press_sequentially(word, delay=20)
        page.get_by_role("option", name=re.compile(word, re.IGNORECASE)).click()
    chosen = page.locator(".combo-tokens li span")
    expect(chosen).to_have_text(["Second of all", "First of all"])
    page.get_by_role("button", name="Remove Second of all").click()
    expect(chosen).to_have_text(["First of all"])
    page.get_by_role("button", name="Create case").click()
    page.wait_for_url(re.compile(r"/f/case/[0-9a-z]{13}"))
    expect(page.locator(".combo-tokens li span")).to_have_text(["First of all"])


def test_a_choice_offers_what_goes_with_another(come):
    page = come(f"{CASE}/new")
    city = page.get_by_label("City")
    expect(city.locator("option")).to_have_text(["Choose", "Anywhere"])
    page.get_by_label("Country").select_option(label="Romania")
    expect(city.locator("option")).to_have_text(["Choose", "Cluj", "Anywhere"])
    city.select_option(label="Cluj")
    page.get_by_label("Country").select_option(label="Switzerland")
    expect(city.locator("option")).to_have_text(["Choose", "Basel", "Anywhere", "Cluj"])
    page.get_by_label("Title").fill("Wrong city")
    page.get_by_role("button", name="Create case").click()
    expect(page.get_by_role("alert").first).to_contain_text("'Cluj' does not go with")
    expect(page.get_by_label("Title")).to_have_value("Wrong city")
    city.select_option(label="Basel")
    page.get_by_role("button", name="Create case").click()
    page.wait_for_url(re.compile(r"/f/case/[0-9a-z]{13}"))


def test_a_record_is_made_on_the_way_and_nothing_typed_is_lost(come):
    page = come(f"{CASE}/new")
    page.get_by_label("Title").fill("Half written")
    page.get_by_role("button", name="New merchant").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Create merchant").click()
    expect(dialog.get_by_role("alert").first).to_be_visible()
    dialog.get_by_label("Name").fill("Made on the way")
    dialog.get_by_role("button", name="Create merchant").click()
    expect(dialog).to_be_hidden()
    expect(combobox(page, "Merchant")).to_have_value("Made on the way")
    expect(combobox(page, "Merchant")).to_be_focused()
    expect(page.get_by_label("Title")).to_have_value("Half written")


def test_a_record_shows_what_links_to_it_and_a_link_what_it_leads_to(come):
    page = come(f"{CASE}/new")
    merchant = make_merchant(page, "Looked at")
    page.goto(f"{CASE}/new")
    page.get_by_label("Title").fill("Leads there")
    combobox(page, "Former merchant").press_sequentially("looked", delay=20)
    page.get_by_role("option", name="Looked at").click()
    combobox(page, "Merchant").press_sequentially("looked", delay=20)
    page.get_by_role("option", name="Looked at").click()
    page.get_by_role("button", name="Create case").click()
    page.wait_for_url(re.compile(r"/f/case/[0-9a-z]{13}"))
    page.goto(merchant)
    linked = page.get_by_role("region", name="Cases of this merchant")
    linked.get_by_role("link", name="Leads there").click()
    expect(page.get_by_role("heading", name="Leads there")).to_be_visible()


def test_what_is_chosen_can_be_looked_at_while_the_form_is_edited(come):
    page = come(f"{CASE}/new")
    merchant = make_merchant(page, "Looked into")
    page.goto(f"{CASE}/new")
    opened = page.get_by_role("link", name="Open Looked into", exact=True)
    expect(opened).to_have_count(0)
    field = combobox(page, "Merchant")
    field.fill("looked into")
    page.get_by_role("option", name="Looked into").click()
    opened.hover()
    card = page.get_by_role("tooltip")
    expect(card).to_contain_text("Romania")
    page.keyboard.press("Escape")
    expect(card).to_have_count(0)
    with page.context.expect_page() as tab:
        page.get_by_role("link", name="Open Looked into in a new tab").click()
    tab.value.wait_for_url(merchant)
    expect(field).to_have_value("Looked into")
    field.fill("")
    field.blur()
    expect(opened).to_have_count(0)


def test_links_in_a_list_show_their_record_by_pointer_and_by_keyboard(come):
    page = come(f"{CASE}/new")
    merchant = make_merchant(page, "Listed shop")
    page.goto(f"{CASE}/new")
    page.get_by_label("Title").fill("Shows it")
    combobox(page, "Merchant").fill("listed")
    page.get_by_role("option", name="Listed shop").click()
    page.get_by_role("button", name="Create case").click()
    page.wait_for_url(re.compile(r"/f/case/[0-9a-z]{13}"))
    page.goto("/t/cases/v/cases")
    link, card = page.get_by_role("link", name="Listed shop"), page.get_by_role("tooltip")
    link.hover()
    expect(card).to_contain_text("Romania")
    page.mouse.move(0, 0)
    expect(card).to_have_count(0)
    page.get_by_role("link", name="Shows it").focus()
    page.keyboard.press("Tab")
    expect(link).to_be_focused()
    expect(card).to_contain_text("Romania")
    page.keyboard.press("Enter")
    page.wait_for_url(merchant)


def test_without_scripts_one_finds_makes_and_saves(come):
    page = come(f"{CASE}/new")
    for number in range(22):
        make_merchant(page, f"Plain {number:02d}")
    page = come(f"{CASE}/new", script=False)
    page.get_by_label("Title").first.fill("By hand")
    page.get_by_label("Country").select_option(label="Romania")
    page.get_by_label("Find Merchant").fill("Plain 03")
    page.get_by_role("button", name="Find").first.click()
    expect(page.get_by_label("Title").first).to_have_value("By hand")
    page.get_by_label("Merchant", exact=True).select_option(label="Plain 03")
    page.get_by_label("City").select_option(label="Cluj")
    page.get_by_role("button", name="New merchant").nth(1).click()
    page.get_by_label("Name").fill("Made by hand")
    page.get_by_role("button", name="Create merchant").click()
    expect(page.get_by_label("Title").first).to_have_value("By hand")
    expect(page.get_by_label("Backup merchant").locator("option:checked")).to_have_text(
        "Made by hand"
    )
    page.get_by_role("button", name="Create case").click()
    page.wait_for_url(re.compile(r"/f/case/[0-9a-z]{13}"))
    expect(page.get_by_label("Merchant", exact=True).locator("option:checked")).to_have_text(
        "Plain 03"
    )


def test_a_list_is_changed_by_its_editor(come):
    page = come("/t/cases/lists/countries")
    page.get_by_label("Title of ro").fill("România")
    page.get_by_role("button", name="Move Romania down").click()
    expect(page.get_by_role("textbox", name="Title of")).to_have_count(3)
    page.locator("[name=new_title]").fill("Moldova")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_label("Title of moldova")).to_have_value("Moldova")
    page.get_by_role("button", name="Retire Moldova").click()
    expect(page.get_by_role("button", name="Offer Moldova")).to_be_visible()
    page.goto(f"{CASE}/new")
    expect(page.get_by_label("Country").locator("option")).to_have_text(
        ["Choose", "Switzerland", "România"]
    )
    page.goto("/t/cases/lists/countries")
    page.get_by_label("Title of ro").fill("Romania")
    page.get_by_role("button", name="Save").last.click()


@pytest.mark.parametrize(
    "how", [{}, {"size": PHONE}, {"scheme": "dark"}], ids=["desk", "phone", "dark"]
)
def test_pages_of_choosing_are_accessible_and_fit(come, check, how):  # noqa: F811 - the fixture
    page = come(f"{CASE}/new", **how)
    combobox(page, "Merchant").click()
    expect(page.get_by_role("listbox", name="Merchant")).to_be_visible()
    check("a form with an open list", page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="New merchant").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    check("a dialog that makes a record", page)
    page.goto("/t/cases/lists/cities")
    check("a list", page)
    check("a record with what links to it", make_and_link(page))


def make_and_link(page: Page) -> Page:
    """The page of a merchant that a case links to."""
    merchant = make_merchant(page, "Accessible")
    page.goto(f"{CASE}/new")
    page.get_by_label("Title").fill("Links there")
    combobox(page, "Merchant").press_sequentially("access", delay=20)
    page.get_by_role("option", name="Accessible").first.click()
    page.get_by_role("button", name="Create case").click()
    page.wait_for_url(re.compile(r"/f/case/[0-9a-z]{13}"))
    page.goto(merchant)
    return page
