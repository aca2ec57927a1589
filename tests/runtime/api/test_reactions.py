"""Fields that react, as programs meet them."""

from collections.abc import Iterator
from typing import Any

import pytest

from opswright.application import create_app
from runtime.services import Services
from tests.runtime.opening import furnished_url, open_refunds
from tests.runtime.reacting import reacting_tool

RECORDS = "/api/v1/tools/refunds/forms/refund/records"


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    folder = tmp_path_factory.mktemp("reacting")
    found = open_refunds(furnished_url("sqlite", folder, lambda: ""), folder)
    found.published.publish(reacting_tool(), by="test")
    yield found
    found.close()


@pytest.fixture(scope="module")
def ask(services: Services):
    """`ask(method, path, data)`: status and JSON of a request by olga."""
    client = create_app(services).test_client()
    token = {"Authorization": f"Bearer {services.accounts.add_token('olga')[1]}"}

    def ask(method: str, path: str = "", data: Any = None, **headers: str):
        answer = client.open(
            RECORDS + path,
            method=method,
            json=None if data is None else {"data": data},
            headers=token | {name.replace("_", "-"): text for name, text in headers.items()},
        )
        return answer.status_code, answer.json

    return ask


def test_a_value_for_a_hidden_field_is_ignored(ask):
    status, made = ask("POST", data={"merchant": "S", "site": "https://example.com/"})
    assert (status, "site" in made["data"]) == (201, False)


def test_a_missing_value_is_named_with_the_reason(ask):
    data = {"merchant": "S", "region": "south", "channels": ["web"]}
    status, problem = ask("POST", data=data)
    assert status == 422
    (error,) = problem["errors"]
    assert error == {
        "pointer": "/data/site",
        "code": "required",
        "message": "Fill in Site: it is needed when Channels includes Web",
    }


def test_a_locked_field_is_refused_at_its_pointer(ask):
    _, made = ask("POST", data={"merchant": "S", "share": "10"})
    status, problem = ask("PATCH", f"/{made['id']}", {"share": "20", "score": 95}, If_Match='"1"')
    assert (status, problem["errors"]) == (
        422,
        [
            {
                "pointer": "/data/share",
                "code": "read_only",
                "message": "Share cannot be changed while Score is at least 90",
            }
        ],
    )


def test_warnings_stand_with_the_record_until_they_are_mended(ask):
    warned = [{"message": "That is a high score", "pointer": "/data/score"}]
    _, made = ask("POST", data={"merchant": "S", "score": 81})
    assert made["warnings"] == warned
    assert ask("GET", f"/{made['id']}")[1]["warnings"] == warned
    _, mended = ask("PATCH", f"/{made['id']}", {"score": 80}, If_Match='"1"')
    assert "warnings" not in mended
    assert "warnings" not in ask("GET")[1]["records"][0]
