"""What has to be done again and again, by one process at a time."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from runtime.background.deliverer import Deliverer, now
from runtime.background.leader import Leader
from runtime.background.queue import DeliveryQueue
from runtime.storage import attachments, batches, idempotency, outbox, sessions
from runtime.storage.database import Database
from runtime.storage.errors import StorageUnavailable
from runtime.storage.files import FileStore
from runtime.storage.sealing import seal

log = logging.getLogger("opswright.background")

_OFFERED_AGAIN_SECONDS: Final = 5.0
_OFFERS: Final = 400
_OFFERS_PER_TOOL: Final = 100
_DIRECT: Final = 10
_SEAL_BATCH: Final = 1000
_MOST_BATCHES: Final = 20
_DAY: Final = 24 * 3600 * 1_000_000
_FRESH_SECONDS: Final = 24 * 3600.0
_KEPT_REQUESTS: Final = 2 * 24 * 3600 * 1_000_000
"""Answers of idempotent requests are kept for two days, in microseconds."""


@dataclass(frozen=True, slots=True)
class Chore:
    """Something to do every so many seconds."""

    name: str
    every_seconds: float
    do: Callable[[], object]


class Ticker:
    """A thread that does its chores in turn while this process is the leader.

    A chore that fails is logged and tried again at its next turn; the others go on.
    """

    def __init__(self, name: str, chores: list[Chore], leader: Leader) -> None:
        self._name = name
        self._chores = chores
        self._leader = leader
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._failing: set[str] = set()

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End after the chore that is being done; does not wait for it."""
        self._stopped.set()

    def join(self, seconds: float) -> None:
        """Wait for the end of the thread, no longer than that."""
        self._thread.join(seconds)

    def _run(self) -> None:
        pause = min(chore.every_seconds for chore in self._chores)
        due = dict.fromkeys((chore.name for chore in self._chores), 0.0)
        while not self._stopped.is_set():
            if self._leads():
                for chore in self._chores:
                    if time.monotonic() >= due[chore.name] and not self._stopped.is_set():
                        self._do(chore)
                        due[chore.name] = time.monotonic() + chore.every_seconds
            self._stopped.wait(pause)

    def _leads(self) -> bool:
        try:
            return self._leader.holds()
        except OSError as error:  # a full or read-only disk under the lock file
            log.warning("%s cannot see whether it leads: %s", self._name, error)
            return False

    def _do(self, chore: Chore) -> None:
        try:
            chore.do()
        except StorageUnavailable as error:
            if chore.name not in self._failing:  # once, not each second
                log.warning("%s waits for the database: %s", chore.name, error)
            self._failing.add(chore.name)
        except Exception:
            if chore.name not in self._failing:
                log.exception("%s failed; it is tried again", chore.name)
            self._failing.add(chore.name)
        else:
            self._failing.discard(chore.name)


class Redelivery:
    """Brings outbox rows that are due to the queue, or delivers them itself when there is none."""

    def __init__(self, db: Database, queue: DeliveryQueue, deliverer: Deliverer) -> None:
        self._db = db
        self._queue = queue
        self._deliverer = deliverer
        self._offered: dict[int, float] = {}

    def __call__(self) -> None:
        with self._db.read() as conn:
            due = outbox.due(conn, now(), _OFFERS, _OFFERS_PER_TOOL)
        moment = time.monotonic()
        self._offered = {
            item: self._offered[item]
            for item in due
            if moment < self._offered.get(item, 0.0) + _OFFERED_AGAIN_SECONDS
        }
        fresh = [item for item in due if item not in self._offered]
        if not fresh or self._queue.full():
            return
        if self._queue.offer(fresh):
            self._offered |= dict.fromkeys(fresh, moment)
            return
        for item in fresh[:_DIRECT]:
            self._deliverer.deliver(item)


def seal_all(db: Database, key: bytes) -> None:
    """Seal what was written since the last time; a backlog over several turns."""
    for _ in range(_MOST_BATCHES):
        if seal(db, key, _SEAL_BATCH) < _SEAL_BATCH:
            return


def sweep(db: Database, files: FileStore, days: int) -> int:
    """Delete the bytes of files that were taken off records so long ago, or never came to one.

    What was uploaded within a day is left alone: its record may be on its way.
    """
    with db.read() as conn:
        needed = attachments.referenced(conn, since=now() - days * _DAY)
        needed |= batches.files_needed(conn)
    removed = files.sweep(needed, _FRESH_SECONDS)
    if removed:
        log.info("%d files that no record holds any more were deleted", removed)
    return removed


def purge(db: Database) -> None:
    """Remove sessions that have ended and answers of requests that nobody repeats any more."""
    moment = now()
    with db.write() as conn:
        sessions.purge(conn, moment)
    with db.write() as conn:
        idempotency.purge(conn, moment - _KEPT_REQUESTS)
