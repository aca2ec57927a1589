"""One page of a list as one statement: sorted, seekable, absent values last in both directions.

Rows that lack the sort value form a second segment after the others, ordered by id alone.  The
segments are two ordered, limited scans under UNION ALL, so that the second runs only where the
first does not fill the page.
"""

import base64
import binascii
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final, TypeAlias
from zlib import crc32

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    Table,
    Text,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from form_specs.conditions import Kind, Predicate
from form_specs.exact_json import dumps, loads
from runtime.storage.errors import InvalidCursor
from runtime.storage.expressions import (
    bindable,
    expression,
    is_column,
    lifted,
    lifted_keys,
    sql_type,
)
from runtime.storage.predicates import shaped, sql_predicate
from runtime.storage.record_table import record_table, text_table
from runtime.storage.schema import TENANT, BatchRecordRow
from runtime.storage.statements import Prepared
from runtime.storage.words import match_text, search_terms

_NEVER_ABSENT: Final = frozenset(
    {"@id", "@version", "@created_at", "@created_by", "@updated_at", "@updated_by"}
)
_MAX_CURSOR: Final = 8_000
_Column: TypeAlias = ColumnElement[Any]


@dataclass(frozen=True, slots=True)
class SortTerm:
    """What a list is sorted by; absent values come last in both directions."""

    path: tuple[str, ...]
    kind: Kind
    descending: bool = False


_NEWEST_FIRST: Final = SortTerm(("@id",), Kind.INTEGER, descending=True)


@dataclass(frozen=True, slots=True)
class ListQuery:
    """Which records of a form, in which order, from where on."""

    form_id: int
    where: Predicate | None = None
    """The static part of the view's filter (see `split_static`): its literals stand in the SQL."""
    rows: Predicate | None = None
    """What the user may see at all, bound."""
    filters: Predicate | None = None
    """What the user asked for, bound."""
    search: str | None = None
    """Words that must all be found; the last one may be the start of a word."""
    batch: int | None = None
    """Only records that a batch made or changed."""
    sort: tuple[SortTerm, ...] = ()
    """The first decides, the id breaks ties; none: newest first."""
    cursor: str | None = None
    limit: int = 50
    lifted: frozenset[str] = frozenset()
    """What is to be read from lifted documents (see `record_table`)."""


class Start(StrEnum):
    """Where a page starts."""

    EDGE = "edge"
    AFTER = "after"
    BEFORE = "before"


@dataclass(frozen=True, slots=True)
class Cursor:
    """The place of one row in a sorted list."""

    start: Start
    absent: bool
    """Whether the row lacks the sort value."""
    key: Any
    id: int


@dataclass(frozen=True, slots=True)
class Shape:
    """All of a query that decides its SQL text."""

    form_id: int
    where: Predicate | None
    asked: tuple[Predicate, ...]
    """Access and filters, with slots for their values."""
    searching: bool
    batched: bool = False
    sort: SortTerm = _NEWEST_FIRST
    start: Start = Start.EDGE
    from_absent: bool = False
    lifted: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Plan:
    """A query made ready: its shape and the values to bind; none where nothing can be found."""

    shape: Shape
    values: dict[str, Any]
    backwards: bool


def plan(query: ListQuery, dialect: str, prefix: str = "v") -> Plan | None:
    """From a query to its shape and values; none where a search holds no words."""
    values: dict[str, Any] = {}
    asked = tuple(
        shaped(part, values, dialect, prefix)
        for part in (query.rows, query.filters)
        if part is not None
    )
    if query.search is not None:
        terms = search_terms(query.search)
        if not terms:
            return None
        values[f"{prefix}_words"] = match_text(terms, dialect)
    sort = query.sort[0] if query.sort else _NEWEST_FIRST
    searching = query.search is not None
    batched = query.batch is not None
    if batched:
        values[f"{prefix}_batch"] = query.batch
    shape = Shape(query.form_id, query.where, asked, searching, batched, sort, lifted=query.lifted)
    if query.cursor is None:
        return Plan(shape, values, backwards=False)
    cursor = read_cursor(query.cursor, query.form_id, sort)
    values["from_id"] = cursor.id
    if cursor.key is not None:
        values["from_key"] = bindable(cursor.key, sort.kind, dialect)
    shape = replace(shape, start=cursor.start, from_absent=cursor.absent)
    return Plan(shape, values, backwards=cursor.start is Start.BEFORE)


