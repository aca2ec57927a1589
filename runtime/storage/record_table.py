"""The tables of records: one of fixed shape per form, made when the form is first published.

On PostgreSQL they are partitions of `record`; each has a companion for full-text search.
"""

from functools import lru_cache
from typing import Final

from sqlalchemy import BigInteger, Column, Connection, Integer, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR

from runtime.storage.errors import StorageBusy
from runtime.storage.expressions import expression

__all__ = ["create_form_table", "expression", "record_table", "text_table"]

_ATTACH_TRIES: Final = 3
_SQLITE: Final = """
CREATE TABLE IF NOT EXISTS rec_{0} (
  id INTEGER PRIMARY KEY, tenant_id INTEGER NOT NULL, form_id INTEGER NOT NULL,
  version INTEGER NOT NULL, spec_version INTEGER NOT NULL, state TEXT,
  created_at INTEGER NOT NULL, created_by TEXT NOT NULL,
  updated_at INTEGER NOT NULL, updated_by TEXT NOT NULL,
  deleted_at INTEGER, last_event INTEGER NOT NULL, data TEXT NOT NULL
)
"""
# Words come folded and separated; `ascii` takes every other letter as it is.
_SQLITE_TEXT: Final = """
CREATE VIRTUAL TABLE IF NOT EXISTS fts_{0}
USING fts5(words, tokenize = 'ascii', prefix = '2 3', detail = 'none', columnsize = 0)
"""
_POSTGRESQL: Final = """
CREATE TABLE rec_{0} (
  LIKE record INCLUDING DEFAULTS INCLUDING CONSTRAINTS,
  PRIMARY KEY (tenant_id, form_id, id), CHECK (form_id = {0})
) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.02);
CREATE TABLE rec_text_{0} (
  LIKE record_text INCLUDING DEFAULTS INCLUDING CONSTRAINTS,
  PRIMARY KEY (tenant_id, form_id, id), CHECK (form_id = {0})
);
CREATE INDEX rec_text_{0}_words ON rec_text_{0} USING gin (words)
"""
# Attaching takes a weaker lock on the parent than creating a partition does.
_ATTACH: Final = (
    "ALTER TABLE record ATTACH PARTITION rec_{0} FOR VALUES IN ({0})",
    "ALTER TABLE record_text ATTACH PARTITION rec_text_{0} FOR VALUES IN ({0})",
)


@lru_cache(maxsize=4096)
def record_table(form_id: int, lifted: frozenset[str] = frozenset()) -> Table:
    """The table that holds a form's records.

    While records still follow their tool to a new version, `lifted` names the fields (and
    `@state`) that are to be read from their lifted documents.
    """
    return Table(
        f"rec_{form_id:d}",
        MetaData(),
        Column("id", BigInteger, primary_key=True),
        Column("tenant_id", Integer, nullable=False),
        Column("form_id", BigInteger, nullable=False),
        Column("version", Integer, nullable=False),
        Column("spec_version", Integer, nullable=False),
        Column("state", Text),
        Column("created_at", BigInteger, nullable=False),
        Column("created_by", Text, nullable=False),
        Column("updated_at", BigInteger, nullable=False),
        Column("updated_by", Text, nullable=False),
        Column("deleted_at", BigInteger),
        Column("last_event", BigInteger, nullable=False),
        Column("data", Text().with_variant(JSONB(), "postgresql"), nullable=False),
        info={"lifted": lifted},
    )


@lru_cache(maxsize=4096)
def text_table(form_id: int, dialect: str) -> Table:
    """The table that holds the words a form's records are found by."""
    if dialect == "sqlite":
        return Table(
            f"fts_{form_id:d}", MetaData(), Column("rowid", BigInteger), Column("words", Text)
        )
    return Table(
        f"rec_text_{form_id:d}",
        MetaData(),
        Column("tenant_id", Integer),
        Column("form_id", BigInteger),
        Column("id", BigInteger),
        Column("words", TSVECTOR),
    )


def create_form_table(conn: Connection, form_id: int) -> None:
    """Make a form's tables where they are missing, in the caller's transaction.

    Raises `StorageBusy` where PostgreSQL's parent table stays locked by others.
    """
    if conn.dialect.name == "sqlite":
        conn.exec_driver_sql(_SQLITE.format(int(form_id)))
        conn.exec_driver_sql(_SQLITE_TEXT.format(int(form_id)))
        return
    conn.exec_driver_sql(
        "SELECT pg_advisory_xact_lock(7303, %(form)s::int)", {"form": int(form_id)}
    )
    if conn.exec_driver_sql(f"SELECT to_regclass('rec_{int(form_id)}')").scalar() is not None:
        return
    for statement in _POSTGRESQL.split(";"):
        conn.exec_driver_sql(statement.format(int(form_id)))
    for statement in _ATTACH:
        _attach(conn, statement.format(int(form_id)))


def _attach(conn: Connection, statement: str) -> None:
    conn.exec_driver_sql("SET LOCAL lock_timeout = '2s'")
    for left in reversed(range(_ATTACH_TRIES)):
        try:
            # A savepoint, so that a refusal does not end the caller's transaction.
            with conn.begin_nested():
                conn.exec_driver_sql(statement)
        except StorageBusy:
            if left == 0:
                raise
        else:
            break
    conn.exec_driver_sql("SET LOCAL lock_timeout = DEFAULT")
