"""A real server, a real Chromium, and what every page must obey at the end of every journey."""

import os
import shutil
from collections.abc import Callable, Iterator
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
_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
_WAIT = 15_000

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


@pytest.fixture(scope="session")
def signed_in(chromium: Browser) -> Callable[[Server, str], Any]:
    """Cookies of somebody who has signed in at a server, asked for once."""
    known: dict[tuple[str, str], Any] = {}

    def cookies(server: Server, name: str) -> Any:
        key = (str(server.folder), name)
        if key not in known:
            context = chromium.new_context(base_url=server.url)
            sign_in(context.new_page(), name)
            known[key] = context.storage_state()
            context.close()
        return known[key]

    return cookies


def sign_in(page: Page, name: str) -> None:
    """Signs in by the form."""
    page.goto("/sign-in")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill("demo")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


@pytest.fixture
def visit(
    chromium: Browser, office: Server, signed_in: Callable[[Server, str], Any]
) -> Iterator[Visit]:
    """`visit("operator")`: a page in a browser of their own; None: nobody has signed in yet.

    After the test no page may have complained: no error in a script, none of the console, no
    breach of the content security policy, nothing left in the browser's storage.
    """
    watched: list[Watch] = []

    def come(
        name: str | None = "operator",
        *,
        server: Server = office,
        script: bool = True,
        size: tuple[int, int] = DESK,
        scheme: Any = "light",
    ) -> Page:
        context = chromium.new_context(
            base_url=server.url,
            storage_state=signed_in(server, name) if name else None,
            java_script_enabled=script,
            viewport={"width": size[0], "height": size[1]},
            color_scheme=scheme,
            has_touch=size == PHONE,
            reduced_motion="reduce",
            accept_downloads=True,
        )
        context.set_default_timeout(_WAIT)
        watch = Watch(context)
        watched.append(watch)
        return context.new_page()

    yield come
    complaints = [complaint for watch in watched for complaint in watch.end()]
    assert complaints == []


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    """A file to attach."""
    path = tmp_path / "delivery signature.txt"
    path.write_text("Signed for by the cardholder on 2 November.\n" * 2_000)
    return path
