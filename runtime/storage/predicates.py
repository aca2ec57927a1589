"""The SQL back end of conditions: what `python_predicate` says of a record, said to a database.

Logic is two-valued there and three-valued here.  A NULL at the end of AND and OR counts as
false anyway; only below a negation each leaf is made two-valued, so that elsewhere a leaf is
the bare comparison that an index can serve.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

import orjson
from sqlalchemy import (
    ColumnElement,
    Table,
    Text,
    and_,
    bindparam,
    case,
    cast,
    exists,
    false,
    func,
    literal_column,
    not_,
    or_,
    select,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB

from form_specs.conditions import (
    AllOf,
    AnyOf,
    Before,
    Changed,
    Comparison,
    Constant,
    CurrentTeams,
    CurrentUser,
    FieldValue,
    Kind,
    Negation,
    Now,
    Predicate,
    SomeRow,
    Today,
    UserTest,
)
from form_specs.hops import is_hop
from runtime.storage.expressions import (
    DOCUMENT,
    below,
    bindable,
    document_node,
    document_path,
    entry_of,
    expression,
    is_column,
    literal,
    named_entry_of,
    rows_of,
    sql_type,
)

Operand: TypeAlias = tuple[tuple[str, ...], Kind]
"""A value of a record: where it stands, and how it compares."""

_LIST_OPERATORS: Final = frozenset({"has", "has_any", "has_all"})
_TEXT_OPERATORS: Final = frozenset({"contains", "starts_with"})
_UNINDEXED: Final = _LIST_OPERATORS | _TEXT_OPERATORS | {"within", "has_key"}
_COMPARE: Final[Mapping[str, Callable[[Any, Any], ColumnElement[bool]]]] = {
    "eq": lambda left, right: left == right,
    "lt": lambda left, right: left < right,
    "le": lambda left, right: left <= right,
    "gt": lambda left, right: left > right,
    "ge": lambda left, right: left >= right,
}


@dataclass(frozen=True, slots=True)
class Slot:
    """Stands in a predicate's shape for a value that is bound when the statement runs."""

    name: str


def sql_predicate(predicate: Predicate, table: Table, dialect: str) -> ColumnElement[bool]:
    """The WHERE clause that a bound predicate means over a record table.

    Literals are written into the SQL, a `Slot` becomes a bind parameter of its name.  Raises
    ValueError for what is not bound or cannot be asked of such a value.
    """
    return _Writer(table, dialect).condition(predicate, exact=False)


