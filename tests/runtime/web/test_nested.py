"""Fields inside fields in a real application: pages, the API, history, conflicts, filters."""

import json
from urllib.parse import urlencode

import pytest
from werkzeug.datastructures import MultiDict

from components.registry import Registry
from form_specs.from_schema.tool import tool_from_schema
from opswright.application import create_app
from runtime.accounts import Joining
from tests.holds import holds_tool
from tests.runtime.browsing import Browser, forms_of, texts_of
from tests.runtime.opening import PASSWORD, fresh_url, open_services_on

NEW = "/t/holds/f/hold/new"
RECORDS = "/api/v1/tools/holds/forms/hold/records"
LINES = [{"payout": "P-1", "value": "10.00", "?": 1}, {"payout": "P-2", "paid": False}]
DATA = {
    "merchant": "Acme",
    "lines": LINES,
    "address": {"city": "Cluj", "country": "RO"},
    "payment": {"kind": "card", "holder": "Ada", "digits": "4242"},
    "limits": {"RO": 5},
    "contact": {"name": "Ada", "credit": "12.50"},
}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def office(request, tmp_path_factory):
    url = fresh_url(request.param, lambda: request.getfixturevalue("postgres_url"))
    services = open_services_on(url, tmp_path_factory.mktemp("holds"))
    services.published.publish(holds_tool(), by="system")
    for name in ("kim", "lee"):
        services.accounts.add(Joining(name, PASSWORD, roles=(("holds", "clerk"),)))
    yield services
    services.close()


@pytest.fixture(scope="module")
def app(office):
    made = create_app(office)
    made.testing = True
    return made


@pytest.fixture
def kim(app):
    return Browser(app, "kim")


@pytest.fixture
def call(app, office):
    """`call("post", path, body)`: the API's answer."""
    headers = {"Authorization": f"Bearer {office.accounts.add_token('kim')[1]}"}

    def called(method, path, body=None, **more):
        return app.test_client().open(
            path, method=method, json=body, headers={**headers, **more}, buffered=True
        )

    return called


@pytest.fixture
def make(call):
    """`make(**changed)`: the address of a record's page."""

    def made(**changed):
        answer = call("POST", RECORDS, {"data": {**DATA, **changed}})
        assert answer.status_code == 201, answer.json
        return f"/t/holds/f/hold/{answer.json['id']}"

    return made


def stored(call, page):
    return call("GET", f"{RECORDS}/{page.rpartition('/')[2]}").json["data"]


def typed(form, **texts):
    sent = MultiDict(form)
    for name, text in texts.items():
        sent[name] = text
    return sent


def test_a_record_saved_untouched_is_equal_to_what_it_was(kim, call, make):
    page = make()
    kim.post(page, typed(kim.form(page), merchant="Acme Ltd"))
    wanted = {**DATA, "merchant": "Acme Ltd"}
    assert json.dumps(stored(call, page), sort_keys=True) == json.dumps(wanted, sort_keys=True)


def test_faults_stand_at_the_input_and_the_summary_leads_there(kim):
    form = kim.form(NEW)
    sent = typed(form, merchant="Acme", **{"address/city": "x" * 30, "contact/credit": "ten"})
    answer = kim.post(NEW, sent)
    assert answer.status_code == 422
    assert "Contact, Credit: Write a number" in texts_of(answer.text)
    assert 'href="#f-contact/credit"' in answer.text
    answer = kim.post(NEW, typed(sent, **{"contact/credit": "10"}))
    assert "Address, City: At most 20 characters" in texts_of(answer.text)
    assert 'id="f-address/city-error"' in answer.text
    assert forms_of(answer.text)[NEW]["contact/credit"] == "10"


def test_an_entry_without_a_name_is_told_where_its_name_is_typed(kim):
    form = kim.form(NEW)
    sent = typed(form, merchant="Acme", limits="+0", **{":key:limits/+0": "", "limits/+0": "7"})
    answer = kim.post(NEW, sent)
    assert answer.status_code == 422
    assert "Limits, Entry 1: Give this entry a name, or take it out" in texts_of(answer.text)


