"""No event can be altered, dropped, swapped or slipped in unseen, nor a record past the log."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from runtime.storage import tools
from runtime.storage.database import Database
from runtime.storage.sealing import checkpoint, rebase, seal
from runtime.storage.verifying import Finding, Report, verify
from tests.runtime.storage.making import AUDIT_KEY, Records


@dataclass
class Log:
    """Nine events of three records: six sealed in two batches, three not."""

    db: Database
    records: Records
    seqs: list[int]
    ids: list[int]

    def verify(self, exported: dict[str, Any] | None = None) -> Report:
        return verify(self.db, AUDIT_KEY, exported)

    def tamper(self, *statements: str) -> None:
        with self.db.write() as conn:
            unguard(conn)
            for statement in statements:
                conn.exec_driver_sql(statement)

    @property
    def table(self) -> str:
        return f"rec_{self.records.form_id}"


def unguard(conn: Connection) -> None:
    """What an attacker who owns the database would do first."""
    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql("ALTER TABLE event DISABLE TRIGGER USER")
        conn.exec_driver_sql("ALTER TABLE event_seal DISABLE TRIGGER USER")
        return
    for table in ("event", "event_seal"):
        for change in ("update", "delete"):
            conn.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_no_{change}")


def seal_all(db: Database) -> None:
    while seal(db, AUDIT_KEY):
        pass


@pytest.fixture
def log(own_db: Database) -> Log:
    with own_db.write() as conn:
        tools.add(conn, 1, "disputes", "Disputes", 0)
        form_id = tools.ensure_forms(conn, 1, ["dispute"])["dispute"]
    records = Records(own_db, form_id)
    made = [records.add({"n": number, "x": 1e16}) for number in range(3)]
    seal_all(own_db)
    made = [records.change(record, {"n": 10}) for record in made]
    seal_all(own_db)
    records.change(made[0], {"n": 20, "ratio": 0.1}, state="open")
    records.note(made[1], comment="hello")
    records.remove(made[2])
    with own_db.read() as conn:
        seqs = list(conn.exec_driver_sql("SELECT seq FROM event ORDER BY position").scalars())
    return Log(own_db, records, seqs, [record.id for record in made])


def problems(report: Report) -> set[str]:
    return {finding.problem for finding in report.findings}


def test_an_untouched_log_is_right(log: Log):
    report = log.verify()
    assert report.findings == []
    assert (report.events, report.seals, report.records) == (9, 2, 3)
    seal_all(log.db)
    report = log.verify()
    assert report.ok
    assert (report.events, report.seals) == (9, 3)
    assert seal(log.db, AUDIT_KEY) == 0


def test_seals_come_in_batches(log: Log):
    assert seal(log.db, AUDIT_KEY, limit=2) == 2
    assert seal(log.db, AUDIT_KEY, limit=2) == 1
    assert log.verify().ok


@pytest.mark.parametrize("table", ["event", "event_seal"])
@pytest.mark.parametrize("change", ["UPDATE {} SET tenant_id = 2", "DELETE FROM {}"])
def test_the_database_itself_refuses_changes(log: Log, table: str, change: str):
    def attempt() -> None:
        with log.db.write() as conn:
            conn.exec_driver_sql(change.format(table))

    with pytest.raises(SQLAlchemyError, match="append-only"):
        attempt()


def test_postgresql_refuses_to_truncate(log: Log):
    if log.db.dialect != "postgresql":
        pytest.skip("SQLite has no TRUNCATE: its DELETE is refused")

    def attempt() -> None:
        with log.db.write() as conn:
            conn.exec_driver_sql("TRUNCATE event")

    with pytest.raises(SQLAlchemyError, match="append-only"):
        attempt()


COLUMNS = {
    "at": "1",
    "actor": "'eve'",
    "op": "'restore'",
    "version": "7",
    "request_id": "NULL",
    "spec_version": "9",
    "data": "'{\"diff\": {}}'",
    "record_id": "5",
    "form_id": "5",
    "document_hash": "mac",
    "mac": "document_hash",
}


@pytest.mark.parametrize("place", [0, 4, 6, 7, 8])
def test_an_altered_event_is_named(log: Log, place: int):
    seq = log.seqs[place]
    log.tamper("CREATE TABLE kept AS SELECT * FROM event")
    for column, value in COLUMNS.items():
        log.tamper(f"UPDATE event SET {column} = {value} WHERE seq = {seq}")
        altered = [f for f in log.verify().findings if f.problem.startswith("event altered")]
        assert {finding.event for finding in altered} == {seq}, column
        back = f"(SELECT {column} FROM kept WHERE kept.seq = event.seq)"
        log.tamper(f"UPDATE event SET {column} = {back} WHERE seq = {seq}")
        assert log.verify().ok


@pytest.mark.parametrize("place", [0, 4, 6, 7, 8])
def test_a_dropped_event_is_named(log: Log, place: int):
    seq = log.seqs[place]
    log.tamper(f"DELETE FROM event WHERE seq = {seq}")
    report = log.verify()
    assert seq in {finding.event for finding in report.findings}
    if place == 7:
        assert report.findings == [
            Finding("last event of the record dropped", log.records.form_id, log.ids[1], seq)
        ]


@pytest.mark.parametrize("places", [(0, 1), (1, 4), (4, 7), (7, 8)])
def test_swapped_events_are_named(log: Log, places: tuple[int, int]):
    one, two = (log.seqs[place] for place in places)
    swap = "UPDATE event SET seq = {} WHERE seq = {}"
    log.tamper(swap.format(5, one), swap.format(one, two), swap.format(two, 5))
    assert {one, two} <= {finding.event for finding in log.verify().findings}


def test_swapped_positions_are_seen(log: Log):
    if log.db.dialect == "postgresql":
        later = f"(SELECT txid FROM event WHERE seq = {log.seqs[1]})"
        swap = [
            f"UPDATE event SET txid = {later} WHERE seq = {log.seqs[0]}",
            f"UPDATE event SET txid = txid - 1 WHERE seq = {log.seqs[1]}",
        ]
    else:
        swap = [
            f"UPDATE event SET position = 1000 WHERE seq = {log.seqs[0]}",
            f"UPDATE event SET position = 1 WHERE seq = {log.seqs[1]}",
            f"UPDATE event SET position = 2 WHERE seq = {log.seqs[0]}",
        ]
    log.tamper(*swap)
    assert log.verify().findings == [Finding("events out of order", seal=1)]


@pytest.mark.parametrize("place", [0, 4, 6, 7, 8])
def test_an_inserted_event_is_named(log: Log, place: int):
    columns = (
        "tenant_id, at, form_id, record_id, version, actor, op, request_id, spec_version, "
        "data, document_hash, mac"
    )
    log.tamper(
        f"INSERT INTO event (seq, txid, {columns}) "
        f"SELECT 77, txid, {columns} FROM event WHERE seq = {log.seqs[place]}"
    )
    assert 77 in {finding.event for finding in log.verify().findings}


def test_an_emptied_log_is_seen(log: Log):
    log.tamper("DELETE FROM event", "DELETE FROM event_seal")
    report = log.verify()
    assert [finding.record_id for finding in report.findings] == log.ids
    assert problems(report) == {"last event of the record dropped"}


def test_the_newest_events_cannot_be_dropped(log: Log):
    newest = ", ".join(str(seq) for seq in log.seqs[6:])
    log.tamper(f"DELETE FROM event WHERE seq IN ({newest})")
    assert [finding.record_id for finding in log.verify().findings] == log.ids


SEAL_CHANGES: dict[str, tuple[str, str]] = {
    "leaves": ("UPDATE event_seal SET leaves = hash WHERE id = 1", "seal altered"),
    "hash": ("UPDATE event_seal SET hash = prev_hash WHERE id = 2", "seal altered"),
    "signature": ("UPDATE event_seal SET signature = hash WHERE id = 1", "seal forged"),
    "sealed_at": ("UPDATE event_seal SET sealed_at = 0 WHERE id = 2", "seal altered"),
    "first dropped": ("DELETE FROM event_seal WHERE id = 1", "seal missing"),
}


@pytest.mark.parametrize("name", SEAL_CHANGES)
def test_a_changed_seal_is_named(log: Log, name: str):
    statement, problem = SEAL_CHANGES[name]
    log.tamper(statement)
    report = log.verify()
    assert problem in problems(report)
    assert all(finding.seal for finding in report.findings if finding.problem == problem)


RECORD_CHANGES: dict[str, Callable[[Log], str]] = {
    "data": lambda log: f"UPDATE {log.table} SET data = '{{\"n\": 21}}' WHERE id = {log.ids[0]}",
    "state": lambda log: f"UPDATE {log.table} SET state = 'won' WHERE id = {log.ids[0]}",
    "version": lambda log: f"UPDATE {log.table} SET version = 9 WHERE id = {log.ids[0]}",
    "deleted": lambda log: f"UPDATE {log.table} SET deleted_at = 1 WHERE id = {log.ids[0]}",
    "rolled back": lambda log: (
        f"UPDATE {log.table} SET version = 2, state = 'new', last_event = {log.seqs[3]}, "
        f"data = '{{\"n\": 10}}' WHERE id = {log.ids[0]}"
    ),
    "removed": lambda log: f"DELETE FROM {log.table} WHERE id = {log.ids[0]}",
}


@pytest.mark.parametrize("name", RECORD_CHANGES)
def test_a_record_changed_past_the_log_is_named(log: Log, name: str):
    log.tamper(RECORD_CHANGES[name](log))
    (finding,) = log.verify().findings
    assert finding.record_id == log.ids[0]
    assert "past the log" in finding.problem


def test_a_wrong_key_fails_every_seal_and_event(log: Log):
    report = verify(log.db, b"another key")
    assert problems(report) == {"seal forged", "event altered or inserted"}


# -- checkpoints ------------------------------------------------------------------------


def test_a_checkpoint_holds_while_the_log_grows(log: Log):
    exported = checkpoint(log.db, AUDIT_KEY)
    seal_all(log.db)
    assert log.verify(exported).ok


def test_a_log_cut_below_a_checkpoint_is_seen_although_records_fit(log: Log):
    exported = checkpoint(log.db, AUDIT_KEY)
    log.tamper("DELETE FROM event", "DELETE FROM event_seal", f"DELETE FROM {log.table}")
    assert log.verify().ok
    assert problems(log.verify(exported)) == {"log ends before the checkpoint"}


def test_a_forged_checkpoint_is_refused(log: Log):
    exported = checkpoint(log.db, AUDIT_KEY)
    assert problems(log.verify({**exported, "hash": "00" * 32})) == {"checkpoint forged"}
    assert problems(log.verify({**exported, "hash": "zz"})) == {"checkpoint unreadable"}


def test_a_log_that_differs_from_a_checkpoint_is_seen(log: Log):
    exported = checkpoint(log.db, AUDIT_KEY)
    log.tamper("DELETE FROM event_seal WHERE id = 2")
    log.records.add({"n": 99})
    seal_all(log.db)
    report = log.verify(exported)
    assert "log differs from the checkpoint" in problems(report)


def test_an_empty_log_has_a_checkpoint(own_db: Database):
    exported = checkpoint(own_db, AUDIT_KEY)
    assert exported["seal"] == 0
    assert verify(own_db, AUDIT_KEY, exported).ok


def test_after_a_restore_into_a_younger_cluster_sealing_goes_on(log: Log):
    if log.db.dialect == "postgresql":
        # Transaction numbers of the cluster that the backup came from.
        log.tamper(
            "UPDATE event SET txid = txid + 1000000000",
            "UPDATE event_seal SET upto_txid = upto_txid + 1000000000",
            "DELETE FROM event_seal",
        )
        assert seal(log.db, AUDIT_KEY) == 0
    with log.db.write() as conn:
        rebase(conn)
    made = log.records.add({"n": 7})
    seal_all(log.db)
    assert log.verify().ok
    with log.db.read() as conn:
        order = conn.exec_driver_sql("SELECT seq FROM event ORDER BY txid, position").scalars()
        assert list(order)[-1] == made.last_event
        sealed = conn.exec_driver_sql("SELECT sum(events) FROM event_seal").scalar_one()
    assert sealed == 10
