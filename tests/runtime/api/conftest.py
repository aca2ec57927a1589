"""A real application on a real database, and one client for each role."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from runtime.accounts import Joining
from runtime.app import create_app
from runtime.config import load_settings
from runtime.services import Services, open_services
from tests.runtime.api.orders import orders_tool

RECORDS = "/api/v1/tools/orders/forms/order/records"
PEOPLE = {
    "lena": (("orders", "lead"),),
    "carl": (("orders", "clerk"),),
    "pia": (("orders", "packer"),),
    "nils": (),
}
"""One account for each role, and one without any."""


class Api:
    """A client that sends one token."""

    def __init__(self, client: FlaskClient, token: str | None) -> None:
        self._client = client
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def __call__(self, method: str, path: str, **more: Any) -> TestResponse:
        headers = {**self.headers, **more.pop("headers", {})}
        return self._client.open(path, method=method, headers=headers, **more)

    def get(self, path: str, **more: Any) -> TestResponse:
        return self("GET", path, **more)

    def post(self, path: str, content: Any = None, **more: Any) -> TestResponse:
        return self("POST", path, json=content, **more)

    def patch(self, path: str, data: Any, version: Any = None, **more: Any) -> TestResponse:
        headers = {} if version is None else {"If-Match": f'"{version}"'}
        return self("PATCH", path, json={"data": data}, headers=headers, **more)

    def listed(self, **query: Any) -> list[str]:
        """The titles of the records that a query finds, in its order."""
        answer = self.get(RECORDS, query_string=query)
        assert answer.status_code == 200, answer.json
        return [record["title"] for record in answer.json["records"]]


def open_orders(url: str, folder: Path, **overrides: Any) -> Services:
    """Services on a fresh database with the orders tool and its people."""
    settings = load_settings({}, {"data": folder, "database_url": url, **overrides})
    services = open_services(settings, with_hooks=False)
    services.published.publish(orders_tool(), by="system")
    for name, roles in PEOPLE.items():
        services.accounts.add(Joining(name, "correct horse", roles=roles))
    return services


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    found = open_orders("", tmp_path_factory.mktemp("orders"))
    yield found
    found.close()


@pytest.fixture(scope="module")
def app(services: Services) -> Flask:
    return create_app(services)


@pytest.fixture(scope="module")
def sign_on(services: Services, app: Flask) -> Callable[[str | None], Api]:
    """From a name to the client of that account; none: without a token."""

    def made(name: str | None) -> Api:
        token = services.accounts.add_token(name)[1] if name else None
        return Api(app.test_client(), token)

    return made


@pytest.fixture(scope="module")
def lead(sign_on: Callable[[str | None], Api]) -> Api:
    return sign_on("lena")


@pytest.fixture(scope="module")
def clerk(sign_on: Callable[[str | None], Api]) -> Api:
    return sign_on("carl")


@pytest.fixture(scope="module")
def packer(sign_on: Callable[[str | None], Api]) -> Api:
    return sign_on("pia")


@pytest.fixture(scope="module")
def nobody(sign_on: Callable[[str | None], Api]) -> Api:
    return sign_on(None)


@pytest.fixture
def make_order(lead: Api) -> Callable[..., dict[str, Any]]:
    """A new order, made by the lead through the API: its record."""

    def made(title: str = "Two chairs", **data: Any) -> dict[str, Any]:
        answer = lead.post(RECORDS, {"data": {"title": title, **data}})
        assert answer.status_code == 201, answer.json
        record: dict[str, Any] = answer.json
        return record

    return made
