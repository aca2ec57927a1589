"""Rows that react and compute, as programs meet them."""

from collections.abc import Iterator

import pytest

from opswright.application import create_app
from runtime.services import Services
from tests.runtime.expenses import expenses_tool
from tests.runtime.opening import furnished_url, open_refunds

RECORDS = "/api/v1/tools/refunds/forms/refund/records"


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    folder = tmp_path_factory.mktemp("expenses")
    found = open_refunds(furnished_url("sqlite", folder, lambda: ""), folder)
    found.published.publish(expenses_tool(), by="test")
    yield found
    found.close()


@pytest.fixture(scope="module")
def ask(services: Services):
    """`ask(method, path, data)`: status and JSON of a request by olga."""
    client = create_app(services).test_client()
    token = {"Authorization": f"Bearer {services.accounts.add_token('olga')[1]}"}

    def ask(method, path="", data=None, **headers):
        sent = None if data is None else {"data": data}
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        answer = client.open(RECORDS + path, method=method, json=sent, headers=token | named)
        return answer.status_code, answer.json

    return ask


def test_errors_point_into_the_row(ask):
    lines = [{"kind": "taxi"}, {"kind": "meal", "price": 7}]
    status, problem = ask("POST", data={"merchant": "Shop", "score": 3, "lines": lines})
    assert status == 422
    assert {error["pointer"] for error in problem["errors"]} == {
        "/data/lines/1/guests",
        "/data/lines/1/price",
    }
    assert any("Row 2: Fill in Guests" in error["message"] for error in problem["errors"])


def test_what_was_read_may_be_sent_back_with_changes(ask):
    lines = [{"kind": "meal", "guests": 2, "amount": 5}, {"kind": "taxi", "guests": 3}]
    status, made = ask("POST", data={"merchant": "Shop", "score": 3, "lines": lines})
    assert status == 201
    assert made["data"]["lines"] == [{**lines[0], "price": 15}, {"kind": "taxi"}]
    assert made["data"]["whole"] == 15
    changed = [{**made["data"]["lines"][0], "amount": 6}]
    status, found = ask(
        "PATCH", f"/{made['id']}", {"lines": changed}, If_Match=f'"{made["version"]}"'
    )
    assert status == 200
    assert found["data"]["lines"] == [{**lines[0], "amount": 6, "price": 18}]
