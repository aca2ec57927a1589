"""Hooks know of the steps that a row takes to its state, as they would of a button."""

import pytest

from runtime.storage import outbox
from tests.runtime.batches.test_states import stated

HOOKS = """
    @hook.before("transition", tool="refunds", form="refund")
    def doubt(change):
        if change.record["merchant"] == "Elm":
            change.refuse("No elm is started")
        change.set("notes", "seen")

    @hook.after("transition", tool="refunds", form="refund")
    def tell(change):
        pass
"""


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_hooks_of_the_steps_are_asked_and_told(make_bench, dialect):
    bench = make_bench(dialect, hooks=HOOKS)
    batch = stated(bench, "m,s\nOak,Open\nElm,Open\nAsh,New\n")
    assert bench.counts(batch) == (2, 0, 1)
    assert bench.rejects(batch)[0].problems[0]["message"] == "No elm is started"
    oak, ash = bench.records(batch)
    assert (oak.document["notes"], "notes" in ash.document) == ("seen", False)
    with bench.services.db.read() as conn:
        owed = outbox.listed(conn, "pending")
    assert [(one.hook, one.record_id) for one in owed] == [("refunds.tell", oak.id)]
