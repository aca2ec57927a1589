"""The API describes itself truly: the document is valid, and answers are as it says."""

import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from tests.runtime.api.conftest import RECORDS


@pytest.fixture(scope="module")
def document(lead) -> dict[str, Any]:
    return lead.get("/api/v1/openapi.json").json


def test_the_document_is_valid_openapi(document, nobody, clerk):
    for described in (
        document,
        nobody.get("/api/v1/openapi.json").json,
        clerk.get("/api/v1/openapi.json").json,
    ):
        assert described["openapi"] == "3.1.0"
        assert [error.message for error in OpenAPIV31SpecValidator(described).iter_errors()] == []


def test_every_route_is_described(document, app):
    described = {
        (re.sub(r"\{[^}]+\}", "{}", path), method.upper())
        for path, item in document["paths"].items()
        for method in item
        if method != "parameters"
    }
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("api."):
            path = re.sub(r"<[^>]+>", "{}", rule.rule)
            for method in rule.methods - {"HEAD", "OPTIONS"}:
                assert (path, method) in described


def test_without_a_token_no_tool_is_named(nobody):
    answer = nobody.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert b"orders" not in answer.data


def test_the_bearers_forms_are_described_as_far_as_they_know_them(document, clerk):
    whole = document["components"]["schemas"]["orders.order"]
    assert whole["required"] == ["title"]
    assert whole["additionalProperties"] is False
    assert whole["properties"]["number"]["readOnly"] is True
    assert "x-ops" not in str(whole)
    known = clerk.get("/api/v1/openapi.json").json["components"]["schemas"]["orders.order"]
    assert "margin" not in known["properties"]
    assert known["properties"]["card"]["readOnly"] is True


def judged(document: dict[str, Any], name: str, content: Any) -> list[str]:
    """What speaks against an answer by one of the document's schemas."""
    resource = Resource.from_contents(document, default_specification=DRAFT202012)
    registry = Registry().with_resource("urn:openapi", resource)
    schema = {"$ref": f"urn:openapi#/components/schemas/{name}"}
    validator = Draft202012Validator(schema, registry=registry)
    return [error.message for error in validator.iter_errors(content)]


def test_answers_are_as_described(document, lead, make_order):
    record = make_order(
        pieces=1, amount={"amount": "2.00", "currency": "EUR"}, due_on="2026-11-30", labels=["x"]
    )
    path = f"{RECORDS}/{record['id']}"
    lead.post(f"{path}/comments", {"body": "Hello"})
    answers = {
        "Record": record,
        "orders.order.record": record,
        "RecordList": lead.get(f"{RECORDS}?count=true").json,
        "orders.order.list": lead.get(RECORDS).json,
        "EventList": lead.get(f"{path}/events").json,
        "CommentList": lead.get(f"{path}/comments").json,
        "ToolList": lead.get("/api/v1/tools").json,
        "Tool": lead.get("/api/v1/tools/orders").json,
        "Problem": lead.post(RECORDS, {"data": {}}).json,
    }
    for name, content in answers.items():
        assert judged(document, name, content) == [], name
    assert judged(document, "Record", {"id": 5}) != []
