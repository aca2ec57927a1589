"""Records follow their tool: correctly at every moment, on both databases, whoever dies in between."""

from copy import deepcopy
from random import Random

import pytest

from components.base import ABSENT
from form_specs.model import SortKey
from runtime.access import Access, program
from runtime.gate import RefusedError
from runtime.migrating import job as module
from runtime.migrating.rehearsal import rehearsed
from runtime.published import MigrationRunningError
from runtime.reading import ListRequest, Records
from runtime.storage import jobs
from runtime.storage.events import history
from runtime.storage.ids import encode_id
from runtime.storage.verifying import verify
from tests.runtime.migrating.conftest import BOTH, CLI, fields
from tests.runtime.refunds import REFUND, TOOL

pytestmark = BOTH


def _merged_regions(tool):
    """Head office becomes a part of the north."""
    region = fields(tool)["region"]
    region["enum"].remove("hq")
    region["x-ops"]["choices"] = [c for c in region["x-ops"]["choices"] if c["key"] != "hq"]
    for role in tool["roles"]:
        for grant in role["grants"]:
            grant.pop("rows", None)


MAP = {"do": "map", "field": "region", "map": {"hq": "north"}}


def _text_to_date(tool):
    fields(tool)["origin"] = {
        "type": "string",
        "format": "date",
        "title": "Origin",
        "x-ops": {"type": "date", "index": True},
    }


def _day(on_error):
    return {"do": "convert", "field": "origin", "formats": ["%d.%m.%Y"], "onError": on_error}


def found(workshop, **condition):
    """The merchants that a filter finds, sorted by it."""
    access = workshop.desk.program()
    request = ListRequest(filters=(condition,), sort=(SortKey(condition["field"]),))
    with workshop.services.db.read() as conn:
        page = Records(workshop.services.db).page(conn, access, request)
        count = Records(workshop.services.db).count(conn, access, request)
    assert count.number == len(page.records)
    return [record.data()["merchant"] for record in page.records]


def version(workshop):
    return workshop.desk.tool.version


def test_choices_are_mapped_and_the_event_says_so(workshop):
    record = workshop.add(merchant="Acme", region="hq")
    other = workshop.add(merchant="Bolt", region="south")
    job = workshop.job(workshop.migrate(_merged_regions, MAP))
    assert (job.status, version(workshop)) == ("done", 2)
    assert job.result["changed"] == 1
    assert workshop.data(record)["region"] == "north"
    assert workshop.data(other)["region"] == "south"
    with workshop.services.db.read() as conn:
        form_id = workshop.desk.tool.forms[REFUND].form_id
        event = history(conn, form_id, record)[0]
    assert (event.op, event.actor) == ("follow", "migration")
    assert event.data["diff"] == {"region": ["hq", "north"]}
    assert verify(workshop.services.db, workshop.services.audit_key).ok


def test_a_record_keeps_its_version_and_dates_but_says_what_it_is_written_under(workshop):
    record = workshop.add(merchant="Acme", region="hq")
    before = workshop.services.gate.record(workshop.desk.program(), record)
    workshop.migrate(_merged_regions, MAP)
    after = workshop.services.gate.record(workshop.desk.program(), record)
    assert (after.version, after.updated_at) == (before.version, before.updated_at)
    assert (before.spec_version, after.spec_version) == (1, 2)


def test_texts_become_days_and_what_does_not_fit_is_listed(workshop):
    good = workshop.add(merchant="Acme", origin="24.11.2026")
    bad = workshop.add(merchant="Bolt", origin="last week")
    job = workshop.job(workshop.migrate(_text_to_date, _day("reject")))
    assert workshop.data(good)["origin"] == "2026-11-24"
    assert workshop.data(bad)["origin"] == "last week"
    (reject,) = job.result["rejects"]
    assert reject["id"] == encode_id(bad)
    assert reject["reasons"][0]["field"] == "origin"


@pytest.mark.parametrize(("on_error", "left"), [("clear", None), ("keep", "last week")])
def test_what_does_not_fit_is_cleared_or_kept_as_told(workshop, on_error, left):
    record = workshop.add(merchant="Bolt", origin="last week")
    job = workshop.job(workshop.migrate(_text_to_date, _day(on_error)))
    assert workshop.data(record).get("origin") == left
    assert job.result["rejected"] == 0


def _shorter_notes(document):
    fields(document)["notes"]["maxLength"] = 5


