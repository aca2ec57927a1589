"""Somebody from operations has a spreadsheet and no help: minutes later it is a tool with their rows."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import DESK, PHONE, Visit
from tests.journeys.first_tool import TOOL, Hand, sample, steps
from tests.journeys.serving import Server
from tests.journeys.test_every_page import violations
from tests.journeys.test_keyboard import choose_files, focused, press, tab_to

MOST_INTERACTIONS = 20
MOST_FOR_A_TOOL = 40
MOST_SECONDS = 120
ROWS = 60


def _rows() -> Iterator[str]:
    yield "Ticket;Betreff;Status;Priorität;Erstellt am;Betrag (EUR);Bezahlt;Kunde;E-Mail"
    for n in range(1, ROWS + 1):
        status = ("Offen", "In Arbeit", "Erledigt")[n % 3]
        yield (
            f"T-{n:03};Drucker {n} steht;{status};{('hoch', 'niedrig')[n % 2]};{n % 28 + 1:02}.02.2024;"
            f"1.{n:03},50;{('ja', 'nein')[n % 2]};{('Müller GmbH', 'Weiß AG')[n % 2]};k{n}@kunde.example"
        )
    yield "Summe;;;;;99.999,99;;;"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server without any tool, and `bo`, who may build all."""
    folder = tmp_path_factory.mktemp("shop") / "data"
    folder.mkdir()
    server = Server(folder)
    server.run("user", "add", "bo", "--role", "*:@builder", "--password", "sheets and rows 12")
    yield server.start()
    server.stop()


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "helpdesk-export 2024.csv"
    path.write_bytes("\r\n".join(_rows()).encode("cp1252"))
    return path


def test_from_an_upload_to_the_list_in_a_few_clicks(visit: Visit, shop: Server, sheet: Path):
    page = visit("bo", server=shop)
    hand, began = Hand(page), time.monotonic()
    page.goto("/build/")
    hand.click("From a spreadsheet", "link")
    assert violations(page) == []
    page.get_by_label("File", exact=True).set_input_files(sheet)
    hand.count += 1
    hand.click("Read it")

    expect(page.get_by_role("heading", level=1)).to_have_text(
        "A tool from helpdesk-export 2024.csv"
    )
    expect(page.get_by_text("60 rows in 9 columns, with the headings in row 1.")).to_be_visible()
    expect(page.get_by_text("Row 62 is left out")).to_be_visible()
    assert violations(page) == []
    hand.write("Name", "Helpdesk")
    hand.write("Column B", "Was ist los?")
    hand.choose("Days are written", "Month, day, year")
    expect(
        page.get_by_text("60 cells read so; ").or_(page.get_by_text("of 60 cells read so"))
    ).to_be_visible()
    hand.choose("Days are written", "Day, month, year")
    expect(page.get_by_text("Date, day first. All 60 cells read so.")).to_be_visible()
    expect(page.get_by_label("Column B")).to_have_value("Was ist los?")
    hand.click("Make the tool with 60 rows")

    expect(page.get_by_role("link", name="New record")).to_be_visible()
    expect(page.get_by_text("60 rows came in")).to_be_visible()
    expect(page.get_by_role("row")).to_have_count(51)
    expect(page.get_by_text("€1,027.50").first).to_be_visible()
    assert violations(page) == []
    assert hand.count <= MOST_INTERACTIONS
    assert time.monotonic() - began < MOST_SECONDS

    page.get_by_text("Drucker 27 steht").click()
    expect(page.get_by_role("button", name="Erledigt").first).to_be_visible()


def test_while_a_file_is_read_it_is_said_what_is_being_done(
    visit: Visit, shop: Server, sheet: Path
):
    page = visit("bo", server=shop)
    page.goto("/build/from-file")
    page.get_by_label("File", exact=True).set_input_files(sheet)
    expect(page.locator("html.js")).to_be_attached()
    # As if the answer never came.
    page.evaluate("addEventListener('submit', event => event.preventDefault())")
    page.get_by_role("button", name="Read it").click()
    status = page.get_by_role("status").filter(has_text="It is sent, then read")
    expect(status).to_contain_text("helpdesk-export 2024.csv (5 KB)")


def test_the_page_for_a_first_tool_leads_to_one_in_forty_interactions(
    visit: Visit, shop: Server, tmp_path: Path
):
    page = visit("bo", server=shop)
    hand, began = Hand(page), time.monotonic()
    for name in steps(hand, sample(tmp_path)):
        assert violations(page) == [], name
    assert hand.count <= MOST_FOR_A_TOOL
    assert time.monotonic() - began < MOST_SECONDS

    page.goto(f"/t/{TOOL}/v/expensive")
    expect(page.get_by_role("row")).to_have_count(4)


def test_the_keyboard_alone_is_enough(visit: Visit, shop: Server, sheet: Path):
    page = visit("bo", server=shop)
    page.goto("/build/from-file")
    chosen = choose_files(page, page.get_by_label("File", exact=True), "Space")
    chosen.set_files(sheet)
    tab_to(page, page.get_by_role("button", name="Read it"))
    press(page, "Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "A tool from helpdesk-export 2024.csv"
    )

    tab_to(page, page.locator("#tool-key"))
    press(page, "Control+a")
    page.keyboard.type("by_keys")
    tab_to(page, page.locator("#c3-type"))
    page.keyboard.type("Text")
    expect(page.get_by_text("Column D")).to_be_visible()
    expect(page.locator("#c3-options")).to_have_count(0)
    expect(focused(page)).to_have_id("c3-type")
    tab_to(page, page.get_by_role("button", name="Make the tool with 60 rows"))
    press(page, "Enter")

    page.wait_for_url("**/t/by_keys/v/all")
    expect(page.get_by_text("60 rows came in")).to_be_visible()


@pytest.mark.parametrize(
    ("size", "scheme"), [(PHONE, "light"), (DESK, "dark")], ids=["phone", "dark"]
)
def test_every_look_is_readable(visit: Visit, shop: Server, sheet: Path, size, scheme):
    page = visit("bo", server=shop, size=size, scheme=scheme)
    page.goto("/build/from-file")
    page.get_by_label("File", exact=True).set_input_files(sheet)
    page.get_by_role("button", name="Read it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "A tool from helpdesk-export 2024.csv"
    )

    assert violations(page) == []


def test_it_works_without_a_script(visit: Visit, shop: Server, sheet: Path):
    page = visit("bo", server=shop, script=False)
    page.goto("/build/from-file")
    page.get_by_label("File", exact=True).set_input_files(sheet)
    page.get_by_role("button", name="Read it").click()
    page.locator("#tool-key").fill("no_script")
    page.get_by_label("How far a record is, says").select_option(
        label="Nothing: there is no workflow"
    )
    page.get_by_role("button", name="Read it again").click()
    expect(page.get_by_text("A form with 9 fields.")).to_be_visible()
    page.get_by_role("button", name="Make the tool with 60 rows").click()

    page.wait_for_url("**/t/no_script/v/all")
    expect(page.get_by_role("columnheader", name="Status")).to_be_visible()
