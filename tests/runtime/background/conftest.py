import contextlib
import os
import shutil
import socket
import subprocess
import textwrap
import time

import pytest
import redis

from runtime.config import Settings
from runtime.storage.database import open_database
from tests.runtime.background.process import Process
from tests.runtime.storage.making import fresh_url

_PORTS = range(8300, 8310)


class RedisServer:
    """A real redis-server on a port of its own, which a test may stop and start."""

    def __init__(self, folder):
        self.folder = folder
        self.port = _free_port()
        self._process = None

    @property
    def url(self):
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self):
        self._process = subprocess.Popen(
            [
                *("redis-server", "--port", str(self.port), "--bind", "127.0.0.1"),
                *("--save", "", "--appendonly", "no", "--dir", str(self.folder)),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
                return
            time.sleep(0.02)
        raise RuntimeError("redis-server did not start")

    def stop(self):
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@pytest.fixture
def redis_server(tmp_path):
    """A Redis of the test's own, which it may stop and start."""
    with _running(tmp_path) as server:
        yield server


@pytest.fixture(scope="session")
def _shared_redis(tmp_path_factory):
    with _running(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
def redis_url(_shared_redis):
    """URL of an empty Redis."""
    with redis.Redis.from_url(_shared_redis.url) as client:
        client.flushall()
    return _shared_redis.url


@contextlib.contextmanager
def _running(folder):
    if shutil.which("redis-server") is None:
        pytest.skip("redis-server is not installed")
    server = RedisServer(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def _free_port():
    """A free port; workers of one run start their search apart from each other."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    for step in range(len(_PORTS)):
        port = _PORTS[(worker * 3 + step) % len(_PORTS)]
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return port
    raise RuntimeError("no free port for redis-server")


@pytest.fixture(params=["sqlite", "postgresql"])
def db(request, tmp_path):
    """A migrated database of the test's own."""
    found = open_database(fresh_url(request.param, tmp_path, request))
    yield found
    found.close()


@pytest.fixture
def outside(tmp_path):
    """What hooks did outside, as a receiver sees it: one line per call."""
    return Outside(tmp_path / "outside.log")


class Outside:
    def __init__(self, path):
        self.path = path

    def calls(self):
        return self.path.read_text("utf-8").splitlines() if self.path.exists() else []


@pytest.fixture
def make_process(tmp_path, db, outside):
    """`make(code, **settings)`: services with hooks of that code, as one process has them."""
    made = []

    def make(code, **settings):
        folder = tmp_path / "hooks"
        folder.mkdir(exist_ok=True)
        start = f"from opswright import *\nOUTSIDE = {str(outside.path)!r}\n"
        (folder / "hooks.py").write_text(start + SEND + textwrap.dedent(code), "utf-8")
        url = db.url.render_as_string(hide_password=False)
        found = Process(Settings(data=tmp_path, hooks=folder, database_url=url, **settings), db)
        made.append(found)
        return found

    yield make
    for process in made:
        process.close()


SEND = """
def send(text):
    with open(OUTSIDE, "a") as file:
        file.write(text + "\\n")
"""
