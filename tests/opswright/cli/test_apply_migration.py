"""`opswright apply`: nothing is lost unsaid, and records come along."""

import csv
import json

import pytest

from opswright.cli.failures import foreseen
from runtime.access import Access, program
from runtime.config import load_settings
from runtime.gate import Origin
from runtime.published import MigrationRunningError
from runtime.services import open_services

SPEC = {
    "ops": "1",
    "kind": "tool",
    "key": "visits",
    "title": "Visits",
    "forms": [
        {
            "key": "visit",
            "title": "Visit",
            "schema": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "name": {
                        "type": "string",
                        "title": "Name",
                        "maxLength": 80,
                        "x-ops": {"type": "text"},
                    },
                    "came": {
                        "type": "string",
                        "title": "Came",
                        "maxLength": 80,
                        "x-ops": {"type": "text"},
                    },
                },
            },
        }
    ],
}
RECORDS = ({"name": "Ada", "came": "24.11.2026"}, {"name": "Bo", "came": "once"}, {"name": "Cy"})


@pytest.fixture
def visits(home):
    """The command line with three visits."""
    (home.folder / "visits.json").write_text(json.dumps(SPEC))
    assert home("apply", "visits.json", "--publish").returncode == 0
    services = open_services(load_settings({}, {"data": home.folder / "data"}), with_hooks=False)
    with services.db.read() as conn:
        access = Access(program("cli")).form(services.published.tool(conn, "visits"), "visit")
    for record in RECORDS:
        services.gate.create(access, record, Origin("cli"))
    services.close()
    return home


def change(home, edit):
    document = json.loads(json.dumps(SPEC))
    edit(document["forms"][0]["schema"]["properties"])
    (home.folder / "next.json").write_text(json.dumps(document))


def to_date(fields):
    fields["came"] = {
        "type": "string",
        "format": "date",
        "title": "Came",
        "x-ops": {"type": "date"},
    }


def write_migration(home, **step):
    document = {
        "ops": "1",
        "kind": "migration",
        "tool": "visits",
        "from": 1,
        "to": 2,
        "steps": [step],
    }
    (home.folder / "m.json").write_text(json.dumps(document))


CONVERT = {"do": "convert", "field": "came", "formats": ["%d.%m.%Y"]}


def test_a_change_that_needs_records_changed_is_not_published_without_a_word(visits):
    change(visits, to_date)
    done = visits("apply", "next.json", "--publish")
    assert done.returncode == 1
    assert "visits: not published" in done.stdout
    assert "2 open records hold a value" in done.stdout
    assert "--accept visit/came/type" in done.stdout
    assert visits.json("apply", "visits.json")["tools"][0]["change"] == "none"


def test_diff_writes_the_first_migration(visits):
    change(visits, to_date)
    found = json.loads(visits("diff", "visits", "next.json", "--migration").stdout)
    assert (found["from"], found["to"]) == (1, 2)
    assert found["steps"] == [
        {"do": "convert", "form": "visit", "field": "came", "onError": "reject"}
    ]


def test_a_dry_run_counts_shows_samples_lists_rejects_and_does_nothing(visits):
    change(visits, to_date)
    write_migration(visits, **CONVERT)
    done = visits("apply", "next.json", "--migration", "m.json", "--dry-run", "--rejects", "r.csv")
    assert done.returncode == 0, done.stdout
    assert "1 of 3 records change, 1 stay as they are because they do not fit" in done.stdout
    assert '{"came":"24.11.2026"} becomes {"came":"2026-11-24"}' in done.stdout
    rows = [*csv.DictReader((visits.folder / "r.csv").read_text().splitlines())]
    assert [(row["form"], row["field"]) for row in rows] == [("visit", "came")]
    assert visits.json("apply", "visits.json")["tools"][0]["version"] == 1


def test_publishing_takes_the_records_along(visits):
    change(visits, to_date)
    write_migration(visits, **CONVERT)
    found = visits.json("apply", "next.json", "--migration", "m.json", "--publish")["tools"][0]
    assert (found["version"], found["migration"]["changed"]) == (2, 1)
    assert len(found["migration"]["rejects"]) == 1
    assert visits.json("apply", "next.json")["tools"][0]["change"] == "none"


def test_while_records_follow_it_is_said_who_goes_on_with_it():
    found = foreseen(MigrationRunningError(1))
    assert found is not None
    assert "`opswright worker` goes on with it" in found.message


def test_a_field_with_values_goes_only_by_name(visits):
    change(visits, lambda fields: fields.pop("came"))
    assert visits("apply", "next.json", "--publish").returncode == 1
    accepting = ("apply", "next.json", "--publish", "--note", "Never used", "--accept")
    assert visits(*accepting, "visit/name").returncode == 1
    assert visits("apply", "next.json", "--publish", "--accept", "visit/came").returncode == 2
    done = visits(*accepting, "visit/came")
    assert done.returncode == 0, done.stdout
    assert "2 of 3 records changed" in done.stdout


def test_a_wrong_migration_is_refused_with_its_place(visits):
    change(visits, to_date)
    write_migration(visits, do="convert", field="cam")
    done = visits("apply", "next.json", "--migration", "m.json", "--publish")
    assert done.returncode == 1
    assert "/steps/0/field: there is no field 'cam'" in done.stdout
    assert "Did you mean 'came'?" in done.stdout


def test_a_migration_for_another_version_is_refused(visits):
    change(visits, to_date)
    document = {
        "ops": "1",
        "kind": "migration",
        "tool": "visits",
        "from": 7,
        "to": 8,
        "steps": [CONVERT],
    }
    (visits.folder / "m.json").write_text(json.dumps(document))
    done = visits("apply", "next.json", "--migration", "m.json", "--publish")
    assert "version 1 is in force" in done.stdout


def test_counting_shows_that_a_change_costs_nothing_here(visits):
    change(visits, lambda fields: fields["name"].update(maxLength=10))
    assert visits("apply", "next.json", "--publish").returncode == 0
