"""Former keys of a field go on meaning it, and answers say so."""

from copy import deepcopy

import pytest

from form_specs.check import check
from opswright.application import create_app
from runtime.gate import Origin
from runtime.storage.ids import encode_id
from tests.runtime.browsing import Browser
from tests.runtime.opening import Desk
from tests.runtime.refunds import refunds_tool

RECORDS = "/api/v1/tools/refunds/forms/refund/records"


def renamed():
    """The refunds tool whose notes were called `remarks` once."""
    document = deepcopy(refunds_tool())
    document["forms"][0]["schema"]["properties"]["notes"]["x-ops"]["was"] = ["remarks"]
    merchant = document["forms"][0]["schema"]["properties"]["merchant"]
    merchant["x-ops"]["was"] = ["shop"]
    return document


@pytest.fixture
def api(make_services):

    services = make_services()
    services.published.publish(renamed(), by="bo")
    app = create_app(services)
    token = services.accounts.add_token("lena")[1]
    client = app.test_client()

    def call(method, path="", **more):
        headers = {"Authorization": f"Bearer {token}", **more.pop("headers", {})}
        return client.open(f"{RECORDS}{path}", method=method, headers=headers, **more)

    call.services = services
    return call


def test_a_former_key_writes_the_field_and_the_answer_says_so(api):
    answer = api("POST", json={"data": {"shop": "Acme", "remarks": "Hello"}})
    assert answer.status_code == 201
    assert answer.json["data"]["merchant"] == "Acme"
    assert "remarks" not in answer.json["data"]
    assert answer.headers["Deprecation"] == "true"
    assert answer.headers["Opswright-Former-Keys"] == "remarks=notes, shop=merchant"


def test_a_former_key_filters_and_sorts(api):
    for shop in ("Bolt", "Acme"):
        api("POST", json={"data": {"merchant": shop}})
    query = {"filter": '{"field": "shop", "op": "present"}', "sort": "shop"}
    answer = api("GET", query_string=query)
    assert [r["data"]["merchant"] for r in answer.json["records"]] == ["Acme", "Bolt"]
    assert "Deprecation" in answer.headers
    answer = api("GET", query_string={"filter": "shop:eq:Bolt"})
    assert [r["data"]["merchant"] for r in answer.json["records"]] == ["Bolt"]


def test_requests_that_use_todays_keys_are_told_nothing(api):
    answer = api("POST", json={"data": {"merchant": "Acme"}})
    assert "Deprecation" not in answer.headers


def test_both_keys_at_once_are_refused(api):
    answer = api("POST", json={"data": {"shop": "Acme", "merchant": "Bolt"}})
    assert answer.status_code == 422
    assert "former key" in answer.text


@pytest.mark.parametrize("former", ["amount", "shop"])
def test_a_former_key_is_never_used_again(api, former):
    document = renamed()
    properties = document["forms"][0]["schema"]["properties"]
    properties["origin"]["x-ops"]["was"] = [former]
    problems = [p.message for p in check(document, api.services.registry.catalog())]
    assert any(f"the former key '{former}' is" in message for message in problems)


def test_a_deprecated_field_is_not_offered_but_shown_where_it_is_held(make_services):

    services = make_services()
    desk = Desk(services)
    values = desk.typed(merchant="Acme", notes="Old words")
    record = services.gate.create(desk.program(), values, Origin("cli")).record_id
    document = deepcopy(refunds_tool())
    document["forms"][0]["schema"]["properties"]["notes"]["deprecated"] = True
    services.published.publish(document, by="bo")
    browser = Browser(create_app(services), "lena")
    assert 'name="notes"' not in browser.get("/t/refunds/f/refund/new").text
    page = browser.get(f"/t/refunds/f/refund/{encode_id(record)}").text
    assert "Old words" in page
    assert "no longer used" in page
