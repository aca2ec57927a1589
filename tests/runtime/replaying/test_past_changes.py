"""Past changes judged by a draft: each as it was made, and only what would be otherwise is told."""

import pytest

from components.base import ABSENT
from runtime.replaying.finding import Effect, Found
from runtime.replaying.hindsight import Hindsight
from runtime.replaying.job import Wanted
from runtime.replaying.past import past_changes
from runtime.storage import accounts, past_events
from runtime.storage.events import SIGNED, document_hash, signed_events
from tests.runtime.refunds import TOOL
from tests.runtime.replaying.staging import BOTH, CLI, properties, role


class Story:
    """What Olga, Lena and the system do with a refund."""

    def __init__(self, stage):
        self.stage, self.desk, self.gate = stage, stage.desk, stage.services.gate
        made = self.gate.create(
            self.desk.access("olga"), self.desk.typed(merchant="Acme", score=10), CLI
        )
        self.record = made.record_id

    def save(self, who, **values):
        record = self.gate.record(self.desk.program(), self.record)
        typed = {
            k: ABSENT if v is None else self.desk.typed(**{k: v})[k] for k, v in values.items()
        }
        access = self.desk.program() if who == "system" else self.desk.access(who)
        self.gate.update(access, self.record, typed, CLI, version=record.version)

    def take(self, who, name, comment=None, **values):
        typed = self.desk.typed(**values)
        access = self.desk.access(who)
        self.gate.transition(access, self.record, name, CLI, values=typed, comment=comment)

    def whole(self):
        self.save("olga", notes="Call back", region="south")
        self.gate.act(self.desk.access("lena"), self.record, "hurry", CLI)
        self.take("olga", "start")
        self.take("olga", "hold", "Waits for the bank", due_on="2026-03-01")
        self.gate.comment(self.desk.access("lena"), self.record, "Soon", CLI)
        self.take("lena", "resume")
        self.save("olga", notes=None)
        self.save("system", amount={"amount": "20.00", "currency": "EUR"})
        self.gate.delete(self.desk.access("lena"), self.record, CLI)
        self.gate.restore(self.desk.access("lena"), self.record, CLI)
        self.take("lena", "pay")
        return self


def past(stage, change, days=1):
    """What was found of past changes: by effect and text how many."""
    job = stage.replay(change, days)
    assert job.status == "done", job.message
    found = Found.from_json(job.result).past
    return {(g.effect, g.text): g.number for g in found.report.groups.values()}


@pytest.fixture
def story(stage):
    return Story(stage).whole()


def test_records_are_known_as_they_stood_after_each_change(stage, story):
    with stage.services.db.read() as conn:
        number = stage.desk.program().form.form_id
        (record,) = stage.replays.reader.get_many(conn, number, [story.record]).values()
        events = past_events.of_records(conn, number, [story.record], 0)[story.record]
        proofs = {
            s.event.seq: s.document_hash
            for s in signed_events(conn.execute(past_events.select(*SIGNED)))
        }
    changes = list(past_changes(record, events))
    assert len(changes) == len(events) == 12
    for change in changes:
        after = change.after
        digest = document_hash(after.document, after.state, deleted=after.deleted_at is not None)
        assert digest == proofs[change.event.seq], change.op
    assert [c.after.version for c in changes][-1] == 1
    assert changes[-1].before is None
    assert changes[0].before.updated_by == "lena"


@BOTH
def test_a_draft_that_changes_nothing_says_nothing_of_the_past(stage, story):
    job = stage.replay(lambda document: document.update(title="Money back"), 1)
    found = Found.from_json(job.result).past.report
    assert (found.records, found.touched, found.groups) == (12, 0, {})
    assert job.progress == job.total == 13


def test_only_what_both_versions_may_judge_otherwise_is_judged(stage, story, monkeypatch):
    judged = []

    def told(self, form, past, behind):
        judged.append(past.op.value)
        return iter(())

    monkeypatch.setattr(Hindsight, "_told", told)

    def view(document):
        document["views"][0]["title"] = "Every refund"

    assert past(stage, view) == {}
    assert judged == []

    def guard(document):
        document["workflows"][0]["transitions"][0]["title"] = "Begin"

    past(stage, guard)
    assert set(judged) == {"transition"}

    def action(document):
        document["actions"][0]["roles"] = ["lead"]

    judged.clear()
    past(stage, action)
    assert set(judged) == {"update"}


def test_without_days_nothing_past_is_judged(stage, story):
    found = Found.from_json(stage.replay(lambda document: None).result).past
    assert (found.number, found.report.records) == (0, 0)


