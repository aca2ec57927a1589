"""Statements compiled once and kept: what remains per call is binding values."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import ClauseElement, Connection
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Compiled, Dialect

_DIALECTS: Final[Mapping[str, Dialect]] = {
    "sqlite": sqlite.dialect(paramstyle="named"),
    "postgresql": postgresql.psycopg.dialect(),  # type: ignore[no-untyped-call]
}


def sql_text(clause: ClauseElement, dialect: str, **options: Any) -> str:
    """The SQL of a clause or statement, lists expanded."""
    return str(_compiled(clause, dialect, **options))


def _compiled(clause: ClauseElement, dialect: str, **options: Any) -> Compiled:
    return clause.compile(
        dialect=_DIALECTS[dialect], compile_kwargs={"render_postcompile": True, **options}
    )


class Prepared:
    """A statement as text for one database, run past SQLAlchemy's compiler.

    Values are given by name and must be of types that the driver takes as they are.
    """

    __slots__ = ("_constants", "sql")

    def __init__(self, statement: ClauseElement, dialect: str) -> None:
        compiled = _compiled(statement, dialect)
        self.sql: Final = str(compiled)
        known = compiled.params.items()
        self._constants: Final = {name: value for name, value in known if value is not None}

    def values(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """All that the driver is given."""
        return {**self._constants, **values}

    def rows(self, conn: Connection, values: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        """All rows."""
        return conn.exec_driver_sql(self.sql, self.values(values)).fetchall()

    def first(self, conn: Connection, values: Mapping[str, Any]) -> Sequence[Any] | None:
        """The only row of interest, or none."""
        return conn.exec_driver_sql(self.sql, self.values(values)).fetchone()

    def run(self, conn: Connection, values: Mapping[str, Any]) -> int:
        """How many rows it touched."""
        return conn.exec_driver_sql(self.sql, self.values(values)).rowcount


def prepared(build: Callable[[str], ClauseElement]) -> Callable[[Connection], Prepared]:
    """Makes of a function that writes a statement for a dialect one that gives it prepared.

    Each is built once per database; for what runs with every page, where building costs more
    than running.
    """

    @lru_cache
    def made(dialect: str) -> Prepared:
        return Prepared(build(dialect), dialect)

    return lambda conn: made(conn.dialect.name)