# -- statements -------------------------------------------------------------------------


@lru_cache(maxsize=2048)
def page_statement(shape: Shape, dialect: str) -> Prepared:
    """The statement of a page; bind `page_size` beside the plan's values."""
    segments = _Segments(shape, dialect)
    size = bindparam("page_size", type_=BigInteger())
    limited = [segment.limit(size) for segment in segments.all()]
    if len(limited) == 1:
        return Prepared(limited[0], dialect)
    # Neither database reorders or runs in parallel what is limited by itself.
    parts = [select(segment.subquery()) for segment in limited]
    return Prepared(union_all(*parts).limit(size), dialect)


@lru_cache(maxsize=2048)
def count_statement(shapes: tuple[tuple[Shape, str], ...], cap: int, dialect: str) -> Prepared:
    """One row per shape: its number and how many records it has, counted to one above `cap`.

    Each shape comes with the prefix of its values' names.
    """
    parts: list[Select[*tuple[Any, ...]]] = []
    one: _Column = literal_column("1")
    for number, (shape, prefix) in enumerate(shapes):
        segments = _Segments(shape, dialect, prefix)
        some = (
            select(one.label("one"))
            .select_from(segments.source)
            .where(*segments.tests)
            .limit(literal_column(str(cap + 1)))
        )
        total = func.count().label("total")
        place: _Column = literal_column(str(number))
        parts.append(select(place.label("n"), total).select_from(some.subquery()))
    return Prepared(union_all(*parts), dialect)


@lru_cache(maxsize=512)
def shares_statement(
    shape: Shape, asked: tuple[Predicate, ...], most: int, dialect: str
) -> Prepared:
    """One row: how many of the newest `most` records there are, and how many meet each predicate."""
    segments = _Segments(shape, dialect)
    one: _Column = literal_column("1")
    zero: _Column = literal_column("0")
    met = [
        case((sql_predicate(predicate, segments.table, dialect), one), else_=zero).label(f"m{n}")
        for n, predicate in enumerate(asked)
    ]
    newest = (
        select(one.label("one"), *met)
        .select_from(segments.source)
        .where(*segments.tests)
        .order_by(segments.table.c.id.desc())
        .limit(literal_column(str(most)))
        .subquery()
    )
    sums = [func.coalesce(func.sum(newest.c[f"m{n}"]), zero) for n in range(len(asked))]
    return Prepared(select(func.count(), *sums).select_from(newest), dialect)


def record_columns(table: Table, dialect: str) -> tuple[_Column, ...]:
    """What a stored record is read from, the document as text and last."""
    c = table.c
    data: _Column = c.data
    state: _Column = c.state
    if lifted_keys(table):
        data = literal_column(lifted(table, "data"), Text())
        state = literal_column(lifted(table, "state"), Text()).label("state")
    if dialect == "postgresql":
        data = cast(data, Text())
    return (
        *(c.id, c.form_id, c.version, c.spec_version, state, c.created_at, c.created_by),
        *(c.updated_at, c.updated_by, c.deleted_at, c.last_event, data.label("document")),
    )


def scope(table: Table, dialect: str) -> tuple[ColumnElement[bool], ...]:
    """The leading keys of PostgreSQL's primary key, as literals; SQLite's is the id alone."""
    if dialect == "sqlite":
        return ()
    form = table.name.removeprefix("rec_")
    return (
        table.c.tenant_id == literal_column(str(TENANT)),
        table.c.form_id == literal_column(form),
    )


