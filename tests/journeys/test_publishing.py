"""A builder publishes without fear, by the keyboard alone; who is at work meanwhile loses nothing."""

import json
import os
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import DESK, PHONE, Visit
from tests.journeys.serving import FORM, Api, Server
from tests.journeys.test_every_page import violations
from tests.runtime.browsing import forms_of

PUBLISH = "/build/disputes/publish/"
SPEC_TEXT = "/build/disputes/text/"
VERSIONS = "/build/disputes/versions/"
TRY = "/build/disputes/try/t/disputes"
LOOKS = ((DESK, "light"), (DESK, "dark"), (PHONE, "light"))
_MOST_TABS = 150


@pytest.fixture(scope="module")
def press(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A demo of its own, whose tool may change."""
    folder = tmp_path_factory.mktemp("press") / "data"
    folder.mkdir()
    server = Server(folder, ("demo", "--records", "60", "--data", str(folder)))
    yield server.start()
    server.stop()


def walk_to(page: Page, wanted: Locator) -> None:
    """Presses Tab until something has the focus."""
    handle = wanted.element_handle()
    for _ in range(_MOST_TABS):
        if page.evaluate("element => element === document.activeElement", handle):
            return
        page.keyboard.press("Tab")
    raise AssertionError("the keyboard does not come there")


def hit(page: Page, name: str) -> None:
    """Walks to a button and presses Enter."""
    walk_to(page, page.get_by_role("button", name=name, exact=True))
    page.keyboard.press("Enter")


def seen(visit: Visit, server: Server, path: str, name: str) -> None:
    """A page in three looks, none of which axe complains of."""
    for size, scheme in LOOKS:
        page = visit("builder", server=server, size=size, scheme=scheme)
        page.goto(path)
        expect(page.locator("#bench-section")).to_be_visible()
        assert violations(page) == []
        if folder := os.environ.get("OPSWRIGHT_SHOTS"):
            page.screenshot(path=f"{folder}/{name}-{size[0]}-{scheme}.png", full_page=True)


def keep_narrowed(page: Page, server: Server) -> None:
    """Keeps the changed text as who has no script does: typing it takes Chromium long."""
    form = forms_of(page.request.get(SPEC_TEXT).text())[SPEC_TEXT].to_dict()
    form["document"] = json.dumps(narrowed(json.loads(form["document"])))
    answer = page.request.post(SPEC_TEXT, form=form, headers={"Origin": server.url})
    assert answer.ok


def narrowed(document: dict[str, Any]) -> dict[str, Any]:
    """Merchants of five letters at most, and one more right for the first role."""
    document["forms"][0]["schema"]["properties"]["merchant"]["maxLength"] = 5
    for role in document["roles"]:
        grant = role["grants"][0]
        if "delete" not in grant["can"]:
            grant["can"] = [*grant["can"], "delete"]
            break
    return document


def set_aside(page: Page, warning: str, reason: str) -> None:
    """Sets a warning aside by the keyboard, and finds it with its reason."""
    item = page.locator(".bench-mend li").filter(has_text=warning)
    walk_to(page, item.locator("summary"))
    page.keyboard.press("Enter")
    walk_to(page, item.get_by_label("Why it is meant to be so"))
    page.keyboard.type(reason)
    page.keyboard.press("Enter")
    aside = page.locator("#warnings-aside")
    expect(aside.locator("summary")).to_have_text("Set aside: 1")
    walk_to(page, aside.locator("summary"))
    page.keyboard.press("Enter")
    expect(aside).to_contain_text(reason)


def test_a_version_is_tried_looked_at_and_published(visit: Visit, press: Server):
    record = Api(press).gathering(merchant="Long & Daughters")
    page = visit("builder", server=press)
    keep_narrowed(page, press)
    operator = visit("operator", server=press)
    operator.goto(f"{FORM}/{record['id']}")
    operator.get_by_label("Rebuttal").fill("Typed before the new version")

    page.goto(PUBLISH)
    expect(page.get_by_role("heading", name="Who may do what")).to_be_visible()
    hit(page, "Try it on all records")
    expect(page.get_by_role("heading", name="Could not be saved as they are")).to_be_visible()
    expect(page.locator(".replay-groups").first).to_contain_text("Merchant is too long")
    lately = page.get_by_role("region", name="What was done lately")
    expect(lately).to_contain_text("Making it: Merchant is too long")
    expect(page.get_by_role("region", name="How long views take")).to_contain_text(" ms, as ")
    assert violations(page) == []

    walk_to(page, page.get_by_role("link", name="Publish", exact=True).last)
    page.keyboard.press("Enter")
    expect(page.locator("#review-title")).to_be_visible()
    seen(visit, press, PUBLISH, "publish")
    set_aside(page, "yet a transition leaves it", "Work is reopened")
    hit(page, "Ask for a second look")
    expect(page.get_by_text("It waits for one of these")).to_be_visible()

    second = visit("admin", server=press)
    second.goto(PUBLISH)
    hit(second, "Agree")
    expect(second.get_by_text("looked at", exact=True)).to_be_visible()

    page.goto(PUBLISH)
    box = page.get_by_label("Records may stay as they are").first
    walk_to(page, box)
    page.keyboard.press("Space")
    walk_to(page, page.get_by_label("Why, for the history"))
    page.keyboard.type("Short names")
    hit(page, "Publish")
    expect(page.get_by_role("heading", level=1)).to_have_text("To version 2")
    expect(page.get_by_role("main")).to_contain_text("Done")

    operator.get_by_role("button", name="Save", exact=False).first.click()
    expect(operator.get_by_label("Rebuttal")).to_have_value("Typed before the new version")
    expect(operator.get_by_role("alert")).to_contain_text("At most 5 characters")
    operator.get_by_label("Merchant").fill("Short")
    operator.get_by_role("button", name="Save", exact=False).first.click()
    expect(operator.locator("#toasts .toast p")).to_have_text("Saved")
    stored = Api(press).data(record)
    assert (stored["merchant"], stored["rebuttal"]) == ("Short", "Typed before the new version")
    compared(visit, press, page)


def test_a_draft_is_tried_as_the_real_tool(visit: Visit, press: Server):
    real = Api(press).gathering(merchant="Tried")
    page = visit("builder", server=press)
    page.goto("/build/disputes/")
    page.get_by_label("Title", exact=True).fill("Tried disputes")
    page.keyboard.press("Tab")
    expect(page.locator("#bench-head .bench-title")).to_have_text("Tried disputes")
    walk_to(page, page.get_by_role("link", name="Try it"))
    page.keyboard.press("Enter")
    bar = page.get_by_role("region", name="Preview")
    expect(bar).to_contain_text("copied records. Nothing real is changed.")
    expect(page.locator(".side")).to_contain_text("Tried disputes")

    record = f"{TRY}/f/dispute/{real['id']}"
    page.goto(record)
    hit(page, "Assign to me")
    expect(page.get_by_label("Owner")).to_have_value("builder")
    expect(page.get_by_text("Changes not saved")).to_be_hidden()
    hit(page, "Fetch again")
    expect(page.locator("#toasts")).to_contain_text("One hook was not run: this is a preview")
    owner = Api(press).data(real)["owner"]
    assert owner != "builder"

    walk_to(page, page.get_by_label("as", exact=True))
    page.keyboard.type("Auditor")
    hit(page, "Switch")
    expect(page.get_by_role("button", name="Fetch again")).to_have_count(0)
    for size, scheme in LOOKS:
        look = visit("builder", server=press, size=size, scheme=scheme)
        for path in (record, f"{TRY}/v/all_open", "/build/disputes/preview/"):
            look.goto(path)
            assert violations(look) == []

    walk_to(page, page.get_by_role("link", name="What it holds and did not do"))
    page.keyboard.press("Enter")
    expect(page.locator("#bench-section")).to_contain_text("would have run by a button")
    hit(page, "Begin anew with fresh copies")
    expect(bar).to_be_visible()
    page.goto(record)
    expect(page.get_by_label("Owner")).to_have_value(owner)
    walk_to(page, page.get_by_role("link", name="Leave"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/build/disputes/")
    page.keyboard.press("Control+z")
    expect(page.locator("#bench-head .bench-title")).to_have_text("Card disputes")


def compared(visit: Visit, press: Server, page: Page) -> None:
    """The new version beside the one before, which then comes back into the draft."""
    page.goto(VERSIONS)
    expect(page.get_by_text("Short names. Approved by Nora Lindqvist")).to_be_visible()
    walk_to(page, page.get_by_role("link", name="What it changed Version 2"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Version 1 beside Version 2")
    texts = page.locator(".compared").filter(has_text="maxLength").first
    expect(texts).to_be_visible()
    # Beside one another where there is room, below one another on a phone: nothing is cut.
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 844})
        text = texts.locator(".compared-text")
        assert text.evaluate("text => text.scrollWidth <= text.clientWidth")
    page.set_viewport_size({"width": 1280, "height": 844})
    assert violations(page) == []
    page.goto(VERSIONS)
    assert violations(page) == []
    hit(page, "Bring back into the draft Version 1")
    expect(page.locator("#bench-head")).to_contain_text("since version 2")
