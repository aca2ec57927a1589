"""Statements compiled once and kept: what remains per call is binding values."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import ClauseElement, Connection, CursorResult
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


PLANNED_ONCE: Final = {"planned_once": True}
"""The execution option of statements that are carried out in one way whatever their values."""


class Prepared:
    """A statement as text for one database, run past SQLAlchemy's compiler.

    Values are given by name and must be of types that the driver takes as they are.  What finds
    its rows by a key is `planned_once`; what is filtered by values of records never is.
    """

    __slots__ = ("_constants", "_options", "sql")

    def __init__(
        self, statement: ClauseElement, dialect: str, *, planned_once: bool = False
    ) -> None:
        self._options = PLANNED_ONCE if planned_once else None
        compiled = _compiled(statement, dialect)
        self.sql: Final = str(compiled)
        known = compiled.params.items()
        self._constants: Final = {name: value for name, value in known if value is not None}

    def values(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """All that the driver is given."""
        return {**self._constants, **values}

    def rows(self, conn: Connection, values: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        """All rows."""
        return self._done(conn, values).fetchall()

    def first(self, conn: Connection, values: Mapping[str, Any]) -> Sequence[Any] | None:
        """The only row of interest, or none."""
        return self._done(conn, values).fetchone()

    def run(self, conn: Connection, values: Mapping[str, Any]) -> int:
        """How many rows it touched."""
        return self._done(conn, values).rowcount

    def _done(self, conn: Connection, values: Mapping[str, Any]) -> CursorResult[Any]:
        return conn.exec_driver_sql(self.sql, self.values(values), self._options)


def prepared(build: Callable[[str], ClauseElement]) -> Callable[[Connection], Prepared]:
    """Makes of a function that writes a statement for a dialect one that gives it prepared.

    Each is built once per database; for what runs with every page and finds its rows by a key,
    where building and planning cost more than running.
    """

    @lru_cache
    def made(dialect: str) -> Prepared:
        return Prepared(build(dialect), dialect, planned_once=True)

    return lambda conn: made(conn.dialect.name)
