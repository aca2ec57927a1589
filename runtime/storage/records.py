"""Reading records: one, some, a page, how many."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import orjson
from sqlalchemy import BigInteger, ColumnElement, Connection, bindparam, literal_column, select

from form_specs.conditions import Comparison, Kind, Predicate
from runtime.storage.database import Database
from runtime.storage.paging import (
    ListQuery,
    Plan,
    Shape,
    SortTerm,
    Start,
    count_statement,
    page_statement,
    plan,
    record_columns,
    scope,
    write_cursor,
)
from runtime.storage.predicates import shaped, sql_predicate
from runtime.storage.record_table import record_table
from runtime.storage.statements import Prepared

__all__ = ["Count", "ListQuery", "Page", "RecordReader", "SortTerm", "StoredRecord"]

_MAX_LIMIT: Final = 200


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A record as it stands in the store; `document` is in store form and must not be changed."""

    id: int
    form_id: int
    version: int
    spec_version: int
    state: str | None
    created_at: int
    created_by: str
    updated_at: int
    updated_by: str
    deleted_at: int | None
    last_event: int
    document: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """Some records of a list, and the cursors of the pages beside it where there are any."""

    records: list[StoredRecord]
    next_cursor: str | None
    previous_cursor: str | None


@dataclass(frozen=True, slots=True)
class Count:
    """How many; where `capped`, there are more."""

    number: int
    capped: bool


class RecordReader:
    """Reads records on connections of one database; deleted ones are not there unless asked for."""

    def __init__(self, db: Database) -> None:
        self._dialect = db.dialect

    def get(
        self,
        conn: Connection,
        form_id: int,
        record_id: int,
        *,
        rows: Predicate | None = None,
        include_deleted: bool = False,
    ) -> StoredRecord | None:
        """The record, or none where it does not exist for somebody limited to `rows`."""
        values: dict[str, Any] = {}
        shape = None if rows is None else shaped(rows, values, self._dialect)
        statement = _get_statement(form_id, shape, include_deleted, self._dialect)
        row = statement.first(conn, {**values, "id": record_id})
        return None if row is None else stored_record(row)

    def get_many(
        self,
        conn: Connection,
        form_id: int,
        ids: Iterable[int],
        *,
        rows: Predicate | None = None,
    ) -> dict[int, StoredRecord]:
        """Those of the named records that exist, by id, in one statement."""
        wanted = tuple(ids)
        if not wanted:
            return {}
        named = Comparison(("@id",), Kind.INTEGER, "in", wanted)
        values: dict[str, Any] = {}
        shapes = tuple(shaped(p, values, self._dialect) for p in (named, rows) if p is not None)
        found = _some_statement(form_id, shapes, self._dialect).rows(conn, values)
        return {row[0]: stored_record(row) for row in found}

    def lock(self, conn: Connection, form_id: int, record_id: int) -> StoredRecord | None:
        """The record, held against other writers until the transaction ends (SQLite: all are)."""
        statement = _lock_statement(form_id, self._dialect)
        row = statement.first(conn, {"id": record_id})
        return None if row is None else stored_record(row)

    def page(self, conn: Connection, query: ListQuery) -> Page:
        """A page of the list, in one statement.  Raises `InvalidCursor`."""
        if not 1 <= query.limit <= _MAX_LIMIT:
            raise ValueError(f"a page has 1 to {_MAX_LIMIT} records")
        planned = plan(query, self._dialect)
        if planned is None:
            return Page([], None, None)
        statement = page_statement(planned.shape, self._dialect)
        values = {**planned.values, "page_size": query.limit + 1}
        return _page(query, planned, statement.rows(conn, values))

    def count(self, conn: Connection, query: ListQuery, cap: int = 1000) -> Count:
        """How many records the list has, counted no further than `cap`."""
        return self.counts(conn, (query,), cap)[0]

    def counts(
        self, conn: Connection, queries: Sequence[ListQuery], cap: int = 1000
    ) -> list[Count]:
        """The counts of several lists in one statement, in their order."""
        values: dict[str, Any] = {}
        shapes: list[tuple[Shape, str]] = []
        places: list[int] = []
        for place, query in enumerate(queries):
            prefix = f"q{place}v"
            planned = plan(_unordered(query), self._dialect, prefix)
            if planned is not None:
                values |= planned.values
                shapes.append((planned.shape, prefix))
                places.append(place)
        totals = [0] * len(queries)
        if shapes:
            statement = count_statement(tuple(shapes), cap, self._dialect)
            for row in statement.rows(conn, values):
                totals[places[row[0]]] = row[1]
        return [Count(min(total, cap), total > cap) for total in totals]

    def exists_value(
        self,
        conn: Connection,
        form_id: int,
        path: tuple[str, ...],
        kind: Kind,
        value: Any,
        except_id: int | None = None,
    ) -> bool:
        """Whether a record other than `except_id` holds the stored `value` at `path`."""
        values: dict[str, Any] = {}
        shape = shaped(Comparison(path, kind, "eq", value), values, self._dialect)
        statement = _exists_statement(form_id, shape, self._dialect)
        values["id"] = -1 if except_id is None else except_id
        return statement.first(conn, values) is not None


