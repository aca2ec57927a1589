"""The indexes of record tables: wanted by publishing, built and dropped one by one in the background.

    wanted ──► building ──► ready ──► dropping ──► (gone)
                  └──► failed ──► (a new generation, later)

Publishing writes rows here and nothing else, so it never locks a table.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

from sqlalchemy import ColumnElement, Connection, and_, insert, select, update

from form_specs.conditions import Kind, Predicate
from form_specs.problem import pointer_of
from runtime.storage.expressions import document_node, expression, is_column
from runtime.storage.paging import SortTerm
from runtime.storage.predicates import Operand, indexable, sql_predicate
from runtime.storage.record_table import record_table
from runtime.storage.schema import TENANT, IndexRow
from runtime.storage.statements import sql_text

MAX_FIELD_INDEXES: Final = 12
MAX_LIST_INDEXES: Final = 8
MAX_CONTAINMENT_INDEXES: Final = 4
_PREFIXES: Final = {"unique": "ux", "statistics": "st"}
_ON_POSTGRESQL_ONLY: Final = frozenset({"statistics", "contains"})
_SCALARS: Final = frozenset({Kind.TEXT, Kind.INTEGER, Kind.REAL, Kind.BOOLEAN})


@dataclass(frozen=True, slots=True)
class IndexedField:
    """A field that is searched by its value, or must be unique.

    Values must be short (PostgreSQL refuses index entries above 2,700 bytes).
    """

    key: str
    path: tuple[str, ...]
    kind: Kind
    unique: bool = False


@dataclass(frozen=True, slots=True)
class ListIndex:
    """A list that shall open at any size: its static filter, its order, its first filters."""

    view: str
    where: Predicate | None
    sort: SortTerm | None
    quick: tuple[Operand, ...] = ()
    rows: tuple[Operand, ...] = ()
    """What the conditions on rows ask of a record, for SQLite to count without reading it."""


@dataclass(frozen=True, slots=True)
class WantedIndex:
    """One index: what it is for and what it is made of."""

    kind: str
    """field, unique, list, contains or statistics."""
    label: str
    """The readable middle of its name."""
    purpose: str
    """Which view it serves, or the path of its field."""
    columns: tuple[Operand, ...]
    where: Predicate | None
    beside: tuple[Operand, ...] = ()
    """What stands behind the id where the database can answer from the index alone."""


@dataclass(frozen=True, slots=True)
class IndexState:
    """How far an index is."""

    form_id: int
    name: str
    kind: str
    purpose: str
    expr: str
    generation: int
    state: str
    error: str | None


def wanted_indexes(
    form_id: int, fields: Iterable[IndexedField], views: Iterable[ListIndex]
) -> tuple[WantedIndex, ...]:
    """The indexes a form should have, within the budget: unique ones first, then view by view in turns."""
    known = [*fields]
    scalar = [field for field in known if field.kind in _SCALARS]
    listed = [_containment(field) for field in known if field.kind is Kind.LIST]
    ordered = sorted(scalar, key=lambda field: not field.unique)
    found = [_field_index(form_id, field) for field in ordered[:MAX_FIELD_INDEXES]]
    lists: dict[str, WantedIndex] = {}
    # What every view needs comes before what the filters of the first ones would like.
    for indexes in zip_longest(*(_list_indexes(view) for view in views)):
        for index in indexes:
            if index is not None:
                lists.setdefault(index.label, index)
    kept = list(lists.values())[:MAX_LIST_INDEXES]
    served = {index.columns for index in kept if index.where is None}
    found = [i for i in found if i.kind == "unique" or i.columns not in served]
    return (*found, *listed[:MAX_CONTAINMENT_INDEXES], *kept)


def _field_index(form_id: int, field: IndexedField) -> WantedIndex:
    columns = ((field.path, field.kind),)
    if field.unique:
        label = unique_label(form_id, field.path).removeprefix(f"ux_{form_id}_")
        return WantedIndex("unique", label, _way(field.path), columns, None)
    return WantedIndex("field", _label(columns), f"field {field.key}", columns, None)


def _containment(field: IndexedField) -> WantedIndex:
    """Which records hold an item in a list: PostgreSQL looks it up, SQLite reads the lists."""
    columns = ((field.path, field.kind),)
    return WantedIndex("contains", _label(columns), f"field {field.key}", columns, None)


def _list_indexes(view: ListIndex) -> list[WantedIndex]:
    where = indexable(view.where)
    sort = () if view.sort is None else ((view.sort.path, view.sort.kind),)
    leading: list[tuple[Operand, ...]] = [()]
    leading += [(quick,) for quick in view.quick if quick[1] in _SCALARS]
    scalar_rows = [pair for pair in view.rows if pair[1] in _SCALARS]

    def made(columns: tuple[Operand, ...]) -> WantedIndex:
        beside = tuple(pair for pair in scalar_rows if pair not in columns)
        label = _label(columns, where, beside)
        return WantedIndex("list", label, f"view {view.view}", columns, where, beside)

    # By id alone and unfiltered, the primary key serves.
    return [made((*q, *sort)) for q in leading if q or sort or where is not None]


def wanted_statistics(
    asked: Iterable[Operand],
) -> tuple[WantedIndex, ...]:
    """What PostgreSQL shall learn of values in documents.

    It takes nothing from the statistics of partial indexes, as those of forms all are, and would
    guess that any filter leaves one record in two hundred.
    """
    scalar = {pair for pair in asked if pair[1] in _SCALARS and not is_column(pair[0])}
    return tuple(
        WantedIndex("statistics", _label((pair,)), _way(pair[0]), (pair,), None)
        for pair in sorted(scalar)
    )


def _label(
    columns: tuple[Operand, ...],
    where: Predicate | None = None,
    beside: tuple[Operand, ...] = (),
) -> str:
    """The first column's key for people, a digest of the whole so that no two are the same."""
    digest = hashlib.sha256(repr((columns, where, beside)).encode()).hexdigest()[:8]
    first = _readable(columns[0][0][0]) if columns else "id"
    return f"{first}_{digest}"


