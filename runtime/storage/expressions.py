"""The one place where a value in a stored record becomes SQL.

Index and query take their text from here: a database uses an expression index only for the very
expression it was made of.
"""

import re
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, Numeric, Table, Text, literal_column
from sqlalchemy.types import TypeEngine

from form_specs.conditions import ENTRY, Kind
from form_specs.hops import is_hop, step_to, target_of
from form_specs.property_keys import FIELD_KEY
from runtime.storage.ids import ALPHABET
from runtime.storage.schema import TENANT

_PLAIN: Final = re.compile(r"[A-Za-z0-9_]+")
_COLUMNS: Final = {
    "@id": "id",
    "@state": "state",
    "@version": "version",
    "@created_at": "created_at",
    "@created_by": "created_by",
    "@updated_at": "updated_at",
    "@updated_by": "updated_by",
}
_TEXTS: Final = ("@state", "@created_by", "@updated_by")
_MAX_INTEGER: Final = 2**63 - 1


def is_column(path: tuple[str, ...]) -> bool:
    """Whether the path leads to a native column, not into the document."""
    return path[0].startswith("@")


_LIFTED: Final = "!"
"""Behind the number of a form whose records still follow their tool to a new version."""


def hop_step(form_id: int, *, lifted: bool = False) -> str:
    """The first step of a path into linked records: of that form; `lifted`: as they are to be."""
    return step_to(f"{form_id:d}{_LIFTED if lifted else ''}")


DOCUMENT: Final = "data"
"""The SQL of a record's own document, in which paths begin."""


def lifted_keys(table: Table) -> frozenset[str]:
    """The fields (and `@state`) that stand in lifted documents as long as those wait."""
    keys: frozenset[str] = table.info.get("lifted", frozenset())
    return keys


def lifted(table: Table, column: str) -> str:
    """A column of the record as its lifted form has it, or as it is where there is none.

    Only for `data` and `state`.  No index serves it.
    """
    return _as_lifted(table.name, table.name.removeprefix("rec_"), column)


def _as_lifted(name: str, form: str, column: str) -> str:
    """The same of the records that a statement calls `name`."""
    found = (
        f"SELECT {{}} FROM record_lift l WHERE l.tenant_id = {TENANT} AND l.form_id = {form} "  # noqa: S608
        f"AND l.record_id = {name}.id AND l.version = {name}.version "
        "AND l.data IS NOT NULL"
    )
    if column == "data":
        return f"coalesce(({found.format('l.data')}), {name}.data)"
    # A record may be in no state, so whether there is a lifted form is asked by itself.
    return (
        f"(CASE WHEN EXISTS ({found.format('1')}) THEN ({found.format('l.state')}) "
        f"ELSE {name}.state END)"
    )


def below(
    table: Table, path: tuple[str, ...], dialect: str, root: str = DOCUMENT
) -> tuple[tuple[str, ...], str]:
    """A path without its hop, and the SQL of the JSON in which the rest begins."""
    if not is_hop(path[0]):
        return path, rooted(table, path[0], root)
    step, link, *rest = path
    if root != DOCUMENT:
        raise ValueError(f"no link leads out of a row: {path}")
    return tuple(rest), linked(table, step, link, "data", dialect)


def linked(table: Table, step: str, link: str, column: str, dialect: str) -> str:
    """A column of the record that a link leads to; NULL where there is none, or it is deleted.

    Found by its primary key, so that it costs one look-up for each record that is asked.
    """
    target = target_of(step)
    there = f"rec_{int(target.removesuffix(_LIFTED)):d}"
    form = there.removeprefix("rec_")
    key = f"({rooted(table, link, f'{table.name}.data')} ->> '{_checked((link,))[0]}')"
    if dialect == "sqlite":
        key = f"({rooted(table, link, f'{table.name}.data')} ->> '{document_path((link,))}')"
        found, scope = f"opswright_record_id({key})", ""
    else:
        found, scope = (
            _record_id(key),
            f"linked.tenant_id = {TENANT} AND linked.form_id = {form} AND ",
        )
    value = _linked_column(target, form, column)
    return (
        f"(SELECT {value} FROM {there} AS linked WHERE {scope}"  # noqa: S608
        f"linked.id = {found} AND linked.deleted_at IS NULL)"
    )


def _linked_column(target: str, form: str, column: str) -> str:
    if not target.endswith(_LIFTED) or column not in ("data", "state"):
        return f"linked.{column}"
    return _as_lifted("linked", form, column)


def _record_id(text: str) -> str:
    """PostgreSQL's way from the text of a record's id to the number; NULL for any other text."""
    letters = " | ".join(
        f"((strpos('{ALPHABET}', substr(k.k, {place + 1}, 1)) - 1)::bigint << {60 - 5 * place})"
        for place in range(13)
    )
    # OFFSET keeps the text from being read out of the document once for each of its letters.
    return (
        f"(SELECT CASE WHEN k.k ~ '^[0-7][{ALPHABET}]{{12}}$' THEN {letters} END "  # noqa: S608
        f"FROM (SELECT {text} AS k OFFSET 0) AS k)"
    )


def rooted(table: Table, key: str, root: str) -> str:
    """Where in SQL a path begins whose first step is `key`: in the lifted document where it waits."""
    waits = root in (DOCUMENT, f"{table.name}.{DOCUMENT}") and key in lifted_keys(table)
    return lifted(table, "data") if waits else root


