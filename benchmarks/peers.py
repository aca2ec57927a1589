"""The same rows in Opswright, Django admin and Flask-Admin: pages, saves, requests per second.

All three run in processes of their own, on the same web server with as many threads, on the same
database engine, which has to have a save on the disk before it is answered.  Opswright's person
has the least rights, and its saves check them, judge the record, write an event, its proof and
the words of the full-text search; the others do none of this.
"""

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from html import unescape
from itertools import count
from typing import Final

import psutil

from benchmarks import django_peer, flask_peer
from benchmarks.browser import Answer, Browser, Form
from benchmarks.engines import Engine
from benchmarks.native import fill_native
from benchmarks.records import MEASURED
from benchmarks.serving import opswright, running
from benchmarks.store import LIST_PAGE, PASSWORD, fill
from benchmarks.timing import Row, alternating
from benchmarks.tool import FORM, TOOL

_CLIENTS: Final = 8
_NATIVE_RECORD: Final = 1
_COSTED: Final = 60
_DJANGO: Final = ("-m", "benchmarks.django_peer")
_FLASK_ADMIN: Final = ("-m", "benchmarks.flask_peer")


@dataclass(frozen=True)
class Site:
    """One server under measure, with somebody signed in."""

    name: str
    server: psutil.Process
    browser: Browser
    list_page: str
    record_page: str
    changed: str
    """The field that a save changes."""

    def list(self) -> Answer:
        return self._good(self.browser.get(self.list_page))

    def open(self) -> Answer:
        return self._good(self.browser.get(self.record_page))

    def cost(self, action: Callable[[], object], times: int) -> float:
        """The processor seconds that the server spends on each, which no neighbour changes much."""
        before = self.server.cpu_times()
        for _ in range(times):
            action()
        after = self.server.cpu_times()
        return (after.user + after.system - before.user - before.system) / times

    def saves(self) -> Iterator[Callable[[], Answer]]:
        """Saves of the record's form, each of another text and yet to be posted."""
        for number in count():
            form = Form(self.open().text, self.changed).values
            form[self.changed] = f"Looked through for the {number}th time."
            yield partial(self._save, form)

    def _good(self, answer: Answer) -> Answer:
        if answer.status != 200:
            raise RuntimeError(f"{self.name} answered {answer.status}")
        return answer

    def _save(self, form: dict[str, str]) -> Answer:
        answer = self.browser.post(self.record_page, form)
        if answer.status not in (302, 303):
            raise RuntimeError(f"{self.name} answered a save with {answer.status}")
        return answer


def measure(engine: Engine, records: int, *, rounds: int, port: int) -> list[Row]:
    """All ratios on one engine."""
    store = engine.store("peer_claims")
    fill(store, records)
    url = engine.url("peer_native")
    fill_native(url, records)
    words, environment = opswright(store, port)
    with ExitStack() as stack:
        started = [
            stack.enter_context(running(words, port, environment)),
            stack.enter_context(running([*_DJANGO, str(port + 1), url], port + 1)),
            stack.enter_context(running([*_FLASK_ADMIN, str(port + 2), url], port + 2)),
        ]
        ours, django, flask_admin = (psutil.Process(process.pid) for process in started)
        sites = [
            _opswright(ours, port),
            _django(django, port + 1),
            _flask_admin(flask_admin, port + 2),
        ]
        lean = replace(sites[1], name="Django, lean", list_page=django_peer.LEAN_LIST_PAGE)
        return [
            *_lists([*sites, lean], engine.name, rounds),
            *_opens(sites, engine.name, rounds),
            *_saves(sites, engine.name, rounds),
            *_costs(sites, engine.name),
            *_rates(sites, engine.name),
        ]


def _opswright(server: psutil.Process, port: int) -> Site:
    browser = Browser(port)
    form = Form(browser.get("/sign-in").text, "password").values
    browser.post("/sign-in", {**form, "name": MEASURED, "password": PASSWORD})
    page = browser.get(LIST_PAGE).text
    # The record on its own, as the others open it, without its place in the list.
    match = re.search(rf'href="(/t/{TOOL}/f/{FORM}/[^"?]+)', page)
    if match is None:
        raise LookupError("the list page leads to no record")
    return Site("Opswright", server, browser, LIST_PAGE, unescape(match[1]), "notes")