class _Segments:
    """The ordered scans that make up a page."""

    def __init__(self, shape: Shape, dialect: str, prefix: str = "v") -> None:
        self.shape = shape
        self.dialect = dialect
        self.table = record_table(shape.form_id, shape.lifted)
        sort = shape.sort
        self.key = expression(self.table, sort.path, sort.kind, dialect)
        self.by_id = _by_id(sort)
        self.descending = sort.descending is not (shape.start is Start.BEFORE)
        self.source: FromClause = self.table
        self.tests = [*scope(self.table, dialect), self.table.c.deleted_at.is_(None)]
        self.tests += [
            sql_predicate(part, self.table, dialect)
            for part in (shape.where, *shape.asked)
            if part is not None
        ]
        if shape.batched:
            self.tests.append(self.of_batch(bindparam(f"{prefix}_batch", type_=BigInteger())))
        if shape.searching:
            self.search(bindparam(f"{prefix}_words", type_=Text()))

    def of_batch(self, batch: _Column) -> ColumnElement[bool]:
        """That a batch made or changed the record."""
        row = BatchRecordRow
        noted = select(row.record_id).where(row.tenant_id == TENANT, row.batch_id == batch)
        return self.table.c.id.in_(noted)

    def search(self, words: _Column) -> None:
        texts = text_table(self.shape.form_id, self.dialect)
        if self.dialect == "postgresql":
            match = texts.c.words.op("@@")(cast(words, TSQUERY()))
            found = select(texts.c.id).where(*_text_scope(texts), match)
            self.tests.append(self.table.c.id.in_(found))
            return
        self.tests.append(literal_column(texts.name).op("MATCH")(words))
        # The search drives, in the order of ids: SQLite would else sort all that is found.
        self.source = texts.join(self.table, self.table.c.id == texts.c.rowid)

    def all(self) -> list[Select[Any]]:
        if self.by_id or self.shape.sort.path[0] in _NEVER_ABSENT:
            return [self.present()]
        if self._ends_absent():
            return [self.segment(self.key, self.tests, [self.key, self.row_id()])]
        absent_first = self.shape.start is Start.BEFORE
        segments = [] if self.shape.from_absent and not absent_first else [self.present()]
        if not absent_first:
            return [*segments, self.absent()]
        return [self.absent(), *segments] if self.shape.from_absent else segments

    def _ends_absent(self) -> bool:
        """Whether one scan has the absent values last: PostgreSQL's own order, as long as no cursor seeks.

        Planning a second one would take it as long as running the first.
        """
        edge = self.shape.start is Start.EDGE
        return self.dialect == "postgresql" and edge and not self.descending

    def present(self) -> Select[Any]:
        tests = list(self.tests)
        if not self.by_id and self.shape.sort.path[0] not in _NEVER_ABSENT:
            tests.append(self.there())
        if self.shape.start is not Start.EDGE and not self.shape.from_absent:
            tests.append(self.beyond())
        order = [self.row_id()] if self.by_id else [self.key, self.row_id()]
        key = literal_column("NULL") if self.by_id else self.key
        return self.segment(key, tests, order)

    def absent(self) -> Select[Any]:
        tests = [*self.tests, self.key.is_(None)]
        if self.shape.start is not Start.EDGE and self.shape.from_absent:
            tests.append(self.id_beyond())
        return self.segment(self.key, tests, [self.row_id()])

    def segment(
        self, key: _Column, tests: list[ColumnElement[bool]], order: list[_Column]
    ) -> Select[Any]:
        columns = record_columns(self.table, self.dialect)
        ordered = [part.desc() if self.descending else part.asc() for part in order]
        return (
            select(*columns, key.label("sort_key"))
            .select_from(self.source)
            .where(*tests)
            .order_by(*ordered)
        )

    def row_id(self) -> _Column:
        """The id; the same number in the search table, whose own order SQLite can use."""
        if self.shape.searching and self.dialect == "sqlite" and self.by_id:
            return text_table(self.shape.form_id, self.dialect).c.rowid
        return self.table.c.id

    def there(self) -> ColumnElement[bool]:
        """Has the sort value; on SQLite said as a range, which an index serves."""
        if self.dialect == "sqlite" and not is_column(self.shape.sort.path):
            return self.key >= literal_column("-9e999")
        return self.key.is_not(None)

    def beyond(self) -> ColumnElement[bool]:
        """Behind the cursor's row, in the form that each database can seek by."""
        if self.by_id:
            return self.id_beyond()
        sort = self.shape.sort
        kind = sql_type(sort.path, sort.kind)
        start: _Column = bindparam("from_key", type_=kind)
        if self.dialect == "postgresql":
            start = cast(start, kind)
            here = tuple_(self.key, self.table.c.id)
            there = tuple_(start, bindparam("from_id", type_=BigInteger()))
            return here < there if self.descending else here > there
        if self.descending:
            return and_(self.key <= start, or_(self.key < start, self.id_beyond()))
        return and_(self.key >= start, or_(self.key > start, self.id_beyond()))

    def id_beyond(self) -> ColumnElement[bool]:
        start = bindparam("from_id", type_=BigInteger())
        return self.row_id() < start if self.descending else self.row_id() > start


