"""How tests change and publish a tool in the browser: the text is kept, then the draft published."""

from typing import Any

from werkzeug.test import TestResponse

from runtime.services import Services
from runtime.storage import spec_drafts
from runtime.storage.spec_drafts import SpecDraft
from tests.runtime.browsing import Browser, forms_of
from tests.runtime.refunds import TOOL


def draft_of(services: Services, tool: str = TOOL) -> SpecDraft | None:
    """The draft of a tool as it is kept; none: there is none."""
    with services.db.read() as conn:
        return spec_drafts.load(conn, tool)


def keep_text(browser: Browser, tool: str, text: str) -> TestResponse:
    """Keeps a text as the draft of a tool."""
    place = f"/build/{tool}/text/"
    form = forms_of(browser.get(place).text)[place]
    form["document"] = text
    return browser.post(place, form)


def publish(browser: Browser, tool: str, do: str = "publish", **more: Any) -> TestResponse:
    """Asks for the draft of a tool to be published, or only checked or rehearsed."""
    place = f"/build/{tool}/publish/"
    form = forms_of(browser.get(place).text)[place]
    sent = {"_sequence": form["_sequence"], "do": do, **more}
    return browser.post(place, sent)


def look(asking: Browser, second: Browser, tool: str = TOOL) -> None:
    """Asks for a second look at the draft, and gives it."""
    place = f"/build/{tool}/publish/"
    for browser, kind in ((asking, "asked"), (second, "approved")):
        form = forms_of(browser.get(place).text)[f"{place}review"]
        browser.post(f"{place}review", {"_sequence": form["_sequence"], "do": kind})
