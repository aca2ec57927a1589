"""What the first page costs somebody who has never been here."""

import zlib

from playwright.sync_api import Page

from tests.journeys.conftest import Visit, sign_in

BUDGET = 150_000
"""Of a page with all that it needs, compressed as the proxy in front of `serve` sends it."""
SCRIPTS, STYLES = 45_000, 35_000


def weighed(page: Page, path: str) -> dict[str, int]:
    """Bytes that came over the wire for a page, by kind of file."""
    kinds: dict[str, str] = {}
    sizes: dict[str, int] = {}
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.clearBrowserCache")
    session.on(
        "Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"]})
    )

    def finished(event: dict[str, object]) -> None:
        kind = kinds.get(str(event["requestId"]), "Other")
        sizes[kind] = sizes.get(kind, 0) + int(str(event["encodedDataLength"]))

    session.on("Network.loadingFinished", finished)
    answer = page.goto(path, wait_until="networkidle")
    session.detach()
    assert answer is not None
    return sizes | {"Document": len(zlib.compress(answer.body()))}


def test_the_first_load_is_light(visit: Visit):
    page = visit(None)
    door = weighed(page, "/sign-in")
    assert sum(door.values()) < BUDGET
    sign_in(page, "operator")
    for path in ("/", "/t/disputes/v/all_open", "/t/disputes/f/dispute/new"):
        sizes = weighed(page, path)
        assert sizes["Script"] < SCRIPTS
        assert sizes["Stylesheet"] < STYLES
        assert sum(sizes.values()) < BUDGET, (path, sizes)


def test_the_second_page_takes_next_to_nothing(visit: Visit):
    page = visit()
    page.goto("/t/disputes/v/all_open", wait_until="networkidle")
    loaded: list[str] = []
    page.on("response", lambda answer: loaded.append(answer.url))
    page.goto("/t/disputes/v/mine", wait_until="networkidle")
    session = page.context.new_cdp_session(page)
    fetched = session.send("Runtime.evaluate", {"expression": _FETCHED, "returnByValue": True})
    assert fetched["result"]["value"] == 0


_FETCHED = """performance.getEntriesByType("resource")
  .filter((entry) => entry.name.includes("/assets/"))
  .reduce((sum, entry) => sum + entry.transferSize, 0)"""