@pytest.mark.parametrize(
    ("on_error", "left", "rejected"),
    [("reject", "far too long", 1), ("clear", None, 0), ("keep", "far too long", 0)],
)
def test_what_is_over_a_new_limit_is_listed_cleared_or_kept_as_told(
    workshop, on_error, left, rejected
):
    short = workshop.add(merchant="Acme", notes="short")
    long = workshop.add(merchant="Bolt", notes="far too long")
    without = workshop.add(merchant="Cosy")
    step = {"do": "convert", "field": "notes", "onError": on_error}
    with workshop.services.db.read() as conn:
        rehearsal = rehearsed(workshop.services.db, conn, workshop.plan(_shorter_notes, step))

    job = workshop.job(workshop.migrate(_shorter_notes, step))

    assert [workshop.data(r).get("notes") for r in (short, long, without)] == ["short", left, None]
    assert (rehearsal.rejected, job.result["rejected"]) == (rejected, rejected)
    assert [r["id"] for r in job.result["rejects"]] == [encode_id(long)] * rejected


# -- at every moment ----------------------------------------------------------------------


@pytest.fixture
def halted(workshop, monkeypatch):
    """`halted(name)`: a migration whose process dies when it comes to a method of the job."""

    def run(name, change, *steps, after=0):
        calls = iter(range(1000))

        def die(original):
            def method(self, *arguments):
                if next(calls) == after:
                    raise SystemExit
                return original(self, *arguments)

            return method

        job_id = workshop.migrations.start(workshop.plan(change, *steps), "bo")
        with monkeypatch.context() as patch:
            patch.setattr(module._Run, name, die(getattr(module._Run, name)))
            with pytest.raises(SystemExit):
                workshop.migrations.run(job_id)
        with workshop.services.db.write() as conn:
            jobs.renew(conn, job_id, None)
        return job_id

    return run


def test_until_the_switch_the_old_version_serves(workshop, halted):
    record = workshop.add(merchant="Acme", region="hq")
    job = halted("_switched", _merged_regions, MAP)
    assert version(workshop) == 1
    assert workshop.data(record)["region"] == "hq"
    assert found(workshop, field="region", op="eq", value="hq") == ["Acme"]
    workshop.opened().run(job)
    assert workshop.data(record)["region"] == "north"


def test_from_the_switch_on_everybody_reads_the_new_form_though_no_record_was_rewritten(
    workshop, halted
):
    record = workshop.add(merchant="Acme", region="hq", origin="24.11.2026")
    workshop.add(merchant="Bolt", region="south", origin="02.01.2027")
    workshop.add(merchant="Cone", region="north", origin="soon")

    def change(tool):
        _merged_regions(tool)
        _text_to_date(tool)

    job = halted("_settle", change, MAP, _day("clear"))
    for _settled in (False, True):
        assert version(workshop) == 2
        assert workshop.data(record)["region"] == "north"
        assert found(workshop, field="region", op="eq", value="north") == ["Acme", "Cone"]
        assert found(workshop, field="region", op="ne", value="north") == ["Bolt"]
        assert found(workshop, field="origin", op="ge", value="2026-12-01") == ["Bolt"]
        assert found(workshop, field="origin", op="present") == ["Acme", "Bolt"]
        assert found(workshop, field="origin", op="empty") == ["Cone"]
        workshop.opened().run(job)
    assert workshop.job(job).status == "done"
    assert not workshop.desk.tool.forms[REFUND].lifted


def test_a_record_changed_while_it_waits_follows_first(workshop, halted):
    record = workshop.add(merchant="Acme", region="hq")
    job = halted("_settle", _merged_regions, MAP)
    access = workshop.desk.program()
    seen = workshop.services.gate.record(access, record)
    values = workshop.desk.typed(notes="Called them")
    workshop.services.gate.update(access, record, values, CLI, version=seen.version)
    assert workshop.data(record)["region"] == "north"
    with workshop.services.db.read() as conn:
        events = history(conn, access.form.form_id, record)
    assert [event.op for event in events] == ["update", "follow", "create"]
    assert events[0].data["diff"] == {"notes": [None, "Called them"]}
    workshop.opened().run(job)
    assert verify(workshop.services.db, workshop.services.audit_key).ok