class _Writer:
    """One walk over one predicate; `root` is the SQL of the JSON in which its paths begin."""

    def __init__(self, table: Table, dialect: str, root: str = DOCUMENT, depth: int = 0) -> None:
        self.table = table
        self.dialect = dialect
        self.root = root
        self.depth = depth

    def value(self, path: tuple[str, ...], kind: Kind) -> ColumnElement[Any]:
        return expression(self.table, path, kind, self.dialect, self.root)

    def condition(self, predicate: Predicate, *, exact: bool) -> ColumnElement[bool]:
        match predicate:
            case Comparison():
                return self.leaf(predicate, exact=exact)
            case AllOf(parts):
                return and_(true(), *(self.condition(part, exact=exact) for part in parts))
            case AnyOf(parts):
                return or_(false(), *(self.condition(part, exact=exact) for part in parts))
            case Negation(part):
                return not_(self.condition(part, exact=True))
            case Constant(value):
                return true() if value else false()
            case SomeRow(path, part, alone):
                return self.some_row(path, part, alone=alone)
            case UserTest() | Changed() | Before():
                raise ValueError("a stored record tells neither who asks nor what it was before")

    def some_row(
        self, path: tuple[str, ...], part: Predicate, *, alone: bool
    ) -> ColumnElement[bool]:
        alias = f"row{self.depth + 1}"
        entry = (named_entry_of if alone else entry_of)(alias, self.dialect)
        inner = _Writer(self.table, self.dialect, entry, self.depth + 1)
        where, root = below(self.table, path, self.dialect, self.root)
        rows = text(f"{rows_of(where, self.dialect, root)} AS {alias}")
        met = inner.condition(part, exact=False)
        return exists(select(literal_column("1")).select_from(rows).where(met))

    def leaf(self, leaf: Comparison, *, exact: bool) -> ColumnElement[bool]:
        if leaf.op == "empty":
            return self.empty(leaf.path)
        if leaf.op in _LIST_OPERATORS:
            found = self.listed(leaf)
        elif leaf.op in _TEXT_OPERATORS:
            found = self.part_of_text(leaf)
        elif leaf.op == "within":
            found = self.within(leaf)
        elif leaf.op == "has_key":
            found = self.has_key(leaf)
        else:
            found = self.compared(leaf)
        return func.coalesce(found, literal_column("FALSE")) if exact else found

    def empty(self, path: tuple[str, ...]) -> ColumnElement[bool]:
        return self.value(path, Kind.TEXT).is_(None)

    def compared(self, leaf: Comparison) -> ColumnElement[bool]:
        if leaf.kind in (Kind.LIST, Kind.DOCUMENT):
            raise ValueError(f"a {leaf.kind} does not compare by {leaf.op}")
        left = self.value(leaf.path, leaf.kind)
        if leaf.op == "in":
            return left.in_([self.operand(leaf, item) for item in leaf.value])
        if leaf.op == "between":
            low, high = (self.operand(leaf, item) for item in leaf.value)
            return and_(left >= low, left <= high)
        return _COMPARE[leaf.op](left, self.operand(leaf, leaf.value))

    def operand(self, leaf: Comparison, value: Any) -> ColumnElement[Any]:
        match value:
            case Slot(name):
                kind = sql_type(leaf.path, leaf.kind)
                bound = bindparam(name, type_=kind)
                return cast(bound, kind) if self.dialect == "postgresql" else bound
            case FieldValue(path, kind):
                return self.value(path, kind)
            case CurrentUser() | CurrentTeams() | Now() | Today():
                raise ValueError("the predicate is not bound to a moment and a user")
            case _:
                return literal(value, leaf.kind, self.dialect)

    def part_of_text(self, leaf: Comparison) -> ColumnElement[bool]:
        found = self.lowered(self.value(leaf.path, Kind.TEXT))
        part = self.operand(leaf, leaf.value)
        if isinstance(leaf.value, FieldValue):
            part = self.lowered(part)
        elif not isinstance(leaf.value, Slot):
            part = literal(leaf.value.lower(), Kind.TEXT, self.dialect)
        position = func.instr if self.dialect == "sqlite" else func.strpos
        where = position(found, part)
        if leaf.op == "contains":
            return where > literal_column("0")
        return where == literal_column("1")

    def within(self, leaf: Comparison) -> ColumnElement[bool]:
        """The sum of three squared differences of whole numbers: exact in every database."""
        *center, limit = (self.operand(leaf, value) for value in leaf.value)
        axes = (self.whole((*leaf.path[:-1], axis)) for axis in ("x", "y", "z"))
        squares = [(a - b) * (a - b) for a, b in zip(axes, center, strict=True)]
        return squares[0] + squares[1] + squares[2] <= limit

    def whole(self, path: tuple[str, ...]) -> ColumnElement[Any]:
        """A whole number of the document; NULL for what is none."""
        found = self.value(path, Kind.INTEGER)
        if self.dialect == "postgresql":
            return found
        return case((func.typeof(found) == literal_column("'integer'"), found))

    def lowered(self, text: ColumnElement[Any]) -> ColumnElement[Any]:
        if self.dialect == "sqlite":
            return func.opswright_lower(text)
        return func.lower(text.collate("und-x-icu"))

    def listed(self, leaf: Comparison) -> ColumnElement[bool]:
        wanted = leaf.value if leaf.op != "has" else (leaf.value,)
        tests = [self.holds(leaf, item) for item in wanted]
        return or_(false(), *tests) if leaf.op == "has_any" else and_(true(), *tests)

    def holds(self, leaf: Comparison, item: Any) -> ColumnElement[bool]:
        if is_column(leaf.path) or isinstance(item, FieldValue):
            raise ValueError("only a list in the document holds values")
        where, root = below(self.table, leaf.path, self.dialect, self.root)
        if self.dialect == "postgresql":
            node: ColumnElement[Any] = literal_column(document_node(where, root), JSONB())
            return node.op("@>", is_comparison=True)(cast(self.list_item(item), JSONB()))
        each = func.json_each(literal_column(root), literal_column(f"'{document_path(where)}'"))
        rows = each.table_valued("value").alias("item")
        return exists(
            select(literal_column("1"))
            .select_from(rows)
            .where(rows.c.value == self.list_item(item))
        )

    def has_key(self, leaf: Comparison) -> ColumnElement[bool]:
        """Whether the object at a path has a key."""
        key = replace(leaf, kind=Kind.TEXT)
        wanted = self.operand(key, leaf.value)
        where, root = below(self.table, leaf.path, self.dialect, self.root)
        if self.dialect == "postgresql":
            node: ColumnElement[Any] = literal_column(document_node(where, root), JSONB())
            is_object = func.jsonb_typeof(node) == literal_column("'object'")
            return and_(is_object, node.op("?", is_comparison=True)(wanted))
        path: ColumnElement[Any] = literal_column(f"'{document_path(where)}'")
        rows = func.json_each(literal_column(root), path).table_valued("key").alias("entry")
        is_object = func.json_type(literal_column(root), path) == literal_column("'object'")
        there = exists(select(literal_column("1")).select_from(rows).where(rows.c.key == wanted))
        return and_(is_object, there)

    def list_item(self, item: Any) -> ColumnElement[Any]:
        """An item as it is compared: on PostgreSQL as a JSON list of one."""
        if isinstance(item, Slot):
            return bindparam(item.name, type_=Text())
        if self.dialect == "postgresql":
            return literal(item_list(item), Kind.TEXT, self.dialect)
        return literal(item, Kind.TEXT, self.dialect)


