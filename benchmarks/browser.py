"""A browser as far as measuring needs one: a kept connection, cookies, forms."""

import http.client
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urlencode

_CODINGS: Final = "br, gzip"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def location(self) -> str:
        return self.headers.get("location", "")


@dataclass
class Browser:
    """One client of one server on this machine."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def get(self, path: str) -> Answer:
        """The page at `path`."""
        return self._ask("GET", path)

    def post(self, path: str, values: dict[str, str]) -> Answer:
        """What comes of posting a form."""
        return self._ask("POST", path, urlencode(values))

    def another(self) -> "Browser":
        """A second window: the same cookies, a connection of its own."""
        return Browser(self.port, dict(self.cookies))

    def close(self) -> None:
        self._connection.close()

    def _ask(self, method: str, path: str, body: str | None = None) -> Answer:
        headers = {"Accept-Encoding": _CODINGS}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        content = response.read()
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        found = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, found, content)


class Form(HTMLParser):
    """The controls of one form of a page and what they would post."""

    def __init__(self, page: str, holding: str) -> None:
        """The first form that has a control called `holding`."""
        super().__init__()
        self.values: dict[str, str] = {}
        self._holding = holding
        self._found: dict[str, str] | None = None
        self._select = ""
        self._area = ""
        self.feed(page)
        if self._found is None:
            raise LookupError(f"no form of the page has a control called {holding}")
        self.values = self._found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "form":
            self.values = {}
        elif tag == "input" and name and self._posted(given):
            self.values[name] = given.get("value", "")
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            self.values[self._select] = given.get("value", "")
        elif tag == "textarea":
            self._area = name
            self.values[name] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.values.setdefault(self._select, "")
            self._select = ""
        elif tag == "textarea":
            self._area = ""
        elif tag == "form" and self._found is None and self._holding in self.values:
            self._found = self.values

    def handle_data(self, data: str) -> None:
        if self._area:
            self.values[self._area] += data.removeprefix("\n")

    @staticmethod
    def _posted(given: dict[str, str]) -> bool:
        if given.get("type") in ("submit", "button", "file", "reset"):
            return False
        return given.get("type") not in ("checkbox", "radio") or "checked" in given
