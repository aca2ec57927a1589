"""What a start costs: seconds until the first page, memory at rest, bytes of a first visit."""

import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Final

import psutil

from benchmarks.browser import Browser, Form
from benchmarks.records import MEASURED
from benchmarks.serving import await_page, opswright, started
from benchmarks.store import LIST_PAGE, PASSWORD, Store, fill
from benchmarks.timing import Row

_STARTS: Final = 5
_RECORDS: Final = 5_000
_IDLE_SECONDS: Final = 10
_ROOT: Final = Path(__file__).parent.parent
_STOP_SECONDS: Final = 30


def measure(folder: Path, port: int) -> list[Row]:
    """Start, memory, first visit and wheel."""
    store = Store(folder / "start")
    store.folder.mkdir()
    fill(store, _RECORDS)
    cookies = _signed_in(store, port)
    return [*_starts(folder, store, port, cookies), *_rest(store, port, cookies), *_wheel(folder)]


def _signed_in(store: Store, port: int) -> dict[str, str]:
    with _serving(store, port):
        browser = Browser(port)
        form = Form(browser.get("/sign-in").text, "password").values
        browser.post("/sign-in", {**form, "name": MEASURED, "password": PASSWORD})
        return browser.cookies


@contextmanager
def _serving(store: Store, port: int, path: str = "/sign-in") -> Iterator[tuple[int, float]]:
    """`opswright serve` that has just answered; its process id, and the seconds that it took."""
    words, environment = opswright(store, port)
    begun = time.perf_counter()
    process = started(words, environment)
    try:
        await_page(process, port, path)
        yield process.pid, time.perf_counter() - begun
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(_STOP_SECONDS)


def _starts(folder: Path, store: Store, port: int, cookies: dict[str, str]) -> list[Row]:
    first, page, listed = [], [], []
    for number in range(_STARTS):
        empty = Store(folder / f"empty{number}")
        with _serving(empty, port) as (_pid, seconds):
            first.append(seconds)
        shutil.rmtree(empty.folder)
        begun = time.perf_counter()
        with _serving(store, port) as (_pid, seconds):
            page.append(seconds)
            Browser(port, dict(cookies)).get(LIST_PAGE)
            listed.append(time.perf_counter() - begun)
    return [
        Row.limited("First page after the command", "new database", median(first), 2, "s"),
        Row.limited("First page after the command", "5,000 records", median(page), 2, "s"),
        Row.limited("First list after the command", "5,000 records", median(listed), 2, "s"),
    ]


def _rest(store: Store, port: int, cookies: dict[str, str]) -> list[Row]:
    with _serving(store, port) as (pid, _seconds):
        browser = Browser(port, dict(cookies))
        weight, parts = _weight(browser)
        time.sleep(_IDLE_SECONDS)
        memory = psutil.Process(pid).memory_info().rss / 1e6
    kilobytes = ", ".join(f"{name} {size / 1024:.1f}" for name, size in parts.items())
    return [
        Row.limited("Memory at rest", "5,000 records", memory, 150, "MB"),
        Row.limited("First visit, compressed", "list page", weight / 1024, 150, "KB"),
        Row.told("The same in parts", "KB", kilobytes),
    ]


def _weight(browser: Browser) -> tuple[int, dict[str, int]]:
    """The bytes that a browser fetches for a list page when it has been there never before."""
    page = browser.get(LIST_PAGE)
    urls = re.findall(
        r'<(?:link rel="(?:preload|stylesheet|icon)"|script)[^>]*?(?:href|src)="([^"]+)"', page.text
    )
    sprite = re.search(r'data-sprite="([^"]+)"', page.text)
    fetched = {*urls, *([sprite[1]] if sprite else [])}
    parts = {"HTML": len(page.body)}
    parts |= {Path(url).name: len(browser.get(url).body) for url in sorted(fetched)}
    return sum(parts.values()), parts


def _wheel(folder: Path) -> list[Row]:
    """The size of the wheel, built as it is released."""
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, _ROOT],
        check=True,
        capture_output=True,
    )
    wheel = next(folder.glob("*.whl"))
    return [Row.told("Wheel", "", f"{wheel.stat().st_size / 1024:,.0f} KB")]
