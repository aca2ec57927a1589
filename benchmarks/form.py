"""A form that reacts: the round trip of a refresh, and how drawing grows with the form."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread
from typing import Any, Final
from urllib.parse import urlencode

from cheroot.wsgi import Server
from flask import Flask, Response

from benchmarks.serving import THREADS
from benchmarks.store import PASSWORD, Store
from benchmarks.timing import Row, alternating
from runtime.accounts import Joining
from runtime.app import create_app

_WHO: Final = "maya"
_FIELDS, _CONDITIONS = 100, 30
_SIZES: Final = (100, 500)
_FRAGMENT: Final = {"HX-Request": "true", "HX-Request-Type": "partial"}


def form_tool(key: str, fields: int, conditions: int) -> dict[str, Any]:
    """A tool with one form: every tenth of its fields is asked about, by as many conditions as wanted."""
    properties = {f"f{number}": _property(number) for number in range(fields)}
    kinds = ("showWhen", "requireWhen", "readOnlyWhen")
    free = [number for number in range(fields) if number % 10]
    for number in range(conditions):
        ops = properties[f"f{free[number]}"]["x-ops"]
        ops[kinds[number % 3]] = _condition(number * 10 % fields)
    return {
        "ops": "1",
        "kind": "tool",
        "key": key,
        "title": key,
        "forms": [
            {
                "key": "form",
                "title": "Form",
                "schema": {"type": "object", "properties": properties},
            }
        ],
        "roles": [
            {
                "key": "clerk",
                "title": "Clerk",
                "grants": [{"form": "form", "can": ["read", "create", "edit"]}],
            }
        ],
    }


def _property(number: int) -> dict[str, Any]:
    title = f"Field {number}"
    if number % 10 == 0:
        choices = [{"key": key, "title": key.title()} for key in ("yes", "no", "later")]
        ops = {"type": "choice", "choices": choices}
        return {"enum": ["yes", "no", "later"], "title": title, "x-ops": ops}
    if number % 3 == 0:
        return {"type": "integer", "title": title, "x-ops": {"type": "integer"}}
    return {"type": "string", "title": title, "maxLength": 200, "x-ops": {"type": "text"}}


def _condition(asked: int) -> dict[str, Any]:
    return {"field": f"f{asked}", "op": "in", "value": ["yes", "later"]}


class Door:
    """The way to the server for somebody who is signed in: one connection that stays open."""

    def __init__(self, port: int) -> None:
        self._conn = HTTPConnection("127.0.0.1", port, timeout=30)
        self._cookies: dict[str, str] = {}

    def ask(self, path: str, post: Any = None) -> tuple[int, str]:
        """The status and the text of an answer."""
        return self.ready(path, post)()

    def ready(self, path: str, post: Any = None) -> Callable[[], tuple[int, str]]:
        """A request that only has to be sent."""
        method, body = ("GET", None) if post is None else ("POST", urlencode(post))
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self._cookies.items())}
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", **_FRAGMENT}

        def send() -> tuple[int, str]:
            self._conn.request(method, path, body, headers)
            answer = self._conn.getresponse()
            for line in answer.headers.get_all("Set-Cookie", ()):
                name, _, rest = line.partition("=")
                self._cookies[name] = rest.partition(";")[0]
            return answer.status, answer.read().decode()

        return send


class _Form:
    """One form in the browser of somebody who is signed in."""

    def __init__(self, door: Door, key: str, fields: int) -> None:
        self.door = door
        self.path = f"/t/{key}/f/form/new"
        self.drawn = door.ready(self.path)
        html = self.drawn()[1]
        self.token = token_in(html)
        markers = re.findall(r'name="_drawn" value="([^"]+)"', html)
        hidden = {marker.partition("=")[0] for marker in markers if "=h." in marker}
        reacting = set(re.findall(r'id="f-(f\d+)-field" data-changes', html))
        self.post = [("csrf_token", self.token), *(("_drawn", marker) for marker in markers)]
        for number in range(fields):
            # As the pages' own script does, without the fields that play no part in it.
            if number % 10 == 0 or f"f{number}" in reacting - hidden:
                text = "no" if number % 10 == 0 else "7" if number % 3 == 0 else "Some text"
                self.post.append((f"f{number}", text))

    def refresh(self, **typed: str) -> Callable[[], tuple[int, str]]:
        """Asks how the form stands with something else typed in."""
        post = [(key, typed.get(key, text)) for key, text in self.post]
        return self.door.ready(f"{self.path}/refresh", post)


def token_in(html: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', html)
    assert found is not None
    return found[1]


@contextmanager
def _forms(store: Store, port: int) -> Iterator[tuple[Door, dict[str, _Form]]]:
    """The forms of all sizes, in the browser of a clerk."""
    with store.opened() as services:
        sizes = {f"of{size}": (size, _CONDITIONS * size // _FIELDS) for size in _SIZES}
        for key, (fields, conditions) in sizes.items():
            services.published.publish(form_tool(key, fields, conditions), by="benchmark")
        roles = tuple((key, "clerk") for key in sizes)
        services.accounts.add(Joining(_WHO, PASSWORD, title="Maya Okafor", roles=roles))
        with served(_with_nothing(create_app(services)), port):
            door = Door(port)
            token = token_in(door.ask("/sign-in")[1])
            door.ask("/sign-in", {"csrf_token": token, "name": _WHO, "password": PASSWORD})
            yield door, {key: _Form(door, key, fields) for key, (fields, _) in sizes.items()}


@contextmanager
def served(app: Flask, port: int) -> Iterator[None]:
    """The application behind the web server of `opswright serve`."""
    server = Server(("127.0.0.1", port), app, numthreads=THREADS)
    server.prepare()
    thread = Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.stop()
        thread.join()


def _with_nothing(app: Flask) -> Flask:
    """The application with an address that does nothing, for whoever is signed in."""
    app.add_url_rule("/nothing", "nothing", lambda: Response(status=204), methods=["POST"])
    return app


def measure(folder: Path, rounds: int, port: int) -> list[Row]:
    """The ratios of one form on SQLite; what is stored plays no part in them."""
    with _forms(Store(folder), port) as (door, forms):
        small, large = forms["of100"], forms["of500"]
        asked = {
            "nothing": door.ready("/nothing", {"csrf_token": small.token}),
            "account": door.ready("/account"),
            "refresh": small.refresh(f0="yes"),
            "unchanged": small.refresh(),
            "draw 100": small.drawn,
            "draw 500": large.drawn,
            "refresh 500": large.refresh(f0="yes"),
        }
        statuses = [found()[0] for found in asked.values()]
        if statuses != [204, 200, 200, 204, 200, 200, 200]:
            raise RuntimeError(f"answered {statuses}")
        times = alternating(asked, rounds)

    def row(what: str, ours: str, other: str, name: str, limit: float | None) -> Row:
        return Row.compared(what, "sqlite", times[ours], times[other], at_most=limit, name=name)

    size = f"{_FIELDS} fields, {_CONDITIONS} conditions"
    return [
        row(f"Refresh of a form, {size}", "refresh", "nothing", "empty request", 2.0),
        row("The same, nothing changed", "unchanged", "nothing", "empty request", 2.0),
        row("The same, against a small page", "refresh", "account", "account page", None),
        row("Drawing a form of 500 fields", "draw 500", "draw 100", "of 100", 5.5),
        row("Refresh of a form of 500 fields", "refresh 500", "refresh", "of 100", None),
    ]
