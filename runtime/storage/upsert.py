"""Insert or update in one statement, which both databases word alike but SQLAlchemy does not."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from runtime.storage.schema import Base


def upsert(
    conn: Connection,
    model: type[Base],
    key: Mapping[str, Any],
    values: Mapping[str, Any],
    only_new: Mapping[str, Any] | None = None,
) -> None:
    """Write `values` under the primary key `key`; `only_new` is set where the row is new."""
    row = {**key, **values, **(only_new or {})}
    if conn.dialect.name == "sqlite":
        conn.execute(
            sqlite.insert(model)
            .values(row)
            .on_conflict_do_update(index_elements=list(key), set_=dict(values))
        )
        return
    conn.execute(
        postgresql.insert(model)
        .values(row)
        .on_conflict_do_update(index_elements=list(key), set_=dict(values))
    )


def insert_new(conn: Connection, model: type[Base], row: Mapping[str, Any]) -> bool:
    """Insert the row unless its key is there already; whether it was inserted."""
    values = dict(row)
    made = sqlite.insert(model) if conn.dialect.name == "sqlite" else postgresql.insert(model)
    statement = made.values(values).on_conflict_do_nothing()
    # The row count of an INSERT is not kept unless it is asked for.
    done = conn.execute(statement, execution_options={"preserve_rowcount": True})
    return done.rowcount == 1
