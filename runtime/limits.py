"""Rate limits: on Redis where there is one, in this process's memory else."""

import time
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
    """Whether an account or an address has had too many tries to sign in; counts this one."""
    limit: RateLimitItem = current_app.config["SIGN_IN_LIMIT"]
    address = request.remote_addr or ""
    by_name = limiter.limiter.hit(limit, "sign-in", "name", name.casefold())
    by_address = limiter.limiter.hit(limit, "sign-in", "address", address)
    return not (by_name and by_address)


def api_wait(caller: str) -> int:
    """How many seconds a caller of the API has to wait, 0 where none; counts this request."""
    limit: RateLimitItem = current_app.config["API_LIMIT"]
    if limiter.limiter.hit(limit, "api", caller):
        return 0
    reset_at = limiter.limiter.get_window_stats(limit, "api", caller).reset_time
    return max(1, ceil(reset_at - time.time()))
