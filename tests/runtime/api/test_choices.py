"""Choices and links through the API."""

import pytest

from opswright.application import create_app
from tests.runtime.cases import HOOKS, Cases, open_cases

FORM = "/api/v1/tools/cases/forms/case"


@pytest.fixture(scope="module")
def services(tmp_path_factory):
    found = open_cases("", tmp_path_factory.mktemp("cases"), hooks=HOOKS)
    yield found
    found.close()


@pytest.fixture(scope="module")
def cases(services):
    return Cases(services)


@pytest.fixture(scope="module")
def call(services):
    client = create_app(services).test_client()
    tokens = {name: services.accounts.add_token(name)[1] for name in ("lena", "olga")}

    def ask(method, path, body=None, by="lena"):
        headers = {"Authorization": f"Bearer {tokens[by]}", "If-Match": "*"}
        return client.open(path, method=method, json=body, headers=headers)

    return ask


def test_a_fields_choices_are_listed(call):
    answer = call("GET", f"{FORM}/choices/city?depends=ro")
    assert answer.status_code == 200
    assert answer.json == {
        "choices": [
            {"key": "cluj", "title": "Cluj", "note": "", "color": "gray"},
            {"key": "anywhere", "title": "Anywhere", "note": "", "color": "gray"},
        ],
        "complete": True,
        "problem": "",
    }


def test_linked_records_are_found_as_far_as_the_bearer_may_read(call, cases):
    cases.make("merchant", name="Numbat one")
    cases.make("merchant", name="Numbat two", region="hq")

    def titles(by):
        found = call("GET", f"{FORM}/choices/merchant?q=numbat&limit=5", by=by)
        return sorted(choice["title"] for choice in found.json["choices"])

    assert titles("lena") == ["Numbat one", "Numbat two"]
    assert titles("olga") == ["Numbat one"]


@pytest.mark.parametrize(
    ("data", "pointer"),
    [
        ({"country": "xx"}, "/data/country"),
        ({"country": "ch", "city": "cluj"}, "/data/city"),
        ({"merchant": "0000000000005"}, "/data/merchant"),
        ({"related": ["0000000000005"]}, "/data/related"),
        ({"merchant": "not an id"}, "/data/merchant"),
        ({"currency": "GBP"}, "/data/currency"),
    ],
)
def test_what_cannot_be_chosen_is_422_with_its_pointer(call, data, pointer):
    answer = call("POST", f"{FORM}/records", {"data": {"title": "x", **data}})
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]


def test_a_link_is_sent_and_answered_as_an_id(call, cases):
    shop = cases.make("merchant", name="By API")
    answer = call("POST", f"{FORM}/records", {"data": {"title": "x", "merchant": shop}})
    assert answer.status_code == 201
    assert answer.json["data"]["merchant"] == shop
    query = f"?filter=merchant:eq:{shop}"
    assert len(call("GET", f"{FORM}/records{query}").json["records"]) == 1


def test_a_record_that_is_linked_cannot_be_deleted(call, cases):
    shop = cases.make("merchant", name="Held by API")
    cases.make("case", title="Holds", merchant=shop)
    answer = call("DELETE", f"/api/v1/tools/cases/forms/merchant/records/{shop}")
    assert answer.status_code == 409
    assert "1 case links to it" in answer.json["detail"]


def test_the_tool_tells_where_choices_come_from(call):
    (case, _) = call("GET", "/api/v1/tools/cases").json["forms"]
    fields = {field["key"]: field for field in case["fields"]}
    assert fields["merchant"]["link"] == "merchant"
    assert fields["city"]["offers"] is True
    assert fields["city"]["depends_on"] == "country"
    assert "offers" not in fields["title"]


def test_the_description_names_the_address(call):
    paths = call("GET", "/api/v1/openapi.json").json["paths"]
    operation = paths["/api/v1/tools/{tool}/forms/{form}/choices/{field}"]["get"]
    assert {p["name"] for p in operation["parameters"]} >= {"q", "depends", "limit"}


@pytest.mark.parametrize("field", ["title", "nothing"])
def test_a_field_without_choices_is_404(call, field):
    assert call("GET", f"{FORM}/choices/{field}").status_code == 404
