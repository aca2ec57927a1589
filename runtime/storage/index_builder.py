"""Building and dropping the indexes that publishing asked for, one at a time."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import Connection, case, delete, or_, select, update
from sqlalchemy.exc import SQLAlchemyError

from runtime.storage.database import Database
from runtime.storage.errors import StorageError
from runtime.storage.indexes import STATE_COLUMNS, IndexState
from runtime.storage.schema import TENANT, IndexRow

_RETRY_AFTER: Final = 600 * 1_000_000
_LOCK: Final = "7303, 1"


def build_next(db: Database) -> bool:
    """Build or drop one index; false where there is nothing to do or another process is at it.

    What cannot be built (a unique index over equal values, say) is marked `failed` with its reason
    and tried again ten minutes later.
    """
    with db.read() as conn:
        found = _next(conn)
    if found is None:
        return False
    if db.dialect == "postgresql":
        return _on_postgresql(db)
    _on_sqlite(db, found)
    return True


def _next(conn: Connection) -> IndexState | None:
    """The most urgent: what is missing before what is too much."""
    row = conn.execute(
        select(*STATE_COLUMNS)
        .where(
            IndexRow.tenant_id == TENANT,
            or_(
                IndexRow.state.in_(("wanted", "building", "dropping")),
                (IndexRow.state == "failed") & (IndexRow.retry_at <= _now()),
            ),
        )
        .order_by(
            case((IndexRow.state == "dropping", 1), else_=0),
            case((IndexRow.kind == "unique", 0), else_=1),
            IndexRow.name,
        )
        .limit(1)
    ).one_or_none()
    return None if row is None else IndexState(*row)


def _on_sqlite(db: Database, index: IndexState) -> None:
    try:
        with db.write() as conn:
            if index.state == "dropping":
                conn.exec_driver_sql(f"DROP INDEX IF EXISTS {index.name}")
                _forget(conn, index)
                return
            conn.exec_driver_sql(_create(index, "IF NOT EXISTS"))
            # In one transaction, so that other connections load schema and statistics together.
            conn.exec_driver_sql(f"ANALYZE rec_{index.form_id}")
            _mark(conn, index, "ready")
    except SQLAlchemyError as error:
        with db.write() as conn:
            _mark(conn, index, "failed", str(error))


def _on_postgresql(db: Database) -> bool:
    with db.autocommit() as conn, _patient(conn):
        if not conn.exec_driver_sql(f"SELECT pg_try_advisory_lock({_LOCK})").scalar_one():
            return False
        try:
            # Read again: another process may have finished it before we got the lock.
            index = _next(conn)
            if index is not None:
                _one_on_postgresql(conn, index)
        finally:
            conn.exec_driver_sql(f"SELECT pg_advisory_unlock({_LOCK})")
    return index is not None


def _one_on_postgresql(conn: Connection, index: IndexState) -> None:
    what = "STATISTICS" if index.kind == "statistics" else "INDEX CONCURRENTLY"
    try:
        # An interrupted build leaves an invalid index behind.
        conn.exec_driver_sql(f"DROP {what} IF EXISTS {index.name}")
        if index.state == "dropping":
            _forget(conn, index)
            return
        _mark(conn, index, "building")
        conn.exec_driver_sql(_create(index, "CONCURRENTLY"))
        # An expression has statistics only after this; without them the planner guesses.
        conn.exec_driver_sql(f"ANALYZE rec_{index.form_id}")
        _mark(conn, index, "ready")
    except (SQLAlchemyError, StorageError) as error:
        _mark(conn, index, "failed", str(error))


@contextmanager
def _patient(conn: Connection) -> Iterator[None]:
    """A build may take long, but writers may wait for its locks only shortly."""
    conn.exec_driver_sql("SET statement_timeout = 0")
    conn.exec_driver_sql("SET lock_timeout = '2s'")
    try:
        yield
    finally:
        conn.exec_driver_sql("RESET statement_timeout")
        conn.exec_driver_sql("RESET lock_timeout")


def _create(index: IndexState, how: str) -> str:
    if index.kind == "statistics":
        return f"CREATE STATISTICS {index.name} ON {index.expr} FROM rec_{index.form_id}"
    unique = "UNIQUE " if index.kind == "unique" else ""
    return f"CREATE {unique}INDEX {how} {index.name} ON rec_{index.form_id} {index.expr}"


def _mark(conn: Connection, index: IndexState, state: str, error: str | None = None) -> None:
    now = _now()
    conn.execute(
        update(IndexRow)
        .where(
            IndexRow.tenant_id == TENANT,
            IndexRow.form_id == index.form_id,
            IndexRow.name == index.name,
            # Publishing may have given it up meanwhile.
            IndexRow.state != "dropping",
        )
        .values(
            state=state,
            error=None if error is None else error[:500],
            retry_at=now + _RETRY_AFTER,
            built_at=now if state == "ready" else None,
        )
    )


def _forget(conn: Connection, index: IndexState) -> None:
    conn.execute(
        delete(IndexRow).where(
            IndexRow.tenant_id == TENANT,
            IndexRow.form_id == index.form_id,
            IndexRow.name == index.name,
        )
    )


def _now() -> int:
    return time.time_ns() // 1000
