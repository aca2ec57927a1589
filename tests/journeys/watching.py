"""Listens to what pages complain about while somebody uses them."""

from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Page

_EXPECTED = ("Failed to load resource", "htmx: htmx:error: Failed to fetch")
"""What the console says of an answer from 400 on, and of none: journeys ask for both on purpose."""


class Watch:
    """Everything that went wrong in the pages of one browser."""

    def __init__(self, context: BrowserContext) -> None:
        self._context = context
        self._complaints: list[str] = []
        context.on("console", self._heard)
        context.on("weberror", lambda found: self._thrown(found.error))

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(_EXPECTED):
            self._complaints.append(message.text)

    def _thrown(self, error: Error) -> None:
        self._complaints.append(str(error))

    def end(self) -> list[str]:
        """Closes the browser; its complaints."""
        for page in self._context.pages:
            if not page.is_closed() and page.url.startswith("http"):
                self._complaints += _left_behind(page)
        self._context.close()
        return self._complaints


def _left_behind(page: Page) -> list[str]:
    """A shared machine keeps nothing of what somebody saw."""
    page.wait_for_load_state()  # the last click may still be on its way
    kept = page.evaluate("[localStorage.length, sessionStorage.length]")
    return [] if kept == [0, 0] else [f"{page.url} left something in the browser: {kept}"]
