"""Judging records by a draft: what is found is what the gate would say, and nothing is written."""

import pytest

from runtime.gate import RefusedError
from runtime.replaying.finding import Effect, Report
from runtime.replaying.job import Wanted
from tests.runtime.opening import Desk
from tests.runtime.refunds import TOOL
from tests.runtime.replaying.staging import BOTH, CLI, properties, role


@BOTH
def test_a_draft_that_changes_nothing_touches_no_record(stage):
    stage.add(merchant="Acme", score=10)
    job = stage.replay(lambda document: document.update(title="Money back"))
    assert job.status == "done"
    assert (job.result["records"], job.result["touched"], job.result["groups"]) == (1, 0, [])
    assert (job.progress, job.arguments["sequence"]) == (1, 7)


@BOTH
def test_records_that_could_not_be_saved_any_more_are_put_together_by_reason(stage):
    stage.add(merchant="Acme", score=90)
    lacking = stage.add(merchant="Bolt")

    def change(document):
        document["forms"][0]["schema"].setdefault("required", []).append("score")
        properties(document)["score"]["maximum"] = 50

    job = stage.replay(change)
    report = Report.from_json(job.result)
    found = {group.text: group for group in report.groups.values()}
    assert found["Score is missing"].ids == [lacking]
    assert found["Score is too large"].number == 1
    assert report.failing == 2


def test_what_fails_already_is_no_news(stage):
    record = stage.add(merchant="Acme")

    def stricter(document):
        document["forms"][0]["schema"].setdefault("required", []).append("score")

    stage.services.published.publish(stage.draft(stricter), by="bo")

    def titled(document):
        stricter(document)
        properties(document)["score"]["title"] = "Points"

    assert stage.groups(titled) == {}
    with pytest.raises(RefusedError):
        access = stage.desk.program()
        values = stage.desk.typed(merchant="Other")
        stage.services.gate.update(access, record, values, CLI, version=1)


def test_rules_and_what_conditions_ask_for_are_judged(stage):
    stage.add(merchant="Acme", score=10)

    def change(document):
        whole = {"condition": {"field": "score", "op": "ge", "value": 20}, "message": "Too few"}
        document["forms"][0]["rules"] = [whole]
        needed = {"field": "score", "op": "lt", "value": 20}
        properties(document)["notes"]["x-ops"]["requireWhen"] = needed

    assert stage.groups(change) == {
        (Effect.FAILS, "Too few"): 1,
        (Effect.FAILS, "Notes is missing"): 1,
    }


def test_values_that_would_go_are_counted(stage):
    stage.add(merchant="Acme", margin="2.50", notes="Call back")

    def change(document):
        del properties(document)["margin"]
        document["forms"][0].pop("layouts", None)
        for held in document["roles"]:
            held["grants"][0].get("fields", {}).pop("margin", None)
        shown = {"field": "merchant", "op": "eq", "value": "Bolt"}
        properties(document)["notes"]["x-ops"]["showWhen"] = shown

    assert stage.groups(change) == {
        (Effect.LOSES, "Margin"): 1,
        (Effect.LOSES, "Notes, which is hidden"): 1,
    }


def computed(document, formula, *, stored=True):
    properties(document)["double"] = {
        "type": "integer",
        "title": "Double",
        "readOnly": True,
        "x-ops": {
            "type": "computed",
            "computed": {"formula": formula, "result": "integer", "stored": stored},
        },
    }


@pytest.mark.parametrize("stored", [True, False])
def test_other_computed_values_come_with_samples(stage, stored):
    before = stage.draft(lambda document: computed(document, "score * 2", stored=stored))
    stage.services.published.publish(before, by="bo")
    stage.desk = Desk(stage.services)
    ids = [stage.add(merchant="Acme", score=number) for number in range(12)]
    job = stage.replay(lambda document: computed(document, "score * 3", stored=stored))
    (group,) = Report.from_json(job.result).groups.values()
    assert (group.effect, group.field, group.number) == (Effect.COMPUTES, "double", 11)
    assert len(group.samples) == 10
    assert group.samples[0] == (ids[1], 2, 3)


