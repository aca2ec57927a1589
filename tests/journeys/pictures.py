"""Makes the pictures of the README and of the page for a first tool anew: `make pictures`.

They come from `opswright demo` with its usual data, and from following the page step by step, so
they show the product as it is.
"""

import struct
import tempfile
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.journeys.conftest import DESK, PHONE, find_chromium, launched, sign_in
from tests.journeys.first_tool import Hand, sample, steps
from tests.journeys.serving import FORM, Server

PICTURES: Final = Path(__file__).parents[2] / "docs" / "pictures"
LARGEST: Final = 200_000
RECORDS: Final = 400
LIST: Final = "/t/disputes/v/all_open"
LIST_SCREEN: Final = (1360, 850)
FIRST_SCREEN: Final = (1280, 800)


@contextmanager
def demo() -> Iterator[Server]:
    """A demo with enough disputes for every list."""
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home) / "data"
        folder.mkdir()
        server = Server(folder, ("demo", "--records", str(RECORDS), "--data", str(folder)))
        server.start()
        try:
            yield server
        finally:
            server.stop()


def desk(browser: Browser, server: Server, *, size: tuple[int, int] = DESK, **look: Any) -> Page:
    """A page of the operator."""
    context = browser.new_context(
        base_url=server.url,
        viewport={"width": size[0], "height": size[1]},
        reduced_motion="reduce",
        **look,
    )
    page = context.new_page()
    sign_in(page, "operator")
    return page


def keep(page: Page, name: str) -> None:
    """Writes the page's picture, once its counts are there and nothing moves."""
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(600)
    path = PICTURES / f"{name}.png"
    path.write_bytes(packed(page, page.screenshot(animations="disabled", caret="hide")))
    size = path.stat().st_size
    print(f"{path.name}  {size / 1000:.0f} KB")  # noqa: T201 - for whoever runs it
    if size > LARGEST:
        raise SystemExit(f"{path.name} is larger than {LARGEST / 1000:.0f} KB")


def packed(page: Page, picture: bytes) -> bytes:
    """The same pixels in a third less: flat areas and text want no filter, and the best zlib."""
    blank = page.context.new_page()
    source = f"data:image/png;base64,{b64encode(picture).decode()}"
    width, height, pixels = blank.evaluate(_PIXELS, source)
    blank.close()
    rgb = b64decode(pixels)
    rows = (rgb[at : at + 3 * width] for at in range(0, len(rgb), 3 * width))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    chunks = ((b"IHDR", header), (b"IDAT", data), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )


_PIXELS = """async (source) => {
  const image = new Image();
  image.src = source;
  await image.decode();
  const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, image.height);
  const rgb = data.filter((_, at) => at % 4 < 3);
  let text = "";
  for (let at = 0; at < rgb.length; at += 30_000) text += String.fromCharCode(...rgb.subarray(at, at + 30_000));
  return [image.width, image.height, btoa(text)];
}"""


def open_record(page: Page) -> None:
    """The dispute that shows most: with files, comments and a step that is not for an operator."""
    page.goto(f"{LIST}?filter=@state:eq:ready&sort=-amount")
    page.locator(".list tbody .lead a").first.click()
    expect(page.locator("#record")).to_be_visible()


def first_tool(browser: Browser) -> None:
    """The pictures of "Your first tool in five minutes", taken while somebody follows it."""
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home) / "data"
        folder.mkdir()
        server = Server(folder)
        server.run("user", "add", "bo", "--role", "*:@builder", "--password", "sheets and rows 12")
        server.start()
        try:
            context = browser.new_context(
                base_url=server.url,
                viewport={"width": FIRST_SCREEN[0], "height": FIRST_SCREEN[1]},
                reduced_motion="reduce",
            )
            key = server.session_of("bo")
            context.add_cookies([{"name": "opswright", "value": key, "url": server.url}])
            page = context.new_page()
            for name in steps(Hand(page), sample(Path(home))):
                keep(page, name)
        finally:
            server.stop()


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with demo() as server, sync_playwright() as playwright:
        browser = launched(playwright, find_chromium())
        for name, scheme in (("list", "light"), ("list-dark", "dark")):
            page = desk(browser, server, size=LIST_SCREEN, color_scheme=scheme)
            page.goto(f"{LIST}?filter=network:in:visa,mastercard")
            page.keyboard.press("j")
            keep(page, name)
        page = desk(browser, server)
        open_record(page)
        keep(page, "record")
        page.goto(f"{FORM}/new")
        page.locator("#f-charge").fill("ch_3Pq8Lk2eZvKYlo2C")
        page.get_by_label("Merchant").fill("Northwind Outfitters")
        page.locator("#f-amount").fill("1284.00")
        page.get_by_label("Network").select_option(label="Visa")
        page.get_by_label("Reason").select_option(label="Product not received")
        page.get_by_label("Charged").focus()
        keep(page, "create")
        page = desk(browser, server, size=PHONE, has_touch=True, device_scale_factor=2)
        page.goto(LIST)
        keep(page, "list-phone")
        open_record(page)
        keep(page, "record-phone")
        first_tool(browser)
        browser.close()


if __name__ == "__main__":
    main()
