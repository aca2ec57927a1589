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


PLANNED_ONCE: Final = {"planned_once": True}
"""The execution option of statements that are carried out in one way whatever their values."""


class Prepared:
    """A statement as text for one database, given to its driver past SQLAlchemy.

    That takes several times as long around a short statement as the statement itself.  Values are given by name and must be of types that the driver takes as they are.  What finds
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
        found: Sequence[Sequence[Any]] = self._done(conn, values, "fetchall")
        return found

    def first(self, conn: Connection, values: Mapping[str, Any]) -> Sequence[Any] | None:
        """The only row of interest, or none."""
        found: Sequence[Any] | None = self._done(conn, values, "fetchone")
        return found

    def run(self, conn: Connection, values: Mapping[str, Any]) -> int:
        """How many rows it touched."""
        return conn.exec_driver_sql(self.sql, self.values(values), self._options).rowcount

    def _done(self, conn: Connection, values: Mapping[str, Any], fetch: str) -> Any:
        known = self.values(values)
        if conn.dispatch.before_cursor_execute:
            # Somebody listens: those who count statements, or look at their plans.
            return getattr(conn.exec_driver_sql(self.sql, known, self._options), fetch)()
        driver: Any = conn.connection.driver_connection
        try:
            # Planned anew where that is not said otherwise, as `database` has it of all others.
            how = {} if self._options or conn.dialect.name == "sqlite" else {"prepare": False}
            return getattr(driver.execute(self.sql, known, **how), fetch)()
        except conn.dialect.loaded_dbapi.Error as error:
            # It knows which connections are lost by that, and tells `errors`.
            conn._handle_dbapi_exception(error, self.sql, known, None, None)


def prepared(build: Callable[[str], ClauseElement]) -> Callable[[Connection], Prepared]:
    """Makes of a function that writes a statement for a dialect one that gives it prepared.

    Each is built once per database; for what runs with every page and finds its rows by a key,
    where building and planning cost more than running.
    """

    @lru_cache
    def made(dialect: str) -> Prepared:
        return Prepared(build(dialect), dialect, planned_once=True)

    return lambda conn: made(conn.dialect.name)
