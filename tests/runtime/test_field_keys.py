"""A JSON Schema from elsewhere brings field keys from elsewhere: capitals, points, hyphens."""

import re
from pathlib import Path

import pytest

from components.registry import Registry
from form_specs.from_schema.tool import tool_from_schema
from form_specs.property_keys import PAGE_NAMES
from runtime.access import Access, program
from runtime.app import create_app
from runtime.gate import Origin, RefusedError
from runtime.reading import ListRequest, Records
from runtime.storage.index_builder import build_next
from runtime.storage.indexes import index_states
from tests.runtime.browsing import Browser

PEOPLE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["firstName"],
    "properties": {
        "firstName": {"type": "string", "maxLength": 80},
        "firstname": {"type": "string", "maxLength": 80},
        "date-of.birth": {"type": "string", "format": "date"},
        "Cost_Center": {"type": "integer"},
        "e-mail.tags": {
            "type": "array",
            "uniqueItems": True,
            "maxItems": 9,
            "items": {"type": "string", "minLength": 1, "maxLength": 50},
        },
    },
}
ANN = {
    "firstName": "Ann",
    "firstname": "small",
    "date-of.birth": "2001-02-03",
    "Cost_Center": 7,
    "e-mail.tags": ["a"],
}


def people_tool():
    """The tool that `opswright new people --from` makes, with an index for each field."""
    document, _ = tool_from_schema(PEOPLE, "people", Registry.discover().catalog())
    for key, property_ in document["forms"][0]["schema"]["properties"].items():
        property_["x-ops"]["unique"] = key in ("firstName", "date-of.birth")
        property_["x-ops"]["index"] = True
    document["views"][0] |= {"sort": ["-Cost_Center"], "quickFilters": ["firstName"]}
    return document


@pytest.fixture(params=["sqlite", "postgresql"])
def services(request, make_services):
    made = make_services(request.param)
    made.published.publish(people_tool(), by="system")
    while build_next(made.db):
        pass
    return made


@pytest.fixture
def access(services):
    with services.db.read() as conn:
        return Access(program("system")).form(services.published.tool(conn, "people"), "people")


def create(services, access, record):
    values = access.form.schema_class().load(record)
    return services.gate.create(access, values, Origin("api"))


def test_every_index_is_built(services, access):
    with services.db.read() as conn:
        states = index_states(conn, access.form.form_id)
    assert {state.state for state in states} == {"ready"}
    for key in ("firstName", "firstname", "date-of.birth", "Cost_Center"):
        assert any(key in state.expr for state in states)


@pytest.mark.parametrize(
    ("key", "op", "value"),
    [
        ("firstName", "eq", "Ann"),
        ("firstName", "starts_with", "an"),
        ("firstname", "in", ["small"]),
        ("date-of.birth", "between", ["2001-01-01", "2001-12-31"]),
        ("Cost_Center", "gt", 6),
        ("e-mail.tags", "has", "a"),
    ],
)
def test_records_are_found_and_sorted_by_any_field(services, access, key, op, value):
    create(services, access, ANN)
    create(services, access, {"firstName": "Bob"})
    reading = Records(services.db)
    asked = ListRequest(filters=({"field": key, "op": op, "value": value},))
    with services.db.read() as conn:
        (found,) = reading.page(conn, access, asked).records
        assert found.data() == ANN


def test_a_value_that_is_taken_is_refused_at_its_field(services, access):
    create(services, access, ANN)
    with pytest.raises(RefusedError) as caught:
        create(services, access, {"firstName": "Carl", "date-of.birth": "2001-02-03"})
    assert [reason.field for reason in caught.value.reasons] == ["date-of.birth"]


def test_the_pages_work(services, access):
    app = create_app(services)
    app.testing = True
    browser = Browser(app, "ada")
    form = browser.form("/t/people/f/people/new")
    form["firstName"], form["date-of.birth"] = "Ann", "2001-02-03"
    answer = browser.post("/t/people/f/people/new", form)
    assert answer.status_code == 303
    assert "Ann" in browser.get(answer.location).text
    for query in ("sort=-date-of.birth", "sort=firstName", "filter=date-of.birth:lt:2002-01-01"):
        assert "Ann" in browser.get(f"/t/people/v/all?{query}").text


def test_no_field_goes_by_a_name_that_pages_have_for_themselves():
    templates = Path(__file__).parents[2] / "templates"
    drawn = {
        name
        for page in templates.rglob("*.html")
        if templates / "builder" not in page.parents  # which post no record
        for name in re.findall(r'name="(_[a-z]+|csrf_token)"', page.read_text("utf-8"))
    }
    assert drawn <= PAGE_NAMES


def test_properties_by_the_names_of_pages_are_kept_beside_the_fields(make_services):
    properties = {"name": {"type": "string"}} | {key: {"type": "integer"} for key in PAGE_NAMES}
    document, notes = tool_from_schema(
        {"properties": properties}, "things", Registry.discover().catalog()
    )
    services = make_services("sqlite")
    services.published.publish(document, by="system")
    app = create_app(services)
    app.testing = True
    browser = Browser(app, "ada")
    form = browser.form("/t/things/f/things/new")
    form["name"], form["@others"] = "Ann", '{"_key": 1, "csrf_token": 2, "_version": 3}'

    page = browser.post("/t/things/f/things/new", form).location
    answer = browser.post(page, browser.form(page))

    assert any("csrf_token" in note for note in notes)
    assert answer.status_code == 303
    assert "&#34;csrf_token&#34;: 2" in browser.get(page).text
