"""Which of several processes does what only one may do."""

import fcntl
import os
import threading
import time
import zlib
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Final, Protocol

from sqlalchemy import Connection, text

from runtime.storage.database import Database
from runtime.storage.errors import StorageError

_TRUSTED_SECONDS: Final = 0.9
"""For how long an answer of the database is believed, so that many threads ask once."""


class Leader(Protocol):
    """A place that at most one process holds; it comes free when that process dies."""

    def holds(self) -> bool:
        """Whether this process holds the place now; takes it where it is free."""

    def release(self) -> None:
        """Leave the place to others."""


class Everybody:
    """For what each process does by itself."""

    def holds(self) -> bool:
        return True

    def release(self) -> None:
        """Nothing is held."""


class FileLeader:
    """For a SQLite database: a lock on a file beside it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None
        self._guard = threading.Lock()

    def holds(self) -> bool:
        with self._guard:
            if self._descriptor is not None:
                return True
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(descriptor)
                return False
            self._descriptor = descriptor
            return True

    def release(self) -> None:
        with self._guard:
            if self._descriptor is not None:
                os.close(self._descriptor)
                self._descriptor = None


class AdvisoryLeader:
    """For PostgreSQL: an advisory lock that lives as long as one connection does."""

    def __init__(self, db: Database, name: str) -> None:
        self._db = db
        self._key = zlib.crc32(name.encode())
        self._open = ExitStack()
        self._conn: Connection | None = None
        self._asked = 0.0
        self._guard = threading.Lock()

    def holds(self) -> bool:
        with self._guard:
            if time.monotonic() < self._asked + _TRUSTED_SECONDS:
                return self._conn is not None
            if self._conn is not None and not self._answers(self._conn):
                self._leave()
            if self._conn is None:
                self._take()
            self._asked = time.monotonic()
            return self._conn is not None

    def release(self) -> None:
        with self._guard:
            self._leave()

    def _take(self) -> None:
        try:
            with ExitStack() as stack:
                conn = stack.enter_context(self._db.read())
                query = text("SELECT pg_try_advisory_lock(:key)")
                if conn.scalar(query, {"key": self._key}):
                    self._conn, self._open = conn, stack.pop_all()
        except StorageError:
            return

    def _leave(self) -> None:
        conn, self._conn = self._conn, None
        if conn is None:
            return
        with suppress(Exception):  # where the connection is gone, the lock went with it
            conn.scalar(text("SELECT pg_advisory_unlock(:key)"), {"key": self._key})
        with suppress(Exception):
            self._open.close()

    def _answers(self, conn: Connection) -> bool:
        """Whether the connection, and so the lock, is still there."""
        try:
            return bool(conn.scalar(text("SELECT 1")) == 1)
        except Exception:  # whatever it is, the lock cannot be relied on
            return False


def leader_for(db: Database, folder: Path) -> Leader:
    """The kind that fits the database."""
    if db.dialect == "sqlite":
        return FileLeader(folder / "background.lock")
    return AdvisoryLeader(db, "opswright background")
