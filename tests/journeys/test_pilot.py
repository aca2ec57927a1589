"""A version is given to some first, by the keyboard alone: to one operator, to a share of a list."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import DESK, PHONE, Visit
from tests.journeys.serving import Server
from tests.journeys.test_every_page import violations
from tests.journeys.test_publishing import SPEC_TEXT, hit, walk_to
from tests.runtime.browsing import forms_of

PUBLISH = "/build/disputes/publish/"
LIST = "/t/disputes/v/all_open"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A demo of its own, whose tool may change."""
    folder = tmp_path_factory.mktemp("pilot") / "data"
    folder.mkdir()
    server = Server(folder, ("demo", "--records", "40", "--data", str(folder)))
    yield server.start()
    server.stop()


def rename_list(page: Page, server: Server, old: str, new: str) -> None:
    """Changes the draft as who has no script does."""
    form = forms_of(page.request.get(SPEC_TEXT).text())[SPEC_TEXT].to_dict()
    form["document"] = form["document"].replace(f'"{old}"', f'"{new}"', 1)
    assert page.request.post(SPEC_TEXT, form=form, headers={"Origin": server.url}).ok


def test_a_version_is_tried_by_one_operator_and_then_given_to_all(visit: Visit, desk: Server):
    builder = visit("builder", server=desk)
    rename_list(builder, desk, "All open", "Everything open")
    builder.goto(PUBLISH)
    summary = builder.locator(".pilot-choice summary")
    walk_to(builder, summary)
    builder.keyboard.press("Enter")
    maya = builder.get_by_role("checkbox", name="Maya Okafor")
    walk_to(builder, maya)
    builder.keyboard.press("Space")
    hit(builder, "Give it to them")
    expect(builder.locator(".pilot")).to_contain_text("With Maya Okafor")
    for size, scheme in ((DESK, "light"), (PHONE, "dark")):
        seen = visit("builder", server=desk, size=size, scheme=scheme)
        seen.goto(PUBLISH)
        expect(seen.locator(".pilot")).to_be_visible()
        assert violations(seen) == []

    operator = visit("operator", server=desk)
    operator.goto(LIST)
    expect(operator.get_by_text("You work by version")).to_be_visible()
    expect(operator.get_by_role("link", name="Everything open").first).to_be_visible()
    assert violations(operator) == []
    lead = visit("lead", server=desk)
    lead.goto(LIST)
    expect(lead.get_by_role("link", name="All open").first).to_be_visible()
    expect(lead.locator(".pilot-bar")).to_have_count(0)

    builder.goto(PUBLISH)
    hit(builder, "Give it to all")
    expect(builder.locator(".pilot")).to_have_count(0)
    lead.reload()
    expect(lead.get_by_role("link", name="Everything open").first).to_be_visible()
    operator.reload()
    expect(operator.locator(".pilot-bar")).to_have_count(0)


def test_records_of_a_list_keep_the_version_when_they_leave_it(visit: Visit, desk: Server):
    builder = visit("builder", server=desk)
    rename_list(builder, desk, "Closed", "All that is closed")
    builder.goto(PUBLISH)
    walk_to(builder, builder.locator(".pilot-choice summary"))
    builder.keyboard.press("Enter")
    walk_to(builder, builder.get_by_label("A share of the records"))
    builder.keyboard.type("100")
    walk_to(builder, builder.get_by_label("Of which records"))
    builder.keyboard.type("Waiting on")
    hit(builder, "Give it to them")
    pilot = builder.locator(".pilot")
    expect(pilot).to_contain_text("With 100 of each 100 of Waiting on merchant")
    expect(pilot).to_contain_text("records of Waiting on merchant")
    for size, scheme in ((DESK, "dark"), (PHONE, "light")):
        seen = visit("builder", server=desk, size=size, scheme=scheme)
        seen.goto(PUBLISH)
        expect(seen.locator(".pilot")).to_be_visible()
        assert violations(seen) == []

    lead, said = visit("lead", server=desk), "This record goes by version"
    lead.goto("/t/disputes/v/waiting_merchant")
    expect(lead.locator(".pilot-bar")).to_have_count(0)
    walk_to(lead, lead.locator("tbody a").first)
    lead.keyboard.press("Enter")
    expect(lead.get_by_text(said)).to_be_visible()
    record = lead.url.partition("?")[0]
    lead.goto(record)
    walk_to(lead, lead.get_by_role("link", name="Merchant answered"))
    lead.keyboard.press("Enter")
    dialog = lead.get_by_role("dialog", name="Merchant answered")
    walk_to(lead, dialog.get_by_role("button", name="Merchant answered"))
    lead.keyboard.press("Enter")
    expect(lead.get_by_text("Gathering").first).to_be_visible()
    lead.goto(record)
    expect(lead.get_by_text(said)).to_be_visible()
    builder.goto(PUBLISH)
    hit(builder, "Take it back")
    expect(builder.locator(".pilot")).to_have_count(0)
    lead.goto(record)
    expect(lead.locator(".pilot-bar")).to_have_count(0)
