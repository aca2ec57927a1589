import threading
from typing import Any

import pytest

from form_specs.conditions import Comparison, Kind
from runtime.storage.errors import StaleRecord, UniqueViolation
from runtime.storage.events import history, recent
from runtime.storage.record_table import create_form_table
from runtime.storage.records import ListQuery
from tests.runtime.storage.making import UNIQUE_REF, Records

WON = Comparison(("@state",), Kind.TEXT, "eq", "won")


def test_a_record_comes_back_as_it_was_written(records: Records):
    document = {"merchant": "Äcme 😀 '\"\\", "amount": {"amount": 123_450, "currency": "EUR"}}
    made = records.add({**document, "tags": ["a"], "urgent": True, "ratio": 0.1})
    assert records.get(made.id) == made
    assert made.version == 1
    assert made.document["ratio"] == 0.1


def test_making_a_forms_table_twice_keeps_its_records(records: Records):
    made = records.add({"a": "x"})
    with records.db.write() as conn:
        create_form_table(conn, records.form_id)
    assert records.get(made.id) == made


def test_an_update_raises_the_version_and_logs_the_difference(records: Records):
    made = records.add({"a": "x", "b": 1, "c": True})
    changed = records.change(made, {"a": "y", "b": 1, "d": [1]}, state="open")
    assert (changed.version, changed.state) == (2, "open")
    assert records.get(made.id) == changed
    with records.db.read() as conn:
        newest, oldest = history(conn, records.form_id, made.id)
    assert newest.data["diff"] == {"a": ["x", "y"], "c": [True, None], "d": [None, [1]]}
    assert oldest.data == {"fields": ["a", "b", "c"]}
    assert (newest.op, newest.version, newest.seq) == ("update", 2, changed.last_event)
    assert (newest.actor, newest.request_id) == ("maya", "request-1")


def test_an_update_from_an_old_version_is_stale(records: Records):
    made = records.add({"a": "x"})
    records.change(made, {"a": "y"})
    with pytest.raises(StaleRecord):
        records.change(made, {"a": "z"})
    with pytest.raises(StaleRecord):
        records.remove(made)
    found = records.get(made.id)
    assert found is not None
    assert found.document == {"a": "y"}


