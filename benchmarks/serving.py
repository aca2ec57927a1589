"""Servers for measuring, each a process of its own on the web server that Opswright uses."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from cheroot.wsgi import Server

from benchmarks.browser import Browser
from benchmarks.store import Store

THREADS: Final = 8
"""What `opswright serve` has by default."""
_ROOT: Final = Path(__file__).parent.parent
_START_SECONDS: Final = 60
_STOP_SECONDS: Final = 30


def serve(application: Any, port: int) -> None:
    """Answers requests until the process is ended."""
    Server(("127.0.0.1", port), application, numthreads=THREADS).start()


@contextmanager
def running(
    words: Sequence[str], port: int, environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A Python program that serves on `port`, answering by the time the block begins."""
    process = started(words, environment)
    try:
        await_page(process, port, "/")
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(_STOP_SECONDS)


def started(
    words: Sequence[str], environment: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """The process, just begun; what it says goes nowhere."""
    return subprocess.Popen(
        [sys.executable, *words],
        cwd=_ROOT,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def await_page(process: subprocess.Popen[bytes], port: int, path: str) -> float:
    """Waits for the first answer; the seconds until it came."""
    begun = time.perf_counter()
    while time.perf_counter() - begun < _START_SECONDS:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with {process.returncode}")
        browser = Browser(port)
        try:
            if browser.get(path).status < 500:
                return time.perf_counter() - begun
        except OSError:
            time.sleep(0.01)
        finally:
            browser.close()
    raise TimeoutError(f"{process.args!r} did not answer")


def opswright(store: Store, port: int) -> tuple[list[str], dict[str, str]]:
    """Words and environment of `opswright serve` over a deployment."""
    program = Path(sys.executable).with_name("opswright")
    return [str(program), "serve", "--port", str(port)], store.environment
