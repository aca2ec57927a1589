"""A builder changes a tool that people work with: words first, then a dry run, then the records follow."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import DESK, PHONE, Visit
from tests.journeys.serving import FORM, Api, Server
from tests.journeys.test_every_page import violations

TEXT = "#spec-text"
MIGRATION = "How records follow"


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A demo of its own, whose tool may change."""
    folder = tmp_path_factory.mktemp("workshop") / "data"
    folder.mkdir()
    server = Server(folder, ("demo", "--records", "60", "--data", str(folder)))
    yield server.start()
    server.stop()


def changed(page: Page) -> dict[str, Any]:
    """The spec in the page, with Discover no longer among the networks."""
    document: dict[str, Any] = json.loads(page.locator(TEXT).input_value())
    network = document["forms"][0]["schema"]["properties"]["network"]
    gone = network["enum"].pop()
    choices = network["x-ops"]["choices"]
    network["x-ops"]["choices"] = [choice for choice in choices if choice["key"] != gone]
    document["title"] = "Card disputes, tidied"
    return document


def keep(page: Page, document: Any) -> None:
    """Puts a text into the editor by pasting it, and keeps it."""
    editor = page.locator(".cm-content")
    editor.click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(json.dumps(document, indent=2))
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.locator("#bench-head")).to_contain_text("since version 1")


def count(server: Server, network: str) -> int:
    sql = "SELECT count(*) FROM rec_1 WHERE data ->> 'network' = ? AND deleted_at IS NULL"
    return int(server.query(sql, network)[0][0])


def test_a_choice_goes_and_its_records_take_another(visit: Visit, workshop: Server):
    page = visit("builder", server=workshop)
    page.goto("/build/disputes/text/")
    before = json.loads(page.locator(TEXT).input_value())
    keys = before["forms"][0]["schema"]["properties"]["network"]["enum"]
    gone, kept = keys[-1], keys[0]
    Api(workshop).create(network=gone)
    held, had = count(workshop, gone), count(workshop, kept)
    assert held
    keep(page, changed(page))
    page.goto("/build/disputes/publish/")
    impacts = page.locator(".spec-impacts")
    expect(impacts).to_contain_text("removed;")
    expect(impacts).to_contain_text("migration")
    assert violations(page) == []
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("what is to become of the records")
    draft = json.loads(page.get_by_label(MIGRATION).input_value())
    assert draft["steps"][0]["map"] == {gone: "?"}
    expect(page.get_by_text("Say what it becomes", exact=True)).to_be_visible()
    assert violations(page) == []
    page.get_by_label("becomes").select_option(json.dumps(kept))
    page.get_by_role("button", name="Dry run").click()
    expect(page.get_by_role("heading", name="Dry run")).to_be_visible()
    expect(page.locator("#rehearsal-title + p")).to_contain_text("records change")
    assert violations(page) == []
    page.get_by_role("button", name="Publish", exact=True).click()
    page.wait_for_url("**/migrations/*")
    expect(page.get_by_text(f"{held:,} of", exact=False)).to_contain_text("records changed")
    expect(page.locator("progress")).to_have_count(0)
    assert violations(page) == []
    assert (count(workshop, gone), count(workshop, kept)) == (0, had + held)
    watched = page.url
    for size, scheme in ((DESK, "dark"), (PHONE, "light")):
        again = visit("builder", server=workshop, size=size, scheme=scheme)
        for path in (watched, "/build/disputes/migrations/"):
            again.goto(path)
            expect(again.get_by_role("main")).to_contain_text("Done")
            assert violations(again) == []
    operator = visit("operator", server=workshop)
    record = workshop.query(
        "SELECT e.record_id FROM event e WHERE e.op = 'follow' ORDER BY e.seq DESC LIMIT 1"
    )
    assert record
    operator.goto(f"{FORM.rpartition('/f/')[0]}/v/everything?filter=network:eq:{kept}")
    expect(operator.locator("tbody tr").first).to_be_visible()