_COLUMNS: Final = {
    "@id": "id",
    "@state": "state",
    "@version": "version",
    "@created_at": "created_at",
    "@created_by": "created_by",
    "@updated_at": "updated_at",
    "@updated_by": "updated_by",
}


def cursors_at(query: ListQuery, record: StoredRecord) -> tuple[str, str]:
    """The cursors that lead to what stands before and after a record in a list."""
    path = query.sort[0].path if query.sort else ("@id",)
    key: Any = record.document
    if path[0] in _COLUMNS:
        key = getattr(record, _COLUMNS[path[0]])
    else:
        for part in path:
            key = key.get(part) if isinstance(key, dict) else None
    before = write_cursor(Start.BEFORE, query, record.id, key)
    return before, write_cursor(Start.AFTER, query, record.id, key)


def stored_record(row: Sequence[Any]) -> StoredRecord:
    """From a row of `record_columns` to the record."""
    fields = [*row[:11], orjson.loads(row[11])]
    return StoredRecord(*fields)


def _unordered(query: ListQuery) -> ListQuery:
    """The same list, so that all orders share one counting statement."""
    return ListQuery(query.form_id, query.where, query.rows, query.filters, query.search)


def _page(query: ListQuery, planned: Plan, rows: Sequence[Sequence[Any]]) -> Page:
    more = len(rows) > query.limit
    rows = rows[: query.limit]
    if planned.backwards:
        rows = rows[::-1]
    came = planned.shape.start
    follows = came is Start.BEFORE or more
    precedes = came is Start.AFTER or (came is Start.BEFORE and more)
    return Page(
        [stored_record(row) for row in rows],
        _cursor(Start.AFTER, query, rows[-1]) if follows and rows else None,
        _cursor(Start.BEFORE, query, rows[0]) if precedes and rows else None,
    )


def _cursor(start: Start, query: ListQuery, row: Sequence[Any]) -> str:
    return write_cursor(start, query, row[0], row[12])


@lru_cache(maxsize=2048)
def _get_statement(
    form_id: int, rows: Predicate | None, include_deleted: bool, dialect: str
) -> Prepared:
    table = record_table(form_id)
    tests = [*scope(table, dialect), table.c.id == bindparam("id", type_=BigInteger())]
    if not include_deleted:
        tests.append(table.c.deleted_at.is_(None))
    if rows is not None:
        tests.append(sql_predicate(rows, table, dialect))
    return Prepared(select(*record_columns(table, dialect)).where(*tests), dialect)


@lru_cache(maxsize=512)
def _some_statement(form_id: int, parts: tuple[Predicate, ...], dialect: str) -> Prepared:
    table = record_table(form_id)
    tests = [*scope(table, dialect), table.c.deleted_at.is_(None)]
    tests += [sql_predicate(part, table, dialect) for part in parts]
    return Prepared(select(*record_columns(table, dialect)).where(*tests), dialect)


@lru_cache(maxsize=2048)
def _lock_statement(form_id: int, dialect: str) -> Prepared:
    table = record_table(form_id)
    tests = [*scope(table, dialect), table.c.id == bindparam("id", type_=BigInteger())]
    statement = select(*record_columns(table, dialect)).where(*tests)
    return Prepared(statement.with_for_update(), dialect)


@lru_cache(maxsize=2048)
def _exists_statement(form_id: int, value: Predicate, dialect: str) -> Prepared:
    table = record_table(form_id)
    other = table.c.id != bindparam("id", type_=BigInteger())
    tests = [table.c.deleted_at.is_(None), sql_predicate(value, table, dialect), other]
    one: ColumnElement[int] = literal_column("1")
    return Prepared(select(one).select_from(table).where(*tests).limit(one), dialect)
