"""A file becomes records, through the gate, on both databases."""

import pytest

from runtime.batches.importing import ImportRun
from runtime.batches.running import BatchTurn
from runtime.gate import Origin
from runtime.storage import accounts, batches, events, jobs
from runtime.storage.ids import encode_id
from runtime.turns import Turn
from tests.runtime.conftest import BOTH

pytestmark = [BOTH]

THREE = "Merchant,Score,Region,Amount\nNorthwind,7,North,12.50 EUR\nBluebird,x,south,\n,3,hq,\n"


def test_what_can_come_in_does_and_the_rest_is_told_row_by_row(bench):
    batch = bench.bring_in(THREE)
    assert batch.status == "done"
    assert bench.counts(batch) == (1, 0, 2)
    (record,) = bench.records(batch)
    assert record.document["merchant"] == "Northwind"
    assert record.document["amount"] == {"amount": 1250, "currency": "EUR"}
    score, merchant = bench.rejects(batch)
    assert (score.line, score.cells) == (3, ["Bluebird", "x", "south", ""])
    assert [p["field"] for p in score.problems] == ["score"]
    assert (merchant.line, [p["field"] for p in merchant.problems]) == (4, ["merchant"])


def test_cells_that_say_the_same_mean_the_same_in_every_row(bench):
    batch = bench.bring_in(
        "merchant,score,region,amount\nA,x,north,1 EUR\nB,7,north,1 EUR\nC,x,,\nD,7,'South,2 USD\n"
    )
    assert bench.counts(batch) == (1, 0, 3)
    told = [(r.line, [p["field"] for p in r.problems]) for r in bench.rejects(batch)]
    assert told == [(2, ["score"]), (4, ["score"]), (5, ["region"])]


def test_every_event_of_a_batch_names_it(bench):
    batch = bench.bring_in("merchant\nOak\nElm\n")
    with bench.services.db.read() as conn:
        for record in bench.records(batch):
            (event,) = events.history(conn, bench.form_id, record.id)
            assert event.data["batch"] == encode_id(batch.id)
            assert (event.data["source"], event.actor, event.op) == ("import", "lena", "create")


def test_a_check_says_what_would_become_of_the_rows_and_writes_nothing(bench):
    batch = bench.draft(THREE)
    found = bench.services.batches.check(bench.desk.access("lena"), batch)
    assert (found.rows, found.added, found.rejected, found.whole) == (3, 1, 2, True)
    assert [(told["line"], told["field"]) for told in found.problems] == [
        (3, "score"),
        (4, "merchant"),
    ]
    assert bench.records(batch) == []


def test_a_row_whose_key_is_known_changes_that_record(bench):
    first = bench.bring_in("merchant,email,score\nAcorn,a@x.example,1\nBirch,b@x.example,2\n")
    again = bench.bring_in(
        "merchant,email,score\nAcorn,a@x.example,9\nBirch,b@x.example,2\nCedar,c@x.example,3\n",
        key="email",
    )
    assert (again.result["added"], again.result["updated"], again.result["same"]) == (1, 1, 1)
    acorn = bench.records(first)[0]
    assert (acorn.document["score"], acorn.version) == (9, 2)


def test_an_empty_cell_leaves_a_value_alone_unless_it_is_to_clear_it(bench):
    text = "merchant,email,score\nLarch,larch@x.example,5\n"
    first = bench.bring_in(text)
    bare = text.replace(",5", ",")
    assert bench.bring_in(bare, key="email").result["same"] == 1
    assert bench.bring_in(bare, key="email", clears=True).result["updated"] == 1
    assert "score" not in bench.records(first)[0].document


def test_values_that_no_two_records_share_are_refused_once_in_the_file_or_the_store(bench):
    bench.bring_in("merchant,email\nFir,fir@x.example\n")
    batch = bench.bring_in(
        "merchant,email\nFir 2,fir@x.example\nYew,yew@x.example\nYew 2,yew@x.example\n"
    )
    assert bench.counts(batch) == (1, 0, 2)
    assert {reject.line for reject in bench.rejects(batch)} == {2, 4}
    checked = bench.services.batches.check(
        bench.desk.access("lena"), bench.draft("merchant,email\nA,new@x.example\nB,new@x.example\n")
    )
    assert (checked.added, checked.rejected) == (1, 1)


def test_running_numbers_follow_each_other_without_gaps(bench):
    batch = bench.bring_in("merchant\n" + "".join(f"Shop {n}\n" for n in range(20)))
    numbers = [
        int(record.document["number"].removeprefix("RF-")) for record in bench.records(batch)
    ]
    assert numbers == list(range(numbers[0], numbers[0] + 20))


