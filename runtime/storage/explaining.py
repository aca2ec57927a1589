"""What the first page of a list costs: how long it takes, and how the database comes by it.

PostgreSQL counts the records that it looks at; the steps of SQLite tell whether it looks at all.
"""

import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection

from form_specs.exact_json import loads
from runtime.storage.database import Database
from runtime.storage.errors import StorageError
from runtime.storage.paging import ListQuery, page_statement, plan
from runtime.storage.statements import Prepared

_STEPS: Final = 100
"""How many steps SQLite takes between two looks at the clock."""
_SHOWN: Final = 60
"""Steps that a record takes which is read and shown, at most."""
_SKIPPED: Final = 5
"""Steps that a record takes which is looked at and left out, at least."""
_INDEX: Final = re.compile(r"USING (?:COVERING )?INDEX (\w+)")


@dataclass(frozen=True, slots=True)
class Cost:
    """What reading the first page of a list costs."""

    milliseconds: float
    returned: int
    looked: int | None
    """How many records were looked at; none: the database does not say."""
    indexes: tuple[str, ...]
    """Those that it uses, by name."""
    reads_all: bool
    """Whether it looks at every record of the form."""
    is_over: bool = False
    """Whether it was given up as it took too long."""


def cost_of(db: Database, query: ListQuery, seconds: float, records: int) -> Cost | None:
    """Reads the first page once, for no longer than some seconds; none where there is nothing to read.

    `records` is how many the form has.
    """
    planned = plan(query, db.dialect)
    if planned is None:
        return None
    statement = page_statement(planned.shape, db.dialect)
    values = {**planned.values, "page_size": query.limit + 1}
    explain = _sqlite if db.dialect == "sqlite" else _postgresql
    return explain(db, statement, values, seconds, records)


def _sqlite(
    db: Database, statement: Prepared, values: dict[str, Any], seconds: float, records: int
) -> Cost:
    with db.read() as conn:
        text = f"EXPLAIN QUERY PLAN {statement.sql}"
        lines = [str(row[-1]) for row in conn.exec_driver_sql(text, statement.values(values))]
        started = time.perf_counter()
        watch = _Watch(started + seconds)
        try:
            with watch.over(conn):
                returned, is_over = len(statement.rows(conn, values)), False
        except StorageError:
            returned, is_over = 0, True
        taken = (time.perf_counter() - started) * 1000
    names = tuple(dict.fromkeys(name for line in lines for name in _INDEX.findall(line)))
    reads_all = watch.steps - _SHOWN * returned > _SKIPPED * records
    return Cost(taken, returned, None, names, reads_all, is_over)


@dataclass
class _Watch:
    """Counts the steps that SQLite takes, and lets it give up at some time."""

    until: float
    steps: int = 0

    @contextmanager
    def over(self, conn: Connection) -> Iterator[None]:
        """What runs on a connection meanwhile is counted."""
        raw = conn.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        raw.set_progress_handler(self._tick, _STEPS)
        try:
            yield
        finally:
            raw.set_progress_handler(None, 0)

    def _tick(self) -> bool:
        self.steps += _STEPS
        return time.perf_counter() > self.until


def _postgresql(
    db: Database, statement: Prepared, values: dict[str, Any], seconds: float, _records: int
) -> Cost:
    bound = statement.values(values)
    try:
        with db.snapshot() as conn:
            conn.exec_driver_sql(f"SET LOCAL statement_timeout = {int(seconds * 1000)}")
            text = f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {statement.sql}"
            (found,) = _read(conn.exec_driver_sql(text, bound).scalar_one())
        return _told(found["Plan"], found["Execution Time"])
    except StorageError:
        with db.read() as conn:
            text = f"EXPLAIN (FORMAT JSON) {statement.sql}"
            (found,) = _read(conn.exec_driver_sql(text, bound).scalar_one())
        return _told(found["Plan"], seconds * 1000, is_over=True)


def _read(found: Any) -> Any:
    return loads(found) if isinstance(found, str) else found


def _told(top: dict[str, Any], milliseconds: float, *, is_over: bool = False) -> Cost:
    nodes = [*_nodes(top)]
    scans = [node for node in nodes if "Relation Name" in node]
    indexes = dict.fromkeys(node["Index Name"] for node in nodes if "Index Name" in node)
    looked = sum(_looked_at(node) for node in scans)
    reads_all = any(node["Node Type"] == "Seq Scan" for node in scans)
    returned = int(top.get("Actual Rows", 0))
    known = None if is_over else looked
    return Cost(milliseconds, returned, known, tuple(indexes), reads_all, is_over)


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for below in node.get("Plans", ()):
        yield from _nodes(below)


_LOOKED: Final = ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck")


def _looked_at(node: dict[str, Any]) -> int:
    """How many records a scan looked at."""
    looked = sum(float(node.get(name, 0)) for name in _LOOKED)
    return round(looked * float(node.get("Actual Loops", 1)))
