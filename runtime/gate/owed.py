"""Tells the background what a transaction owes to after-hooks, once it is committed."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Listener = Callable[[Iterable[int]], object]


class Owed:
    """Collects the deliveries of a write transaction and tells of them after its commit.

    Without a listener nothing is told: the outbox is looked at every second anyway.
    """

    def __init__(self) -> None:
        self._listener: Listener | None = None
        self._found: ContextVar[list[int] | None] = ContextVar("owed", default=None)

    def listen(self, listener: Listener | None) -> None:
        """Who is told from now on; it must neither raise nor take long."""
        self._listener = listener

    def add(self, delivery_id: int) -> None:
        """A delivery that the transaction of this thread owes when it is committed."""
        found = self._found.get()
        if found is not None:
            found.append(delivery_id)

    @contextmanager
    def told_after(self) -> Iterator[None]:
        """Around a whole write transaction: what was added inside is told when the block has ended well."""
        found: list[int] = []
        token = self._found.set(found)
        try:
            yield
        finally:
            self._found.reset(token)
        if found and self._listener is not None:
            self._listener(found)