def _text_scope(texts: Table) -> tuple[ColumnElement[bool], ...]:
    form = texts.name.removeprefix("rec_text_")
    return (
        texts.c.tenant_id == literal_column(str(TENANT)),
        texts.c.form_id == literal_column(form),
    )


def _by_id(sort: SortTerm) -> bool:
    return sort.path == ("@id",)


# -- cursors ----------------------------------------------------------------------------


def write_cursor(start: Start, query: ListQuery, record_id: int, key: Any) -> str:
    """From a row to the text that continues a list after or before it."""
    sort = query.sort[0] if query.sort else _NEWEST_FIRST
    if isinstance(key, Decimal):
        key = int(key) if sort.kind is Kind.INTEGER else float(key)
    if sort.kind is Kind.BOOLEAN and key is not None:
        key = key in (1, "true")
    fields = [_signature(query.form_id, sort), start is Start.AFTER, key, record_id]
    return base64.urlsafe_b64encode(dumps(fields)).decode().rstrip("=")


def read_cursor(text: str, form_id: int, sort: SortTerm) -> Cursor:
    """The inverse of `write_cursor`; raises `InvalidCursor` for any text not made by it for this order."""
    try:
        if len(text) > _MAX_CURSOR:
            raise ValueError("too long")
        fields = loads(base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True))
        signature, after, key, record_id = fields
    except (ValueError, TypeError, binascii.Error) as error:
        raise InvalidCursor("this cursor cannot be read") from error
    if signature != _signature(form_id, sort) or type(after) is not bool:
        raise InvalidCursor("this cursor belongs to another list or order")
    if type(record_id) is not int or not 0 <= record_id < 1 << 63 or not _fits(key, sort.kind):
        raise InvalidCursor("this cursor holds no place in the list")
    absent = key is None and not _by_id(sort)
    if absent and sort.path[0] in _NEVER_ABSENT:
        raise InvalidCursor("this cursor holds no place in the list")
    return Cursor(Start.AFTER if after else Start.BEFORE, absent, key, record_id)


_KEY_TYPES: Final[dict[Kind, tuple[type, ...]]] = {
    Kind.TEXT: (str,),
    Kind.INTEGER: (int,),
    Kind.REAL: (int, float),
    Kind.BOOLEAN: (bool,),
}


def _fits(key: Any, kind: Kind) -> bool:
    return key is None or type(key) in _KEY_TYPES.get(kind, ())


def _signature(form_id: int, sort: SortTerm) -> int:
    return crc32(f"{form_id}/{'/'.join(sort.path)}/{sort.kind}/{sort.descending}".encode())
