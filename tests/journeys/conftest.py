"""A real server, a real Chromium, and what every page must obey at the end of every journey."""

import os
import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from tests.journeys.serving import RECORDS, Api, Server
from tests.journeys.watching import Watch

DESK, PHONE = (1440, 900), (390, 844)
_ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--no-first-run"),
)
# The shell draws the same pages in a third of the time: it has no windows around them.
_NAMES = (
    *("chromium-headless-shell", "chrome-headless-shell"),
    *("chromium", "chromium-browser", "google-chrome", "chrome"),
)
_WAIT = 60_000
"""How long something may take on a busy machine; what is missing for good costs this once."""

_PAPERS = count(1)

Visit = Callable[..., Page]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The Chromium of this machine."""
    found = find_chromium()
    if found is None:
        pytest.skip("Chromium is not installed")
    expect.set_options(timeout=_WAIT)
    with sync_playwright() as playwright:
        browser = launched(playwright, found)
        yield browser
        browser.close()


def find_chromium() -> str | None:
    """The program, as `CHROMIUM` or this machine's path names it."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)


def launched(playwright: Playwright, program: str | None) -> Browser:
    """A running Chromium that asks for nothing of its own."""
    return playwright.chromium.launch(executable_path=program, args=_ARGUMENTS)


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """`opswright demo` with a few disputes."""
    folder = tmp_path_factory.mktemp("office") / "data"
    folder.mkdir()
    server = Server(folder, ("demo", "--records", str(RECORDS), "--data", str(folder)))
    yield server.start()
    server.stop()


@pytest.fixture(scope="session")
def api(office: Server) -> Api:
    """The API of the office, to prepare and to look behind the pages."""
    return Api(office)


def sign_in(page: Page, name: str) -> None:
    """Signs in by the form."""
    page.goto("/sign-in")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill("demo")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


@pytest.fixture
def visit(chromium: Browser, office: Server) -> Iterator[Visit]:
    """`visit("operator")`: a page in a browser of their own; None: nobody has signed in yet.

    Whoever came to a server in an earlier test is signed out, and their drafts are gone.

    After the test no page may have complained: no error in a script, none of the console, no
    breach of the content security policy, nothing left in the browser's storage.
    """
    watched: list[Watch] = []
    keys: dict[tuple[Path, str], str] = {}
    begun: list[Path] = []

    def cookies(server: Server, name: str) -> Any:
        key = keys.get((server.folder, name)) or server.session_of(name)
        keys[server.folder, name] = key
        return [{"name": "opswright", "value": key, "url": server.url}]

    def come(
        name: str | None = "operator",
        *,
        server: Server = office,
        script: bool = True,
        size: tuple[int, int] = DESK,
        scheme: Any = "light",
    ) -> Page:
        if server.folder not in begun:
            begun.append(server.folder)
            server.forget_visitors()
        context = chromium.new_context(
            base_url=server.url,
            java_script_enabled=script,
            viewport={"width": size[0], "height": size[1]},
            color_scheme=scheme,
            has_touch=size == PHONE,
            reduced_motion="reduce",
            accept_downloads=True,
        )
        context.set_default_timeout(_WAIT)
        if name:
            context.add_cookies(cookies(server, name))
        watch = Watch(context)
        watched.append(watch)
        return context.new_page()

    yield come
    complaints = [complaint for watch in watched for complaint in watch.end()]
    assert complaints == []


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    """A file to attach, with a name that no other has."""
    path = tmp_path / f"delivery signature {next(_PAPERS)}.txt"
    path.write_text("Signed for by the cardholder on 2 November.\n" * 2_000)
    return path