def test_rules_of_the_form_hold_for_rows_too(bench):
    batch = bench.bring_in("merchant,urgent\nElder,true\n")
    (reject,) = bench.rejects(batch)
    assert reject.problems == [{"field": "due_on", "message": "An urgent refund needs a day"}]


def test_a_killed_import_goes_on_where_it_stopped_and_brings_no_row_in_twice(bench, monkeypatch):
    monkeypatch.setattr("runtime.batches.importing.AT_ONCE", 10)
    batch = bench.draft("merchant\n" + "".join(f"Kill {n}\n" for n in range(35)))
    bench.services.batches.start(batch)
    left = [False, False, True]
    with bench.services.db.read() as conn:
        job = jobs.active(conn, "batch")[-1]
    bench.services.batches.run(job.id, lambda: left.pop(0) if left else True)
    assert 0 < len(bench.records(batch)) < 35
    done = bench.services.batches.run_now(batch)
    assert (done.status, bench.counts(done)) == ("done", (35, 0, 0))
    names = [record.document["merchant"] for record in bench.records(done)]
    assert sorted(names) == sorted(f"Kill {n}" for n in range(35))


def test_who_was_slower_than_the_lease_brings_nothing_in_again(bench, monkeypatch):
    monkeypatch.setattr("runtime.batches.importing.AT_ONCE", 10)
    service = bench.services.batches
    batch = bench.draft("merchant\n" + "".join(f"Slow {n}\n" for n in range(30)))
    service.start(batch)
    with bench.services.db.read() as conn:
        job = jobs.active(conn, "batch")[-1]
    service.run(job.id, lambda: True)
    with bench.services.db.read() as conn:
        begun = batches.get(conn, batch.id)
    turn = Turn(service.db, job, lambda: False, lease=1)
    slow = ImportRun(BatchTurn(service, turn, begun))
    assert service.run_now(batch).result["added"] == 30
    slow.go()
    assert len(bench.records(batch)) == 30
    assert bench.rejects(batch) == []


def test_rights_are_those_of_the_moment(bench):
    batch = bench.draft("merchant\nSpruce\n", by="lars")
    bench.services.batches.start(batch)
    with bench.services.db.write() as conn:
        lars = accounts.by_name(conn, "lars")
        accounts.revoke(conn, lars.id, "refunds", "lead")
    done = bench.services.batches.run_now(batch)
    assert (done.status, bench.records(done)) == ("failed", [])
    assert "may not import" in done.result["message"]


# -- taking back -------------------------------------------------------------------------------


def test_a_batch_is_taken_back_but_for_what_was_changed_since(bench):
    batch = bench.bring_in("merchant\nOne\nTwo\nThree\n")
    second = bench.records(batch)[1]
    bench.desk.gate.update(
        bench.desk.access("lena"), second.id, bench.desk.typed(score=4), Origin("page"), version=1
    )
    undone = bench.take_back(batch)
    assert (undone.result["deleted"], undone.result["kept"]) == (2, 1)
    assert [bool(r.deleted_at) for r in bench.records(batch)] == [True, False, True]
    (kept,) = bench.rejects(undone)
    assert kept.cells == ["Two"]
    forced = bench.take_back(batch, force=True)
    assert (forced.result["deleted"], forced.result["gone"]) == (1, 2)


def test_what_a_batch_changed_gets_its_old_values_field_by_field(bench):
    bench.bring_in("merchant,email,score,site\nPine,pine@x.example,1,https://a.example\n")
    batch = bench.bring_in(
        "merchant,email,score,site\nPine & Co,pine@x.example,8,https://b.example\n", key="email"
    )
    record = bench.records(batch)[0]
    bench.desk.gate.update(
        bench.desk.access("lena"), record.id, bench.desk.typed(score=50), Origin("page"), version=2
    )
    undone = bench.take_back(batch)
    record = bench.records(batch)[0]
    assert record.document["merchant"] == "Pine"
    assert record.document["site"] == "https://a.example"
    assert record.document["score"] == 50
    assert (undone.result["undone"], undone.result["kept"]) == (1, 1)
    assert bench.rejects(undone)[0].problems[0]["field"] == "score"


@pytest.mark.parametrize("by", ["olga", "vera"])
def test_who_may_not_import_has_none_of_it(bench, by):
    batch = bench.draft("merchant\nHazel\n", by=by)
    bench.services.batches.start(batch)
    assert bench.services.batches.run_now(batch).status == "failed"
