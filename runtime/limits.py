"""Rate limits: on Redis where there is one, in this process's memory else."""

import logging
import time
from collections.abc import Callable
from hashlib import sha256
from math import ceil
from typing import Final, TypeVar

from flask import Flask, current_app, request
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import FixedWindowRateLimiter

from runtime.config import Settings

log = logging.getLogger("opswright.limits")

_T = TypeVar("_T")
_ALONE_SECONDS: Final = 5.0
"""For how long a Redis that did not answer is left alone, so that requests do not wait for it."""
_REDIS: Final = {"socket_connect_timeout": 1, "socket_timeout": 1, "wrap_exceptions": True}


class Limits:
    """Counts of what somebody did in a window of time.

    While Redis does not answer, each process counts for itself.
    """

    def __init__(self, settings: Settings) -> None:
        self.sign_in = parse(settings.sign_in_limit)
        self.api = parse(settings.api_limit)
        self.export = parse(settings.export_limit)
        self._own = FixedWindowRateLimiter(MemoryStorage())
        self._shared = (
            FixedWindowRateLimiter(storage_from_string(settings.redis_url, **_REDIS))
            if settings.redis_url
            else None
        )
        self._alone_until = 0.0

    def allows(self, limit: RateLimitItem, *who: str) -> bool:
        """Whether one more is within the limit; counts nothing."""
        return self._asked(lambda counter: counter.test(limit, *who))

    def hit(self, limit: RateLimitItem, *who: str) -> bool:
        """Counts one more; whether it is within the limit."""
        return self._asked(lambda counter: counter.hit(limit, *who))

    def reset_at(self, limit: RateLimitItem, *who: str) -> float:
        """When the window ends, in seconds since the epoch."""
        return self._asked(lambda counter: counter.get_window_stats(limit, *who).reset_time)

    def forget(self) -> None:
        """Forgets what this process has counted."""
        self._own.storage.reset()

    def _asked(self, ask: Callable[[FixedWindowRateLimiter], _T]) -> _T:
        if self._shared is None or time.monotonic() < self._alone_until:
            return ask(self._own)
        try:
            return ask(self._shared)
        except StorageError as error:
            self._alone_until = time.monotonic() + _ALONE_SECONDS
            log.warning("Redis does not answer (%s); this process counts for itself", error)
            return ask(self._own)


def install_limits(app: Flask, settings: Settings) -> None:
    """Gives `app` its limits; what they are is in the settings."""
    app.extensions["limits"] = Limits(settings)


def current_limits() -> Limits:
    """The limits of the application at work."""
    found = current_app.extensions["limits"]
    assert isinstance(found, Limits)
    return found


def sign_in_refused(name: str) -> bool:
    """Whether an account or an address has failed too often to sign in."""
    limits = current_limits()
    return not all(limits.allows(limits.sign_in, *who) for who in _signing_in(name))


def count_failed_sign_in(name: str) -> None:
    """Counts a try that failed; those that succeed are no attack, however many share an address."""
    limits = current_limits()
    for who in _signing_in(name):
        limits.hit(limits.sign_in, *who)


def _signing_in(name: str) -> tuple[tuple[str, ...], ...]:
    address = request.remote_addr or ""
    known = sha256(name.casefold().encode("utf-8", "replace")).hexdigest()
    return ("sign-in", "name", known), ("sign-in", "address", address)


def api_wait(caller: str) -> int:
    """How many seconds a caller of the API has to wait, 0 where none; counts this request."""
    return _wait(current_limits().api, "api", caller)


def export_wait(name: str) -> int:
    """How many seconds somebody has to wait for the next file, 0 where none; counts this one."""
    return _wait(current_limits().export, "export", name)


def _wait(limit: RateLimitItem, *who: str) -> int:
    limits = current_limits()
    if limits.hit(limit, *who):
        return 0
    return max(1, ceil(limits.reset_at(limit, *who) - time.time()))
