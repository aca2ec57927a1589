"""Server-side sessions: one row each, so that signing out really ends them.

The cookie holds a random number, the database its hash.  Rights are not kept here: they are
read with the session in every request.
"""

import secrets
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from flask import Flask, Request, Response, current_app
from flask.sessions import SessionInterface, SessionMixin
from werkzeug.datastructures import CallbackDict

from form_specs.conditions.binding import microseconds
from runtime.storage import sessions
from runtime.storage.accounts import Account
from runtime.storage.database import Database

_SECOND = 1_000_000
_TOUCH_AFTER = 60 * _SECOND
_ANONYMOUS_HOURS = 2
_WITHOUT = ("/assets/", "/api/", "/healthz", "/metrics")


class WebSession(CallbackDict[str, Any], SessionMixin):
    """The data of one session, and whose it is."""

    def __init__(self, data: dict[str, Any] | None = None) -> None:
        def changed(_session: "CallbackDict[str, Any]") -> None:
            self.modified = True

        super().__init__(data or {}, changed)
        self.modified = False
        self.key: str | None = None
        self.account: Account | None = None
        self.memberships: frozenset[tuple[str, str]] = frozenset()
        self.created_at = 0
        self.seen_at = 0
        self.expires_at = 0
        self.replaced: str | None = None
        """The key of a session that this one takes the place of."""
        self.ended_account: str | None = None
        """Whose session has run out, so that what they typed can wait for them."""

    def begin(self, account: Account) -> None:
        """Makes this the session of `account`, under a new key (an old one may be known to others)."""
        self.replaced, self.key = self.key, None
        self.clear()
        self.account = account
        self.created_at = 0
        self.modified = True

    def end(self) -> None:
        """Signs out: the row goes, the cookie goes."""
        self.replaced, self.key = self.key, None
        self.clear()
        self.account = None
        self.modified = False


class DatabaseSessions(SessionInterface):
    """Opens sessions from the cookie and saves them to the database."""

    def __init__(self, db: Database, *, idle_minutes: int, hours: int, secure: bool) -> None:
        self._db = db
        self._idle = idle_minutes * 60 * _SECOND
        self._absolute = hours * 3600 * _SECOND
        self._secure = secure
        self.cookie = "__Host-opswright" if secure else "opswright"

    def open_session(self, app: Flask, request: Request) -> WebSession:
        """The session that the cookie names, or a new one."""
        session = WebSession()
        key = request.cookies.get(self.cookie)
        # Bundled files and the API have no session to look up.
        if not key or request.path.startswith(_WITHOUT):
            return session
        now = microseconds(datetime.now(UTC))
        with self._db.read() as conn:
            found = sessions.load(conn, _hashed(key), now)
        if found is None:
            return session
        if now - found.seen_at > self._idle:
            session.ended_account = found.account.name if found.account else None
            session.replaced = key
            return session
        session.update(found.data)
        session.modified = False
        session.key = key
        session.account = found.account
        session.memberships = found.memberships
        session.created_at, session.seen_at = found.created_at, found.seen_at
        session.expires_at = found.expires_at
        return session

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Writes what changed; keeps a session awake without a write at every request."""
        assert isinstance(session, WebSession)
        now = microseconds(datetime.now(UTC))
        if session.replaced is not None and session.ended_account is None:
            with self._db.write() as conn:
                sessions.remove(conn, _hashed(session.replaced))
        if session.modified:
            self._write(session, response, now)
        elif session.key is None and session.replaced and session.ended_account is None:
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


def _hashed(key: str) -> bytes:
    return sha256(key.encode()).digest()


def install_sessions(app: Flask, db: Database, settings: Any) -> None:
    """Makes `app` keep its sessions in `db`."""
    app.session_interface = DatabaseSessions(
        db,
        idle_minutes=settings.session_idle_minutes,
        hours=settings.session_hours,
        secure=settings.secure_cookies,
    )


def current_sessions() -> DatabaseSessions:
    """The running application's sessions."""
    found = current_app.session_interface
    assert isinstance(found, DatabaseSessions)
    return found
