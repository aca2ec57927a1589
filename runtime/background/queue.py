"""The queue that carries outbox ids: Huey on a SQLite file, or on Redis.

The outbox row is the truth.  The queue may lose everything, hold things twice or be gone: a
row that is due is offered again, and a row that is not due is not delivered.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

from runtime.config import Settings

if TYPE_CHECKING:
    from runtime.background.carrier import Carrier

log = logging.getLogger("opswright.background")

_FULL: Final = 2000
_POLL_SECONDS: Final = 2.0
"""How long an idle worker of the embedded queue sleeps; an offer in its own process wakes it."""
_AFTER_FAILURE_SECONDS: Final = 5.0
"""For how long a queue that did not answer is left alone, so that saves do not wait for it."""


class DeliveryQueue:
    """Outbox ids on their way to whoever delivers them; any thread may offer.

    On Redis where the settings name one, else on a SQLite file in the data folder.
    """

    def __init__(self, settings: Settings, deliver: Callable[[int], object]) -> None:
        self._settings = settings
        self._deliver = deliver
        self._opening = threading.Lock()
        self._opened: Carrier | None = None
        self._wake = threading.Event()
        self._quiet_until = 0.0

    def offer(self, delivery_ids: Iterable[int]) -> bool:
        """Put ids on the queue; false when the queue does not answer, which harms nothing."""
        if time.monotonic() < self._quiet_until:
            return False
        try:
            for delivery_id in delivery_ids:
                self._carrier().put(delivery_id)
        except Exception as error:
            self._quiet_until = time.monotonic() + _AFTER_FAILURE_SECONDS
            log.warning("the queue does not answer (%s); the outbox goes on without it", error)
            return False
        self._wake.set()
        return True

    def full(self) -> bool:
        """Whether so much waits that offering more would only repeat it: nobody is working, or too few."""
        try:
            return self._carrier().size() >= _FULL
        except Exception:  # each client library has its own family; offering will tell
            return False

    def wake(self) -> None:
        """Let idle workers look at once: there is work, or an end."""
        self._wake.set()

    def work(self, stopped: threading.Event) -> None:
        """Deliver what comes until `stopped`: the body of a worker thread."""
        if not self._settings.redis_url:
            self._rest()  # the first pages go before a queue that nobody has put anything on
        while not stopped.is_set():
            task = self._next(stopped)
            if task is not None:
                self._execute(task)
            elif not self._settings.redis_url:  # Redis has waited itself
                self._rest()

    def close(self) -> None:
        """Give back the connections."""
        if self._opened is not None:
            self._opened.close()

    def _carrier(self) -> "Carrier":
        with self._opening:
            if self._opened is None:
                # Not at the start, which it would make longer; why is said there.
                from runtime.background.carrier import Carrier  # noqa: PLC0415

                self._opened = Carrier(self._settings, self._deliver)
            return self._opened

    def _rest(self) -> None:
        self._wake.wait(_POLL_SECONDS)
        self._wake.clear()

    def _execute(self, task: Any) -> None:
        try:
            self._carrier().execute(task)
        except Exception as error:  # the queue went away meanwhile; the row is offered again
            log.warning("the queue does not answer (%s)", error)

    def _next(self, stopped: threading.Event) -> Any:
        """The next task of ours, or none when the queue is empty or cannot be read."""
        try:
            return self._carrier().take()
        except Exception as error:  # each client library has its own family
            log.warning("the queue cannot be read (%s); trying again", error)
            stopped.wait(1.0)
            return None
