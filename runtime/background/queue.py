"""The queue that carries outbox ids: Huey on a SQLite file, or on Redis.

The outbox row is the truth.  The queue may lose everything, hold things twice or be gone: a
row that is due is offered again, and a row that is not due is not delivered.
"""

import json
import logging
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any, Final

from huey import Huey, RedisHuey, SqliteHuey
from huey.exceptions import HueyException
from huey.registry import Message
from huey.serializer import Serializer
from redis import BlockingConnectionPool

from runtime.config import Settings

log = logging.getLogger("opswright.background")
logging.getLogger("huey").setLevel(logging.WARNING)  # it writes a line for every task otherwise

_NAME: Final = "opswright"
_TASK: Final = "deliver"
_KEYS: Final = frozenset({"id", "task", "delivery"})
_LARGEST: Final = 1024
_FULL: Final = 2000
_POLL_SECONDS: Final = 2.0
"""How long an idle worker of the embedded queue sleeps; an offer in its own process wakes it."""
_REDIS_READ_SECONDS: Final = 1
_AFTER_FAILURE_SECONDS: Final = 5.0
"""For how long a queue that did not answer is left alone, so that saves do not wait for it."""


class BadMessageError(ValueError):
    """Something on the queue that we did not put there."""


class JsonMessages(Serializer):  # type: ignore[misc]  # huey ships no types
    """Queue messages as small JSON objects; anything else, a pickle above all, is refused unread."""

    def _serialize(self, data: Message) -> bytes:
        (delivery_id,) = data.args
        message = {"id": data.id, "task": data.name, "delivery": str(delivery_id)}
        return json.dumps(message, separators=(",", ":")).encode()

    def _deserialize(self, data: bytes) -> Message:
        if len(data) > _LARGEST:
            raise BadMessageError("longer than any message of ours")
        try:
            message = json.loads(bytes(data))
        except ValueError:
            raise BadMessageError("no JSON") from None
        if not isinstance(message, dict) or message.keys() != _KEYS:
            raise BadMessageError("no message of ours")
        if not all(isinstance(value, str) for value in message.values()):
            raise BadMessageError("no message of ours")
        if not (message["delivery"].isascii() and message["delivery"].isdigit()):
            raise BadMessageError("no id of a delivery")
        return Message(
            id=message["id"], name=message["task"], args=(int(message["delivery"]),), kwargs={}
        )


class DeliveryQueue:
    """Outbox ids on their way to whoever delivers them; any thread may offer."""

    def __init__(self, huey: Huey, deliver: Callable[[int], object]) -> None:
        self._huey = huey
        self._task = huey.task(name=_TASK)(_without_answer(deliver))
        self._wake = threading.Event()
        self._quiet_until = 0.0

    @classmethod
    def from_settings(cls, settings: Settings, deliver: Callable[[int], object]) -> "DeliveryQueue":
        """Redis where the settings name one, else the SQLite file in the data folder."""
        return cls(_open(settings), deliver)

    def offer(self, delivery_ids: Iterable[int]) -> bool:
        """Put ids on the queue; false when the queue does not answer, which harms nothing."""
        if time.monotonic() < self._quiet_until:
            return False
        try:
            for delivery_id in delivery_ids:
                self._huey.enqueue(self._task.s(delivery_id))
        except Exception as error:
            self._quiet_until = time.monotonic() + _AFTER_FAILURE_SECONDS
            log.warning("the queue does not answer (%s); the outbox goes on without it", error)
            return False
        self._wake.set()
        return True

    def full(self) -> bool:
        """Whether so much waits that offering more would only repeat it: nobody is working, or too few."""
        try:
            return int(self._huey.storage.queue_size()) >= _FULL
        except Exception:  # each client library has its own family; offering will tell
            return False

    def wake(self) -> None:
        """Let idle workers look at once: there is work, or an end."""
        self._wake.set()

    def work(self, stopped: threading.Event) -> None:
        """Deliver what comes until `stopped`: the body of a worker thread."""
        while not stopped.is_set():
            task = self._next(stopped)
            if task is not None:
                self._execute(task)
            elif not self._huey.storage.blocking:
                self._wake.wait(_POLL_SECONDS)
                self._wake.clear()

    def close(self) -> None:
        """Give back the connections."""
        self._huey.storage.close()

    def _execute(self, task: Any) -> None:
        try:
            self._huey.execute(task)
        except Exception as error:  # the queue went away meanwhile; the row is offered again
            log.warning("the queue does not answer (%s)", error)

    def _next(self, stopped: threading.Event) -> Any:
        """The next task of ours, or none when the queue is empty or cannot be read."""
        while not stopped.is_set():
            try:
                return self._huey.dequeue()
            except (BadMessageError, HueyException) as error:
                log.warning("a message on the queue was refused: %s", error)
            except Exception as error:  # each client library has its own family
                log.warning("the queue cannot be read (%s); trying again", error)
                stopped.wait(1.0)
                return None
        return None


def _without_answer(deliver: Callable[[int], object]) -> Callable[[int], None]:
    def task(delivery_id: int) -> None:
        deliver(delivery_id)

    return task


def _open(settings: Settings) -> Huey:
    common = {"results": False, "serializer": JsonMessages()}
    if settings.redis_url:
        pool = BlockingConnectionPool.from_url(
            settings.redis_url,
            max_connections=32,
            timeout=2,
            socket_connect_timeout=1,
            socket_timeout=_REDIS_READ_SECONDS + 3,
            health_check_interval=15,
        )
        return RedisHuey(_NAME, connection_pool=pool, read_timeout=_REDIS_READ_SECONDS, **common)
    settings.queue_file.parent.mkdir(parents=True, exist_ok=True)
    return SqliteHuey(_NAME, filename=str(settings.queue_file), fsync=False, cache_mb=1, **common)
