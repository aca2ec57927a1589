"""Rows by the thousand: COPY on PostgreSQL, executemany on SQLite."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from form_specs.exact_json import dumps
from runtime.storage.errors import storage_error
from runtime.storage.records import StoredRecord
from runtime.storage.schema import TENANT

RECORD_COLUMNS: Final = (
    *("tenant_id", "id", "form_id", "version", "spec_version", "state", "created_at"),
    *("created_by", "updated_at", "updated_by", "deleted_at", "last_event", "data"),
)


def record_values(record: StoredRecord) -> tuple[Any, ...]:
    """What `RECORD_COLUMNS` are given, the document as JSON text."""
    return (
        *(TENANT, record.id, record.form_id, record.version, record.spec_version, record.state),
        *(record.created_at, record.created_by, record.updated_at, record.updated_by),
        *(record.deleted_at, record.last_event, dumps(record.document).decode()),
    )


def insert_rows(
    conn: Connection, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]
) -> None:
    """Insert rows into a table of ours, in the caller's transaction."""
    listed = list(rows)
    if not listed:
        return
    names = ", ".join(columns)
    if conn.dialect.name == "sqlite":
        marks = ", ".join("?" for _ in columns)
        conn.exec_driver_sql(f"INSERT INTO {table} ({names}) VALUES ({marks})", listed)  # noqa: S608
        return
    _copy(conn, f"COPY {table} ({names}) FROM STDIN", listed)


def insert_rows_as_made(
    conn: Connection, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]
) -> None:
    """As `insert_rows`, of at least one row: PostgreSQL takes each in while the next ones are made.

    Whoever makes them must not use the connection meanwhile.
    """
    if conn.dialect.name == "sqlite":
        insert_rows(conn, table, columns, rows)
        return
    _copy(conn, f"COPY {table} ({', '.join(columns)}) FROM STDIN", rows)


def _copy(conn: Connection, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
    # On SQLite no start waits for this driver.
    from psycopg import Error, errors  # noqa: PLC0415

    driver: Any = conn.connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    # COPY goes past SQLAlchemy, so its errors do too.
    except errors.UniqueViolation as error:
        raise IntegrityError(statement, None, error) from error
    except Error as error:
        raise storage_error(error) or error from error
