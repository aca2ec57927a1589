"""Opening SQLite or PostgreSQL, and the two ways to hold a connection: reading and writing."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL, ExceptionContext, ExecutionContext
from sqlalchemy.exc import InvalidatePoolError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from runtime.storage.errors import (
    StorageBusy,
    StorageUnavailable,
    on_driver_error,
    storage_error,
)
from runtime.storage.ids import decode_id
from runtime.storage.migrations import HEAD

_WAIT_SECONDS: Final = 10
_RESTED_SECONDS: Final = 1.0
"""A connection that was in use so short a time ago is taken to be alive still."""
_POOL: Final = {"pool_size": 10, "max_overflow": 20, "pool_timeout": 5}
_SQLITE_PRAGMAS: Final = (
    "busy_timeout=5000",
    "cache_size=-32768",
    "mmap_size=268435456",
    "temp_store=MEMORY",
    "foreign_keys=ON",
)
_POSTGRESQL_SETTINGS: Final = {
    "statement_timeout": "5s",
    "idle_in_transaction_session_timeout": "60s",
    # Statements that are to be planned for their values are sent so that they are.
    "plan_cache_mode": "auto",
    "jit": "off",
    # What it is on flash and in memory; four, the default, is a disk's that has to seek.
    "random_page_cost": "1.1",
    "timezone": "UTC",
}


def _dump_json(value: Any) -> str:
    return orjson.dumps(value).decode()


@dataclass
class _Lost:
    """When the server was last found gone: no connection that is older than that is trusted."""

    at: float = 0.0


class Database:
    """One database: its engines, its transactions and its schema version.

    Threads share an instance.  Connections come from `read()`, `write()` and `snapshot()`.
    """

    def __init__(self, url: URL, *, readonly: bool) -> None:
        self.url = url
        self.readonly = readonly
        self.dialect: str = url.get_backend_name()
        lost = _Lost()
        self._reading = _engine(url, lost, readonly=True, file_readonly=readonly)
        self._writing = _engine(url, lost, readonly=readonly, file_readonly=readonly)
        self._probing = _engine(url, lost, readonly=True, file_readonly=True, pooled=False)
        self.is_gone: Callable[[], bool] = lambda: False
        """Whether it is known already that nobody answers, so that nobody need wait to find out."""
        self._turn = threading.Lock()
        self._held = threading.local()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that reads and refuses to write; each statement sees what is committed by then."""
        with self._connected(self._reading) as conn:
            yield conn

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """A reading connection whose statements all see the same moment."""
        begin = "BEGIN"
        if self.dialect == "postgresql":
            begin = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"
        with self._connected(self._reading) as conn:
            conn.exec_driver_sql(begin)
            if self.dialect == "postgresql":
                # Who needs one moment reads all there is: an audit, a backup.
                conn.exec_driver_sql("SET LOCAL statement_timeout = 0")
            try:
                yield conn
            finally:
                if not conn.invalidated:
                    conn.exec_driver_sql("ROLLBACK")

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One writing transaction: committed when the block ends, rolled back when it raises.

        On SQLite the writers of a process take turns.  Raises `StorageBusy` when the turn does
        not come, RuntimeError when the thread already writes.
        """
        if getattr(self._held, "writing", False):
            raise RuntimeError("this thread is already in a write transaction")
        with self._writer_turn():
            self._held.writing = True
            try:
                with self._connected(self._writing) as conn, conn.begin():
                    yield conn
            finally:
                self._held.writing = False

    @contextmanager
    def autocommit(self) -> Iterator[Connection]:
        """A writing connection without a transaction, for statements that refuse to run in one (PostgreSQL)."""
        engine = self._writing.execution_options(isolation_level="AUTOCOMMIT")
        with self._connected(engine) as conn:
            yield conn

    @contextmanager
    def _connected(self, engine: Engine) -> Iterator[Connection]:
        if self.is_gone():
            raise StorageUnavailable("the database does not answer")
        try:
            conn = engine.connect()
        except PoolTimeoutError as error:
            raise StorageBusy("all database connections are in use") from error
        with conn:
            yield conn

    @contextmanager
    def _writer_turn(self) -> Iterator[None]:
        if self.dialect != "sqlite":
            yield
            return
        if not self._turn.acquire(timeout=_WAIT_SECONDS):
            raise StorageBusy("another write takes too long")
        try:
            yield
        finally:
            self._turn.release()

    def ping(self) -> None:
        """Raises `StorageUnavailable` unless a fresh connection answers."""
        try:
            with self._probing.connect() as conn:
                conn.exec_driver_sql("SELECT 1").scalar_one()
        except SQLAlchemyError as error:
            raise StorageUnavailable(str(error)) from error

    def schema_version(self) -> str | None:
        """The revision the fixed tables are at, or none in an empty database."""
        with self.read() as conn:
            if self.dialect == "postgresql":
                found = conn.exec_driver_sql("SELECT to_regclass('alembic_version')").scalar()
            else:
                found = conn.exec_driver_sql(
                    "SELECT name FROM sqlite_master WHERE name = 'alembic_version'"
                ).scalar()
            if found is None:
                return None
            return conn.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()

    def migrate(self) -> bool:
        """Bring the fixed tables to the version of this code; true where there was something to do.

        Processes that start together wait for the first.
        """
        if self.schema_version() == HEAD:
            return False
        # Alembic takes as long to import as a start may take in all.
        from runtime.storage.migrations.run import upgrade  # noqa: PLC0415

        with self.write() as conn:
            if self.dialect == "postgresql":
                conn.exec_driver_sql("SET LOCAL statement_timeout = 0")
                conn.exec_driver_sql("SELECT pg_advisory_xact_lock(7303, 0)")
            upgrade(conn)
        return True

    def close(self) -> None:
        """Close all idle connections; those in use close when given back."""
        self._reading.dispose()
        self._writing.dispose()


def open_database(url: str, *, readonly: bool = False) -> Database:
    """Open `sqlite:////path/file.db` or `postgresql://…`; connects when first used.

    Raises ValueError for any other URL.
    """
    parsed = make_url(url)
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        if parsed.database in (None, "", ":memory:"):
            raise ValueError("a SQLite database must be a file: sqlite:////path/file.db")
        if not readonly:
            Path(str(parsed.database)).parent.mkdir(parents=True, exist_ok=True)
        return Database(parsed.set(drivername="sqlite"), readonly=readonly)
    if backend == "postgresql":
        return Database(parsed.set(drivername="postgresql+psycopg"), readonly=readonly)
    raise ValueError(f"databases are sqlite or postgresql, not {backend}")


def _engine(
    url: URL, lost: _Lost, *, readonly: bool, file_readonly: bool, pooled: bool = True
) -> Engine:
    options: dict[str, Any] = {"json_serializer": _dump_json, "json_deserializer": orjson.loads}
    options |= _POOL if pooled else {"poolclass": NullPool}
    if readonly:
        options["isolation_level"] = "AUTOCOMMIT"
    if url.get_backend_name() == "sqlite":
        engine = _sqlite_engine(url, options, readonly=readonly, file_readonly=file_readonly)
    else:
        engine = _postgresql_engine(url, lost, options, readonly=readonly)
    event.listen(engine, "handle_error", on_driver_error, retval=True)
    return engine


def _postgresql_engine(url: URL, lost: _Lost, options: dict[str, Any], *, readonly: bool) -> Engine:
    settings = dict(_POSTGRESQL_SETTINGS)
    if readonly:
        settings["default_transaction_read_only"] = "on"
    given = url.query.get("options", "")
    own = [f"-c {name}={value}" for name, value in settings.items()]
    engine = create_engine(
        url,
        connect_args={
            "connect_timeout": 3,
            "tcp_user_timeout": 5000,
            "keepalives_idle": 10,
            "keepalives_interval": 2,
            "keepalives_count": 3,
            "application_name": "opswright",
            # What the address asks for, such as a schema, stands beside ours.
            "options": " ".join((*(given if isinstance(given, tuple) else (given,)), *own)).strip(),
        },
        **options,
    )
    event.listen(engine, "do_execute", _plan_anew)
    _ping_doubted(engine, lost)
    return engine


def _plan_anew(cursor: Any, statement: str, values: Any, context: ExecutionContext) -> bool:
    """Lets the server keep plans of those statements alone that say so (`PLANNED_ONCE`).

    A plan for any values cannot know which partial index these select.
    """
    if context.execution_options.get("planned_once"):
        return False
    cursor.execute(statement, values, prepare=False)
    return True


def _ping_doubted(engine: Engine, lost: _Lost) -> None:
    """Asks a pooled connection whether its server is still there, where that is not sure.

    SQLAlchemy's own ping asks each time, which is a round trip more for every page.
    """

    def rest(_connection: object, record: ConnectionPoolEntry) -> None:
        record.info["rests_since"] = time.monotonic()

    def lose(context: ExceptionContext) -> None:
        if isinstance(storage_error(context.original_exception), StorageUnavailable):
            lost.at = time.monotonic()

    def ping(connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
        since = record.info.get("rests_since")
        trusted = max(time.monotonic() - _RESTED_SECONDS, lost.at)
        if since is None or since > trusted:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error

    event.listen(engine, "checkin", rest)
    event.listen(engine, "checkout", ping)
    event.listen(engine, "handle_error", lose)


def _sqlite_engine(
    url: URL, options: dict[str, Any], *, readonly: bool, file_readonly: bool
) -> Engine:
    name = url.database
    if file_readonly:
        url = url.set(database=f"file:{name}").update_query_dict({"mode": "ro", "uri": "true"})
    engine = create_engine(url, connect_args={"check_same_thread": False}, **options)

    def prepare(connection: sqlite3.Connection, record: ConnectionPoolEntry) -> None:
        connection.isolation_level = None
        for pragma in _SQLITE_PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        if not file_readonly:
            connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA query_only=ON" if readonly else "PRAGMA synchronous=FULL")
        connection.create_function("opswright_lower", 1, _lower, deterministic=True)
        connection.create_function("opswright_record_id", 1, _record_id, deterministic=True)
        record.info["file"] = _file(name)

    def begin(conn: Connection) -> None:
        if conn.info.get("file") != _file(name):
            raise StorageUnavailable("the database file was taken away, or another is in its place")
        conn.exec_driver_sql("BEGIN IMMEDIATE")

    event.listen(engine, "connect", prepare)
    if not readonly:
        event.listen(engine, "begin", begin)
    return engine


def _file(name: str | None) -> tuple[int, int] | None:
    """Which file stands under a name: what is written to one that does no more would be lost."""
    try:
        found = Path(str(name)).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _record_id(text: Any) -> int | None:
    """The number of a record whose id stands in a document; none for anything else."""
    try:
        return decode_id(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _lower(value: object) -> str | None:
    """What `contains` and `starts_with` compare: Python's idea of lower case, not ASCII's."""
    return value.lower() if isinstance(value, str) else None
