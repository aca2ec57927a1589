"""Whatever is sent to whatever address: never an error of ours, always JSON, nothing half done."""

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.runtime.api.conftest import RECORDS
from tests.runtime.api.orders import orders_tool

FIELDS = list(orders_tool()["forms"][0]["schema"]["properties"])
NAUGHTY = [
    "",
    " ",
    "null",
    "NaN",
    "-0",
    "1e400",
    "'; DROP TABLE event;--",
    "%00",
    "a\u202eb",
    "\U0001d4b3",
    "\ud7ff",
    "../x",
    "{{7*7}}",
]

texts = st.text(max_size=20) | st.sampled_from(NAUGHTY)
numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
keys = st.sampled_from([*FIELDS, "@state", "@version", "absent"]) | texts
data = st.dictionaries(keys, values, max_size=5)
bodies = (
    st.fixed_dictionaries({"data": data})
    | st.fixed_dictionaries({"data": data, "comment": values})
    | st.fixed_dictionaries({"body": values})
    | values
)
operators = st.sampled_from(
    ["eq", "ne", "in", "lt", "between", "has", "has_any", "empty", "contains"]
)
short_filters = st.builds(":".join, st.tuples(keys, operators, texts))
queries = st.dictionaries(
    st.sampled_from(["filter", "sort", "limit", "cursor", "q", "count"]) | texts,
    short_filters | texts | keys,
    max_size=3,
)
headers = st.fixed_dictionaries(
    {},
    optional={
        "If-Match": st.sampled_from(['"1"', "1", "*", '"999999999999999"', "x", '""', 'W/"1"']),
        "If-None-Match": st.sampled_from(['"1"', "*", "x"]),
        "Idempotency-Key": st.sampled_from(["a", "", "\x7f", "é"]),
    },
)
EXPECTED = {200, 201, 204, 304, 400, 403, 404, 405, 409, 413, 415, 422, 428}


@pytest.fixture(scope="module")
def addresses(app, lead) -> list[tuple[str, str]]:
    """(method, path) of every route, with the names of real things, and with others."""
    record = lead.post(RECORDS, {"data": {"title": "Fuzzed", "pieces": 1}}).json
    real = {
        "tool": "orders",
        "form": "order",
        "record_id": record["id"],
        "name": "pack",
        "field": "title",
        "batch": record["id"],
    }
    found = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("api."):
            path = re.sub(r"<([^>]+)>", lambda match: real[match[1]], rule.rule)
            found += [(method, path) for method in sorted(rule.methods)]
            found.append(("PUT", path))
    found.append(("POST", f"{RECORDS}/{record['id']}/actions/mark_urgent"))
    return found


@settings(max_examples=400)
@given(choice=st.data())
def test_nothing_that_is_sent_breaks_the_api(lead, clerk, addresses, choice):
    client = choice.draw(st.sampled_from([lead, clerk]), label="client")
    method, path = choice.draw(st.sampled_from(addresses), label="address")
    sent: dict[str, Any] = {"query_string": choice.draw(queries), "headers": choice.draw(headers)}
    body = choice.draw(bodies, label="body")
    answer = client(method, path, json=body, **sent)
    assert answer.status_code in EXPECTED, (answer.status_code, answer.data)
    if answer.status_code >= 400 and method != "HEAD":
        assert answer.content_type == "application/problem+json"
        assert answer.json["status"] == answer.status_code
    if answer.status_code == 201:
        assert client.get(f"{RECORDS}").status_code == 200


@settings(max_examples=150)
@given(
    raw=st.binary(max_size=200),
    kind=st.sampled_from(["application/json", "text/plain", "a/b+json", "x"]),
)
def test_no_bytes_break_the_api(lead, raw, kind):
    answer = lead("POST", RECORDS, data=raw, content_type=kind)
    assert answer.status_code in (400, 415, 422)


@settings(max_examples=100)
@given(record=data)
def test_what_is_taken_comes_back_equal(lead, record):
    """A record that was taken is the very record that was sent, but for spelling of one value."""
    made = lead.post(RECORDS, {"data": record})
    if made.status_code != 201:
        assert made.status_code in (400, 422)
        return
    read = lead.get(f"{RECORDS}/{made.json['id']}")
    assert read.json["data"] == made.json["data"]
    assert set(made.json["data"]) == {key for key, value in record.items() if value is not None}
