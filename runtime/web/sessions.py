"""Server-side sessions: one row each, so that signing out really ends them.

The cookie holds a random number, the database its hash.  Rights are not kept here: they are
read with the session in every request.
"""

import secrets
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import structlog
from flask import Flask, Request, Response, current_app, request
from flask.sessions import SessionInterface, SessionMixin

from form_specs.conditions.binding import microseconds
from runtime.failures import failure
from runtime.storage import sessions
from runtime.storage.accounts import Account
from runtime.storage.database import Database
from runtime.storage.errors import StorageError
from runtime.web.site.context import reading
from runtime.web.site.said import FLASHES, Said

log = structlog.get_logger()

_SECOND = 1_000_000
_TOUCH_AFTER = 60 * _SECOND
_ANONYMOUS_HOURS = 2
_WITHOUT = ("/assets/", "/api/", "/healthz", "/metrics")


class WebSession(dict[str, Any], SessionMixin):
    """The data of one session, and whose it is."""

    def __init__(self) -> None:
        super().__init__()
        self.key: str | None = None
        self.account: Account | None = None
        self.memberships: frozenset[tuple[str, str]] = frozenset()
        self.created_at = 0
        self.seen_at = 0
        self.expires_at = 0
        self.replaced: str | None = None
        """The key of a session that this one takes the place of."""
        self.kept: dict[str, Any] = {}
        """What the database holds of it."""
        self.unavailable: StorageError | None = None
        """Why it is not known whose session this is."""

    def begin(self, account: Account) -> None:
        """Makes this the session of `account`, under a new key (an old one may be known to others)."""
        self.replaced, self.key = self.key, None
        self.clear()
        self.account = account
        self.created_at = 0

    def end(self) -> None:
        """Signs out: the row goes, the cookie goes."""
        self.replaced, self.key = self.key, None
        self.clear()
        self.account = None
        self.kept = {}

    @property
    def unsaved(self) -> bool:
        """Whether the database is to hold something else of it."""
        begun = self.key is None and self.account is not None
        return begun or dict(self) != self.kept


class DatabaseSessions(SessionInterface):
    """Opens sessions from the cookie and saves them to the database."""

    def __init__(
        self, db: Database, said: Said, *, idle_minutes: int, hours: int, secure: bool
    ) -> None:
        self._db = db
        self._said = said
        self._idle = idle_minutes * 60 * _SECOND
        self._absolute = hours * 3600 * _SECOND
        self._secure = secure
        self.cookie = "__Host-opswright" if secure else "opswright"

    def open_session(self, app: Flask, request: Request) -> WebSession:
        """The session that the cookie names, or a new one."""
        # Bundled files and the API have no session to look up.
        if request.path.startswith(_WITHOUT):
            return WebSession()
        session = self._opened(request)
        said = self._said.read(request)
        if said:
            session[FLASHES] = said
        return session

    def _opened(self, request: Request) -> WebSession:
        session = WebSession()
        key = request.cookies.get(self.cookie)
        if not key:
            return session
        now = microseconds(datetime.now(UTC))
        try:
            found = sessions.load(reading(), _hashed(key), now)
        except StorageError as error:
            # Told when the request is answered: here no page can be drawn yet.
            session.unavailable = error
            return session
        if found is None:
            return session
        if now - found.seen_at > self._idle:
            session.replaced = key
            return session
        session.update(found.data)
        session.kept = dict(found.data)
        session.key = key
        session.account = found.account
        session.memberships = found.memberships
        session.created_at, session.seen_at = found.created_at, found.seen_at
        session.expires_at = found.expires_at
        return session

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Writes what changed; keeps a session awake without a write at every request."""
        assert isinstance(session, WebSession)
        # An answer without a session must not end the one that the browser has.
        if session.unavailable is not None or request.path.startswith(_WITHOUT):
            return
        self._said.write(request, response, session.pop(FLASHES, ()))
        try:
            self._save(session, response)
        except StorageError as error:
            # Somebody who has a session is served without these notes; a new one, or the end
            # of one, is nothing without them.
            if session.key is not None:
                log.warning("session not noted", error=str(error))
                return
            _answer_unavailable(response, error)

    def _save(self, session: WebSession, response: Response) -> None:
        now = microseconds(datetime.now(UTC))
        if session.replaced is not None:
            with self._db.write() as conn:
                sessions.remove(conn, _hashed(session.replaced))
        if session.unsaved:
            self._write(session, response, now)
        elif session.key is None and session.replaced:
            response.delete_cookie(self.cookie, path="/", secure=self._secure, httponly=True)
        elif session.key and now - session.seen_at > _TOUCH_AFTER:
            with self._db.write() as conn:
                sessions.touch(conn, _hashed(session.key), now, session.expires_at)

    def _write(self, session: WebSession, response: Response, now: int) -> None:
        fresh = session.key is None
        key = session.key or secrets.token_urlsafe(32)
        life = self._absolute if session.account else _ANONYMOUS_HOURS * 3600 * _SECOND
        expires = (session.created_at or now) + life
        account_id = session.account.id if session.account else None
        with self._db.write() as conn:
            sessions.save(conn, _hashed(key), account_id, dict(session), now, expires)
        session.key = key
        if fresh:
            response.set_cookie(
                self.cookie, key, path="/", httponly=True, secure=self._secure, samesite="Lax"
            )


def _answer_unavailable(response: Response, error: StorageError) -> None:
    """Says in place of an answer that it could not be made good."""
    log.error("session not saved", error=str(error))
    told = failure(error)
    response.status_code = told.status
    for name in ("Location", "Content-Encoding"):
        response.headers.pop(name, None)
    response.headers["Retry-After"] = str(told.retry_after)
    response.content_type = "text/plain; charset=utf-8"
    response.set_data(f"{told.title}. {told.message}")


def _hashed(key: str) -> bytes:
    return sha256(key.encode()).digest()


def install_sessions(app: Flask, db: Database, settings: Any) -> None:
    """Makes `app` keep its sessions in `db`."""
    app.session_interface = DatabaseSessions(
        db,
        Said(settings.secret_key, secure=settings.secure_cookies),
        idle_minutes=settings.session_idle_minutes,
        hours=settings.session_hours,
        secure=settings.secure_cookies,
    )


def current_sessions() -> DatabaseSessions:
    """The running application's sessions."""
    found = current_app.session_interface
    assert isinstance(found, DatabaseSessions)
    return found