def test_a_record_changed_during_the_preparation_is_lifted_anew(workshop, halted):
    record = workshop.add(merchant="Acme", origin="24.11.2026")
    job = halted("_switched", _text_to_date, _day("reject"))
    access = workshop.desk.program()
    seen = workshop.services.gate.record(access, record)
    values = workshop.desk.typed(origin="25.12.2026")
    workshop.services.gate.update(access, record, values, CLI, version=seen.version)
    late = workshop.add(merchant="Late", origin="01.01.2027")
    workshop.opened().run(job)
    assert workshop.data(record)["origin"] == "2026-12-25"
    assert workshop.data(late)["origin"] == "2027-01-01"


def test_a_save_made_for_the_old_version_is_refused_and_nothing_is_lost(workshop):
    record = workshop.add(merchant="Acme", region="hq")
    old = workshop.desk.program()
    workshop.migrate(_merged_regions, MAP)
    with pytest.raises(RefusedError, match="changed a moment ago"):
        workshop.services.gate.update(
            old, record, workshop.desk.typed(notes="Late"), CLI, version=1
        )
    assert "notes" not in workshop.data(record)


@pytest.mark.parametrize("where", ["_pass", "_switched", "_put_in_force", "_settle", "_finish"])
def test_a_killed_job_goes_on_where_it_was(workshop, halted, where):
    records = [workshop.add(merchant=f"M{n}", origin=f"{n + 1:02}.01.2027") for n in range(9)]
    job = halted(where, _text_to_date, _day("reject"))
    workshop.opened().run(job)
    assert workshop.job(job).status == "done"
    assert [workshop.data(r)["origin"] for r in records] == [
        f"2027-01-{n + 1:02}" for n in range(9)
    ]
    assert verify(workshop.services.db, workshop.services.audit_key).ok
    with workshop.services.db.read() as conn:
        form_id = workshop.desk.tool.forms[REFUND].form_id
        ops = [[event.op for event in history(conn, form_id, r)] for r in records]
    assert ops == [["follow", "create"]] * 9


# -- the rest -----------------------------------------------------------------------------


def test_cancelling_before_the_switch_leaves_everything_as_it_was(workshop, halted):
    record = workshop.add(merchant="Acme", region="hq")
    job = halted("_switched", _merged_regions, MAP)
    assert workshop.migrations.cancel(job)
    workshop.opened().run(job)
    assert (workshop.job(job).status, version(workshop)) == ("cancelled", 1)
    assert workshop.data(record)["region"] == "hq"
    workshop.migrate(_merged_regions, MAP)
    assert workshop.data(record)["region"] == "north"


def test_after_the_switch_it_is_too_late_to_cancel(workshop, halted):
    workshop.add(merchant="Acme", region="hq")
    job = halted("_settle", _merged_regions, MAP)
    assert not workshop.migrations.cancel(job)


def test_one_change_of_a_tool_at_a_time(workshop, halted):
    halted("_switched", _merged_regions, MAP)
    with pytest.raises(MigrationRunningError):
        workshop.migrations.start(workshop.plan(_merged_regions, MAP), "bo")
    with workshop.services.db.read() as conn:
        document = dict(workshop.services.published.tool(conn, TOOL).spec.document)
    with pytest.raises(MigrationRunningError):
        workshop.services.published.publish(document | {"title": "Other"}, by="bo")


def test_a_rejected_record_gets_its_turn_with_the_next_migration(workshop):
    record = workshop.add(merchant="Bolt", origin="31.12.2026 noon", region="hq")
    workshop.migrate(_text_to_date, _day("reject"))
    assert workshop.data(record)["origin"] == "31.12.2026 noon"

    def drop(tool):
        del fields(tool)["origin"]
        tool["forms"][0]["layouts"] = {}
        _merged_regions(tool)
        for role in tool["roles"]:
            for grant in role["grants"]:
                grant.get("fields", {}).pop("origin", None)

    job = workshop.job(workshop.migrate(drop, {"do": "drop", "field": "origin"}, MAP))
    assert job.result["rejected"] == 1
    assert workshop.data(record)["region"] == "hq"


def test_deleted_records_follow_too(workshop):
    record = workshop.add(merchant="Acme", region="hq")
    workshop.services.gate.delete(workshop.desk.program(), record, CLI)
    workshop.migrate(_merged_regions, MAP)
    workshop.services.gate.restore(workshop.desk.program(), record, CLI)
    assert workshop.data(record)["region"] == "north"


