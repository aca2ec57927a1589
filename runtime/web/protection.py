"""What every answer and every request must obey: headers, content security policy, origin."""

import secrets
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, request
from flask_wtf import CSRFProtect

csrf = CSRFProtect()

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def install_protection(app: Flask) -> None:
    """CSRF tokens, the origin check and the headers, on every route there is."""
    app.config.update(WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_SSL_STRICT=False)
    app.before_request(_refuse_foreign_posts)
    csrf.init_app(app)
    app.after_request(_add_headers)


def install_request_names(app: Flask) -> None:
    """Gives every request an id for logs and messages, and a nonce for its scripts."""
    app.before_request(_name_request)


def _name_request() -> None:
    g.request_id = secrets.token_hex(8)
    g.nonce = secrets.token_urlsafe(16)


def _refuse_foreign_posts() -> None:
    """A browser says where a post comes from; one from another site is none of ours."""
    if request.method in _SAFE or request.path.startswith("/api/"):
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    foreign = site not in (None, "same-origin", "none") or (
        origin not in (None, "null") and urlsplit(origin or "").netloc != request.host
    )
    if foreign:
        abort(400, "This came from another site")


def _policy(nonce: str) -> str:
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'nonce-{nonce}'",
            "style-src 'self'",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "object-src 'none'",
        )
    )


def _add_headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", _policy(g.get("nonce", "")))
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("X-Frame-Options", "DENY")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
    headers["X-Request-Id"] = g.get("request_id", "")
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if not request.path.startswith("/assets/"):
        headers.setdefault("Cache-Control", "no-store")
        response.vary.update(("HX-Request", "HX-Request-Type", "Cookie"))
    return response


def safe_next(target: str | None) -> str | None:
    """`target` if it is a path of this site, else none: every redirect to a given place asks here."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    if any(ord(char) < 32 or char == "\\" for char in target):
        return None
    parts = urlsplit(target)
    return target if not parts.scheme and not parts.netloc else None