def test_a_missing_part_is_told_at_its_empty_input(kim):
    sent = typed(kim.form(NEW), merchant="Acme", **{"address/country": "RO"})
    answer = kim.post(NEW, sent)
    assert "Address, City: Fill this in" in texts_of(answer.text)
    assert 'href="#f-address/city"' in answer.text


def test_the_api_points_to_the_part(call):
    wrong = {**DATA, "lines": [{"payout": "a"}, {"payout": "x" * 30, "value": "ten"}]}
    answer = call("POST", RECORDS, {"data": wrong})
    found = [fault["pointer"] for fault in answer.json["errors"]]
    assert found == ["/data/lines/1/payout", "/data/lines/1/value"]
    answer = call("POST", RECORDS, {"data": {**DATA, "lines": [{"value": "1.00"}]}})
    assert [fault["pointer"] for fault in answer.json["errors"]] == ["/data/lines/0/payout"]


def test_rows_come_and_go_without_a_script(kim, call, make):
    page = make()
    form = kim.form(page)
    answer = kim.post(page, typed(form, merchant="Typed", _rows="add 0 lines"))
    assert answer.status_code == 200
    form = forms_of(answer.text)[page]
    assert (form["merchant"], form.getlist("lines")) == ("Typed", ["", "0", "1", "2"])
    answer = kim.post(page, typed(form, **{"lines/2/payout": "new", "_rows": "up 2 lines"}))
    form = forms_of(answer.text)[page]
    assert form.getlist("lines") == ["", "0", "2", "1"]
    answer = kim.post(page, typed(form, _rows="remove 0 lines"))
    kim.post(page, forms_of(answer.text)[page])
    assert stored(call, page)["lines"] == [{"payout": "new"}, LINES[1]]
    assert stored(call, page)["merchant"] == "Typed"


def test_another_kind_is_shown_by_a_button_without_a_script(kim, call, make):
    page = make()
    sent = typed(kim.form(page), **{":choice:payment": "1", "_rows": "show 0 payment"})
    form = forms_of(kim.post(page, sent).text)[page]
    assert form[":0:payment/digits"] == "4242"
    kim.post(page, typed(form, **{"payment/holder": "Grace"}))
    assert stored(call, page)["payment"] == {"kind": "account", "holder": "Grace"}


def test_the_history_tells_part_by_part(kim, make):
    page = make()
    form = typed(kim.form(page), **{"lines/0/value": "12.00", "contact/name": "Bo"})
    form.add("lines", "9")
    form["lines/9/payout"] = "P-9"
    kim.post(page, form)
    said = texts_of(kim.get(page).text)
    assert "Payouts, row 1, Value: 10.00 → 12.00" in said
    assert "Payouts: 1 row added" in said
    assert "Contact, Name: Ada → Bo" in said


def test_lines_inside_a_group_stay_lines_where_they_are_only_read(make_services):
    note = {"type": "string", "title": "Note", "maxLength": 900, "x-ops": {"type": "long_text"}}
    group = {"type": "object", "title": "More", "properties": {"note": note}}
    tool = holds_tool()
    tool["forms"][0]["schema"]["properties"]["more"] = {**group, "x-ops": {"type": "group"}}
    tool["roles"].append(
        {"key": "seer", "title": "Seer", "grants": [{"form": "hold", "can": ["read"]}]}
    )
    services = make_services("sqlite")
    services.published.publish(tool, by="system")
    for name, role in (("kay", "clerk"), ("sea", "seer")):
        services.accounts.add(Joining(name, PASSWORD, roles=(("holds", role),)))
    app = create_app(services)
    app.testing = True
    headers = {"Authorization": f"Bearer {services.accounts.add_token('kay')[1]}"}
    data = {"merchant": "Acme", "more": {"note": "One\nTwo"}}
    made = app.test_client().post(RECORDS, json={"data": data}, headers=headers).json
    page = Browser(app, "sea").get(f"/t/holds/f/hold/{made['id']}").text
    assert '<div class="lines">One\nTwo</div>' in page


