"""Starting and stopping the background of a process: threads in `serve`, all of `worker`."""

import logging
import signal
import threading
import time
from collections.abc import Iterable
from types import FrameType
from typing import Final, Protocol

from runtime.background.deliverer import RENEWED_SECONDS, ApplyAnswer, Deliverer, now
from runtime.background.leader import Everybody, leader_for
from runtime.background.queue import DeliveryQueue
from runtime.background.ticker import Chore, Redelivery, Ticker, purge, seal_all, sweep
from runtime.batches.service import Batches
from runtime.config import Settings
from runtime.gate.owed import Owed
from runtime.hooks.runner import HookRunner
from runtime.migrating.job import Migrations
from runtime.replaying.job import Replays
from runtime.storage import trial_places
from runtime.storage.database import Database
from runtime.storage.files import FileStore
from runtime.storage.index_builder import build_next
from runtime.storage.statistics import refresh_statistics

log = logging.getLogger("opswright.background")

DRAIN_SECONDS: Final = 30.0
WORKERS: Final = 2


class BackgroundServices(Protocol):
    """What a process has, as far as the background needs it."""

    @property
    def settings(self) -> Settings: ...
    @property
    def db(self) -> Database: ...
    @property
    def hooks(self) -> HookRunner: ...
    @property
    def answers(self) -> ApplyAnswer:
        """Stores what a hook asked for, through the write gate."""
        ...

    @property
    def migrations(self) -> Migrations: ...
    @property
    def batches(self) -> Batches: ...
    @property
    def replays(self) -> Replays: ...
    @property
    def files(self) -> FileStore: ...
    @property
    def owed(self) -> Owed: ...
    @property
    def audit_key(self) -> bytes: ...


class Background:
    """The background threads of one process.

    Every process offers and can do the chores of the leader.  `consume` says whether it also
    delivers from the queue: `worker` does, `serve` does where no Redis is set.
    """

    def __init__(
        self,
        services: BackgroundServices,
        *,
        consume: bool | None = None,
        workers: int = WORKERS,
    ) -> None:
        settings = services.settings
        self._deliverer = Deliverer(
            services.db,
            services.hooks,
            services.answers,
            most_per_tool=max(1, workers - 1),
        )
        self._queue = DeliveryQueue(settings, self._deliverer.deliver)
        self._stopped = threading.Event()
        consuming = not settings.redis_url if consume is None else consume
        self._workers = [
            threading.Thread(
                target=self._queue.work, args=(self._stopped,), name=f"deliverer-{n}", daemon=True
            )
            for n in range(workers if consuming else 0)
        ]
        self._renewing = Ticker(
            "leases", [Chore("leases", RENEWED_SECONDS, self._deliverer.renew)], Everybody()
        )
        self._leader = leader_for(services.db, settings.data)
        self._tickers = self._made_tickers(services)
        self._owed = services.owed

    def start(self) -> None:
        """Start the threads; returns at once."""
        self._owed.listen(self.offer)
        for ticker in (*self._tickers, self._renewing):
            ticker.start()
        for worker in self._workers:
            worker.start()

    def offer(self, delivery_ids: Iterable[int]) -> bool:
        """Tell that outbox rows were committed, so that they need not wait for the next turn."""
        return self._queue.offer(delivery_ids)

    def stop(self, seconds: float = DRAIN_SECONDS) -> bool:
        """Take nothing new and wait for what is being done; whether all of it ended in time.

        What did not is left to others when its lease ends.
        """
        deadline = time.monotonic() + seconds
        self._owed.listen(None)
        self._stopped.set()
        self._deliverer.drain()
        self._queue.wake()
        for ticker in self._tickers:
            ticker.stop()
        for ticker in self._tickers:
            ticker.join(max(0.0, deadline - time.monotonic()))
        for worker in self._workers:
            if worker.is_alive():
                worker.join(max(0.0, deadline - time.monotonic()))
                self._queue.wake()
        self._deliverer.interrupt()
        self._renewing.stop()
        self._renewing.join(max(0.0, deadline - time.monotonic()))
        self._leader.release()
        ended = not any(worker.is_alive() for worker in self._workers)
        if ended:
            self._queue.close()
        return ended

    def _made_tickers(self, services: BackgroundServices) -> list[Ticker]:
        """One thread for each kind, so that a long index build or hook does not hold up sealing."""
        db, kept = services.db, services.settings.keep_detached_days
        kinds = {
            "sealing": [
                Chore("sealing", 1.0, lambda: seal_all(db, services.audit_key)),
                Chore("purging", 3600.0, lambda: purge(db)),
                Chore("files", 3600.0, lambda: sweep(db, services.files, kept)),
                Chore("previews", 3600.0, lambda: trial_places.sweep(db, now())),
            ],
            "migrations": [
                Chore("migrations", 1.0, lambda: services.migrations.work(self._stopped.is_set))
            ],
            "batches": [Chore("batches", 1.0, lambda: services.batches.work(self._stopped.is_set))],
            "replays": [Chore("replays", 1.0, lambda: services.replays.work(self._stopped.is_set))],
            "outbox": [Chore("outbox", 1.0, Redelivery(db, self._queue, self._deliverer))],
            "indexes": [
                Chore("indexes", 2.0, lambda: build_next(db)),
                Chore("statistics", 60.0, lambda: refresh_statistics(db)),
            ],
        }
        return [Ticker(name, chores, self._leader) for name, chores in kinds.items()]


def run_worker(services: BackgroundServices, workers: int = 4) -> bool:
    """The body of `opswright worker`: deliver until SIGTERM or SIGINT, then drain.

    Returns whether everything that had been begun was ended.  Called in the main thread.
    """
    asked = threading.Event()

    def stop(signum: int, _frame: FrameType | None) -> None:
        log.info("stopping on %s", signal.Signals(signum).name)
        asked.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    services.hooks.start()
    background = Background(services, consume=True, workers=workers)
    background.start()
    log.info("worker started with %d threads", workers)
    asked.wait()
    return background.stop()
