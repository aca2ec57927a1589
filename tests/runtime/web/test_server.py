"""The real server: bodies that are far too large are refused at once, and it lives on."""

import os
import re
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection, HTTPResponse

import pytest

from opswright.application import create_app
from tests.runtime.browsing import Browser
from tests.runtime.opening import KEY, furnished_url, open_refunds
from tests.runtime.places import make_place

PORTS = range(8800, 8820)
HUGE = 200 * 1024 * 1024


def free_port():
    for port in PORTS:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port
    raise RuntimeError("no free port")


class Server:
    """`opswright serve` with the refunds tool, and a session of the lead."""

    def __init__(self, folder):
        self.port = free_port()
        services = open_refunds(furnished_url("sqlite", folder, str), folder)
        browser = Browser(create_app(services), "lena")
        self.path = f"/t/refunds/f/refund/{make_place(services).record}"
        self.api = f"/api/v1/tools/refunds/forms/refund/records/{self.path.rpartition('/')[2]}"
        self.cookie = "opswright=session-of-lena"
        self.csrf = browser.token
        self.token = services.accounts.add_token("lena")[1]
        services.close()
        self.files = services.settings.files_folder
        environ = {**os.environ, "OPSWRIGHT_DATA": str(folder), "OPSWRIGHT_SECRET_KEY": KEY}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "opswright.cli", "serve", "--port", str(self.port)],
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert "ready" in self.process.stdout.readline()

    def stop(self):
        self.process.terminate()
        self.process.communicate(timeout=30)

    def get(self, path):
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("GET", path, headers={"Cookie": self.cookie})
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, text

    def memory(self):
        """Of the process, in megabytes."""
        with open(f"/proc/{self.process.pid}/status") as file:  # noqa: PTH123 - no file of ours
            return int(re.search(r"VmRSS:\s+(\d+)", file.read())[1]) // 1024


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    found = Server(tmp_path_factory.mktemp("server"))
    yield found
    found.stop()


def head(server, method, path, *headers):
    lines = (f"{method} {path} HTTP/1.1", "Host: localhost", *headers, "", "")
    return "\r\n".join(lines).encode()


def sent(server, start, body, seconds=10):
    """The answer to a request whose body goes on and on, and how much of the body was taken."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=seconds) as connection:
        connection.sendall(start)
        taken = 0
        connection.settimeout(seconds)
        try:
            for part in body:
                connection.sendall(part)
                taken += len(part)
                if answered(connection):
                    break
        except (ConnectionResetError, BrokenPipeError):
            pass
        answer = HTTPResponse(connection)
        answer.begin()
        return answer.status, answer.read().decode(), taken


def answered(connection):
    connection.setblocking(False)
    try:
        return bool(connection.recv(1, socket.MSG_PEEK))
    except BlockingIOError:
        return False
    finally:
        connection.settimeout(10)


def multipart():
    yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
    while True:
        time.sleep(0.001)
        yield b"x" * 65_536


def chunked(parts):
    for part in parts:
        yield b"%x\r\n%b\r\n" % (len(part), part)


FORM = "Content-Type: multipart/form-data; boundary=b"


@pytest.mark.parametrize("who", ["lead", "nobody"])
def test_an_upload_of_200_mb_is_refused_before_it_comes(server, who):
    headers = [FORM, f"Content-Length: {HUGE}", f"X-CSRFToken: {server.csrf}"]
    headers += [f"Cookie: {server.cookie}"] if who == "lead" else []
    start = time.monotonic()
    status, text, taken = sent(
        server, head(server, "POST", f"{server.path}/files", *headers), multipart()
    )
    assert status == 413
    assert "That is too large" in text
    assert "up to 25 MB" in text
    assert time.monotonic() - start < 3
    assert taken < 10 * 1024 * 1024


def test_an_upload_without_a_length_is_cut_off(server):
    headers = (
        FORM,
        "Transfer-Encoding: chunked",
        f"Cookie: {server.cookie}",
        f"X-CSRFToken: {server.csrf}",
    )
    before = server.memory()
    status, text, taken = sent(
        server, head(server, "POST", f"{server.path}/files", *headers), chunked(multipart())
    )
    assert status == 413
    assert "too large" in text.lower()
    assert taken < 60 * 1024 * 1024
    assert server.memory() - before < 60


@pytest.mark.parametrize(
    "length", [f"Content-Length: {HUGE}", "Transfer-Encoding: chunked"], ids=["length", "chunks"]
)
def test_a_large_body_for_the_api_is_refused_too(server, length):
    headers = ("Content-Type: application/json", f"Authorization: Bearer {server.token}", length)
    body = iter(lambda: b'"' + b"x" * 65_535, None)
    parts = chunked(body) if "chunked" in length else body
    status, text, taken = sent(
        server, head(server, "POST", f"{server.api}/comments", *headers), parts
    )
    assert status == 413
    assert '"status":413' in text
    assert taken < 10 * 1024 * 1024


def test_a_form_without_a_length_is_not_cut_in_silence(server):
    kind = "Content-Type: application/x-www-form-urlencoded"
    headers = (kind, "Transfer-Encoding: chunked", f"Cookie: {server.cookie}")
    body = iter(lambda: b"body=" + b"x" * 65_000, None)
    start = head(server, "POST", f"{server.path}/comments", *headers)
    status, text, _taken = sent(server, start, chunked(body))
    assert (status, "too large" in text) == (413, True)


def test_the_server_lives_on_and_has_kept_nothing(server):
    status, text = server.get(server.path)
    assert status == 200
    assert "a.txt" not in text
    left = [item for item in server.files.rglob("*") if item.is_file()]
    assert sum(item.stat().st_size for item in left) < 1024 * 1024
