"""Two builders at one tool: what they do comes together, waits for the network, and is taken back."""

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import DESK, PHONE, Visit
from tests.journeys.serving import Server
from tests.journeys.test_every_page import violations

ROOT = "/build/disputes/"


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A demo of its own, whose tool may change."""
    folder = tmp_path_factory.mktemp("bench") / "data"
    folder.mkdir()
    server = Server(folder, ("demo", "--records", "20", "--data", str(folder)))
    yield server.start()
    server.stop()


def document(server: Server) -> dict[str, object]:
    found = server.query("SELECT document FROM spec_draft WHERE tool = 'disputes'")
    read: dict[str, object] = json.loads(found[0][0])
    return read


@pytest.fixture(autouse=True)
def as_published(visit: Visit, bench: Server) -> None:
    """Each journey begins with a draft like what is in force."""
    page = visit("admin", server=bench)
    page.goto(ROOT)
    discard = page.get_by_role("button", name="Discard all changes", exact=True)
    if discard.count():
        discard.click()
        expect(page.locator(".bench-words")).to_contain_text("As in version 1")
    page.close()


def change(page: Page, label: str, text: str) -> None:
    """Types into an input and leaves it."""
    page.get_by_label(label, exact=True).fill(text)
    page.get_by_label(label, exact=True).press("Tab")


def test_a_builders_morning(visit: Visit, bench: Server):
    page = visit("builder", server=bench)
    page.goto(ROOT)
    assert violations(page) == []

    # What is left is kept, and undone and done again by key, past a reload.
    change(page, "Title", "Disputed cards")
    words = page.locator(".bench-words")
    expect(words).to_contain_text("Draft, one change since version 1")
    expect(words).to_contain_text("kept")
    assert document(bench)["title"] == "Disputed cards"
    page.reload()
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("ControlOrMeta+z")
    expect(page.get_by_label("Title", exact=True)).to_have_value("Card disputes")
    page.keyboard.press("ControlOrMeta+Shift+z")
    expect(page.get_by_label("Title", exact=True)).to_have_value("Disputed cards")

    # What is wrong is said at its input, and what was typed stays.
    page.get_by_label("Title", exact=True).evaluate("input => input.removeAttribute('maxlength')")
    change(page, "Title", "x" * 201)
    expect(page.locator("#tool-title .error")).to_have_text("At most 200 characters")
    expect(page.get_by_label("Title", exact=True)).to_have_value("x" * 201)
    change(page, "Title", "Disputes of cards")
    expect(page.locator("#tool-title .error")).to_have_count(0)

    # Without a network changes wait, and go out in order.
    page.context.set_offline(True)
    change(page, "Title", "One")
    change(page, "Description", "Two")
    expect(page.locator("#bench-queue")).to_have_text("2 changes are not sent yet")
    page.context.set_offline(False)
    expect(page.locator("#bench-queue")).to_be_hidden()
    expect(words).to_contain_text("Draft, 2 changes since version 1")
    assert (document(bench)["title"], document(bench)["description"]) == ("One", "Two")


def test_two_builders(visit: Visit, bench: Server):
    mine, theirs = visit("builder", server=bench), visit("admin", server=bench)
    for page in (mine, theirs):
        page.goto(ROOT)
    expect(mine.locator(".bench-people")).to_contain_text("Overview")

    # What one does the other sees within seconds, but for what is being typed.
    mine.get_by_label("Description", exact=True).fill("Half a sen")
    change(theirs, "Title", "Theirs")
    expect(mine.locator(".bench-title")).to_have_text("Theirs")
    expect(mine.locator(".bench-last")).to_contain_text("Rename the tool")
    expect(mine.get_by_label("Description", exact=True)).to_have_value("Half a sen")
    mine.get_by_label("Description", exact=True).press("Tab")
    expect(mine.get_by_label("Title", exact=True)).to_have_value("Theirs")
    expect(theirs.get_by_label("Description", exact=True)).to_have_value("Half a sen")

    # The same place in two ways is asked, with both.
    mine.get_by_label("Title", exact=True).fill("Mine")
    change(theirs, "Title", "Theirs again")
    expect(mine.locator(".bench-title")).to_have_text("Theirs again")
    mine.get_by_label("Title", exact=True).press("Tab")
    clash = mine.get_by_role("alert").filter(has_text="Somebody else changed this")
    expect(clash).to_contain_text("Mine")
    expect(clash).to_contain_text("Theirs again")
    assert violations(mine) == []
    clash.get_by_role("button", name="Keep mine").click()
    expect(theirs.get_by_label("Title", exact=True)).to_have_value("Mine")


def test_the_text_in_its_editor(visit: Visit, bench: Server):
    page = visit("builder", server=bench)
    page.goto(f"{ROOT}text/?at=/views/0/columns")
    expect(page.locator(".cm-activeLine")).to_contain_text('"columns"')
    assert violations(page) == []

    # Names are offered where they fit.
    page.keyboard.press("Home")
    page.keyboard.type('"opt')
    offer = page.locator(".cm-tooltip-autocomplete")
    expect(offer).to_contain_text("options")
    page.keyboard.press("Escape")
    expect(page.locator(".cm-lintRange-error").first).to_be_visible()

    # What is no JSON is kept beside what was, and everybody is told.
    page.keyboard.press("ControlOrMeta+s")
    expect(page.locator("#text-state")).to_contain_text("This is no JSON object yet")
    other = visit("admin", server=bench)
    other.goto(ROOT)
    expect(other.get_by_text("is writing a text that is no JSON yet")).to_be_visible()
    page.get_by_role("button", name="Back to the last text").click()
    expect(page.locator("#text-state")).not_to_contain_text("This is no JSON")
    page.reload()
    whole = json.loads(page.locator("#spec-text").input_value())
    assert list(whole) == list(document(bench))

    # What another does comes into the text.
    change(other, "Title", "Seen in the text")
    expect(page.locator("#spec-text")).to_have_value(re.compile("Seen in the text"))


def test_the_builder_fits_everywhere(visit: Visit, bench: Server):
    for size, scheme in ((PHONE, "light"), (DESK, "dark")):
        page = visit("builder", server=bench, size=size, scheme=scheme)
        for below in ("", "text/", "versions/", "publish/"):
            page.goto(f"{ROOT}{below}")
            page.wait_for_load_state("networkidle")
            assert violations(page) == [], (size, scheme, below)