def test_of_two_at_once_one_is_stale(records: Records):
    made = records.add({"n": 0})
    outcomes: list[str] = []

    def attempt(number: int) -> None:
        try:
            records.change(made, {"n": number})
            outcomes.append("saved")
        except StaleRecord:
            outcomes.append("stale")

    threads = [threading.Thread(target=attempt, args=(number,)) for number in range(1, 7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["saved", *["stale"] * 5]


def test_a_deleted_record_is_gone_until_restored(records: Records):
    made = records.add({"a": "x"}, search_text=["Acme"])
    gone = records.remove(made)
    assert records.get(made.id) is None
    assert records.get(made.id, include_deleted=True) == gone
    with records.db.write() as conn:
        back = records.writer.restore(
            records.permit, conn, gone, records.content({"a": "x"}), records.cause("restore")
        )
    assert records.get(made.id) == back
    assert (back.version, back.deleted_at) == (3, None)


def test_a_note_leaves_the_version(records: Records):
    made = records.add({"a": "x"})
    noted = records.note(made, comment="Called them")
    assert noted.version == 1
    assert records.get(made.id) == noted
    with records.db.read() as conn:
        assert history(conn, records.form_id, made.id)[0].data == {"comment": "Called them"}


def test_history_comes_in_pages(records: Records):
    made = records.add({"n": 0})
    for number in range(1, 5):
        made = records.change(made, {"n": number})
    with records.db.read() as conn:
        first = history(conn, records.form_id, made.id, limit=3)
        rest = history(conn, records.form_id, made.id, limit=3, before=first[-1].seq)
        assert [event.version for event in (*first, *rest)] == [5, 4, 3, 2, 1]
        everything = recent(conn, records.form_id)
        assert everything == [*first, *rest]
        assert recent(conn, records.form_id, before=first[-1].seq) == rest


def test_a_write_needs_the_permit(records: Records):
    with records.db.write() as conn, pytest.raises(TypeError, match="gate"):
        records.writer.insert(
            None,  # type: ignore[arg-type]
            conn,
            records.form_id,
            records.content({}),
            records.cause("create"),
        )


def test_a_failing_transaction_leaves_neither_record_nor_event(records: Records):
    def fail() -> None:
        with records.db.write() as conn:
            records.writer.insert(
                records.permit,
                conn,
                records.form_id,
                records.content({"a": "x"}, search_text=["Acme"]),
                records.cause("create"),
            )
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    with records.db.read() as conn:
        assert recent(conn, records.form_id) == []
        assert records.reader.page(conn, ListQuery(records.form_id)).records == []
        assert records.reader.page(conn, ListQuery(records.form_id, search="acme")).records == []


def test_access_rows_hide_single_records(records: Records):
    lost, won = records.add({"n": 1}, state="lost"), records.add({"n": 2}, state="won")
    assert records.get(lost.id, rows=WON) is None
    assert records.get(won.id, rows=WON) == won
    with records.db.read() as conn:
        found = records.reader.get_many(conn, records.form_id, [lost.id, won.id, 5], rows=WON)
        assert found == {won.id: won}
        everything = records.reader.get_many(conn, records.form_id, [lost.id, won.id, 5])
        assert everything == {lost.id: lost, won.id: won}
        assert records.reader.get_many(conn, records.form_id, []) == {}


def test_a_record_can_be_held(records: Records):
    made = records.add({"n": 1})
    with records.db.write() as conn:
        assert records.reader.lock(conn, records.form_id, made.id) == made
        assert records.reader.lock(conn, records.form_id, 5) is None


# -- unique fields ----------------------------------------------------------------------


def test_a_unique_value_is_taken_once(records: Records):
    made = records.add({"ref": "R-1"}, unique=UNIQUE_REF)
    other = records.add({"ref": "R-2"}, unique=UNIQUE_REF)
    records.add({}, unique=UNIQUE_REF)
    records.add({}, unique=UNIQUE_REF)
    with pytest.raises(UniqueViolation) as caught:
        records.add({"ref": "R-1"}, unique=UNIQUE_REF)
    assert caught.value.path == ("ref",)
    with pytest.raises(UniqueViolation):
        records.change(other, {"ref": "R-1"}, unique=UNIQUE_REF)
    records.change(made, {"ref": "R-1", "a": "x"}, unique=UNIQUE_REF)


def test_a_deleted_record_frees_its_unique_value(records: Records):
    gone = records.remove(records.add({"ref": "R-1"}, unique=UNIQUE_REF))
    records.add({"ref": "R-1"}, unique=UNIQUE_REF)

    def restore() -> None:
        content = records.content(gone.document, unique=UNIQUE_REF)
        with records.db.write() as conn:
            records.writer.restore(records.permit, conn, gone, content, records.cause("restore"))

    with pytest.raises(UniqueViolation):
        restore()


def test_of_many_at_once_one_gets_the_unique_value(records: Records):
    outcomes: list[str] = []

    def attempt() -> None:
        try:
            records.add({"ref": "R-9"}, unique=UNIQUE_REF)
            outcomes.append("saved")
        except UniqueViolation:
            outcomes.append("taken")

    threads = [threading.Thread(target=attempt) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["saved", *["taken"] * 5]


def test_whether_a_value_exists(records: Records):
    made = records.add({"ref": "R-1", "n": 7})

    def exists(key: str, kind: Kind, value: Any, except_id: int | None = None) -> bool:
        with records.db.read() as conn:
            return records.reader.exists_value(
                conn, records.form_id, (key,), kind, value, except_id
            )

    assert exists("ref", Kind.TEXT, "R-1")
    assert not exists("ref", Kind.TEXT, "R-1", made.id)
    assert not exists("ref", Kind.TEXT, "r-1")
    assert exists("n", Kind.INTEGER, 7)


# -- many at once -----------------------------------------------------------------------


def test_many_records_are_like_single_ones(records: Records):
    documents = [{"ref": f"R-{n}", "text": "tab\t line\n back\\slash"} for n in range(50)]
    ids = records.add_many(documents, search_text=["Bulk"])
    assert ids == sorted(ids)
    with records.db.read() as conn:
        found = records.reader.get_many(conn, records.form_id, ids)
        assert [found[number].document for number in ids] == documents
        assert len(recent(conn, records.form_id, limit=100)) == 50
        page = records.reader.page(conn, ListQuery(records.form_id, search="bulk", limit=200))
        assert len(page.records) == 50
    assert records.add_many([]) == []


def test_unique_values_hold_among_many(records: Records):
    with pytest.raises(UniqueViolation):
        records.add_many([{"ref": "R-1"}, {"ref": "R-2"}, {"ref": "R-1"}], unique=UNIQUE_REF)
    with records.db.read() as conn:
        assert recent(conn, records.form_id) == []


def test_a_failure_amid_many_leaves_none_of_them(records: Records):
    class Unwritable:
        """What no JSON holds."""

    documents = [{"ref": f"R-{n}"} for n in range(50)]
    with pytest.raises(TypeError):
        records.add_many([*documents, {"ref": Unwritable()}, {"ref": "R-after"}])
    with records.db.read() as conn:
        assert recent(conn, records.form_id) == []
        assert records.reader.count(conn, ListQuery(records.form_id)).number == 0
    assert len(records.add_many(documents)) == 50
