"""Every limit of a record is told with the place that is over it."""

import json

import pytest

from components.registry import Registry
from form_specs.from_schema.tool import tool_from_schema
from runtime.accounts import Joining
from runtime.app import create_app
from runtime.config import load_settings
from runtime.services import open_services

TEXTS = {"type": "array", "items": {"type": "string"}}
SCHEMA = {"properties": {"a": {}, "b": {}, "few": TEXTS, "more": TEXTS, "most": TEXTS}}


def nested(depth):
    return [nested(depth - 1)] if depth > 1 else []


@pytest.fixture(scope="module")
def create(tmp_path_factory):
    """`create(record)`: what the API answers to a record of the form."""
    folder = tmp_path_factory.mktemp("limits")
    services = open_services(load_settings({}, {"data": folder}), with_hooks=False)
    document, _ = tool_from_schema(SCHEMA, "things", Registry.discover().catalog())
    properties = document["forms"][0]["schema"]["properties"]
    del properties["few"]["x-ops"]["options"]
    services.published.publish(document, by="system")
    services.accounts.add(Joining("ada", "correct horse", is_admin=True))
    headers = {"Authorization": f"Bearer {services.accounts.add_token('ada')[1]}"}
    client = create_app(services).test_client()
    yield lambda record: client.post(
        "/api/v1/tools/things/forms/things/records",
        data=json.dumps({"data": record}),
        content_type="application/json",
        headers=headers,
    )
    services.close()


@pytest.mark.parametrize(
    ("record", "pointer", "said"),
    [
        ({"a": "x" * 600_000, "b": "x" * 500_000}, "/data/a", "at most 1,000,000 bytes"),
        ({"a": nested(29)}, "/data/a", "At most 28 levels"),
        ({"few": ["x"] * 201}, "/data/few", "At most 200 rows; this has 201"),
        ({"more": ["x"] * 2_000, "most": ["x"] * 3_001}, "/data/most", "At most 5,000 rows in a record; this has 5,001"),
    ],
    ids=["bytes", "levels", "rows of a list", "rows in all"],
)  # fmt: skip
def test_what_is_over_a_limit_is_told_at_its_place(create, record, pointer, said):
    answer = create(record)

    assert answer.status_code == 422, answer.json
    (fault,) = answer.json["errors"]
    assert fault["pointer"] == pointer
    assert said in fault["message"]


def test_what_is_just_within_the_limits_is_taken(create):
    for record in (
        {"a": "x" * 600_000, "b": "x" * 399_000},
        {"a": nested(28)},
        {"few": ["x"] * 200, "more": ["x"] * 2_000, "most": ["x"] * 2_800},
    ):
        assert create(record).status_code == 201
