"""Keeps the collector of cycles off while thousands of rows are made, which are none of its business.

It would walk through all of them again and again: a seventh of the time that an import takes.
What is in no cycle is freed as ever.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock


class _Pause:
    """Off while anybody is inside; as it was when nobody is any more."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._inside = 0
        self._was_on = True

    def enter(self) -> None:
        with self._lock:
            if not self._inside:
                self._was_on = gc.isenabled()
                gc.disable()
            self._inside += 1

    def leave(self) -> None:
        with self._lock:
            self._inside -= 1
            if not self._inside and self._was_on:
                gc.enable()


_PAUSE = _Pause()


@contextmanager
def collecting_later() -> Iterator[None]:
    """Around work of a second or so; any number of threads may be inside."""
    _PAUSE.enter()
    try:
        yield
    finally:
        _PAUSE.leave()
