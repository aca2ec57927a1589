"""Verifying the event log: what was altered, dropped, swapped or slipped in, and where."""

import hmac
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, column, select, table, tuple_

from form_specs.exact_json import loads
from runtime.storage.database import Database
from runtime.storage.events import SIGNED, SignedEvent, document_hash, is_authentic, signed_event
from runtime.storage.files import FileStore
from runtime.storage.findings import Finding, Report
from runtime.storage.schema import TENANT, EventRow, FormRow
from runtime.storage.sealing import GENESIS, LEAF, Seal, seals, signature
from runtime.storage.verifying_contents import check_contents

__all__ = ["Finding", "Report", "verify"]

_BATCH: Final = 1000
_MAX_FINDINGS: Final = 1000
_Place = tuple[int, int]


def verify(
    db: Database,
    key: bytes,
    exported: Mapping[str, Any] | None = None,
    files: FileStore | None = None,
) -> Report:
    """Compare events with their seals, seals with each other, records with their last events.

    Also comments and attachments with the hashes in the events that brought them; with `files`,
    the very bytes of files too.

    `exported` is a checkpoint made earlier: with it a dropped end of the log is seen even where
    the records were put back too.
    """
    report = Report()
    with db.snapshot() as conn:
        place = _check_chain(conn, key, report, exported)
        _check_unsealed(conn, key, report, place)
        for (form_id,) in conn.execute(select(FormRow.id).order_by(FormRow.id)).all():
            _check_records(conn, form_id, report)
            _check_orphans(conn, form_id, report)
        check_contents(conn, files, report)
    return report


# -- seals ------------------------------------------------------------------------------


def _check_chain(
    conn: Connection, key: bytes, report: Report, exported: Mapping[str, Any] | None
) -> _Place:
    place, previous, number = (-1, -1), GENESIS, 0
    hashes: dict[int, bytes] = {0: GENESIS}
    wanted = int(exported["seal"]) if exported else 0
    while batch := seals(conn, after=number, limit=50):
        for seal in batch:
            if seal.id != number + 1:
                detail = f"seals {number + 1} to {seal.id - 1} are gone"
                report.add(Finding("seal missing", seal=number + 1, detail=detail))
            elif seal.prev_hash != previous:
                report.add(Finding("seal does not follow the one before", seal=seal.id))
            _check_seal(seal, key, report)
            upto = (seal.upto_txid, seal.upto_position)
            _check_sealed(conn, seal, place, report)
            place, previous, number = upto, seal.hash, seal.id
            if seal.id == wanted:
                hashes[wanted] = seal.hash
            report.seals += 1
    if exported is not None:
        _check_exported(exported, hashes.get(wanted), key, report)
    return place


def _check_seal(seal: Seal, key: bytes, report: Report) -> None:
    if seal.computed_hash() != seal.hash or len(seal.leaves) != seal.events * LEAF:
        report.add(Finding("seal altered", seal=seal.id, detail="its hash does not fit"))
    if not seal.is_signed(key):
        report.add(Finding("seal forged", seal=seal.id, detail="its signature does not fit"))


def _check_exported(
    exported: Mapping[str, Any], found: bytes | None, key: bytes, report: Report
) -> None:
    try:
        digest = bytes.fromhex(exported["hash"])
        signed = bytes.fromhex(exported["signature"])
    except (KeyError, ValueError):
        report.add(Finding("checkpoint unreadable"))
        return
    number = int(exported["seal"])
    if not hmac.compare_digest(signed, signature(digest, key)):
        report.add(Finding("checkpoint forged", seal=number))
    elif found is None:
        report.add(Finding("log ends before the checkpoint", seal=number))
    elif found != digest:
        report.add(Finding("log differs from the checkpoint", seal=number))


def _check_sealed(conn: Connection, seal: Seal, after: _Place, report: Report) -> None:
    """The events in a seal's stretch against its leaves; names each one that differs."""
    upto = (seal.upto_txid, seal.upto_position)
    found = [signed for _, signed in _events(conn, after, upto)]
    report.events += len(found)
    leaves = [seal.leaves[at : at + LEAF] for at in range(0, len(seal.leaves), LEAF)]
    if [signed.leaf for signed in found] == leaves:
        return
    wanted = {int.from_bytes(leaf[:8]): leaf for leaf in leaves}
    there = {signed.event.seq: signed for signed in found}
    faults = 0
    for seq, leaf in wanted.items():
        signed = there.get(seq)
        if signed is None:
            report.add(Finding("event dropped", event=seq, seal=seal.id))
        elif signed.leaf != leaf:
            report.add(_about("event altered", signed, seal.id))
        faults += signed is None or signed.leaf != leaf
    for seq, signed in there.items():
        if seq not in wanted:
            report.add(_about("event inserted", signed, seal.id))
            faults += 1
    if not faults:
        report.add(Finding("events out of order", seal=seal.id))