def test_two_people_change_the_same_rows(app, kim, call, make):
    lee, page = Browser(app, "lee"), make()
    mine = typed(kim.form(page), **{"lines/1/payout": "mine"})
    kim_first = typed(lee.form(page), **{"lines/0/value": "99.00"})
    lee.post(page, kim_first)
    answer = kim.post(page, mine)
    assert answer.status_code == 409
    said = texts_of(answer.text)
    assert "row 1, Value: 10.00 → 99.00" in said
    assert "row 2, Payout: P-2 → mine" in said
    assert stored(call, page)["lines"][0]["value"] == "99.00"


def test_rows_that_somebody_else_took_out_come_back_for_nobody(app, kim, call, make):
    lee, page = Browser(app, "lee"), make()
    mine = typed(kim.form(page), merchant="Mine")
    form = lee.form(page)
    form.setlist("lines", ["", "1"])
    lee.post(page, form)
    assert kim.post(page, mine).status_code == 303
    assert stored(call, page)["lines"] == [LINES[1]]
    assert stored(call, page)["merchant"] == "Mine"


@pytest.mark.parametrize(("condition", "found"), [
    ({"field": "contact.credit", "op": "gt", "value": "12.00"}, True),
    ({"field": "contact.credit", "op": "gt", "value": "13.00"}, False),
    ({"field": "address.city", "op": "eq", "value": "Cluj"}, True),
    ({"field": "payment.holder", "op": "starts_with", "value": "ad"}, True),
    ({"field": "limits", "op": "has_key", "value": "RO"}, True),
    ({"field": "limits", "op": "has_key", "value": "5"}, False),
    ({"not": {"field": "limits", "op": "has_key", "value": "DE"}}, True),
])  # fmt: skip
def test_filters_reach_what_is_inside(call, make, condition, found):
    page = make()
    query = urlencode({"filter": json.dumps(condition), "limit": 200})
    answer = call("GET", f"{RECORDS}?{query}")
    assert answer.status_code == 200, answer.json
    assert (page.rpartition("/")[2] in [r["id"] for r in answer.json["records"]]) is found


def test_a_record_holds_so_many_rows_and_no_more(call):
    rows = [{"payout": "x", "tags": ["y"] * 30}] * 180
    answer = call("POST", RECORDS, {"data": {**DATA, "lines": rows}})
    assert answer.status_code == 422
    assert answer.json["errors"] == [
        {
            "code": "rows",
            "message": "At most 5,000 rows in a record; this has 5,581",
            "pointer": "/data/lines",
        }
    ]


def test_rows_with_fields_inside_fields_are_cards_and_what_is_seldom_wanted_is_folded(
    make_services,
):
    gift = {"type": "object", "properties": {"to": {"type": "string"}}, "additionalProperties": {}}
    line = {"type": "object", "properties": {"sku": {"type": "string"}}, "required": ["sku"]}
    schema = {
        "properties": {
            "flat": {"type": "array", "items": line},
            "deep": {
                "type": "array",
                "items": {**line, "properties": {**line["properties"], "gift": gift}},
            },
            "gift": gift,
        }
    }
    services = make_services("sqlite")
    document, _ = tool_from_schema(schema, "orders", Registry.discover().catalog())
    services.published.publish(document, by="system")
    app = create_app(services)
    app.testing = True
    page = Browser(app, "ada").get("/t/orders/f/orders/new").text

    assert page.count('class="row-box" data-rows="flat"') == 1
    assert page.count('class="row-box deep" data-rows="deep"') == 1
    folded = page.index('<details class="folds whole">')
    assert folded < page.index('name=":others:gift"') < page.index("</details>", folded)