def item_list(item: Any) -> str:
    """A JSON list of one, which a list that holds the item contains."""
    return orjson.dumps([bindable(item, Kind.TEXT, "sqlite")]).decode()


def shaped(
    predicate: Predicate, values: dict[str, Any], dialect: str, prefix: str = "v"
) -> Predicate:
    """The predicate with a `Slot` for each literal; the literals, ready to bind, go into `values`."""
    match predicate:
        case AllOf(parts):
            return AllOf(tuple(shaped(part, values, dialect, prefix) for part in parts))
        case AnyOf(parts):
            return AnyOf(tuple(shaped(part, values, dialect, prefix) for part in parts))
        case Negation(part):
            return Negation(shaped(part, values, dialect, prefix))
        case SomeRow(path, part, alone):
            return SomeRow(path, shaped(part, values, dialect, prefix), alone)
        case Comparison() if predicate.op != "empty":
            return replace(predicate, value=_slots(predicate, values, dialect, prefix))
        case _:
            return predicate


def _slots(leaf: Comparison, values: dict[str, Any], dialect: str, prefix: str) -> Any:
    def slot(value: Any) -> Any:
        if isinstance(value, FieldValue | CurrentUser | CurrentTeams | Now | Today):
            return value
        name = f"{prefix}{len(values)}"
        values[name] = _bound(leaf, value, dialect)
        return Slot(name)

    if isinstance(leaf.value, tuple):
        return tuple(slot(item) for item in leaf.value)
    return slot(leaf.value)


def _bound(leaf: Comparison, value: Any, dialect: str) -> Any:
    if leaf.op in _LIST_OPERATORS:
        return item_list(value) if dialect == "postgresql" else bindable(value, Kind.TEXT, dialect)
    if leaf.op == "has_key":
        return bindable(value, Kind.TEXT, dialect)
    if leaf.op in _TEXT_OPERATORS:
        value = value.lower()
    return bindable(value, leaf.kind, dialect)


def split_static(predicate: Predicate | None) -> tuple[Predicate | None, Predicate | None]:
    """From a view's filter to its part that is the same for everybody at any time, and the rest.

    The first belongs into `ListQuery.where`, where partial indexes match it; the second is bound
    at each request and belongs into `ListQuery.filters`.
    """
    if predicate is None:
        return None, None
    parts = predicate.parts if isinstance(predicate, AllOf) else (predicate,)
    return _joined([p for p in parts if is_static(p)]), _joined(
        [p for p in parts if not is_static(p)]
    )


def _joined(parts: list[Predicate]) -> Predicate | None:
    if len(parts) > 1:
        return AllOf(tuple(parts))
    return parts[0] if parts else None


def is_static(predicate: Predicate) -> bool:
    """Whether it depends on the record alone."""
    match predicate:
        case AllOf(parts) | AnyOf(parts):
            return all(is_static(part) for part in parts)
        case Negation(part) | SomeRow(part=part):
            return is_static(part)
        case Comparison():
            return not isinstance(predicate.value, CurrentUser | CurrentTeams | Now | Today)
        case UserTest() | Changed() | Before():
            return False
        case Constant():
            return True


def operands(predicate: Predicate) -> Iterator[Operand]:
    """Everything in a record that a predicate compares: nothing in rows, nothing in linked records."""
    yield from (found for found in _compared(predicate) if not is_hop(found[0][0]))


def _compared(predicate: Predicate) -> Iterator[Operand]:
    match predicate:
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from _compared(part)
        case Negation(part):
            yield from _compared(part)
        case Comparison(path=path, kind=kind, value=value):
            yield path, kind
            if isinstance(value, FieldValue):
                yield value.path, value.kind
        case UserTest(is_path=path) if path:
            yield path, Kind.TEXT
        case _:
            return


def indexable(predicate: Predicate | None) -> Predicate | None:
    """The part of a static filter that a partial index may hold on both databases.

    Neither subqueries (linked records; lists, on SQLite) nor case folding (whose tables change with versions of
    the database) may stand in an index; leaving a part out keeps the index usable.
    """
    if predicate is None:
        return None
    parts = predicate.parts if isinstance(predicate, AllOf) else (predicate,)
    return _joined([part for part in parts if _is_plain(part)])


def _is_plain(predicate: Predicate) -> bool:
    match predicate:
        case AllOf(parts) | AnyOf(parts):
            return all(_is_plain(part) for part in parts)
        case Negation(part):
            return _is_plain(part)
        case Comparison():
            hops = any(is_hop(path[0]) for path, _kind in _compared(predicate))
            return predicate.op not in _UNINDEXED and not hops
        case _:
            return False
