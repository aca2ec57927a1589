"""Rows that say a state come in there, where their person could have brought them by hand."""

from runtime.batches.columns import STATE
from runtime.gate import Origin, RefusedError
from runtime.storage import events
from runtime.storage.ids import encode_id
from tests.runtime.conftest import BOTH

pytestmark = [BOTH]


def stated(bench, text, **changes):
    """Rows whose first column is the merchant and whose second one is the state."""
    batch = bench.draft(text)
    targets = ["merchant", STATE, *batch.plan["targets"][2:]]
    batch = bench.planned(batch, targets=targets, **changes)
    assert bench.services.batches.start(batch)
    return bench.services.batches.run_now(batch)


def test_a_row_comes_in_in_the_state_that_it_says_by_title_or_key(bench):
    batch = stated(bench, "m,s\nOak,Open\nElm,open\nAsh,New\nFir,\nYew, OPEN \n")
    assert bench.counts(batch) == (5, 0, 0)
    assert [r.state for r in bench.records(batch)] == ["open", "open", "new", "new", "open"]
    assert {r.version for r in bench.records(batch)} == {1}


def test_its_one_event_names_the_state_and_the_way_there(bench):
    batch = stated(bench, "m,s\nOak,Open\nAsh,New\n")
    oak, ash = bench.records(batch)
    with bench.services.db.read() as conn:
        (event,) = events.history(conn, bench.form_id, oak.id)
        (plain,) = events.history(conn, bench.form_id, ash.id)
    assert (event.op, event.data["to"], event.data["way"]) == ("create", "open", ["start"])
    assert event.data["batch"] == encode_id(batch.id)
    assert not {"to", "way"} & plain.data.keys()


def test_a_state_that_a_person_could_not_reach_by_hand_is_a_rejected_row(bench):
    batch = stated(
        bench,
        "m,s,amount,due_on\nOak,Settled,,\nElm,Waiting,,2026-05-01\nAsh,Nowhere,,\n"
        "Fir,Paid,12.50 EUR,2026-05-01\nYew,Open,,\n",
    )
    assert bench.counts(batch) == (1, 0, 4)
    told = {
        r.line: (r.problems[0]["field"], r.problems[0]["message"]) for r in bench.rejects(batch)
    }
    assert told[2] == (STATE, "No step that you may take brings a new record to Settled")
    assert told[3] == ("comment", "Put on hold needs a comment")
    assert told[4] == (STATE, "There is no state 'Nowhere'")
    # Four eyes: who brings it in is who made it.
    assert told[5][1] == "Somebody else must pay it"


def test_the_check_says_it_before_anything_comes_in(bench):
    batch = bench.draft("merchant,@state\nOak,Open\nElm,Settled\n")
    assert batch.plan["targets"] == ["merchant", STATE]
    found = bench.services.batches.check(bench.desk.access("lena"), batch)
    assert (found.added, found.rejected) == (1, 1)
    assert (found.problems[0]["line"], found.problems[0]["field"]) == (3, STATE)
    assert bench.records(batch) == []


def test_a_row_put_right_gets_the_state_that_it_said(bench):
    batch = stated(bench, "m,s,score\nOak,Open,x\nElm,Opne,\n")
    service, access = bench.services.batches, bench.desk.access("lena")
    assert service.fix(access, batch, 2, {2: "7"}) == "added"
    assert service.fix(access, batch, 3, {1: "Open"}) == "added"
    assert [r.state for r in bench.records(batch)] == ["open", "open"]
    assert bench.rejects(batch) == []


def test_rows_with_states_are_taken_back_like_others(bench):
    batch = stated(bench, "m,s\nOak,Open\nElm,New\n")
    undone = bench.take_back(batch)
    assert (undone.result["deleted"], undone.result["kept"]) == (2, 0)
    assert all(record.deleted_at for record in bench.records(batch))


def test_a_file_does_not_move_a_record_that_there_is(bench):
    first = stated(bench, "m,s,email\nOak,Open,oak@x.example\n")
    text = "merchant,@state,email,score\nOak,{},oak@x.example,5\n"
    moved = bench.bring_in(text.format("New"), key="email")
    assert bench.counts(moved) == (0, 0, 1)
    assert bench.rejects(moved)[0].problems[0]["field"] == STATE
    same = bench.bring_in(text.format("Open"), key="email")
    assert bench.counts(same) == (0, 1, 0)
    assert bench.records(first)[0].state == "open"


def test_only_who_may_import_says_a_state(bench):
    gate, olga = bench.desk.gate, bench.desk.access("olga")
    (refused,) = gate.create_many(
        olga, [bench.desk.typed(merchant="Oak")], Origin("import"), states=["open"]
    )
    assert isinstance(refused, RefusedError)
    assert refused.status == 403
