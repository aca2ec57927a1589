"""Computed fields follow every change, on every way into a record."""

from datetime import UTC, datetime, timedelta

import pytest

from runtime.accounts import Joining
from runtime.app import create_app
from runtime.config import load_settings
from runtime.published import InvalidSpecError
from runtime.services import open_services
from tests.runtime.browsing import Browser, texts_of
from tests.runtime.invoices import FORM, INVOICE, RECORDS, TOOL, invoices_tool

HOOKS = """
from opswright import *

@hook.before("create", tool="invoices", form="invoice")
def discount(change):
    if change.record["customer"] == "friend":
        change.set("net", "10.00")
    if change.record["customer"] == "meddler":
        change.set("gross", "1.00")
"""


@pytest.fixture(scope="module")
def services(tmp_path_factory):
    folder = tmp_path_factory.mktemp("invoices")
    (folder / "hooks").mkdir()
    (folder / "hooks" / "invoices.py").write_text(HOOKS, "utf-8")
    found = open_services(load_settings({}, {"data": folder, "hooks": folder / "hooks"}))
    found.published.publish(invoices_tool(), by="system")
    for name in ("clerk", "lead"):
        found.accounts.add(Joining(name, "correct horse", roles=((TOOL, name),)))
    yield found
    found.close()


@pytest.fixture(scope="module")
def app(services):
    made = create_app(services)
    made.testing = True
    return made


@pytest.fixture(scope="module")
def api(app, services):
    """`api(method, path, content)` as the lead; `by=` somebody else."""
    tokens = {name: services.accounts.add_token(name)[1] for name in ("clerk", "lead")}

    def call(method, path, content=None, *, by="lead", **more):
        headers = {"Authorization": f"Bearer {tokens[by]}", **more.pop("headers", {})}
        return app.test_client().open(path, method=method, json=content, headers=headers, **more)

    return call


@pytest.fixture
def make(api):
    """`make(**data)`: the answer to a new invoice."""

    def make(**data):
        return api("POST", RECORDS, {"data": {"customer": "Ada", **data}})

    return make


@pytest.fixture(scope="module")
def lead(app):
    return Browser(app, "lead")


def data_of(answer):
    assert answer.status_code in (200, 201), answer.json
    return answer.json["data"]


# -- the API --------------------------------------------------------------------------------


def test_values_follow_from_what_is_sent(make):
    data = data_of(make(net="100.05", rate=19))
    assert data["tax"] == "19.01"
    assert data["gross"] == "119.06"
    assert data["size"] == "small"
    assert data["label"] == f"{data['number']} ADA"


def test_rows_are_summed(make, api):
    lines = [{"what": "a", "value": "0.10"}, {"what": "b", "value": "0.20"}, {"what": "c"}]
    made = make(lines=lines).json
    assert made["data"]["lines_total"] == "0.30"
    assert data_of(make())["lines_total"] == "0.00"
    kept = api("GET", f"{RECORDS}/{made['id']}").json["data"]
    assert kept["lines"] == lines


def test_values_follow_every_change_and_go_when_they_cannot_be_known(make, api):
    made = make(net="1000.00", rate=10).json
    path = f"{RECORDS}/{made['id']}"
    changed = api("PATCH", path, {"data": {"rate": 20}}, headers={"If-Match": '"1"'})
    assert data_of(changed)["gross"] == "1200.00"
    emptied = api("PATCH", path, {"data": {"net": None}}, headers={"If-Match": '"2"'})
    assert data_of(emptied).keys().isdisjoint({"net", "tax", "gross", "size"})


def test_a_transition_computes_before_its_guards_are_asked(make, api):
    made = make(net="100.00", rate=10).json
    path = f"{RECORDS}/{made['id']}"
    refused = api("POST", f"{path}/transitions/pay", {"data": {"net": "9000.00"}})
    assert refused.status_code == 409
    assert "Above 5,000 somebody else pays" in refused.text
    paid = api("POST", f"{path}/transitions/pay", {"data": {"net": "200.00"}})
    assert paid.status_code == 200, paid.json
    data = data_of(api("GET", path))
    assert data["gross"] == "220.00"


def test_what_a_hook_amends_is_computed_with(make):
    assert data_of(make(customer="friend", net="500.00", rate=10))["gross"] == "11.00"


def test_a_hook_may_not_set_what_is_computed(make):
    refused = make(customer="meddler", net="500.00", rate=10)
    assert refused.status_code >= 400
    assert "A hook set Gross, which is computed" in refused.text


@pytest.mark.parametrize("value", ["1.00", None])
def test_setting_a_computed_value_is_refused_at_its_pointer(make, value):
    refused = make(net="1.00", gross=value)
    assert refused.status_code == 422
    (error,) = refused.json["errors"]
    assert error["pointer"].endswith("/gross")
    assert "Gross is computed" in str(error)


