"""Rate limits: on Redis where there is one, in this process's memory else."""

import time
from hashlib import sha256
from math import ceil

from flask import Flask, current_app, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits import RateLimitItem, parse

from runtime.config import Settings

limiter = Limiter(get_remote_address, default_limits=[], headers_enabled=False)


def install_limits(app: Flask, settings: Settings) -> None:
    """Gives `app` its limits; what they are is in the settings."""
    app.config["RATELIMIT_STORAGE_URI"] = settings.redis_url or "memory://"
    app.config["RATELIMIT_IN_MEMORY_FALLBACK_ENABLED"] = bool(settings.redis_url)
    app.config["SIGN_IN_LIMIT"] = parse(settings.sign_in_limit)
    app.config["API_LIMIT"] = parse(settings.api_limit)
    limiter.init_app(app)


def sign_in_refused(name: str) -> bool:
    """Whether an account or an address has failed too often to sign in."""
    limit: RateLimitItem = current_app.config["SIGN_IN_LIMIT"]
    return not all(limiter.limiter.test(limit, *who) for who in _signing_in(name))


def count_failed_sign_in(name: str) -> None:
    """Counts a try that failed; those that succeed are no attack, however many share an address."""
    limit: RateLimitItem = current_app.config["SIGN_IN_LIMIT"]
    for who in _signing_in(name):
        limiter.limiter.hit(limit, *who)


def _signing_in(name: str) -> tuple[tuple[str, ...], ...]:
    address = request.remote_addr or ""
    known = sha256(name.casefold().encode("utf-8", "replace")).hexdigest()
    return ("sign-in", "name", known), ("sign-in", "address", address)


def api_wait(caller: str) -> int:
    """How many seconds a caller of the API has to wait, 0 where none; counts this request."""
    limit: RateLimitItem = current_app.config["API_LIMIT"]
    if limiter.limiter.hit(limit, "api", caller):
        return 0
    reset_at = limiter.limiter.get_window_stats(limit, "api", caller).reset_time
    return max(1, ceil(reset_at - time.time()))