def test_what_would_have_been_refused_is_put_together_by_reason(stage, story):
    def change(document):
        properties(document)["score"]["maximum"] = 5
        document["forms"][0]["rules"].append(
            {"condition": {"field": "notes", "op": "present"}, "message": "Say why"}
        )
        start = document["workflows"][0]["transitions"][0]
        start["guards"] = [
            {"condition": {"field": "urgent", "op": "ne", "value": True}, "message": "Too urgent"}
        ]
        start["require"] = ["site"]

    found = past(stage, change)
    assert found[Effect.REFUSED, "Making it: Score is too large"] == 1
    assert found[Effect.REFUSED, "Making it: Say why"] == 1
    assert found[Effect.REFUSED, "Changing it: Say why"] == 2
    assert found[Effect.REFUSED, "Start: Too urgent"] == 1
    assert found[Effect.REFUSED, "Start: Site is missing"] == 1


def test_steps_that_would_not_have_been_there_or_led_elsewhere_are_told(stage, story):
    def change(document):
        flow = document["workflows"][0]
        start, _hold, resume, pay = flow["transitions"][:4]
        start["to"] = "waiting"
        pay["from"] = ["waiting"]
        flow["transitions"].remove(resume)
        document["actions"][0]["when"] = {"field": "score", "op": "gt", "value": 50}

    found = past(stage, change)
    assert found[Effect.ELSEWHERE, "Start: to Waiting instead of Open"] == 1
    assert found[Effect.UNOFFERED, "Resume: there is no such transition any more"] == 1
    assert found[Effect.UNOFFERED, "Pay starts from Waiting; this record is in Open"] == 1
    assert any(e is Effect.UNOFFERED and "Mark urgent" in text for e, text in found)


def test_whose_rights_would_not_have_reached_is_told_by_role(stage, story):
    def change(document):
        operator = role(document, "operator")
        operator["can"].remove("edit")
        operator["fields"]["score"] = "read"
        role(document, "lead")["rows"] = {"field": "region", "op": "eq", "value": "north"}
        document["workflows"][0]["transitions"][1]["roles"] = ["lead"]

    found = past(stage, change)
    assert found[Effect.BARRED, "Operator: Score cannot be changed by you"] == 1
    changing = "Operator: Changing it: Your role does not allow to edit a refund"
    assert found[Effect.BARRED, changing] == 2
    assert found[Effect.BARRED, "Operator: Put on hold: Only Lead can do this"] == 1
    assert found[Effect.BARRED, "Lead: the record would not have been there for them"] == 6


def test_who_has_no_role_any_more_is_judged_by_everything_but_rights(stage, story):
    with stage.services.db.write() as conn:
        olga = accounts.by_name(conn, "olga")
        accounts.revoke(conn, olga.id, TOOL, "operator")

    def change(document):
        role(document, "operator")["can"].remove("edit")
        properties(document)["score"]["maximum"] = 5

    assert past(stage, change) == {
        (Effect.REFUSED, "Making it: Score is too large"): 1,
        (Effect.REFUSED, "Score is too large: it was so before the change"): 8,
    }


def test_a_value_that_would_have_been_hidden_is_told(stage, story):
    def change(document):
        hidden = {"field": "score", "op": "gt", "value": 50}
        properties(document)["notes"]["x-ops"]["showWhen"] = hidden

    assert past(stage, change) == {(Effect.LOSES, "Changing it: Notes, which is hidden"): 1}


@BOTH
def test_only_the_last_changes_are_judged_and_it_goes_on_where_it_was_left(stage, monkeypatch):
    monkeypatch.setattr("runtime.replaying.job._TOLD_EVERY", 1)
    monkeypatch.setattr("runtime.replaying.job.MOST_CHANGES", 7)
    monkeypatch.setattr("runtime.replaying.looking_back._BATCH", 2)
    for number in range(9):
        stage.add(merchant="Acme", score=number)
    draft = stage.draft(lambda d: properties(d)["score"].update(minimum=5))
    job_id = stage.replays.start(Wanted(TOOL, draft, 1, days=30), "bo")
    left = [False, False, False]
    stage.replays.run(job_id, lambda: not left or left.pop())
    with stage.services.db.read() as conn:
        halted = stage.replays.get(conn, TOOL, job_id)
    assert halted.status == "running"
    assert 9 < halted.progress < 16
    stage.replays.run(job_id)
    with stage.services.db.read() as conn:
        job = stage.replays.get(conn, TOOL, job_id)
    found = Found.from_json(job.result).past
    assert (job.status, found.number, found.report.records, found.report.touched) == (
        "done",
        7,
        7,
        3,
    )
