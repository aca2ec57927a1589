"""A few hook processes shared by many threads."""

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator

from runtime.hooks.process import HostGoneError, HostProcess

log = logging.getLogger("opswright.hooks")


class HostsBusyError(Exception):
    """Every process of the pool stayed busy for as long as the caller would wait."""


class HostPool:
    """At most `size` processes, started when they are needed and kept."""

    def __init__(self, size: int, start: Callable[[], HostProcess]) -> None:
        self.size = size
        self._start = start
        self._free: list[HostProcess] = []
        self._all: set[HostProcess] = set()
        self._starting = 0
        self._closed = False
        self._changed = threading.Condition()

    def pids(self) -> list[int]:
        """Of the processes that run now."""
        with self._changed:
            return [host.pid for host in self._all if host.alive]

    def adopt(self, host: HostProcess) -> None:
        """Take over a process that was started elsewhere."""
        with self._changed:
            self._all.add(host)
            self._free.append(host)

    @contextlib.contextmanager
    def borrow(self, seconds: float) -> Iterator[HostProcess]:
        """A process of one's own for the block; one that died in it is replaced.

        Raises `HostsBusyError`, or `HostGoneError` where none could be started.
        """
        host = self._taken(time.monotonic() + seconds)
        try:
            yield host
        finally:
            self._give_back(host)

    def close(self) -> None:
        """End all processes; who waits for one in use gets `HookFailed` and clears it away."""
        with self._changed:
            self._closed = True
            free, self._free = self._free, []
            busy = self._all.difference(free)
            self._all.clear()
            self._changed.notify_all()
        for host in free:
            host.end()
        for host in busy:
            host.kill()

    def _taken(self, deadline: float) -> HostProcess:
        with self._changed:
            while True:
                if self._closed:
                    raise HostGoneError("the hook processes were ended")
                while self._free:
                    host = self._free.pop()
                    if host.alive:
                        return host
                    self._all.discard(host)
                    host.end()
                if len(self._all) + self._starting < self.size:
                    self._starting += 1
                    break
                left = deadline - time.monotonic()
                if left <= 0 or not self._changed.wait(left):
                    raise HostsBusyError
        return self._started()

    def _started(self) -> HostProcess:
        host: HostProcess | None = None
        try:
            host = self._start()
        finally:
            with self._changed:
                self._starting -= 1
                closed = self._closed
                if host is not None and not closed:
                    self._all.add(host)
                self._changed.notify()
        if closed:
            host.end()
            raise HostGoneError("the hook processes were ended")
        return host

    def _give_back(self, host: HostProcess) -> None:
        with self._changed:
            kept = host.alive and not self._closed
            if kept:
                self._free.append(host)
            else:
                self._all.discard(host)
            self._changed.notify()
            refill = not kept and not self._closed
        if not kept:
            host.end()
        if refill:  # now, so that the next save does not wait for a process to load its hooks
            threading.Thread(target=self._refill, name="hook-refill", daemon=True).start()

    def _refill(self) -> None:
        with self._changed:
            if self._closed or len(self._all) + self._starting >= self.size:
                return
            self._starting += 1
        try:
            host = self._started()
        except (HostGoneError, OSError) as error:
            if not self._closed:
                log.warning("a hook process could not be started: %s", error)
            return
        self._give_back(host)