def _django(server: psutil.Process, port: int) -> Site:
    browser = Browser(port)
    form = Form(browser.get("/admin/login/").text, "password").values
    name, password = django_peer.PERSON
    browser.post("/admin/login/", {**form, "username": name, "password": password})
    record = django_peer.RECORD_PAGE.format(_NATIVE_RECORD)
    return Site("Django", server, browser, django_peer.LIST_PAGE, record, "notes")


def _flask_admin(server: psutil.Process, port: int) -> Site:
    record = flask_peer.RECORD_PAGE.format(_NATIVE_RECORD)
    return Site("Flask-Admin", server, Browser(port), flask_peer.LIST_PAGE, record, "notes")


def _lists(sites: list[Site], where: str, rounds: int) -> list[Row]:
    times = alternating({site.name: site.list for site in sites}, rounds)
    limits = {"Django": 0.25, "Django, lean": None, "Flask-Admin": None}
    rows = _against("List page", where, times, limits)
    eighth = times["Opswright"] / (times["Django"] / 8)
    sizes = ", ".join(f"{site.name} {len(site.list().body) / 1000:.0f} kB" for site in sites[:3])
    told = f"{eighth:.2f} of it"
    return [
        *rows,
        Row.told("List page against an eighth of Django's", where, told),
        Row.told("HTML of the list page", where, sizes),
    ]


def _opens(sites: list[Site], where: str, rounds: int) -> list[Row]:
    times = alternating({site.name: site.open for site in sites}, rounds)
    return _against("Opening a record", where, times, {"Django": 0.5, "Flask-Admin": None})


def _saves(sites: list[Site], where: str, rounds: int) -> list[Row]:
    waiting = {site.name: site.saves() for site in sites}
    ready = {name: next(saves) for name, saves in waiting.items()}
    taken: dict[str, list[float]] = {site.name: [] for site in sites}
    for _ in range(rounds):
        for name, saves in waiting.items():
            started = time.perf_counter()
            ready[name]()
            taken[name].append(time.perf_counter() - started)
            ready[name] = next(saves)
    times = {name: sorted(found)[len(found) // 2] for name, found in taken.items()}
    return _against("A save", where, times, {"Flask-Admin": 1.0, "Django": None})


def _against(
    what: str, where: str, times: dict[str, float], limits: dict[str, float | None]
) -> list[Row]:
    return [
        Row.compared(what, where, times["Opswright"], times[name], at_most=limit, name=name)
        for name, limit in limits.items()
    ]


def _costs(sites: list[Site], where: str) -> list[Row]:
    """The same pages by what they cost the server's processor."""
    lists = {site.name: site.cost(site.list, _COSTED) for site in sites}
    opens = {site.name: site.cost(site.open, _COSTED) for site in sites}
    limits: dict[str, float | None] = {"Django": None, "Flask-Admin": None}
    return [
        *_against("List page, processor time", where, lists, limits),
        *_against("Opening a record, processor time", where, opens, limits),
    ]


def _rates(sites: list[Site], where: str) -> list[Row]:
    rates = {site.name: _rate(site) for site in sites}
    ours = rates.pop("Opswright")
    return [
        Row.told(
            f"List pages a second, {_CLIENTS} clients",
            where,
            f"{ours:.0f}/s",
            ", ".join(f"{name} {rate:.0f}/s" for name, rate in rates.items()),
        )
    ]


def _rate(site: Site, seconds: float = 6.0) -> float:
    """Answers a second to clients that ask at once, each on its own connection."""
    deadline = time.perf_counter() + seconds
    done = [0] * _CLIENTS

    def ask(number: int) -> None:
        with _window(site.browser) as browser:
            while time.perf_counter() < deadline:
                if browser.get(site.list_page).status != 200:
                    raise RuntimeError(f"{site.name} fails under load")
                done[number] += 1

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(_CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / seconds


@contextmanager
def _window(browser: Browser) -> Iterator[Browser]:
    another = browser.another()
    try:
        yield another
    finally:
        another.close()
