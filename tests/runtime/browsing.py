"""A browser for tests: keeps cookies, sends the page's own token, reads forms as browsers do."""

import re
from datetime import UTC, datetime
from hashlib import sha256
from html import unescape
from html.parser import HTMLParser
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from form_specs.conditions.binding import microseconds
from runtime.services import Services
from runtime.storage import accounts, sessions
from runtime.web.sessions import current_sessions

_CSRF = "c" * 40
_HOUR = 3600 * 1_000_000
FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}
"""What htmx sends where it swaps the answer into the page."""


class Browser:
    """One person's browser; `name` is signed in from the start, without the slow password check."""

    def __init__(self, app: Flask, name: str | None = None) -> None:
        self.app = app
        self.client: FlaskClient = app.test_client()
        self.services: Services = app.extensions["opswright"]
        if name is not None:
            self.sign_in(name)

    def sign_in(self, name: str, key: str = "") -> None:
        """Puts a session of `name` into the database and its key into the cookie."""
        key = key or f"session-of-{name}"
        start_session(self.services, name, key)
        with self.app.app_context():
            self.client.set_cookie(current_sessions().cookie, key)

    @property
    def token(self) -> str:
        """A CSRF token that fits the session."""
        secret = self.app.secret_key
        assert isinstance(secret, str)
        return URLSafeTimedSerializer(secret, salt="wtf-csrf-token").dumps(_CSRF)

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.client.get(path, buffered=True, **more)

    def post(self, path: str, data: Any = None, *, token: bool = True, **more: Any) -> TestResponse:
        """Posts a form, by default with a good token."""
        given = data if isinstance(data, MultiDict) else MultiDict()
        sent = MultiDict(list(given.items(multi=True)))
        for name, value in {} if data is given else (data or {}).items():
            for item in value if isinstance(value, list) else [value]:
                sent.add(name, item)
        if token and "csrf_token" not in sent:
            sent["csrf_token"] = self.token
        return self.client.post(path, data=sent, buffered=True, **more)

    def form(self, path: str, action: str | None = None) -> MultiDict[str, str]:
        """What the form of a page that posts to `action` (by default to the page) holds."""
        found = forms_of(self.get(path).text)
        return found[action or path]


def start_session(services: Services, name: str | None, key: str, **at: int) -> None:
    """A session row as a sign-in makes it; `at` may move `seen_at` and `expires_at`."""
    now = microseconds(datetime.now(UTC))
    with services.db.write() as conn:
        account = accounts.by_name(conn, name) if name else None
        sessions.save(
            conn,
            sha256(key.encode()).digest(),
            account.id if account else None,
            {"csrf_token": _CSRF},
            at.get("seen_at", now),
            at.get("expires_at", now + 12 * _HOUR),
        )


class _Forms(HTMLParser):
    """Collects forms: where they post, and what they hold as drawn."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, MultiDict[str, str]] = {}
        self._fields: MultiDict[str, str] | None = None
        self._select: str | None = None
        self._several = False
        self._options: list[str] = []
        self._chosen: list[str] = []
        self._area: str | None = None
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        present = {name for name, _ in attrs}
        if tag == "form":
            self._fields = self.found.setdefault(given.get("action", ""), MultiDict())
        elif self._fields is None:
            return
        elif tag == "input" and given.get("name") and _successful(given, present):
            self._fields.add(given["name"], given.get("value", "on"))
        elif tag == "select":
            self._select, self._options, self._chosen = given.get("name"), [], []
            self._several = "multiple" in present
        elif tag == "option" and self._select:
            self._options.append(given.get("value", ""))
            self._chosen += [given.get("value", "")] if "selected" in present else []
        elif tag == "textarea":
            self._area, self._text = given.get("name"), ""

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._fields = None
        elif tag == "select":
            first = [] if self._several else self._options[:1]
            for value in self._chosen or first:
                if self._fields is not None and self._select:
                    self._fields.add(self._select, value)
            self._select = None
        elif tag == "textarea" and self._area is not None:
            if self._fields is not None:
                # A browser drops the line end that follows the tag.
                self._fields.add(self._area, self._text.removeprefix("\n"))
            self._area = None


def _successful(given: dict[str, str], present: set[str]) -> bool:
    kind = given.get("type", "text")
    if kind in ("checkbox", "radio"):
        return "checked" in present
    return kind not in ("file", "submit", "button")


def forms_of(html: str) -> dict[str, MultiDict[str, str]]:
    """From the HTML of a page to its forms by where they post: names and values as drawn."""
    reader = _Forms()
    # What stands in a template is no part of the page yet.
    reader.feed(re.sub(r"<template\b.*?</template>", "", html, flags=re.DOTALL))
    return reader.found


def texts_of(html: str) -> str:
    """What a person reads on a page: without tags, spaces made one."""
    body = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body)))
