"""A browser as far as measuring needs one: a kept connection, cookies, forms."""

import gzip
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
        coded = self.headers.get("content-encoding") == "gzip"
        return (gzip.decompress(self.body) if coded else self.body).decode()

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
        response = self._response(method, path, body, headers)
        content = response.read()
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        found = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, found, content)

    def _response(
        self, method: str, path: str, body: str | None, headers: dict[str, str]
    ) -> http.client.HTTPResponse:
        try:
            self._connection.request(method, path, body, headers)
            return self._connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionResetError):
            # A server closes what was idle for some seconds.
            self._connection.close()
            self._connection.request(method, path, body, headers)
            return self._connection.getresponse()


class Form(HTMLParser):
    """The first form of a page with a certain control, and what it would post as it stands."""

    def __init__(self, page: str, holding: str) -> None:
        super().__init__()
        self._forms: list[dict[str, str]] = []
        self._select = ""
        self._area = ""
        self.feed(page)
        found = [form for form in self._forms if holding in form]
        if not found:
            raise LookupError(f"no form of the page has a control called {holding}")
        self.values = found[0]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "form":
            self._forms.append({})
        elif tag == "input" and name and self._posted(given):
            self._set(name, given.get("value", ""))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            self._set(self._select, given.get("value", ""))
        elif tag == "textarea":
            self._area = name
            self._set(name, "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self._forms[-1][self._area] += data.removeprefix("\n")

    def _set(self, name: str, value: str) -> None:
        if self._forms:
            self._forms[-1][name] = value

    @staticmethod
    def _posted(given: dict[str, str]) -> bool:
        if given.get("type") in ("submit", "button", "file", "reset"):
            return False
        return given.get("type") not in ("checkbox", "radio") or "checked" in given
