"""Every address of the application, filled with a record that exists."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from flask import Flask

from runtime.gate import Origin, Upload
from runtime.services import Services
from runtime.storage.ids import encode_id
from tests.runtime.browsing import Browser
from tests.runtime.opening import Desk

_NAMES = {"act": "hurry", "run_action": "hurry"}
BODIES: dict[str, dict[str, Any]] = {
    "web.sign_in": {"name": "nobody", "password": "wrong"},
    "web.create": {"merchant": "New shop"},
    "web.save": {"score": "7", "_version": "1"},
    "web.comment": {"body": "Hello"},
    "web.draft": {"merchant": "typed"},
    "api.create_record": {"data": {"merchant": "New shop"}},
    "api.patch_record": {"data": {"score": 3}},
    "api.add_comment": {"body": "Hello"},
}
"""What a request of each endpoint holds, so that it does what it is for."""


@dataclass(frozen=True)
class Place:
    """A record with a file, and the addresses below it."""

    record: str
    attachment: str
    tool: str = "refunds"
    form: str = "refund"

    def values(self, endpoint: str) -> dict[str, str]:
        """What fills the address of an endpoint."""
        name = endpoint.partition(".")[2]
        return {
            "tool": self.tool,
            "form": self.form,
            "record": self.record,
            "record_id": self.record,
            "attachment": self.attachment,
            "delivery": self.record,
            "job": self.record,
            "sheet": self.record,
            "batch": self.record,
            "line": "2",
            "view": "all",
            "role": "lead",
            "state": "open",
            "way": "start",
            "action": "hurry",
            "below": f"t/{self.tool}/f/{self.form}/new",
            "test": "none",
            "number": "1",
            "field": "region",
            "name": "manifest.json"
            if endpoint == "assets.send_asset"
            else _NAMES.get(name, "start"),
        }


def make_place(services: Services, *, by: str = "lena", **data: Any) -> Place:
    """A new record with one file."""
    desk = Desk(services)
    access, origin = desk.access(by), Origin("seed")
    made = desk.gate.create(access, desk.typed(**{"merchant": "Shop", **data}), origin)
    kept = services.files.write(BytesIO(b"12.50"), limit=100)
    upload = Upload("receipt.txt", kept.sha256, kept.size, "text/plain")
    attached = desk.gate.attach(access, made.record_id, [upload], origin)
    return Place(encode_id(made.record_id), encode_id(attached.attachment_ids[0]))


def endpoints(app: Flask) -> Iterator[tuple[str, str]]:
    """(method, endpoint) of every route."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield method, rule.endpoint


def address(app: Flask, endpoint: str, place: Place) -> str:
    """The path of an endpoint, at a place."""
    adapter = app.url_map.bind("localhost")
    wanted = next(rule for rule in app.url_map.iter_rules() if rule.endpoint == endpoint)
    values = {
        key: value for key, value in place.values(endpoint).items() if key in wanted.arguments
    }
    return adapter.build(endpoint, values)


def ask(browser: Browser, method: str, endpoint: str, place: Place, **more: Any) -> Any:
    """Performs a request of an endpoint as a page would."""
    path = address(browser.app, endpoint, place)
    if endpoint.startswith("api."):
        headers = {"If-Match": "*"} if method == "PATCH" else {}
        body = BODIES.get(endpoint) if method in ("POST", "PATCH") else None
        headers |= more.pop("headers", {})
        return browser.client.open(path, method=method, json=body, headers=headers, **more)
    if method == "GET":
        return browser.get(path, **more)
    data = dict(BODIES.get(endpoint, {}))
    if endpoint == "web.upload":
        data["file"] = (BytesIO(b"12.50"), "receipt.txt")
    return browser.post(path, data, **more)
