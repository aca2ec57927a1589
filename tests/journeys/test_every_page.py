"""Every kind of page in light, dark and on a phone: no rule of accessibility broken, nothing too wide."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import DESK, PHONE, Visit
from tests.journeys.serving import FORM, Api

_AXE = Path(__file__).parents[2] / "assets" / "node_modules" / "axe-core" / "axe.min.js"
_RULES = (
    *("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"),
    "best-practice",
)
_COLOURS = ("color-contrast", "link-in-text-block")
"""The rules that a page of the same markup may keep in the light and break in the dark."""
_RUN = """async ([rules, colours]) => {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const runOnly = dark ? { type: "rule", values: colours } : rules;
  const found = await axe.run(document, { runOnly, resultTypes: ["violations"] });
  return found.violations.map(({ id, help, nodes }) => [id, help, nodes.map((node) => node.html.slice(0, 160))]);
}"""
LOOKS = pytest.mark.parametrize(
    ("size", "scheme"),
    [(DESK, "light"), (DESK, "dark"), (PHONE, "light")],
    ids=["light", "dark", "phone"],
)


def violations(page: Page) -> list[Any]:
    """What axe-core has against the page as it is now, and whether it is wider than the screen.

    In the dark it is asked about colours only: the rest is the same as in the light.
    """
    expect(page.locator(".busy")).to_have_count(0)
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(_AXE.read_text())
    found: list[Any] = page.evaluate(_RUN, [list(_RULES), list(_COLOURS)])
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append(["too wide", page.evaluate("document.documentElement.scrollWidth")])
    return found


@pytest.fixture
def check() -> Iterator[Callable[[str, Page], None]]:
    """`check("home", page)` notes what is wrong with a page; all of it is told at the end."""
    wrong: dict[str, list[Any]] = {}

    def noted(name: str, page: Page) -> None:
        found = violations(page)
        if found:
            wrong[name] = found

    yield noted
    assert not wrong, json.dumps(wrong, indent=1)


@LOOKS
def test_the_way_in_and_places(visit: Visit, check: Any, size: Any, scheme: str):
    page = visit(None, size=size, scheme=scheme)
    page.goto("/sign-in")
    check("sign-in", page)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert").first).to_be_visible()
    check("sign-in refused", page)
    page = visit(size=size, scheme=scheme)
    for path in ("/", "/account", "/t/disputes/v/nowhere", "/palette?q=visa"):
        page.goto(path)
        check(path, page)
    page = visit("admin", size=size, scheme=scheme)
    for path in ("/", "/admin/automations", "/build/", "/build/disputes/", "/build/disputes/text/",
        "/build/disputes/versions/", "/build/disputes/publish/", "/build/from-file"):  # fmt: skip
        page.goto(path)
        check(f"{path} of an administrator", page)


@LOOKS
def test_lists(visit: Visit, check: Any, size: Any, scheme: str):
    page = visit(size=size, scheme=scheme)
    page.goto("/t/disputes/v/all_open")
    check("list", page)
    page.goto(
        "/t/disputes/v/everything?filter=network:in:visa,amex&filter=amount:gt:5&sort=-amount"
    )
    check("list with filters", page)
    page.locator("#filter-menu summary").click()
    check("list with open filter", page)
    page.locator("#filter-menu").get_by_role("link", name="Network", exact=True).click()
    expect(page.locator("[data-filter-editor]")).to_be_visible()
    check("filter editor", page)
    page.goto("/t/disputes/v/everything?q=nothing+of+the+kind")
    expect(page.locator(".empty")).to_be_visible()
    check("empty list", page)
    page.goto("/t/disputes/v/everything?filter=nonsense:eq:1")
    check("list with a filter that makes no sense", page)


@LOOKS
def test_records(visit: Visit, api: Api, check: Any, size: Any, scheme: str):
    large = {"amount": "8450.00", "currency": "USD"}
    fresh = api.create(priority="urgent", due_by="2026-11-01T10:00:00Z")
    refused = api.gathering(reason="fraudulent", amount=large, tags=["one", "two"])
    sent = api.find("filter=@state:eq:submitted&limit=1")[0]
    page = visit(size=size, scheme=scheme)
    page.goto(f"{FORM}/{fresh['id']}?view=all_open&n=1")
    check("new record", page)
    page.goto(f"{FORM}/{refused['id']}")
    page.locator("[data-why] summary").first.click()
    check("record with refused steps", page)
    page.locator("#f-merchant").fill("x" * 130)
    page.locator("#f-amount").fill("nonsense")
    page.get_by_role("button", name="Save", exact=False).first.click()
    expect(page.locator("#error-summary")).to_be_focused()
    check("record with errors", page)
    page.goto(f"{FORM}/{sent['id']}")
    check("record that is closed for changes", page)
    page = visit("approver", size=size, scheme=scheme)
    page.goto(f"{FORM}/{sent['id']}")
    check("record with masked values", page)


@LOOKS
def test_forms_and_dialogs(visit: Visit, api: Api, check: Any, size: Any, scheme: str):
    record = api.gathering()
    page = visit(size=size, scheme=scheme)
    page.goto(f"{FORM}/new")
    check("create", page)
    page.get_by_role("button", name="Create dispute").click()
    expect(page.locator("#error-summary")).to_be_focused()
    check("create with errors", page)
    page.goto(f"{FORM}/{record['id']}/transitions/accept")
    check("transition as a page", page)
    page.goto(f"{FORM}/{record['id']}")
    page.locator("a[data-dialog]:visible").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    check("transition dialog", page)
    dialog.locator("[type=submit]").click()
    expect(dialog.locator("#error-summary")).to_be_focused()
    check("transition dialog with errors", page)
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette .hit.on")).to_be_visible()
    check("palette", page)
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    check("key sheet", page)


@LOOKS
def test_conflict_and_deletion(visit: Visit, api: Api, check: Any, size: Any, scheme: str):
    record = api.gathering()
    page = visit("lead", size=size, scheme=scheme)
    page.goto(f"{FORM}/{record['id']}")
    api.change(record, merchant="Theirs", tags=["theirs"])
    page.get_by_label("Merchant").fill("Mine")
    page.get_by_role("button", name="Save", exact=False).first.click()
    expect(page.locator("#conflict .note")).to_be_focused()
    check("conflict", page)
    page.goto(f"{FORM}/{record['id']}")
    page.locator(".topbar summary[aria-label=More]").click()
    check("menu", page)
    page.get_by_role("link", name="Delete…").click()
    dialog = page.get_by_role("dialog", name=re.compile("^Delete"))
    expect(dialog).to_be_visible()
    check("delete dialog", page)
    dialog.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("This record was deleted")).to_be_visible()
    check("deleted record", page)


def test_a_finger_hits_everything_on_a_phone(visit: Visit, api: Api):
    record = api.gathering()
    page = visit(size=PHONE)
    for path in ("/", "/t/disputes/v/all_open", f"{FORM}/{record['id']}", f"{FORM}/new"):
        page.goto(path)
        small = page.evaluate(
            """() => [...document.querySelectorAll("a, button, summary, select, input:not([type=hidden])")]
              .filter((each) => each.checkVisibility() && !each.closest(".sr, .skip, .text-link, .trail, p, details:not([open]) > :not(summary)"))
              .map((each) => [each.outerHTML.slice(0, 120), (each.closest("label") ?? each).getBoundingClientRect()])
              .filter(([, box]) => box.width > 1 && (box.width < 24 || box.height < 24))
              .map(([html]) => html)"""
        )
        assert small == [], path


def test_cards_on_a_phone_keep_their_words_apart(visit: Visit):
    page = visit(size=PHONE)
    page.goto("/t/disputes/v/all_open")
    overlaps = page.evaluate(
        """() => [...document.querySelectorAll(".list tbody tr")].flatMap((row) => {
          const boxes = [...row.querySelectorAll("td.c-title, td.c-value, td.c-state, td.c-meta, td.c-who")]
            .filter((cell) => cell.checkVisibility() && cell.textContent.trim())
            .map((cell) => cell.firstElementChild?.getBoundingClientRect() ?? cell.getBoundingClientRect());
          return boxes.flatMap((one, at) => boxes.slice(at + 1).filter((other) =>
            one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom));
        }).length"""
    )
    assert overlaps == 0