def expression(
    table: Table, path: tuple[str, ...], kind: Kind, dialect: str, root: str = DOCUMENT
) -> ColumnElement[Any]:
    """The value at `path`, as it compares and sorts; NULL where absent.

    `root` is the SQL of the JSON in which the path begins.  Raises ValueError for a path that
    no form can have.
    """
    if is_hop(path[0]) and is_column(path[2:]):
        step, link, column = path
        if column not in _COLUMNS or root != DOCUMENT:
            raise ValueError(f"there is no column {path}")
        native = Text() if column in _TEXTS else BigInteger()
        return literal_column(linked(table, step, link, _COLUMNS[column], dialect), native)
    if is_column(path):
        if len(path) > 1 or path[0] not in _COLUMNS or root != DOCUMENT:
            raise ValueError(f"there is no column {path}")
        if path[0] == "@state" and path[0] in lifted_keys(table):
            return literal_column(lifted(table, "state"), Text())
        return table.c[_COLUMNS[path[0]]]
    path, root = below(table, path, dialect, root)
    if dialect == "sqlite":
        return literal_column(f"({root} ->> '{document_path(path)}')", sql_type(path, kind))
    if kind in (Kind.INTEGER, Kind.REAL):
        value = document_node(path, root)
        # The test keeps a stray text from failing every query of the form.
        return literal_column(
            f"(CASE WHEN jsonb_typeof({value}) = 'number' THEN ({value})::numeric END)", Numeric()
        )
    return literal_column(f'({document_text(path, root)} COLLATE "C")', Text())


def rows_of(path: tuple[str, ...], dialect: str, root: str = DOCUMENT) -> str:
    """The SQL function that gives one row for each entry of the list at `path`; of anything else none."""
    if dialect == "sqlite":
        where = f"'{document_path(path)}'"
        return (
            f"json_each(CASE WHEN json_type({root}, {where}) = 'array'"
            f" THEN {root} -> {where} ELSE '[]' END)"
        )
    node = document_node(path, root)
    return (
        f"jsonb_array_elements(CASE WHEN jsonb_typeof({node}) = 'array'"
        f" THEN {node} ELSE '[]'::jsonb END)"
    )


def entry_of(alias: str, dialect: str) -> str:
    """The SQL of one entry that `rows_of` gives under a name; NULL where it is no object."""
    if dialect == "sqlite":
        return f"(CASE WHEN {alias}.type = 'object' THEN {alias}.value END)"
    return f"{alias}.value"


def named_entry_of(alias: str, dialect: str) -> str:
    """The SQL of an object that holds one entry, whatever it is, under the name `ENTRY`."""
    if dialect == "sqlite":
        value = (
            f"CASE {alias}.type WHEN 'true' THEN json('true') WHEN 'false' THEN json('false')"
            f" WHEN 'object' THEN json({alias}.value) WHEN 'array' THEN json({alias}.value)"
            f" ELSE {alias}.value END"
        )
        return f"json_object('{ENTRY}', {value})"
    return f"jsonb_build_object('{ENTRY}', {alias}.value)"


def document_path(path: tuple[str, ...]) -> str:
    """SQLite's way to a place in the document, e.g. `$.amount.currency`."""
    steps = (key if _PLAIN.fullmatch(key) else f'"{key}"' for key in _checked(path))
    return ".".join(("$", *steps))


def document_node(path: tuple[str, ...], root: str = DOCUMENT) -> str:
    """PostgreSQL's way to the JSON at a place in the document."""
    return f"({root} -> " + " -> ".join(f"'{key}'" for key in _checked(path)) + ")"


def document_text(path: tuple[str, ...], root: str = DOCUMENT) -> str:
    """PostgreSQL's way to the text at a place in the document."""
    *outer, last = _checked(path)
    return f"({root}" + "".join(f" -> '{key}'" for key in outer) + f" ->> '{last}')"


def _checked(path: tuple[str, ...]) -> tuple[str, ...]:
    for key in path:
        # Keys stand in SQL as they are: nothing else may ever get here.
        if not FIELD_KEY.fullmatch(key):
            raise ValueError(f"{key!r} is no field key")
    return path


def sql_type(path: tuple[str, ...], kind: Kind) -> TypeEngine[Any]:
    """The type that a value compared with `path` is bound as."""
    if kind is Kind.INTEGER:
        native = is_column(path[2:] if is_hop(path[0]) else path)
        return BigInteger() if native else Numeric()
    return Numeric() if kind is Kind.REAL else Text()


def bindable(value: Any, kind: Kind, dialect: str) -> Any:
    """From a stored literal to what the driver is given, for any value at all.

    Texts that no database holds (NUL, lone surrogates) become texts that equal nothing stored;
    integers are kept within 64 bits.
    """
    if kind is Kind.BOOLEAN:
        return ("true" if value else "false") if dialect == "postgresql" else int(bool(value))
    if isinstance(value, str):
        if "\0" in value or not value.isascii():
            value = value.encode("utf-8", "replace").decode().replace("\0", "\ufffd")
        return value
    if isinstance(value, int):
        return max(-_MAX_INTEGER, min(value, _MAX_INTEGER))
    if isinstance(value, float) and dialect == "postgresql":
        return Decimal(repr(value))
    return value


def literal(value: Any, kind: Kind, dialect: str) -> ColumnElement[Any]:
    """A stored literal written into the statement, as partial indexes need it."""
    value = bindable(value, kind, dialect)
    if isinstance(value, str):
        quoted = value.replace("'", "''")
        return literal_column(f"'{quoted}'", Text())
    return literal_column(str(value), Numeric())
