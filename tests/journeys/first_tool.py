"""The steps of the page "Your first tool in five minutes", as somebody takes them who reads it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from playwright.sync_api import Page, expect

from tests.docs.pages import DOCS, fences

PAGE: Final = DOCS / "builders" / "first-tool.md"
TOOL: Final = "equipment_requests"


class Hand:
    """Does what a person does, and counts it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.count = 0

    def click(self, name: str, role: str = "button") -> None:
        self.count += 1
        self.page.get_by_role(role, name=name).first.click()  # type: ignore[arg-type]

    def press(self, selector: str) -> None:
        self.count += 1
        self.page.locator(selector).first.click()

    def choose(self, label: str, title: str) -> None:
        self.count += 2
        self.page.get_by_label(label, exact=True).select_option(label=title)

    def write(self, label: str, text: str) -> None:
        self.count += 2
        self.page.get_by_label(label, exact=True).fill(text)

    def upload(self, label: str, path: Path) -> None:
        self.count += 1
        self.page.get_by_label(label, exact=True).set_input_files(path)


def sample(folder: Path) -> Path:
    """The spreadsheet that stands on the page."""
    block = next(block for block in fences(PAGE) if (block.file or "").endswith(".csv"))
    path = folder / (block.file or "")
    path.write_text(block.text)
    return path


def steps(hand: Hand, path: Path) -> Iterator[str]:
    """Does everything that the page says; after each step that has a picture comes its name."""
    page = hand.page
    page.goto("/")
    hand.press("#nav a[href='/build/']")
    hand.click("From a spreadsheet", "link")
    hand.upload("File", path)
    hand.click("Read it")
    hand.write("One row is called", "Request")
    hand.write("Several are called", "Requests")
    yield "first-tool-sheet"
    hand.click("Make the tool with 12 rows")
    expect(page.get_by_text("12 rows came in")).to_be_visible()
    yield "first-tool-list"

    hand.press("#nav a[href='/build/']")
    hand.press(f".tool-list a[href='/build/{TOOL}/']")
    hand.press(".bench-tabs a[href$='/forms/']")
    hand.press(".form-line a")
    hand.press("#add-form button[name=type][value=text]")
    expect(page.locator("#set-title-value")).to_be_focused()
    page.keyboard.type("Supplier")
    hand.count += 1
    page.keyboard.press("Tab")
    expect(page.locator("#form-canvas [data-title='Supplier']")).to_be_visible()
    yield "first-tool-form"

    hand.press(".bench-tabs a[href$='/workflow/']")
    hand.press(".flow-form a")
    hand.press(".flow-lines a[href$='/to_ordered/']")
    hand.press("#way-roles [value=operator]")
    hand.press("#way-asks > summary")
    hand.press("#way-require [value=supplier]")
    expect(page.locator("#way-require [value=supplier]")).to_be_checked()
    yield "first-tool-workflow"

    hand.press(".bench-tabs a[href$='/views/']")
    hand.write("Title", "Expensive")
    hand.click("Add")
    hand.click("Add a condition", "link")
    hand.click("Add a row")
    hand.choose("What is asked about", "Cost (EUR)")
    hand.choose("How it is compared", "is more than")
    hand.write("Value", "1000")
    page.keyboard.press("Tab")
    expect(page.locator(".logic-words")).to_contain_text("1,000.00")

    hand.press("#bench-head a[href$='/publish/']")
    expect(page.get_by_role("heading", level=1, name="Publish")).to_be_visible()
    yield "first-tool-publish"
    hand.press("#publish-form button[value=publish]")
    expect(page.locator("#bench-head")).to_contain_text("version 2")