def test_who_would_share_a_unique_value_stays_as_it_was(workshop):
    first = workshop.add(merchant="Acme", secret="one ", region="north")
    second = workshop.add(merchant="Bolt", secret="one")

    def numbers(tool):
        secret = fields(tool)["secret"]
        secret["x-ops"] = {
            "type": "choice",
            "unique": True,
            "choices": [{"key": "a", "title": "One"}],
        }
        secret["enum"] = ["a"]

    job = workshop.job(workshop.migrate(numbers, {"do": "convert", "field": "secret"}))
    assert workshop.data(first)["secret"] == "a"
    assert workshop.data(second)["secret"] == "one"
    assert [r["id"] for r in job.result["rejects"]] == [encode_id(second)]


def test_states_are_mapped_with_an_event(workshop):
    record = workshop.add(merchant="Acme")

    def without_new(tool):
        workflow = tool["workflows"][0]
        workflow["states"] = [s for s in workflow["states"] if s["key"] != "new"]
        workflow["transitions"] = [
            way | {"from": [s for s in way["from"] if s != "new"]}
            for way in workflow["transitions"]
            if way["from"] != ["new"] and way["to"] != "new"
        ]
        workflow["initial"] = "open"
        tool["views"] = [view for view in tool["views"] if "'new'" not in str(view)]

    workshop.migrate(without_new, {"do": "mapState", "map": {"new": "open"}})
    stored = workshop.services.gate.record(workshop.desk.program(), record)
    assert stored.state == "open"
    access = Access(program("x")).form(workshop.desk.tool, REFUND)
    with workshop.services.db.read() as conn:
        event = history(conn, access.form.form_id, record)[0]
    assert (event.data["from"], event.data["to"]) == ("new", "open")


def test_computed_values_follow_from_what_was_lifted(workshop):
    def double(formula):
        def change(tool):
            fields(tool)["twice"] = {
                "type": "integer",
                "title": "Twice",
                "readOnly": True,
                "x-ops": {
                    "type": "computed",
                    "computed": {"formula": formula, "result": "integer"},
                },
            }

        return change

    record = workshop.add(merchant="Acme", score=4)
    workshop.migrate(double("score * 2"), {"do": "convert", "field": "twice"})
    assert workshop.data(record)["twice"] == 8
    workshop.migrate(double("score * 3"), {"do": "convert", "field": "twice"})
    assert workshop.data(record)["twice"] == 12
    assert found(workshop, field="twice", op="eq", value=12) == ["Acme"]


def test_a_default_fills_what_a_new_version_requires_at_the_next_edit(workshop):
    record = workshop.add(merchant="Acme")

    def publish(change):
        with workshop.services.db.read() as conn:
            document = deepcopy(dict(workshop.services.published.tool(conn, TOOL).spec.document))
        change(document["forms"][0]["schema"])
        workshop.services.published.publish(document, by="bo")

    def asked(schema):
        schema["required"].append("origin")
        schema["properties"]["origin"]["default"] = "walk-in"

    publish(asked)
    assert "origin" not in workshop.data(record)
    access = workshop.desk.program()
    values = workshop.desk.typed(notes="Hello")
    workshop.services.gate.update(access, record, values, CLI, version=1)
    assert workshop.data(record)["origin"] == "walk-in"
    with pytest.raises(RefusedError, match="Origin"):
        workshop.services.gate.update(access, record, {"origin": ABSENT}, CLI, version=2)


def test_the_job_makes_of_each_record_what_lifting_makes_of_it(workshop):
    chance = Random(7)
    origins = ("24.11.2026", "2.3.2027", "soon", None)
    records = []
    for _ in range(60):
        data = {"region": chance.choice(["hq", "north", "south"]), "origin": chance.choice(origins)}
        held = {key: value for key, value in data.items() if value is not None}
        records.append(workshop.add(merchant="Shop", **held))

    def change(tool):
        _merged_regions(tool)
        _text_to_date(tool)

    plan = workshop.plan(change, MAP, _day(chance.choice(["clear", "keep", "reject"])))
    stored = [workshop.services.gate.record(workshop.desk.program(), r) for r in records]
    wanted = [plan.way(REFUND, record)(record).document for record in stored]
    workshop.migrations.run(workshop.migrations.start(plan, "bo"))
    found = [workshop.services.gate.record(workshop.desk.program(), r).document for r in records]
    assert found == wanted
