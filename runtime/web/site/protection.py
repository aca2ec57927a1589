"""What every answer and every request must obey: headers, content security policy, origin."""

import secrets
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, g, request
from flask_wtf import CSRFProtect

from form_specs.language import _

csrf = CSRFProtect()

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def install_protection(app: Flask) -> None:
    """CSRF tokens on every form there is."""
    app.config.update(WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_SSL_STRICT=False)
    csrf.init_app(app)


def install_request_names(app: Flask) -> None:
    """Gives every request an id for logs and messages, and a nonce for its scripts; headers to every answer."""
    app.before_request(_name_request)
    app.before_request(_refuse_foreign_posts)
    app.before_request(_refuse_large_forms)
    app.after_request(_add_headers)


def _name_request() -> None:
    g.request_id = secrets.token_hex(8)
    g.nonce = secrets.token_urlsafe(16)


def _refuse_foreign_posts() -> None:
    """A browser says where a post comes from; one from another site is none of ours."""
    if request.method in _SAFE or request.path.startswith("/api/"):
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site not in (None, "same-origin", "none") or (origin and not _is_own(origin)):
        abort(400, _("This came from another site"))


def _is_own(origin: str) -> bool:
    """Whether a post comes from a page of ours; `null` is the origin of pages that hide theirs."""
    try:
        return urlsplit(origin).netloc == request.host
    except ValueError:
        return False


def _refuse_large_forms() -> None:
    """The limits that Werkzeug keeps for multipart forms only: a few bytes become many objects."""
    if request.mimetype != "application/x-www-form-urlencoded":
        return
    limit: int = current_app.config["MAX_FORM_MEMORY_SIZE"]
    # One more: a body without a length is cut at the limit, not refused.
    request.max_content_length = limit + 1
    body = request.get_data()
    if len(body) > limit or body.count(b"&") >= current_app.config["MAX_FORM_PARTS"]:
        abort(413)


def allow_styles_of_scripts() -> None:
    """Lets a script of this answer's page add style sheets under the nonce, as an editor does."""
    g.styles = f" 'nonce-{g.nonce}'"


def _policy(nonce: str) -> str:
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'nonce-{nonce}'",
            f"style-src 'self'{g.get('styles', '')}",
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