def _readable(key: str) -> str:
    """A key as it may stand in a name that no database wants in quotes."""
    return re.sub("[^a-z0-9_]", "_", key.removeprefix("@").lower())[:30]


def unique_label(form_id: int, path: tuple[str, ...]) -> str:
    """How the name of a unique index starts: an error that names the index names the field."""
    digest = hashlib.sha256(_way(path).encode()).hexdigest()[:8]
    return f"ux_{form_id}_{_readable(path[0])}_{digest}_"


def _way(path: tuple[str, ...]) -> str:
    """A path as one text; a key may hold a slash itself."""
    return pointer_of(path).removeprefix("/")


def _path(way: str) -> tuple[str, ...]:
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in way.split("/"))


def plan_indexes(conn: Connection, form_id: int, wanted: Sequence[WantedIndex]) -> None:
    """Note which indexes a form shall have; those of no use any more will be dropped."""
    have = {state.expr: state for state in _states(conn, form_id) if state.state != "dropping"}
    generation = 1 + max((state.generation for state in _states(conn, form_id)), default=0)
    # SQLite keeps statistics of all indexes and of nothing else, and indexes no items of lists.
    dialect = conn.dialect.name
    kept = [i for i in wanted if dialect != "sqlite" or i.kind not in _ON_POSTGRESQL_ONLY]
    asked = {index_expression(form_id, index, dialect): index for index in kept}
    gone = [state.name for expr, state in have.items() if expr not in asked]
    if gone:
        conn.execute(
            update(IndexRow)
            .where(IndexRow.tenant_id == TENANT, IndexRow.form_id == form_id)
            .where(IndexRow.name.in_(gone))
            .values(state="dropping")
        )
    rows = [
        {
            "tenant_id": TENANT,
            "form_id": form_id,
            "name": index_name(form_id, index, generation),
            "kind": index.kind,
            "purpose": index.purpose,
            "expr": expr,
            "generation": generation,
            "state": "wanted",
            "retry_at": 0,
        }
        for expr, index in asked.items()
        if expr not in have
    ]
    if rows:
        conn.execute(insert(IndexRow), rows)


def index_name(form_id: int, index: WantedIndex, generation: int) -> str:
    """`ix_<form>_<label>_<generation>`, within the 63 bytes of PostgreSQL."""
    prefix = _PREFIXES.get(index.kind, "ix")
    return f"{prefix}_{form_id}_{index.label.rstrip('_')}_{generation}"


def index_expression(form_id: int, index: WantedIndex, dialect: str) -> str:
    """What stands behind the table's name in CREATE INDEX, rendered as queries are."""
    table = record_table(form_id)
    if index.kind == "contains":
        node = document_node(index.columns[0][0])
        live = sql_text(table.c.deleted_at.is_(None), dialect, include_table=False)
        return f"USING gin ({node} jsonb_path_ops) WHERE {live}"

    def rendered(pairs: tuple[Operand, ...]) -> list[ColumnElement[object]]:
        return [expression(table, path, kind, dialect) for path, kind in pairs]

    parts = rendered(index.columns)
    if index.kind == "statistics":
        return sql_text(parts[0], dialect, include_table=False)
    if index.kind != "unique":
        parts.append(table.c.id)
    if dialect == "sqlite":
        # PostgreSQL reads the record in any case where an index is of expressions.
        parts += rendered(index.beside)
    tests: list[ColumnElement[bool]] = [table.c.deleted_at.is_(None)]
    if index.where is not None:
        tests.append(sql_predicate(index.where, table, dialect))
    columns = ", ".join(sql_text(part, dialect, include_table=False) for part in parts)
    return f"({columns}) WHERE {sql_text(and_(*tests), dialect, include_table=False)}"


def index_states(conn: Connection, form_id: int) -> list[IndexState]:
    """All indexes of a form, on their way or there."""
    return _states(conn, form_id)


def ready_unique_paths(conn: Connection, form_id: int) -> frozenset[tuple[str, ...]]:
    """The paths of unique fields that the database itself guards by now."""
    rows = conn.execute(
        select(IndexRow.purpose).where(
            IndexRow.tenant_id == TENANT,
            IndexRow.form_id == form_id,
            IndexRow.kind == "unique",
            IndexRow.state == "ready",
        )
    )
    return frozenset(_path(purpose) for (purpose,) in rows)


STATE_COLUMNS: Final = (
    *(IndexRow.form_id, IndexRow.name, IndexRow.kind, IndexRow.purpose, IndexRow.expr),
    *(IndexRow.generation, IndexRow.state, IndexRow.error),
)


def _states(conn: Connection, form_id: int) -> list[IndexState]:
    rows = conn.execute(
        select(*STATE_COLUMNS)
        .where(IndexRow.tenant_id == TENANT, IndexRow.form_id == form_id)
        .order_by(IndexRow.name)
    )
    return [IndexState(*row) for row in rows]
