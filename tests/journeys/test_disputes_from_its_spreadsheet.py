"""The disputes tool is built from nothing but its spreadsheet, through the pages, and does what the shipped one does."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from builder.scenarios import run_scenarios
from opswright.demo import HOOKS, example, prepare
from runtime.config import load_settings
from runtime.services import open_services
from tests.examples import test_disputes_spec
from tests.examples.conftest import NOW, access_of, dispute, disputes, record, registry
from tests.journeys.building_disputes import Maker, from_sheet, heading
from tests.journeys.conftest import DESK
from tests.journeys.serving import Server
from tests.journeys.watching import Watch

__all__ = ["access_of", "dispute", "disputes", "record", "registry"]

pytestmark = pytest.mark.timeout(600)
RECORDS = 40
NOT_IN_SHEETS = ("evidence_files", "text_chars")


@pytest.fixture(scope="module")
def sheet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The disputes of the demo as a team keeps them in a spreadsheet: the codes of their processor, no keys."""
    folder = tmp_path_factory.mktemp("kept") / "data"
    services = open_services(load_settings({}, {"data": folder, "hooks": HOOKS}))
    prepare(services, records=RECORDS, now=NOW, say=lambda _line: None)
    services.close()
    exported, kept = folder.parent / "export.csv", folder.parent / "Card disputes.csv"
    Server(folder).run("records", "export", "disputes", "dispute", str(exported))
    with exported.open() as source, kept.open("w") as target:
        csv.writer(target).writerows(_as_kept(csv.DictReader(source)))
    return kept


def _as_kept(rows: Any) -> Iterator[list[str]]:
    fields = example()["forms"][0]["schema"]["properties"]
    keys = ["state", *(key for key in fields if key not in NOT_IN_SHEETS)]
    yield [heading(key) for key in keys]
    for row in rows:
        row |= {
            "state": row["@state"],
            "amount": f"{row['amount.amount']} {row['amount.currency']}",
        }
        yield [_code(fields.get(key, {}), row[key]) for key in keys]


def _code(property_: dict[str, Any], cell: str) -> str:
    choices = property_.get("x-ops", {}).get("choices", ())
    return next((choice["key"] for choice in choices if choice["title"] == cell), cell)


@pytest.fixture(scope="module")
def document(
    chromium: Browser, sheet: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Any]]:
    """The spec that was built and published, by one person in one browser."""
    folder = tmp_path_factory.mktemp("shop") / "data"
    folder.mkdir()
    server = Server(folder, settings={"OPSWRIGHT_HOOKS": str(HOOKS)})
    server.run("user", "add", "bo", "--role", "*:@builder", "--password", "sheets and rows 12")
    server.start()
    context = chromium.new_context(
        base_url=server.url, viewport={"width": DESK[0], "height": DESK[1]}, reduced_motion="reduce"
    )
    context.add_cookies(
        [{"name": "opswright", "value": server.session_of("bo"), "url": server.url}]
    )
    watch, page = Watch(context), context.new_page()
    from_sheet(page, sheet, "disputes", example())
    Maker(page, "disputes", example()).make()
    page.goto("/build/disputes/publish/")
    page.get_by_role("button", name="Publish", exact=True).last.click()
    expect(page.locator("#bench-head")).to_contain_text("As in version 1")
    assert watch.end() == []
    yield json.loads(server.run("export", "disputes"))
    server.stop()


for _name, _check in vars(test_disputes_spec).items():
    if _name.startswith("test_"):
        globals()[_name] = _check
        """The same is held against the built one: what `document` is, this module says."""


def test_the_stories_of_the_shipped_one_come_out_the_same(registry, document):
    told = {**document, "tests": example()["tests"]}
    results = run_scenarios(told, registry).results
    assert [(r.title, r.passed) for r in results] == [(t["title"], True) for t in told["tests"]]