def _about(problem: str, signed: SignedEvent, seal: int | None = None) -> Finding:
    event = signed.event
    return Finding(problem, event.form_id, event.record_id, event.seq, seal)


def _check_unsealed(conn: Connection, key: bytes, report: Report, after: _Place) -> None:
    place: _Place | None = after
    while place is not None:
        rows = list(_events(conn, place, None))
        for _, signed in rows:
            report.events += 1
            if not is_authentic(signed, key):
                report.add(_about("event altered or inserted", signed))
        place = rows[-1][0] if len(rows) == _BATCH else None


def _events(
    conn: Connection, after: _Place, upto: _Place | None
) -> Iterator[tuple[_Place, SignedEvent]]:
    place = tuple_(EventRow.txid, EventRow.position)
    statement = select(EventRow.txid, EventRow.position, *SIGNED).where(place > tuple_(*after))
    if upto is not None:
        statement = statement.where(place <= tuple_(*upto))
    else:
        statement = statement.limit(_BATCH)
    for row in conn.execute(statement.order_by(EventRow.txid, EventRow.position)):
        yield (row[0], row[1]), signed_event(row[2:])


# -- records ----------------------------------------------------------------------------


def _check_records(conn: Connection, form_id: int, report: Report) -> None:
    """Each record against the event it names as its last, and against any later one."""
    after = -1
    while rows := _record_rows(conn, form_id, after):
        for row in rows:
            report.records += 1
            problem = _record_problem(row)
            if problem:
                report.add(Finding(problem, form_id, row.id, row.last_event))
        after = rows[-1].id


def _record_rows(conn: Connection, form_id: int, after: int) -> Sequence[Any]:
    document = "data" if conn.dialect.name == "sqlite" else "data::text AS data"
    mark = ":" if conn.dialect.name == "sqlite" else "%("
    end = "" if conn.dialect.name == "sqlite" else ")s"
    return conn.exec_driver_sql(
        f"SELECT r.id, r.version, r.state, r.deleted_at, r.last_event, r.{document}, "  # noqa: S608
        "e.record_id, e.form_id, e.version AS event_version, e.document_hash, "
        "(SELECT max(version) FROM event AS n WHERE n.tenant_id = r.tenant_id "
        "AND n.form_id = r.form_id AND n.record_id = r.id) AS newest "
        f"FROM rec_{int(form_id)} AS r LEFT JOIN event AS e "
        "ON e.tenant_id = r.tenant_id AND e.seq = r.last_event "
        f"WHERE r.id > {mark}after{end} ORDER BY r.id LIMIT {_BATCH}",
        {"after": after},
    ).all()


def _record_problem(row: Any) -> str:
    if row.document_hash is None:
        return "last event of the record dropped"
    if row.record_id != row.id:
        return "last event of the record belongs to another"
    if row.newest != row.version:
        return "record changed past the log: it is not at the version of its newest event"
    if row.event_version != row.version:
        return "record changed past the log: its version is not that of its last event"
    deleted = row.deleted_at is not None
    found = document_hash(loads(row.data), row.state, deleted=deleted)
    if found != bytes(row.document_hash):
        return "record changed past the log: its content is not that of its last event"
    return ""


def _check_orphans(conn: Connection, form_id: int, report: Report) -> None:
    """Events of records that are gone: records are marked as deleted, never removed."""
    records = table(f"rec_{int(form_id)}", column("id"))
    rows = conn.execute(
        select(EventRow.record_id)
        .where(
            EventRow.tenant_id == TENANT,
            EventRow.form_id == form_id,
            EventRow.op == "create",
            EventRow.record_id.not_in(select(records.c.id)),
        )
        .limit(_MAX_FINDINGS)
    )
    for (record_id,) in rows:
        report.add(Finding("record removed past the log", form_id, record_id))
