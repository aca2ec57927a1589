"""Batches: records that came in together, the rows that did not, and what was taken back.

A batch is a draft until somebody starts it; the job of the same id does the work.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
from sqlalchemy import Connection, delete, func, insert, select, update

from runtime.storage.bulk import insert_rows
from runtime.storage.schema import TENANT, BatchRecordRow, BatchRejectRow, BatchRow


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch: draft, waiting, running, done, failed or cancelled."""

    id: int
    form_id: int
    name: str
    kind: str
    """`import` or `revert`."""
    status: str
    plan: dict[str, Any]
    result: dict[str, Any]
    created_by: str
    created_at: int
    reverts: int | None = None


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that could not come in."""

    line: int
    """Of the file, from 1 on, as a spreadsheet numbers it."""
    cells: list[str]
    problems: list[dict[str, Any]] = field(default_factory=list)
    """`field` (key, column or none) and `message` of each."""


_BATCH: Final = (
    *(BatchRow.id, BatchRow.form_id, BatchRow.name, BatchRow.kind, BatchRow.status),
    *(BatchRow.plan, BatchRow.result, BatchRow.created_by, BatchRow.created_at, BatchRow.reverts),
)
_RECORD_COLUMNS: Final = ("tenant_id", "batch_id", "record_id", "version")
_REJECT_COLUMNS: Final = ("tenant_id", "batch_id", "line", "cells", "problems")


def _batch(row: Sequence[Any]) -> Batch:
    values = [*row]
    values[5], values[6] = orjson.loads(values[5]), orjson.loads(values[6])
    return Batch(*values)


def add(conn: Connection, new: Batch) -> None:
    """A new batch."""
    conn.execute(
        insert(BatchRow).values(
            tenant_id=TENANT,
            id=new.id,
            form_id=new.form_id,
            name=new.name,
            kind=new.kind,
            status=new.status,
            plan=orjson.dumps(new.plan).decode(),
            result=orjson.dumps(new.result).decode(),
            created_by=new.created_by,
            created_at=new.created_at,
            reverts=new.reverts,
        )
    )


def get(conn: Connection, batch_id: int) -> Batch | None:
    """The batch of that id."""
    query = select(*_BATCH).where(BatchRow.tenant_id == TENANT, BatchRow.id == batch_id)
    row = conn.execute(query).one_or_none()
    return None if row is None else _batch(row)


def hold(conn: Connection, batch_id: int) -> Batch | None:
    """The batch, held against other writers until the transaction ends (SQLite: all are)."""
    query = select(*_BATCH).where(BatchRow.tenant_id == TENANT, BatchRow.id == batch_id)
    row = conn.execute(query.with_for_update()).one_or_none()
    return None if row is None else _batch(row)


def of_form(
    conn: Connection, form_id: int, *, before: int | None = None, limit: int = 50
) -> list[Batch]:
    """The batches of a form, newest first; `before` is the id where the last page ended."""
    query = select(*_BATCH).where(BatchRow.tenant_id == TENANT, BatchRow.form_id == form_id)
    if before is not None:
        query = query.where(BatchRow.id < before)
    rows = conn.execute(query.order_by(BatchRow.id.desc()).limit(limit))
    return [_batch(row) for row in rows]


def reverting(conn: Connection, batch_id: int, form_id: int) -> list[Batch]:
    """The batches that take one back, oldest first."""
    query = select(*_BATCH).where(
        BatchRow.tenant_id == TENANT, BatchRow.form_id == form_id, BatchRow.reverts == batch_id
    )
    return [_batch(row) for row in conn.execute(query.order_by(BatchRow.id))]


def change(
    conn: Connection,
    batch_id: int,
    *,
    status: str | None = None,
    plan: dict[str, Any] | None = None,
    result: dict[str, Any] | None = None,
    name: str | None = None,
) -> None:
    """Set what is given of a batch."""
    values = {
        "status": status,
        "plan": None if plan is None else orjson.dumps(plan).decode(),
        "result": None if result is None else orjson.dumps(result).decode(),
        "name": name,
    }
    conn.execute(
        update(BatchRow)
        .where(BatchRow.tenant_id == TENANT, BatchRow.id == batch_id)
        .values({key: value for key, value in values.items() if value is not None})
    )


def start(conn: Connection, batch_id: int) -> bool:
    """Take a draft out of the hands of whoever made it; false where it is none any more."""
    done = conn.execute(
        update(BatchRow)
        .where(BatchRow.tenant_id == TENANT, BatchRow.id == batch_id, BatchRow.status == "draft")
        .values(status="waiting")
    )
    return done.rowcount == 1


def discard(conn: Connection, batch_id: int) -> bool:
    """Forget a draft; false where it is none any more."""
    done = conn.execute(
        delete(BatchRow).where(
            BatchRow.tenant_id == TENANT, BatchRow.id == batch_id, BatchRow.status == "draft"
        )
    )
    return done.rowcount == 1


def forget_drafts(conn: Connection, before: int) -> int:
    """Forget drafts that were made before a moment; how many there were."""
    done = conn.execute(
        delete(BatchRow).where(
            BatchRow.tenant_id == TENANT, BatchRow.status == "draft", BatchRow.created_at < before
        )
    )
    return done.rowcount


def files_needed(conn: Connection) -> set[str]:
    """The files of batches that have still to come in."""
    query = select(BatchRow.plan).where(
        BatchRow.tenant_id == TENANT, BatchRow.status.in_(("draft", "waiting", "running"))
    )
    plans = (orjson.loads(plan) for plan in conn.execute(query).scalars())
    return {plan["file"] for plan in plans if "file" in plan}


# -- what came of it ----------------------------------------------------------------------


def note_records(conn: Connection, batch_id: int, found: Iterable[tuple[int, int]]) -> None:
    """Note (id, version) of records that a batch made or changed; each once in a batch."""
    rows = ((TENANT, batch_id, record_id, version) for record_id, version in found)
    insert_rows(conn, "batch_record", _RECORD_COLUMNS, rows)


def note_again(conn: Connection, batch_id: int, found: Sequence[tuple[int, int]]) -> None:
    """As `note_records`, of records that the batch may have noted before."""
    if not found:
        return
    latest = dict(found)
    conn.execute(
        delete(BatchRecordRow).where(
            BatchRecordRow.tenant_id == TENANT,
            BatchRecordRow.batch_id == batch_id,
            BatchRecordRow.record_id.in_(list(latest)),
        )
    )
    note_records(conn, batch_id, latest.items())


def records(
    conn: Connection, batch_id: int, after: int = -1, limit: int = 200
) -> list[tuple[int, int]]:
    """(id, version) of records that a batch made or changed, by id, from the one after `after` on."""
    rows = conn.execute(
        select(BatchRecordRow.record_id, BatchRecordRow.version)
        .where(BatchRecordRow.tenant_id == TENANT, BatchRecordRow.batch_id == batch_id)
        .where(BatchRecordRow.record_id > after)
        .order_by(BatchRecordRow.record_id)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in rows]


def record_count(conn: Connection, batch_id: int) -> int:
    """How many records a batch made or changed."""
    query = select(func.count()).where(
        BatchRecordRow.tenant_id == TENANT, BatchRecordRow.batch_id == batch_id
    )
    return int(conn.execute(query).scalar_one())


def note_rejects(conn: Connection, batch_id: int, found: Sequence[Reject]) -> None:
    """Note rows that could not come in, each once."""
    rows = (
        (
            *(TENANT, batch_id, reject.line),
            orjson.dumps(reject.cells).decode(),
            orjson.dumps(reject.problems).decode(),
        )
        for reject in found
    )
    insert_rows(conn, "batch_reject", _REJECT_COLUMNS, rows)


def rejects(conn: Connection, batch_id: int, after: int = 0, limit: int = 50) -> list[Reject]:
    """Rows that could not come in, in the order of the file, from the one after line `after` on."""
    rows = conn.execute(
        select(BatchRejectRow.line, BatchRejectRow.cells, BatchRejectRow.problems)
        .where(BatchRejectRow.tenant_id == TENANT, BatchRejectRow.batch_id == batch_id)
        .where(BatchRejectRow.line > after)
        .order_by(BatchRejectRow.line)
        .limit(limit)
    )
    return [Reject(row[0], orjson.loads(row[1]), orjson.loads(row[2])) for row in rows]


def reject(conn: Connection, batch_id: int, line: int) -> Reject | None:
    """The row of that line, where it could not come in."""
    found = rejects(conn, batch_id, line - 1, 1)
    return found[0] if found and found[0].line == line else None


def settle_reject(conn: Connection, batch_id: int, line: int) -> bool:
    """Forget a row that came in after all; false where somebody else brought it in."""
    done = conn.execute(
        delete(BatchRejectRow).where(
            BatchRejectRow.tenant_id == TENANT,
            BatchRejectRow.batch_id == batch_id,
            BatchRejectRow.line == line,
        )
    )
    return done.rowcount == 1


def reject_count(conn: Connection, batch_id: int) -> int:
    """How many rows could not come in."""
    query = select(func.count()).where(
        BatchRejectRow.tenant_id == TENANT, BatchRejectRow.batch_id == batch_id
    )
    return int(conn.execute(query).scalar_one())
