"""The commands that go on running: `serve`, `worker`, `demo`, as processes."""

import json
import signal
import socket
import time
import urllib.error
import urllib.request

import pytest

from opswright.cli.serving import DEMO_NAMES, DEMO_PASSWORD, is_loopback
from opswright.demo.accounts import PASSWORD
from opswright.demo.people import COLLEAGUES

pytestmark = pytest.mark.timeout(120)


def get(url, token=None):
    """(status, text) of an answer."""
    request = urllib.request.Request(url)
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def ended(process):
    """The exit code of a process that was asked to stop."""
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=40)
    return process.returncode


def test_serve_says_when_it_answers_and_stops_when_asked(start):
    process, url = start("serve", "--port", "0")
    assert url.startswith("http://127.0.0.1:")
    assert get(f"{url}/healthz")[0] == 200
    assert get(f"{url}/api/v1/tools")[0] == 401
    begin = time.monotonic()
    assert ended(process) == 0
    assert time.monotonic() - begin < 30


def test_serve_publishes_the_folder_and_a_broken_spec_stops_no_other(home, start, write_spec):
    (home.folder / "specs").mkdir()
    write_spec("specs/good.json")
    (home.folder / "specs/bad.json").write_text('{"ops": "1",')
    home("user", "add", "ada", "--admin", "--password", "correct horse")
    token = home("token", "add", "ada").stdout.split()[-1]
    process, url = start("serve", "--port", "0", OPSWRIGHT_SPECS="specs")
    status, text = get(f"{url}/api/v1/tools", token)
    assert status == 200
    assert [tool["key"] for tool in json.loads(text)["tools"]] == ["orders"]
    process.send_signal(signal.SIGTERM)
    assert "bad.json:1:13" in process.communicate(timeout=40)[1]


def test_a_request_in_the_middle_is_answered_before_the_end(start):
    process, url = start("serve", "--port", "0")
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: ")
        time.sleep(0.3)
        process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        connection.sendall(b"127.0.0.1\r\nConnection: close\r\n\r\n")
        answer = connection.recv(4096)
    process.communicate(timeout=40)
    assert answer.startswith(b"HTTP/1.1 200")
    assert process.returncode == 0


def test_a_taken_port_is_one_clear_line(home):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = home.run("serve", "--port", taken.getsockname()[1])
    assert done.returncode == 2
    assert "in use" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_demo_runs_again_on_what_it_made(start):
    process, url = start("demo", "--port", "0", "--records", "5", "--data", "demo")
    assert url.startswith("http://127.0.0.1:")
    assert url.endswith("/t/disputes")
    root = url.removesuffix("/t/disputes")
    assert get(f"{root}/sign-in")[0] == 200
    assert ended(process) == 0
    process, _ = start("demo", "--port", "0", "--records", "5", "--data", "demo")
    assert ended(process) == 0


def test_demo_accounts_are_never_served_to_a_network(home, start):
    process, _ = start("demo", "--port", "0", "--records", "5", "--data", "data")
    assert ended(process) == 0
    done = home.run("serve", "--host", "0.0.0.0", "--port", "0")
    assert done.returncode == 1
    assert "have the demo's password" in done.stderr
    process, _ = start("serve", "--host", "127.0.0.1", "--port", "0")
    assert ended(process) == 0


def test_a_folder_that_the_demo_did_not_make_is_never_emptied(home):
    (home.folder / "mine").mkdir()
    (home.folder / "mine" / "letter.txt").write_text("dear")
    done = home.run("demo", "--fresh", "--data", "mine", "--port", "0")
    assert done.returncode == 2
    assert (home.folder / "mine" / "letter.txt").exists()


def test_a_worker_stops_when_asked(home):
    process = home.start("worker")
    assert process.stderr is not None
    for line in process.stderr:
        if "worker started" in line:
            break
    assert ended(process) == 0


def test_the_accounts_that_serve_refuses_are_those_of_the_demo():
    assert DEMO_PASSWORD == PASSWORD
    assert {person.name for person in COLLEAGUES} >= set(DEMO_NAMES)


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("localhost", True),
        ("::1", True),
        ("[::1]", True),
        ("127.8.8.8", True),
        ("0.0.0.0", False),
        ("::", False),
        ("", False),
        ("192.168.1.5", False),
        ("ops.example.com", False),
    ],
)
def test_only_loopback_is_loopback(host, loopback):
    assert is_loopback(host) is loopback
