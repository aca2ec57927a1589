"""What carries the queue: Huey, on a SQLite file or on Redis, and the form that its messages have.

Loaded when the queue is first used: Huey brings the clients of all its stores, and no start waits
for them.
"""

import json
import logging
from collections.abc import Callable
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
_REDIS_READ_SECONDS: Final = 1


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


class Carrier:
    """Huey with the one task that there is.  Each client library raises errors of its own family."""

    def __init__(self, settings: Settings, deliver: Callable[[int], object]) -> None:
        def task(delivery_id: int) -> None:
            deliver(delivery_id)  # without an answer: there is nobody to read it

        self._huey = _open(settings)
        self._task = self._huey.task(name=_TASK)(task)

    def put(self, delivery_id: int) -> None:
        self._huey.enqueue(self._task.s(delivery_id))

    def size(self) -> int:
        return int(self._huey.storage.queue_size())

    def take(self) -> Any:
        """The next task of ours, or none; what is not ours is dropped.  Redis waits a second for one."""
        while True:
            try:
                return self._huey.dequeue()
            except (BadMessageError, HueyException) as error:
                log.warning("a message on the queue was refused: %s", error)

    def execute(self, task: Any) -> None:
        self._huey.execute(task)

    def close(self) -> None:
        """Give back the connections."""
        self._huey.storage.close()


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
