"""The outbox: after-hooks that a committed change still owes, and how far each has come.

A row is `pending` until somebody claims it, `running` until its lease ends, then `done` or
`dead`.  Rows of one hook for one record are delivered in the order of their changes: one is
not due while an earlier one is still owed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, exists, func, insert, select, update

from runtime.storage.schema import TENANT, OutboxRow

_OWED: Final = ("pending", "running")


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """An after-hook to run for one change."""

    id: int
    event_seq: int
    tool: str
    form_id: int
    record_id: int
    hook: str
    payload: Mapping[str, Any]
    idempotency_key: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """A row that was claimed; `tries` counts this one."""

    id: int
    event_seq: int
    tool: str
    form_id: int
    record_id: int
    hook: str
    payload: dict[str, Any]
    tries: int
    idempotency_key: str
    created_at: int


@dataclass(frozen=True, slots=True)
class ListedDelivery:
    """A row as administrators see it."""

    id: int
    tool: str
    form_id: int
    record_id: int
    hook: str
    status: str
    tries: int
    next_at: int
    last_error: str | None
    created_at: int
    done_at: int | None


_DELIVERY: Final = tuple(getattr(OutboxRow, name) for name in Delivery.__dataclass_fields__)
_LISTED: Final = tuple(getattr(OutboxRow, name) for name in ListedDelivery.__dataclass_fields__)


def enqueue(conn: Connection, delivery: NewDelivery, at: int) -> None:
    """Owe a delivery from `at` on: in the transaction of the change that it is about."""
    enqueue_all(conn, (delivery,), at)


def enqueue_all(conn: Connection, deliveries: Sequence[NewDelivery], at: int) -> None:
    """Owe many deliveries from `at` on, as `enqueue` does each."""
    if deliveries:
        conn.execute(insert(OutboxRow), [_new_row(delivery, at) for delivery in deliveries])


def _new_row(delivery: NewDelivery, at: int) -> dict[str, Any]:
    return {
        "tenant_id": TENANT,
        "id": delivery.id,
        "event_seq": delivery.event_seq,
        "tool": delivery.tool,
        "form_id": delivery.form_id,
        "record_id": delivery.record_id,
        "hook": delivery.hook,
        "payload": dict(delivery.payload),
        "status": "pending",
        "tries": 0,
        "next_at": at,
        "idempotency_key": delivery.idempotency_key,
        "created_at": at,
    }


def latest(conn: Connection, most: int) -> list[Delivery]:
    """The rows that were written last, whatever became of them."""
    query = select(*_DELIVERY).where(OutboxRow.tenant_id == TENANT)
    rows = conn.execute(query.order_by(OutboxRow.id.desc()).limit(most))
    return [Delivery(*row) for row in rows]


def due(conn: Connection, now: int, limit: int = 100, per_tool: int = 100) -> list[int]:
    """Ids of rows that may be claimed now, the longest due first, not more than `per_tool` of any tool."""
    order = (OutboxRow.next_at, OutboxRow.id)
    turn = func.row_number().over(partition_by=OutboxRow.tool, order_by=order).label("turn")
    rows = select(OutboxRow.id, OutboxRow.next_at, turn).where(_due(now)).subquery()
    query = (
        select(rows.c.id)
        .where(rows.c.turn <= per_tool)
        .order_by(rows.c.next_at, rows.c.id)
        .limit(limit)
    )
    return list(conn.scalars(query))


def tool_of(conn: Connection, delivery_id: int) -> str | None:
    """The tool that a row belongs to; none where there is no such row."""
    return conn.scalar(select(OutboxRow.tool).where(_row(delivery_id)))


def claim(conn: Connection, delivery_id: int, now: int, lease: int) -> Delivery | None:
    """Take a row that is due, until `lease` microseconds from now; none where it is not (any more)."""
    statement = (
        update(OutboxRow)
        .where(_row(delivery_id), _due(now))
        .values(status="running", tries=OutboxRow.tries + 1, next_at=now + lease)
        .returning(*_DELIVERY)
    )
    found = conn.execute(statement).one_or_none()
    return Delivery(*found) if found else None


def done(conn: Connection, delivery: Delivery, now: int) -> bool:
    """Note that a claimed row was delivered; false where its lease ended and another has it."""
    return _settle(conn, delivery, status="done", done_at=now, last_error=None)


def prolong(conn: Connection, delivery: Delivery, until: int) -> bool:
    """Keep a claimed row until then; false as for `done`."""
    return _settle(conn, delivery, next_at=until)


def retry(conn: Connection, delivery: Delivery, next_at: int, error: str) -> bool:
    """Owe a claimed row again from `next_at` on; false as for `done`."""
    return _settle(conn, delivery, status="pending", next_at=next_at, last_error=error)


def postpone(conn: Connection, delivery: Delivery, next_at: int) -> bool:
    """Give a claimed row back without having tried it; false as for `done`."""
    return _settle(
        conn, delivery, status="pending", next_at=next_at, tries=max(delivery.tries - 1, 0)
    )


def dead(conn: Connection, delivery: Delivery, error: str, now: int) -> bool:
    """Give a claimed row up; false as for `done`."""
    return _settle(conn, delivery, status="dead", done_at=now, last_error=error)


def revive(conn: Connection, delivery_id: int, now: int) -> bool:
    """Owe a dead row again with all its tries; false where it is not dead.

    Also false where a later change of the record was delivered to the same hook since: an
    older effect may not follow a newer one.
    """
    later = OutboxRow.__table__.alias("later")
    overtaken = exists().where(
        later.c.tenant_id == OutboxRow.tenant_id,
        later.c.form_id == OutboxRow.form_id,
        later.c.record_id == OutboxRow.record_id,
        later.c.hook == OutboxRow.hook,
        later.c.status == "done",
        later.c.id > OutboxRow.id,
    )
    statement = (
        update(OutboxRow)
        .where(_row(delivery_id), OutboxRow.status == "dead", ~overtaken)
        .values(status="pending", tries=0, next_at=now, done_at=None)
    )
    return conn.execute(statement).rowcount == 1


def counts(conn: Connection) -> dict[str, int]:
    """How many rows are in each status."""
    query = (
        select(OutboxRow.status, func.count())
        .where(OutboxRow.tenant_id == TENANT)
        .group_by(OutboxRow.status)
    )
    return {row[0]: row[1] for row in conn.execute(query)}


def listed(conn: Connection, status: str, limit: int = 100) -> Sequence[ListedDelivery]:
    """Rows of one status, the newest first."""
    query = (
        select(*_LISTED)
        .where(OutboxRow.tenant_id == TENANT, OutboxRow.status == status)
        .order_by(OutboxRow.id.desc())
        .limit(limit)
    )
    return [ListedDelivery(*row) for row in conn.execute(query)]


def _row(delivery_id: int) -> ColumnElement[bool]:
    return and_(OutboxRow.tenant_id == TENANT, OutboxRow.id == delivery_id)


def _due(now: int) -> ColumnElement[bool]:
    """Pending and its time has come, or running and its lease has ended; and nothing owed before it."""
    earlier = OutboxRow.__table__.alias("earlier")
    waits = exists().where(
        earlier.c.tenant_id == OutboxRow.tenant_id,
        earlier.c.form_id == OutboxRow.form_id,
        earlier.c.record_id == OutboxRow.record_id,
        earlier.c.hook == OutboxRow.hook,
        earlier.c.status.in_(_OWED),
        earlier.c.id < OutboxRow.id,
    )
    return and_(
        OutboxRow.tenant_id == TENANT,
        OutboxRow.status.in_(_OWED),
        OutboxRow.next_at <= now,
        ~waits,
    )


def _settle(conn: Connection, delivery: Delivery, **columns: Any) -> bool:
    """Change a row that is still claimed by this try."""
    statement = (
        update(OutboxRow)
        .where(_row(delivery.id), OutboxRow.status == "running", OutboxRow.tries == delivery.tries)
        .values(**columns)
    )
    return conn.execute(statement).rowcount == 1
