"""Views of a draft read as whoever may least: by which plan, and which index would help."""

import pytest

from runtime.gate import Outcome
from runtime.replaying import viewing
from runtime.replaying.finding import Found
from runtime.storage import explaining
from runtime.storage.index_builder import build_next
from tests.runtime.refunds import REFUND
from tests.runtime.replaying.staging import BOTH, CLI, properties, role

RECORDS = 120


@pytest.fixture
def filled(stage, monkeypatch):
    monkeypatch.setattr(viewing, "_LARGE", 50)
    rows = [
        stage.desk.typed(merchant=f"Shop {n}", region="north", due_on=f"20{n % 30 + 30}-03-01")
        for n in range(RECORDS)
    ]
    with stage.services.gate.transaction():
        made = stage.services.gate.create_many(stage.desk.program(), rows, CLI)
    assert all(isinstance(one, Outcome) for one in made)
    build_all(stage)
    return stage


def build_all(stage):
    while build_next(stage.services.db):
        pass


def due(document):
    """A view whose records are others at each moment, so that no index of its own can pick them."""
    document["views"].append(
        {
            "key": "due",
            "title": "Due today",
            "type": "table",
            "form": REFUND,
            "columns": ["merchant"],
            "filter": {"field": "due_on", "op": "eq", "value": {"today": {}}},
            "sort": ["merchant"],
        }
    )


def costs(stage, change):
    job = stage.replay(change)
    assert job.status == "done", job.message
    return {cost.view: cost for cost in Found.from_json(job.result).views if cost}


@BOTH
def test_each_view_is_read_as_the_role_that_may_least(filled):
    found = costs(filled, due)
    assert found["all"].role == found["queue"].role == "viewer"
    assert found["memos"].role == "operator"
    assert "known" not in found or found["known"].role == "lead"
    assert found["due"].records == RECORDS
    assert not any(cost.is_over for cost in found.values())
    assert not found["queue"].awaits_index

    def by_score(document):
        next(v for v in document["views"] if v["key"] == "queue")["sort"] = ["score"]

    assert costs(filled, by_score)["queue"].awaits_index


def test_the_index_that_would_help_is_named_and_helps(filled):
    def bare(document):
        due(document)
        del properties(document)["due_on"]["x-ops"]["index"]

    filled.services.published.publish(filled.draft(bare), by="bo")
    build_all(filled)
    before = costs(filled, bare)["due"]
    assert (before.reads_all, before.fields) == (True, ("due_on",))
    filled.services.published.publish(filled.draft(due), by="bo")
    build_all(filled)
    after = costs(filled, due)["due"]
    assert (after.reads_all, after.fields, after.awaits_index) == (False, (), False)


def test_what_rows_are_picked_by_may_want_an_index_too(filled):
    def change(document):
        role(document, "viewer")["rows"] = {"field": "score", "op": "eq", "value": 50}

    found = costs(filled, change)["all"]
    assert (found.role, found.reads_all, found.fields) == ("viewer", True, ("score",))


@BOTH
def test_what_takes_too_long_is_given_up(filled, monkeypatch):
    monkeypatch.setattr(
        viewing, "_SECONDS", 0.000001 if filled.services.db.dialect == "sqlite" else 0.001
    )
    monkeypatch.setattr(explaining, "_STEPS", 1)
    found = costs(filled, due)
    assert found["due"].milliseconds >= 0
    if filled.services.db.dialect == "sqlite":
        assert found["due"].is_over
