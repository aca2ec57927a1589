"""Delivers outbox rows: runs the after-hook and stores its answer, at least once."""

import logging
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, TypeAlias

from sqlalchemy import Connection

from runtime.hooks.answers import HookAnswer, HookFailed
from runtime.hooks.runner import HookRunner
from runtime.storage import outbox
from runtime.storage.database import Database
from runtime.storage.errors import StorageError
from runtime.storage.outbox import Delivery

log = logging.getLogger("opswright.background")

MOST_TRIES: Final = 12
LONGEST_WAIT_SECONDS: Final = 300.0
_SECOND: Final = 1_000_000
_LEASE_SECONDS: Final = 20.0
"""How long a row stays claimed by a process of which nothing is heard any more."""
RENEWED_SECONDS: Final = 5.0
"""How often a process says that it is still delivering a row."""
_LONGEST_REASON: Final = 500
_LONGEST_LINE: Final = 1000

ApplyAnswer: TypeAlias = Callable[[Connection, Delivery, HookAnswer], None]
"""The gate's `apply_hook_answer`: raises `HookFailed` with `final` for an answer it will never accept."""


def now() -> int:
    """Microseconds UTC since 1970."""
    return time.time_ns() // 1000


def wait_seconds(tries: int) -> float:
    """How long to wait after that many tries: 1 s, doubling to 5 minutes, a fifth more or less."""
    base = min(2.0 ** (tries - 1), LONGEST_WAIT_SECONDS)
    return base * random.uniform(0.8, 1.2)  # noqa: S311 - spreads load, guards nothing


class _LeaseLostError(Exception):
    """The row was claimed by another worker meanwhile: whatever was stored must be taken back."""


class _Turns:
    """How many deliveries of each tool run at once, so that one tool's slow hooks leave room for others.

    Whoever comes when a tool has its share leaves the row in line; who ends a delivery of the
    tool goes on with the line.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._running: Counter[str] = Counter()
        self._lines: dict[str, dict[int, None]] = {}
        self._guard = threading.Lock()

    def enter(self, tool: str, delivery_id: int) -> bool:
        """Whether the row may be delivered now; if not it stands in line, once."""
        with self._guard:
            if self._running[tool] < self._most:
                self._running[tool] += 1
                return True
            line = self._lines.setdefault(tool, {})
            if len(line) < _LONGEST_LINE:  # what finds no place is offered again
                line[delivery_id] = None
            return False

    def following(self, tool: str) -> int | None:
        """The next of the line, to be delivered in the same turn; none ends the turn."""
        with self._guard:
            line = self._lines.get(tool)
            if line:
                delivery_id = next(iter(line))
                del line[delivery_id]
                return delivery_id
            self._lines.pop(tool, None)
            self._leave(tool)
            return None

    def abandon(self, tool: str) -> None:
        """End a turn without looking at the line."""
        with self._guard:
            self._leave(tool)

    def _leave(self, tool: str) -> None:
        self._running[tool] -= 1
        if not self._running[tool]:
            del self._running[tool]


class Deliverer:
    """Claims an outbox row, runs its hook, stores the answer; many threads may share one.

    A row is claimed for a short time, which `renew` prolongs while the hook runs.  A process
    that dies in between renews nothing: when its lease ends the row is due again and the hook
    runs again with the same idempotency key.
    """

    def __init__(
        self,
        db: Database,
        hooks: HookRunner,
        apply: ApplyAnswer,
        *,
        most_per_tool: int = 1,
    ) -> None:
        self._db = db
        self._hooks = hooks
        self._apply = apply
        self._lease = int(_LEASE_SECONDS * _SECOND)
        self._held: dict[int, Delivery] = {}
        self._turns = _Turns(most_per_tool)
        self._draining = threading.Event()
        self._interrupted = threading.Event()

    def drain(self) -> None:
        """End what is being delivered and begin nothing that stands in line."""
        self._draining.set()

    def interrupt(self) -> None:
        """What fails from now on was interrupted, not wrong: it is due again at once."""
        self._interrupted.set()

    def deliver(self, delivery_id: int) -> bool:
        """Deliver one row if it is due and nobody else has it; whether it was done.

        A row whose tool has its share of this process already is left to the thread that
        delivers for that tool.
        """
        try:
            with self._db.read() as conn:
                tool = outbox.tool_of(conn, delivery_id)
        except StorageError as error:
            log.warning("delivery %d is left for later: %s", delivery_id, error)
            return False
        if tool is None or not self._turns.enter(tool, delivery_id):
            return False
        try:
            delivered = self._claimed(delivery_id)
            while not self._draining.is_set():
                following = self._turns.following(tool)
                if following is None:
                    return delivered
                self._claimed(following)
        except BaseException:
            self._turns.abandon(tool)
            raise
        self._turns.abandon(tool)
        return delivered

    def _claimed(self, delivery_id: int) -> bool:
        try:
            with self._db.write() as conn:
                delivery = outbox.claim(conn, delivery_id, now(), self._lease)
            if delivery is None:
                return False
            with self._holding(delivery):
                return self._run(delivery)
        except StorageError as error:  # its lease ends, and then it is due again
            log.warning("delivery %d is left for later: %s", delivery_id, error)
            return False

    @contextmanager
    def _holding(self, delivery: Delivery) -> Iterator[None]:
        self._held[delivery.id] = delivery
        try:
            yield
        finally:
            del self._held[delivery.id]

    def renew(self) -> None:
        """Prolong the leases of all rows that are being delivered in this process."""
        held = list(self._held.values())
        if not held:
            return
        with self._db.write() as conn:
            for delivery in held:
                outbox.prolong(conn, delivery, now() + self._lease)

    def _run(self, delivery: Delivery) -> bool:
        try:
            answer = self._answer(delivery)
            with self._db.write() as conn:
                if not answer.empty:
                    self._apply(conn, delivery, answer)
                if not outbox.done(conn, delivery, now()):
                    raise _LeaseLostError
        except _LeaseLostError:  # rolled back: another worker delivers it, with the same key
            log.warning("delivery %d took longer than its lease", delivery.id)
        except HookFailed as failure:
            self._failed(delivery, failure)
        except StorageError:
            raise
        except Exception as error:
            log.exception("the answer of %s could not be stored", delivery.hook)
            reason = f"its answer could not be stored: {type(error).__name__}: {error}"
            self._failed(delivery, HookFailed(delivery.hook, reason))
        else:
            return True
        return False

    def _answer(self, delivery: Delivery) -> HookAnswer:
        if delivery.hook not in self._hooks.names():
            raise HookFailed(delivery.hook, "no hook has this name (any more)")
        context = {
            **delivery.payload,
            "attempt": delivery.tries,
            "idempotency_key": delivery.idempotency_key,
        }
        return self._hooks.after(delivery.hook, context)

    def _failed(self, delivery: Delivery, failure: HookFailed) -> None:
        reason = failure.reason[:_LONGEST_REASON]
        with self._db.write() as conn:
            if self._interrupted.is_set() and not failure.final:
                outbox.postpone(conn, delivery, now())
            elif failure.final or delivery.tries >= MOST_TRIES:
                outbox.dead(conn, delivery, reason, now())
                log.error("gave up on %s for delivery %d: %s", delivery.hook, delivery.id, reason)
            else:
                wait = max(wait_seconds(delivery.tries), failure.retry_after or 0.0)
                outbox.retry(conn, delivery, now() + int(wait * _SECOND), reason)
                log.warning(
                    "%s failed for delivery %d (try %d), again in %.0f s: %s",
                    delivery.hook,
                    delivery.id,
                    delivery.tries,
                    wait,
                    reason,
                )
