"""The breaker: says within seconds that the database is gone, so that requests need not find out.

A pooled connection to a server that hangs waits as long as the server hangs, whatever the timeouts
say; only a new connection gives up in time.  So a thread opens one every other second.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from runtime.storage.database import Database
from runtime.storage.errors import StorageError

_LOG: Final = logging.getLogger(__name__)


class Breaker:
    """Watches one database; open means: answer 503 at once."""

    def __init__(self, db: Database, *, interval: float = 2.0, failures: int = 2) -> None:
        self._db = db
        self._interval = interval
        self._failures = failures
        self._failed = 0
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def is_open(self) -> bool:
        """Whether the database failed to answer several times in a row."""
        return self._failed >= self._failures

    def start(self) -> None:
        """Begin to watch, in a daemon thread."""
        self._stopped.clear()
        self._db.is_gone = lambda: self.is_open
        self._thread = threading.Thread(target=self._watch, name="breaker", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the watch; waits for the probe at work."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._db.is_gone = lambda: False

    def probe(self) -> None:
        """Ask once and count."""
        was_open = self.is_open
        try:
            self._db.ping()
        except StorageError as error:
            self._failed += 1
            if self.is_open and not was_open:
                _LOG.warning("the database does not answer: %s", error)
        else:
            self._failed = 0
            if was_open:
                _LOG.warning("the database answers again")

    def _watch(self) -> None:
        while not self._stopped.wait(self._interval):
            self.probe()


@contextmanager
def watched(db: Database) -> Iterator[None]:
    """Inside, a server that does not answer is known within seconds; a file needs no watch."""
    if db.dialect != "postgresql":
        yield
        return
    breaker = Breaker(db)
    breaker.start()
    try:
        yield
    finally:
        breaker.stop()
