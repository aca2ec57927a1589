"""Lifted documents: what records will be in the next version of their tool, until they are.

A lift belongs to one version of its record: where the record changed since, it says nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, cast, delete, func, select, tuple_
from sqlalchemy.types import Text

from form_specs.exact_json import dumps, loads
from runtime.storage.bulk import insert_rows
from runtime.storage.records import StoredRecord, stored_record
from runtime.storage.schema import TENANT, LiftRow

_COLUMNS: Final = (
    *("tenant_id", "form_id", "record_id", "job_id", "version", "data", "state", "rejected"),
)


@dataclass(frozen=True, slots=True)
class Lift:
    """What is to become of one record."""

    form_id: int
    record_id: int
    version: int
    data: dict[str, Any] | None
    """The lifted document in store form; none: it stays as it is."""
    state: str | None = None
    rejected: str | None = None
    """Why it could not be lifted."""


def unprepared(
    conn: Connection, form_id: int, job_id: int, after: int = -1, limit: int = 200
) -> list[StoredRecord]:
    """Records, deleted ones too, of which the job has no lift of their present version, by id."""
    number = int(form_id)
    data = "r.data" if conn.dialect.name == "sqlite" else "r.data::text"
    marks = _marks(conn, "after", "job", "most")
    rows = conn.exec_driver_sql(
        f"SELECT r.id, r.form_id, r.version, r.spec_version, r.state, r.created_at, r.created_by, "  # noqa: S608
        f"r.updated_at, r.updated_by, r.deleted_at, r.last_event, {data} FROM rec_{number} r "
        f"WHERE r.id > {marks['after']} AND NOT EXISTS (SELECT 1 FROM record_lift l "
        f"WHERE l.tenant_id = {TENANT} AND l.form_id = {number} AND l.record_id = r.id "
        f"AND l.version = r.version AND l.job_id = {marks['job']}) "
        f"ORDER BY r.id LIMIT {marks['most']}",
        {"after": after, "job": job_id, "most": limit},
    )
    return [stored_record(row) for row in rows]


def _marks(conn: Connection, *names: str) -> dict[str, str]:
    opening, closing = (":", "") if conn.dialect.name == "sqlite" else ("%(", ")s")
    return {name: f"{opening}{name}{closing}" for name in names}


def put(conn: Connection, job_id: int, lifts: Sequence[Lift]) -> None:
    """Notes what is to become of records of one form, in place of what was noted of them before."""
    if not lifts:
        return
    ids = [lift.record_id for lift in lifts]
    conn.execute(
        delete(LiftRow).where(
            LiftRow.tenant_id == TENANT,
            LiftRow.form_id == lifts[0].form_id,
            LiftRow.record_id.in_(ids),
        )
    )
    rows = (
        (
            *(TENANT, lift.form_id, lift.record_id, job_id, lift.version),
            None if lift.data is None else dumps(lift.data).decode(),
            *(lift.state, lift.rejected),
        )
        for lift in lifts
    )
    insert_rows(conn, "record_lift", _COLUMNS, rows)


def waiting(
    conn: Connection,
    form_ids: Iterable[int],
    after: tuple[int, int] = (-1, -1),
    limit: int = 100,
) -> list[tuple[int, int]]:
    """(form, record) of lifts that their records still wait for, in order, from `after` on."""
    place = tuple_(LiftRow.form_id, LiftRow.record_id)
    rows = conn.execute(
        select(LiftRow.form_id, LiftRow.record_id)
        .where(LiftRow.tenant_id == TENANT, LiftRow.form_id.in_(list(form_ids)))
        .where(LiftRow.data.is_not(None), place > tuple_(*after))
        .order_by(LiftRow.form_id, LiftRow.record_id)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in rows]


def take(conn: Connection, form_id: int, record_id: int) -> Lift | None:
    """The lift that a record waits for, which then waits no more."""
    row = conn.execute(
        delete(LiftRow)
        .where(LiftRow.tenant_id == TENANT, LiftRow.form_id == form_id)
        .where(LiftRow.record_id == record_id, LiftRow.data.is_not(None))
        .returning(LiftRow.version, cast(LiftRow.data, Text), LiftRow.state)
    ).one_or_none()
    if row is None:
        return None
    return Lift(form_id, record_id, row[0], loads(row[1]), row[2])


def clear(conn: Connection, form_ids: Iterable[int]) -> None:
    """Forgets all lifts of some forms."""
    conn.execute(
        delete(LiftRow).where(LiftRow.tenant_id == TENANT, LiftRow.form_id.in_(list(form_ids)))
    )


def size(conn: Connection, form_id: int) -> int:
    """How many records a form has, deleted ones too."""
    statement = f"SELECT count(*) FROM rec_{int(form_id)}"  # noqa: S608 - a number of ours
    return int(conn.exec_driver_sql(statement).scalar_one())


def counts(conn: Connection, form_ids: Iterable[int]) -> tuple[int, int, int]:
    """How many lifts there are, how many records change by them, how many were rejected."""
    row = conn.execute(
        select(func.count(), func.count(LiftRow.data), func.count(LiftRow.rejected)).where(
            LiftRow.tenant_id == TENANT, LiftRow.form_id.in_(list(form_ids))
        )
    ).one()
    return row[0], row[1], row[2]


def rejected(conn: Connection, form_ids: Iterable[int], limit: int) -> list[tuple[int, int, str]]:
    """(form, record, reasons) of records that could not be lifted."""
    rows = conn.execute(
        select(LiftRow.form_id, LiftRow.record_id, LiftRow.rejected)
        .where(LiftRow.tenant_id == TENANT, LiftRow.form_id.in_(list(form_ids)))
        .where(LiftRow.rejected.is_not(None))
        .order_by(LiftRow.form_id, LiftRow.record_id)
        .limit(limit)
    )
    return [(row[0], row[1], row[2] or "") for row in rows]