def test_lists_filter_and_sort_by_stored_values(make, api):
    for net in ("7000.00", "6000.00", "10.00"):
        make(customer="sorted", net=net, rate=0)
    query = {"filter": "gross:ge:6000.00", "sort": "-gross"}
    found = api("GET", RECORDS, query_string=query).json["records"]
    assert [record["data"]["gross"] for record in found] == ["7000.00", "6000.00"]
    found = api("GET", RECORDS, query_string={"filter": "label:contains:SORTED"}).json["records"]
    assert len(found) == 3


def test_live_values_are_read_but_not_asked_for(make, api):
    due = (datetime.now(UTC).date() + timedelta(days=3)).isoformat()
    made = make(due=due).json
    assert data_of(api("GET", f"{RECORDS}/{made['id']}"))["days_left"] in (2, 3)
    assert "days_left" not in data_of(make())
    for query in ({"filter": "days_left:eq:3"}, {"sort": "days_left"}):
        assert api("GET", RECORDS, query_string=query).status_code in (400, 422)


def test_what_changes_by_itself_is_no_event(make, api):
    made = make(net="1.00", rate=0, due="2030-01-01").json
    events = api("GET", f"{RECORDS}/{made['id']}/events")
    assert "gross" in events.text
    assert "days_left" not in events.text


def test_a_schema_that_forbids_the_value_refuses_the_record(make):
    refused = make(net="-9999999999999999.99", rate=100000)
    assert refused.status_code == 201  # more digits than there is room for: no value
    assert "tax" not in data_of(refused)
    refused = make(customer="x" * 200)
    assert refused.status_code == 422
    assert any(error["pointer"].endswith("/label") for error in refused.json["errors"])


# -- who may read ---------------------------------------------------------------------------


def test_a_role_reads_no_more_through_a_formula_than_it_is_given(make, api):
    made = make(net="1.00", iban="DE89370400440532013000").json
    assert made["data"]["bank"] == "DE"
    seen = data_of(api("GET", f"{RECORDS}/{made['id']}", by="clerk"))
    assert "iban" not in seen
    assert "bank" not in seen  # computed from what is hidden
    assert seen["iban_end"] == "3000"  # given to the role by name
    query = {"filter": "bank:eq:DE"}
    assert api("GET", RECORDS, by="clerk", query_string=query).status_code in (400, 422)
    changed = api(
        "PATCH",
        f"{RECORDS}/{made['id']}",
        {"data": {"net": "2.00"}},
        by="clerk",
        headers={"If-Match": '"1"'},
    )
    assert data_of(changed)["iban_end"] == "3000"
    assert data_of(api("GET", f"{RECORDS}/{made['id']}"))["bank"] == "DE"


# -- pages ----------------------------------------------------------------------------------


def test_pages_show_computed_values_and_ignore_posted_ones(lead):
    sent = lead.form(f"{FORM}/new")
    assert "gross" not in sent
    sent["customer"], sent["net"], sent["rate"] = "Bea", "50.00", "10"
    sent["gross"] = "1.00"
    answer = lead.post(f"{FORM}/new", sent)
    assert answer.status_code == 303
    page = texts_of(lead.get(answer.location).text)
    assert "55.00" in page
    assert "BEA" in page


def test_a_refused_form_shows_what_would_be_computed(lead):
    sent = lead.form(f"{FORM}/new")
    sent["net"], sent["rate"] = "50.00", "10"
    refused = lead.post(f"{FORM}/new", sent)
    assert refused.status_code == 422
    assert "55.00" in texts_of(refused.text)
    assert "Follows from other fields" in texts_of(lead.get(f"{FORM}/new").text)


def test_lists_draw_stored_and_live_values(lead, make):
    due = (datetime.now(UTC).date() + timedelta(days=40)).isoformat()
    make(customer="Listed", net="2000.00", rate=10, due=due, iban="DE89370400440532013000")
    page = texts_of(lead.get(f"/t/{TOOL}/v/large").text)
    assert "2,200.00" in page
    assert "Large" in page
    assert "39" in page or "40" in page
    assert "3000" in page


def test_the_form_is_compiled_when_it_is_published(services):
    broken = invoices_tool()
    broken["forms"][0]["schema"]["properties"]["tax"]["x-ops"]["computed"]["formula"] = "nett * 2"
    with pytest.raises(InvalidSpecError) as refused:
        services.published.publish(broken, by="system")
    assert "there is no field 'nett'" in refused.value.problems[0].message
    with services.db.read() as conn:
        form = services.published.tool(conn, TOOL).forms[INVOICE]
    assert form.computing.readers("net") == {"tax", "gross", "size"}
    assert form.computing.sources("gross") == {"net", "tax"}
