"""Imported tools at work: what the source takes is stored as it came, what it refuses is refused."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from builder.starting.first_spec import first_spec
from form_specs.imports import Given, Sheet
from form_specs.imports.layouts import keys_in
from opswright.application import create_app
from runtime.accounts import Joining
from runtime.config import load_settings
from runtime.services import Services, open_services
from tests.form_specs.imports import (
    test_fhir,
    test_form_js,
    test_json_forms,
    test_rjsf,
    test_xlsform,
)
from tests.runtime.browsing import Browser

GIVEN = {
    "rjsf": Given(document=test_rjsf.SAMPLE),
    "forms": Given(document=test_json_forms.SAMPLE),
    "camunda": Given(document=test_form_js.SAMPLE),
    "fhir": Given(document=test_fhir.SAMPLE),
    "xls": Given(sheets=test_xlsform.SHEETS),
    "pets": Given(sheets=(Sheet("survey", test_xlsform.REACTING), Sheet("choices", test_xlsform.CHOICES))),
}  # fmt: skip
VALID: dict[str, list[dict[str, Any]]] = {
    "rjsf": [{"name": "Ada"}, {"name": "Ada", "reason": "A\nB", "floor": "f", "pin": "1"}],
    "forms": [{"name": "Ada", "kind": "guest", "escorted": True}, {"name": "A", "kind": "press", "outlet": "X"}],
    "camunda": [
        {"name": "Ada", "days": 3, "abroad": True, "why": "A fair", "size": "s", "extras": ["m"], "stock": "X1", "from": "2031-01-02"},
        {"name": "Ada", "days": 3, "abroad": False},
    ],
    "fhir": [
        {"q1": True, "q1_1": "2024-05-06", "colour": "r", "drink": "tea", "age": 41, "nick": ["Bob"], "far": "RO"},
        {"q1": False},
    ],
    "xls": [{"name": "Ada", "age": 41, "works": "yes", "pets": ["dog"], "dog": "Rex", "country": "fr", "city": "par", "rent": 700.5, "since": "2020-02-03"}],
    "pets": [{"has": "no"}, {"has": "yes", "kind": "cat", "legs": 4}, {"calm": {"still": "x"}}],
}  # fmt: skip
INVALID: list[tuple[str, dict[str, Any], str]] = [
    ("rjsf", {"reason": "x"}, "name"),
    ("rjsf", {"name": "Ada", "floor": "attic"}, "floor"),
    ("forms", {"kind": "press"}, "name"),
    ("forms", {"name": "Ada", "kind": "staff"}, "kind"),
    ("camunda", {"name": "Ada", "days": 30}, "why"),
    ("camunda", {"name": "Ada", "days": 91, "why": "x"}, "days"),
    ("camunda", {"name": "Ada", "days": 3, "from": "2001-01-01"}, "from"),
    ("fhir", {"q1": True}, "q1_1"),
    ("fhir", {"q1": True, "q1_1": "2019-12-31"}, "q1_1"),
    ("fhir", {"q1": False, "age": 131}, "age"),
    ("xls", {"name": "Ada", "age": 41}, "works"),
    ("xls", {"name": "Ada", "age": 13}, "age"),
    ("xls", {"name": "Ada", "age": 8, "since": "2999-01-01"}, "since"),
    ("xls", {"name": "Ada", "age": 8, "country": "fr", "city": "clj"}, "city"),
    ("xls", {"name": "Ada", "age": 61, "works": "no"}, "code"),
    ("pets", {"has": "yes"}, "kind"),
]


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    folder: Path = tmp_path_factory.mktemp("imported")
    found = open_services(load_settings({}, {"data": folder}), with_hooks=False)
    for key, given in GIVEN.items():
        found.published.publish(first_spec(found.registry, key, given).document, by="test")
    found.accounts.add(
        Joining("ann", "a long password", roles=tuple((key, "lead") for key in GIVEN))
    )
    yield found
    found.close()


@pytest.fixture(scope="module")
def post(services: Services) -> Callable[[str, Any], Any]:
    client = create_app(services).test_client()
    _, token = services.accounts.add_token("ann")
    headers = {"Authorization": f"Bearer {token}"}

    def post(tool: str, data: Any) -> Any:
        path = f"/api/v1/tools/{tool}/forms/{tool}/records"
        return client.post(path, json={"data": data}, headers=headers)

    return post


@pytest.mark.parametrize(("tool", "record"), [(t, r) for t, records in VALID.items() for r in records])  # fmt: skip
def test_a_valid_record_is_stored_as_it_came(post, tool, record):
    answer = post(tool, record)

    assert answer.status_code == 201, answer.json
    stored = answer.json["data"]
    assert {key: stored.get(key) for key in record} == record


@pytest.mark.parametrize(("tool", "record", "field"), INVALID)
def test_an_invalid_record_is_refused_at_its_field(post, tool, record, field):
    answer = post(tool, record)

    assert answer.status_code == 422, answer.json
    assert any(f"/{field}" in error["pointer"] for error in answer.json["errors"]), answer.json


def test_what_was_calculated_there_is_calculated_here(post):
    answer = post("xls", {"name": "Ada", "age": 8, "rent": 100})

    assert answer.json["data"]["yearly"] == 1200


@pytest.mark.parametrize("tool", GIVEN)
def test_the_page_of_a_new_record_asks_for_its_fields(services, tool):
    page = Browser(create_app(services), "ann").get(f"/t/{tool}/f/{tool}/new")

    assert page.status_code == 200
    shown = first_spec(services.registry, tool, GIVEN[tool]).document["forms"][0]
    asked = keys_in(shown["layouts"].get("create", shown["layouts"]["default"]))
    assert asked
    assert f'name="{min(VALID[tool][0])}' in page.text
