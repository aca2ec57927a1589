"""Insert or update in one statement, which both databases word alike but SQLAlchemy does not."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, bindparam
from sqlalchemy.dialects import postgresql, sqlite

from runtime.storage.schema import Base
from runtime.storage.statements import Prepared


def upsert(
    conn: Connection,
    model: type[Base],
    key: Mapping[str, Any],
    values: Mapping[str, Any],
    only_new: Mapping[str, Any] | None = None,
) -> None:
    """Write `values` under the primary key `key`; `only_new` is set where the row is new.

    All of them are what the driver takes as it is: JSON comes as text.
    """
    row = {**key, **values, **(only_new or {})}
    statement = _statement(model, tuple(row), tuple(key), tuple(values), conn.dialect.name)
    statement.run(conn, row)


def insert_new(conn: Connection, model: type[Base], row: Mapping[str, Any]) -> bool:
    """Insert the row unless its key is there already; whether it was inserted."""
    return _statement(model, tuple(row), (), (), conn.dialect.name).run(conn, row) == 1


@lru_cache
def _statement(
    model: type[Base],
    columns: tuple[str, ...],
    key: tuple[str, ...],
    updated: tuple[str, ...],
    dialect: str,
) -> Prepared:
    make = sqlite.insert if dialect == "sqlite" else postgresql.insert
    statement = make(model).values({name: bindparam(name) for name in columns})
    if not updated:
        return Prepared(statement.on_conflict_do_nothing(), dialect, planned_once=True)
    given = {name: statement.excluded[name] for name in updated}
    done = statement.on_conflict_do_update(index_elements=list(key), set_=given)
    return Prepared(done, dialect, planned_once=True)
