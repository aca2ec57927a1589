"""Servers that journeys are made against: processes of their own, on data of their own."""

import json
import os
import secrets
import shutil
import socket
import sqlite3
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any, Final

from tests.warm import opswright

RECORDS = 150
FORM = "/t/disputes/f/dispute"
_READY = "Opswright is ready at "
_SESSION = 3600 * 1_000_000
_MADE = count(1)
"""Disputes of all servers: one may hold what another's copied data held."""


def free_port() -> int:
    """A port that nobody listens on: one that a server can have again after it was stopped."""
    with closing(socket.create_server(("127.0.0.1", 0))) as probe:
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Server:
    """`opswright` as people start it; `folder` holds its data."""

    folder: Path
    command: tuple[str, ...] = ("serve",)
    settings: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[str] | None" = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("OPSWRIGHT_")}
        return kept | {"OPSWRIGHT_DATA": str(self.folder)} | self.settings

    def start(self) -> "Server":
        """Starts it and waits until it answers."""
        words = [str(opswright()), *self.command, "--port", str(self.port)]
        log = self.folder.parent / f"{self.folder.name}.log"
        with log.open("a") as errors:
            self.process = subprocess.Popen(
                words,
                env=self.environment,
                cwd=self.folder.parent,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith(_READY):
                return self
        self.process.communicate()
        raise AssertionError(log.read_text())

    def stop(self) -> None:
        """Ends this very process, as a deployment would."""
        assert self.process is not None
        self.process.terminate()
        self.process.communicate(timeout=30)
        self.process = None

    @contextmanager
    def away(self) -> Iterator[None]:
        """The server is down in this block, and up again after it."""
        self.stop()
        try:
            yield
        finally:
            self.start()

    def run(self, *words: str) -> str:
        """What another `opswright` command on the same data prints."""
        command = [str(opswright()), *words]
        done = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, check=True
        )
        return done.stdout

    def query(self, sql: str, *values: Any, change: bool = False) -> list[tuple[Any, ...]]:
        """Rows of the server's own database."""
        with closing(sqlite3.connect(self.folder / "opswright.db", timeout=10)) as conn:
            rows = conn.execute(sql, values).fetchall()
            if change:
                conn.commit()
        return rows

    def forget_visitors(self) -> None:
        """What an earlier journey typed and left is not offered to this one.

        Its pages may still send it when they are closed, so that their sessions end first.
        """
        self.query("DELETE FROM web_session", change=True)
        self.query("DELETE FROM draft", change=True)

    def session_of(self, name: str) -> str:
        """The key of a new session, as a sign-in begins it."""
        key, now = secrets.token_urlsafe(32), time.time_ns() // 1000
        self.query(
            "INSERT INTO web_session"
            " (tenant_id, id_hash, account_id, data, created_at, seen_at, expires_at)"
            " SELECT tenant_id, ?, id, '{}', ?, ?, ? FROM account WHERE name = ?",
            *(sha256(key.encode()).digest(), now, now, now + _SESSION, name),
            change=True,
        )
        return key

    def copied_to(self, folder: Path) -> Path:
        """The data of the running server in a folder of its own."""
        shutil.copytree(self.folder / "files", folder / "files")
        shutil.copy(self.folder / "secret.key", folder)
        source = sqlite3.connect(self.folder / "opswright.db")
        target = sqlite3.connect(folder / "opswright.db")
        with closing(source), closing(target):
            source.backup(target)
        return folder


_MADE: Final = count(1)
"""Of all disputes that journeys make: a server may begin with what another one held."""


class Api:
    """The REST API with a token of the lead, who may do everything: makes and reads disputes."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._token = server.run("token", "add", "lead").split()[-1]

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        base = f"{self.server.url}/api/v1/tools/disputes/forms/dispute/records"
        request = urllib.request.Request(
            base + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {self._token}",
                "Content-Type": "application/json",
                **headers,
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                text = answer.read()
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} {path}: {error.read().decode()}") from error
        return json.loads(text) if text else None

    def create(self, **values: Any) -> dict[str, Any]:
        """A new dispute, unlike every other one."""
        number = f"{os.getpid()}{next(_MADE):05d}"
        data = {
            "charge": f"ch_journey{number}",
            "merchant": f"Journey {number}",
            "amount": {"amount": "100.00", "currency": "USD"},
            "network": "visa",
            "reason": "general",
            "opened_on": "2026-11-20",
            "due_by": "2099-12-01T10:00:00Z",
            "card_last4": "4417",
            "owner": "operator",
        }
        return self("POST", "", {"data": data | values})

    def gathering(self, **values: Any) -> dict[str, Any]:
        """A dispute in work."""
        record = self.create(**values)
        return self("POST", f"/{record['id']}/transitions/start", {})

    def ready(self, **values: Any) -> dict[str, Any]:
        """A dispute whose evidence can be filed."""
        decided = {"decision": "contest", "rebuttal": "The cardholder has had the goods."}
        record = self.gathering(**(decided | values))
        return self("POST", f"/{record['id']}/transitions/prepare", {})

    def change(self, record: dict[str, Any], **values: Any) -> dict[str, Any]:
        """What somebody else saves meanwhile."""
        current = self.read(record)
        version = {"If-Match": f'"{current["version"]}"'}
        return self("PATCH", f"/{record['id']}", {"data": values}, **version)

    def read(self, record: dict[str, Any] | str) -> dict[str, Any]:
        """The dispute as it is now."""
        return self("GET", f"/{record if isinstance(record, str) else record['id']}")

    def data(self, record: dict[str, Any] | str) -> dict[str, Any]:
        """The dispute's values as they are now."""
        return self.read(record)["data"]

    def events(self, record: dict[str, Any] | str) -> list[dict[str, Any]]:
        """What happened to it, newest first."""
        path = f"/{record if isinstance(record, str) else record['id']}/events"
        return self("GET", path)["events"]

    def find(self, query: str) -> list[dict[str, Any]]:
        """The disputes of a query."""
        return self("GET", f"?{query}")["records"]
