"""Reading records: one, some, a page, how many."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    bindparam,
    func,
    literal_column,
    select,
)

from form_specs.conditions import Comparison, Kind, Predicate
from form_specs.exact_json import loads
from runtime.storage.database import Database
from runtime.storage.expressions import expression
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
    shares_statement,
    write_cursor,
)
from runtime.storage.predicates import shaped, sql_predicate
from runtime.storage.record_table import record_table
from runtime.storage.statements import Prepared

__all__ = ["Count", "ListQuery", "Page", "RecordReader", "SortTerm", "StoredRecord"]

_MAX_LIMIT: Final = 200
_NAMED_AT_ONCE: Final = 10
_ASKED_AT_ONCE: Final = 200


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
        lifted: frozenset[str] = frozenset(),
    ) -> StoredRecord | None:
        """The record, or none where it does not exist for somebody limited to `rows`.

        `lifted` as for `record_table`: read from lifted documents.
        """
        values: dict[str, Any] = {}
        shape = None if rows is None else shaped(rows, values, self._dialect)
        statement = _get_statement(form_id, shape, include_deleted, self._dialect, lifted)
        row = statement.first(conn, {**values, "id": record_id})
        return None if row is None else stored_record(row)

    def get_many(  # noqa: PLR0913 - which, for whom, in which state, and as of which form
        self,
        conn: Connection,
        form_id: int,
        ids: Iterable[int],
        *,
        rows: Predicate | None = None,
        include_deleted: bool = False,
        held: bool = False,
        lifted: frozenset[str] = frozenset(),
    ) -> dict[int, StoredRecord]:
        """Those of the named records that exist, by id, in one statement.

        `held`: none of them can be changed or deleted by others until the transaction ends.
        """
        wanted = tuple(dict.fromkeys(ids))
        if not wanted:
            return {}
        # Of few lengths, so that few statements serve all pages.
        padded = wanted + wanted[-1:] * (-len(wanted) % _NAMED_AT_ONCE if len(wanted) > 1 else 0)
        named = Comparison(("@id",), Kind.INTEGER, "in", padded)
        values: dict[str, Any] = {}
        shapes = tuple(shaped(p, values, self._dialect) for p in (named, rows) if p is not None)
        how = (include_deleted, held)
        found = _some_statement(form_id, shapes, how, self._dialect, lifted).rows(conn, values)
        return {row[0]: stored_record(row) for row in found}

    def holding(  # noqa: PLR0913 - which values, where, and as of which form
        self,
        conn: Connection,
        form_id: int,
        path: tuple[str, ...],
        kind: Kind,
        values: Iterable[Any],
        *,
        rows: Predicate | None = None,
        lifted: frozenset[str] = frozenset(),
    ) -> list[StoredRecord]:
        """The records that hold one of many stored values at `path`, few statements for all of them."""
        wanted = list(dict.fromkeys(values))
        found: list[StoredRecord] = []
        for start in range(0, len(wanted), _ASKED_AT_ONCE):
            some = tuple(wanted[start : start + _ASKED_AT_ONCE])
            # Always as many, so that one statement serves all.
            asked = Comparison(path, kind, "in", some + some[-1:] * (_ASKED_AT_ONCE - len(some)))
            bound: dict[str, Any] = {}
            shapes = tuple(shaped(p, bound, self._dialect) for p in (asked, rows) if p is not None)
            statement = _holding_statement(form_id, shapes, self._dialect, lifted)
            found += [stored_record(row) for row in statement.rows(conn, bound)]
        return found

    def lock(
        self,
        conn: Connection,
        form_id: int,
        record_id: int,
        lifted: frozenset[str] = frozenset(),
    ) -> StoredRecord | None:
        """The record, held against other writers until the transaction ends (SQLite: all are)."""
        statement = _lock_statement(form_id, self._dialect, lifted)
        row = statement.first(conn, {"id": record_id})
        return None if row is None else stored_record(row)

    def scan(
        self, conn: Connection, form_id: int, after: int = -1, limit: int = 500
    ) -> list[StoredRecord]:
        """Records in the order of their ids, from the one after `after` on, for those who need all."""
        rows = _scan_statement(form_id, self._dialect).rows(conn, {"after": after, "most": limit})
        return [stored_record(row) for row in rows]

    def sharing(
        self,
        conn: Connection,
        form_id: int,
        path: tuple[str, ...],
        kind: Kind,
        lifted: frozenset[str] = frozenset(),
    ) -> list[tuple[int, int]]:
        """(id, version) of records that hold the same at `path` as one before them."""
        table = record_table(form_id, lifted)
        value = expression(table, path, kind, self._dialect)
        nth = func.row_number().over(partition_by=value, order_by=table.c.id).label("nth")
        tests = [*scope(table, self._dialect), table.c.deleted_at.is_(None), value.is_not(None)]
        ranked = select(table.c.id, table.c.version, nth).where(*tests).subquery()
        found = select(ranked.c.id, ranked.c.version).where(ranked.c.nth > literal_column("1"))
        return [(row[0], row[1]) for row in Prepared(found, self._dialect).rows(conn, {})]

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

    def shares(
        self, conn: Connection, query: ListQuery, asked: Sequence[Predicate], most: int
    ) -> tuple[int, list[int]]:
        """How many of a list's newest `most` records there are, and how many meet each bound predicate.

        One statement, which looks at no more than those.
        """
        planned = plan(_unordered(query), self._dialect)
        if planned is None:
            return 0, [0] * len(asked)
        values: dict[str, Any] = {}
        shapes = tuple(shaped(one, values, self._dialect, "a") for one in asked)
        statement = shares_statement(planned.shape, shapes, most, self._dialect)
        row = statement.first(conn, {**planned.values, **values})
        return (0, [0] * len(asked)) if row is None else (row[0], [int(n) for n in row[1:]])

    def exists_value(  # noqa: PLR0913 - which value, where, but not of whom, and as of which form
        self,
        conn: Connection,
        form_id: int,
        path: tuple[str, ...],
        kind: Kind,
        value: Any,
        except_id: int | None = None,
        *,
        lifted: frozenset[str] = frozenset(),
    ) -> bool:
        """Whether a record other than `except_id` holds the stored `value` at `path`."""
        values: dict[str, Any] = {}
        shape = shaped(Comparison(path, kind, "eq", value), values, self._dialect)
        statement = _exists_statement(form_id, shape, self._dialect, lifted)
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
    fields = [*row[:11], loads(row[11])]
    return StoredRecord(*fields)


def _unordered(query: ListQuery) -> ListQuery:
    """The same list, so that all orders share one counting statement."""
    return ListQuery(
        *(query.form_id, query.where, query.rows, query.filters, query.search, query.batch),
        lifted=query.lifted,
    )


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
    form_id: int,
    rows: Predicate | None,
    include_deleted: bool,
    dialect: str,
    lifted: frozenset[str],
) -> Prepared:
    table = record_table(form_id, lifted)
    tests = [*scope(table, dialect), table.c.id == bindparam("id", type_=BigInteger())]
    if not include_deleted:
        tests.append(table.c.deleted_at.is_(None))
    if rows is not None:
        tests.append(sql_predicate(rows, table, dialect))
    statement = select(*record_columns(table, dialect)).where(*tests)
    return Prepared(statement, dialect, planned_once=True)


@lru_cache(maxsize=512)
def _some_statement(
    form_id: int,
    parts: tuple[Predicate, ...],
    how: tuple[bool, bool],
    dialect: str,
    lifted: frozenset[str],
) -> Prepared:
    include_deleted, held = how
    table = record_table(form_id, lifted)
    tests = [*scope(table, dialect)]
    if not include_deleted:
        tests.append(table.c.deleted_at.is_(None))
    tests += [sql_predicate(part, table, dialect) for part in parts]
    statement = select(*record_columns(table, dialect)).where(*tests)
    return Prepared(statement.with_for_update(read=True) if held else statement, dialect)


@lru_cache(maxsize=2048)
def _holding_statement(
    form_id: int, parts: tuple[Predicate, ...], dialect: str, lifted: frozenset[str]
) -> Prepared:
    # The table holds one form anyway.  Said again, PostgreSQL takes that for the rarest of all
    # conditions while a form is filled and not yet analysed, and reads the whole of it each time.
    table = record_table(form_id, lifted)
    tests = [table.c.deleted_at.is_(None), *(sql_predicate(part, table, dialect) for part in parts)]
    return Prepared(select(*record_columns(table, dialect)).where(*tests), dialect)


@lru_cache(maxsize=2048)
def _scan_statement(form_id: int, dialect: str) -> Prepared:
    table = record_table(form_id)
    beyond = table.c.id > bindparam("after", type_=BigInteger())
    tests = [*scope(table, dialect), table.c.deleted_at.is_(None), beyond]
    statement = select(*record_columns(table, dialect)).where(*tests).order_by(table.c.id)
    return Prepared(statement.limit(bindparam("most", type_=BigInteger())), dialect)


@lru_cache(maxsize=2048)
def _lock_statement(form_id: int, dialect: str, lifted: frozenset[str]) -> Prepared:
    table = record_table(form_id, lifted)
    tests = [*scope(table, dialect), table.c.id == bindparam("id", type_=BigInteger())]
    statement = select(*record_columns(table, dialect)).where(*tests)
    return Prepared(statement.with_for_update(), dialect, planned_once=True)


@lru_cache(maxsize=2048)
def _exists_statement(
    form_id: int, value: Predicate, dialect: str, lifted: frozenset[str]
) -> Prepared:
    table = record_table(form_id, lifted)
    other = table.c.id != bindparam("id", type_=BigInteger())
    tests = [table.c.deleted_at.is_(None), sql_predicate(value, table, dialect), other]
    one: ColumnElement[int] = literal_column("1")
    return Prepared(select(one).select_from(table).where(*tests).limit(one), dialect)