def test_who_sees_what_is_told_by_role_and_view(stage):
    stage.add(merchant="Acme", region="north")
    stage.add(merchant="Bolt", region="hq")

    def change(document):
        role(document, "viewer")["rows"] = {"field": "region", "op": "eq", "value": "hq"}
        queue = next(view for view in document["views"] if view["key"] == "queue")
        queue["filter"] = {"field": "merchant", "op": "eq", "value": "Bolt"}

    found = stage.groups(change)
    assert found[Effect.APPEARS, "Viewer"] == 1
    assert found[Effect.VANISHES, "Viewer"] == 1
    assert found[Effect.APPEARS, "All refunds, for Viewer"] == 1
    assert found[Effect.VANISHES, "All refunds, for Viewer"] == 1
    assert found[Effect.VANISHES, "To do, for Operator"] == 1
    assert (Effect.APPEARS, "All refunds, for Lead") not in found


def test_where_records_cannot_move_any_more_is_told(stage):
    stage.add(merchant="Acme", score=60)

    def change(document):
        start = document["workflows"][0]["transitions"][0]
        guard = {"field": "score", "op": "lt", "value": 50}
        start["guards"] = [{"condition": guard, "message": "Score too high"}]

    assert stage.groups(change) == {(Effect.STUCK, "Start: Score too high"): 1}

    def gone(document):
        flow = document["workflows"][0]
        flow["states"] = [
            {"key": "begun", "title": "Begun", "category": "new"},
            *flow["states"][1:],
        ]
        flow["initial"] = "begun"
        flow["transitions"][0]["from"] = ["begun"]
        for view in document["views"]:
            view.pop("filter", None)

    assert stage.groups(gone)[Effect.STRANDED, "New"] == 1


@BOTH
def test_a_replay_goes_on_where_it_was_left(stage, monkeypatch):
    monkeypatch.setattr("runtime.replaying.job._BATCH", 2)
    monkeypatch.setattr("runtime.replaying.job._TOLD_EVERY", 1)
    for number in range(5):
        stage.add(merchant="Acme", score=number)
    change = stage.draft(lambda d: properties(d)["score"].update(minimum=3))
    job_id = stage.replays.start(Wanted(TOOL, change, 1), "bo")
    turns = iter((False, True))
    stage.replays.run(job_id, lambda: next(turns))
    with stage.services.db.read() as conn:
        job = stage.replays.get(conn, TOOL, job_id)
    assert (job.status, job.progress) == ("running", 4)
    stage.replays.run(job_id)
    with stage.services.db.read() as conn:
        job = stage.replays.get(conn, TOOL, job_id)
    assert (job.status, job.result["records"], job.result["failing"]) == ("done", 5, 3)


def test_all_records_are_counted_so_a_class_may_be_lowered(stage):
    stage.add(merchant="Acme", score=1)
    job = stage.replay(lambda document: properties(document)["score"].update(maximum=50))
    (count,) = job.result["counts"].values()
    assert (count["impact"], count["lowered_from"], count["number"]) == ("safe", "migration", 0)


def test_a_new_replay_ends_the_one_before_and_can_be_cancelled(stage):
    document = stage.draft(lambda _document: None)
    first = stage.replays.start(Wanted(TOOL, document, 1), "bo")
    second = stage.replays.start(Wanted(TOOL, document, 2), "bo")
    assert stage.replays.cancel(second)
    stage.replays.work()
    with stage.services.db.read() as conn:
        found = [stage.replays.get(conn, TOOL, job_id).status for job_id in (first, second)]
        latest = stage.replays.latest(conn, TOOL)
    assert found == ["cancelled", "cancelled"]
    assert latest is not None
    assert latest.id == second


def test_nothing_is_written_to_any_record(stage):
    stage.add(merchant="Acme", score=1)
    counting = "SELECT count(*) FROM event"
    with stage.services.db.read() as conn:
        before = conn.exec_driver_sql(counting).scalar_one()
    stage.replay(lambda document: properties(document)["score"].update(minimum=3))
    with stage.services.db.read() as conn:
        assert conn.exec_driver_sql(counting).scalar_one() == before
