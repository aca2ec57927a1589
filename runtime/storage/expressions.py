"""The one place where a value in a stored record becomes SQL.

Index and query take their text from here: a database uses an expression index only for the very
expression it was made of.
"""

import re
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, Numeric, Table, Text, literal_column
from sqlalchemy.types import TypeEngine

from form_specs.conditions import Kind

_KEY: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,79}")
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
_MAX_INTEGER: Final = 2**63 - 1


def is_column(path: tuple[str, ...]) -> bool:
    """Whether the path leads to a native column, not into the document."""
    return path[0].startswith("@")


def expression(table: Table, path: tuple[str, ...], kind: Kind, dialect: str) -> ColumnElement[Any]:
    """The value at `path`, as it compares and sorts; NULL where absent.

    Raises ValueError for a path that no form can have.
    """
    if is_column(path):
        if len(path) > 1 or path[0] not in _COLUMNS:
            raise ValueError(f"there is no column {path}")
        return table.c[_COLUMNS[path[0]]]
    if dialect == "sqlite":
        return literal_column(f"(data ->> '{document_path(path)}')", sql_type(path, kind))
    if kind in (Kind.INTEGER, Kind.REAL):
        value = document_node(path)
        # The test keeps a stray text from failing every query of the form.
        return literal_column(
            f"(CASE WHEN jsonb_typeof({value}) = 'number' THEN ({value})::numeric END)", Numeric()
        )
    return literal_column(f'({document_text(path)} COLLATE "C")', Text())


def document_path(path: tuple[str, ...]) -> str:
    """SQLite's way to a place in the document, e.g. `$.amount.currency`."""
    steps = (key if _PLAIN.fullmatch(key) else f'"{key}"' for key in _checked(path))
    return ".".join(("$", *steps))


def document_node(path: tuple[str, ...]) -> str:
    """PostgreSQL's way to the JSON at a place in the document."""
    return "(data -> " + " -> ".join(f"'{key}'" for key in _checked(path)) + ")"


def document_text(path: tuple[str, ...]) -> str:
    """PostgreSQL's way to the text at a place in the document."""
    *outer, last = _checked(path)
    return "(data" + "".join(f" -> '{key}'" for key in outer) + f" ->> '{last}')"


def _checked(path: tuple[str, ...]) -> tuple[str, ...]:
    for key in path:
        # Keys stand in SQL as they are: nothing else may ever get here.
        if not _KEY.fullmatch(key):
            raise ValueError(f"{key!r} is no field key")
    return path


def sql_type(path: tuple[str, ...], kind: Kind) -> TypeEngine[Any]:
    """The type that a value compared with `path` is bound as."""
    if kind is Kind.INTEGER:
        return BigInteger() if is_column(path) else Numeric()
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
