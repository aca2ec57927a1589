"""An open form's page shows what no field shows, takes it from there, and leaves it as it was."""

import json

import pytest

from components.registry import Registry
from form_specs.from_schema.tool import tool_from_schema
from runtime.accounts import Joining
from runtime.app import create_app
from tests.runtime.browsing import Browser, forms_of, texts_of

SCHEMA = {
    "title": "Thing",
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string"},
        "note": {"type": ["string", "null"]},
        "at": {"type": "string", "format": "date-time"},
        "x,y": {"type": "integer"},
        "at_": {"type": "array", "title": "At", "prefixItems": [{"maximum": 90}]},
    },
    "patternProperties": {
        "^n_": {"type": "number"},
        "^l_": {"type": "array", "items": {"type": "integer"}},
    },
    "additionalProperties": {"type": "string"},
}
NEW = "/t/things/f/things/new"
RECORD = {
    "name": " a\r\nb\n",
    "note": None,
    "at": "2026-11-24T17:00:00.50+02:00",
    "x,y": 3,
    "n_1": 9007199254740993,
    "n_2": 1e2,
    "other": "",
    "@id": "https://example.com/a",
}


@pytest.fixture
def services(make_services):
    made = make_services("sqlite")
    document, _ = tool_from_schema(SCHEMA, "things", Registry.discover().catalog())
    made.published.publish(document, by="system")
    return made


@pytest.fixture
def browser(services):
    app = create_app(services)
    app.testing = True
    return Browser(app, "ada")


def stored(services, answer):
    """The record that an answer leads to, as it stands in the database."""
    with services.db.read() as conn:
        row = conn.exec_driver_sql(
            f"SELECT data FROM rec_{services.published.tool(conn, 'things').forms['things'].form_id}"
        ).fetchone()
        form = services.published.tool(conn, "things").forms["things"]
    return form.to_record(json.loads(row[0]))


def test_what_no_field_shows_is_typed_as_an_object(services, browser):
    form = browser.form(NEW)
    form["name"], form["@others"] = "A", '{"x,y": 3, "n_1": 9007199254740993, "more": "é"}'
    answer = browser.post(NEW, form)

    assert answer.status_code == 303
    assert stored(services, answer) == {
        "name": "A",
        "x,y": 3,
        "n_1": 9007199254740993,
        "more": "é",
    }
    page = browser.get(answer.location).text
    assert "Other properties" in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("[1]", "Write an object in JSON"),
        ('{"name": "B"}', "&#39;name&#39; has a field of its own above"),
        ('{"x,y": "z"}', "x,y: This must be a whole number; it is a text"),
        ('{"n_1": "z"}', "n_1: This must be a number; it is a text"),
        ('{"more": 1}', "more: This must be a text; it is a whole number"),
        ('{"l_a": [1, "z"]}', "l_a, entry 2: This must be a whole number; it is a text"),
        ("{", "This is no JSON"),
    ],
)
def test_what_is_wrong_in_it_is_said_at_its_input(browser, typed, said):
    form = browser.form(NEW)
    form["name"], form["@others"] = "A", typed
    answer = browser.post(NEW, form)

    assert answer.status_code == 422
    assert said in answer.text
    assert 'href="#f-@others"' in answer.text
    assert typed.replace('"', "&#34;") in answer.text


def test_a_title_of_two_letters_is_said_although_a_sentence_has_the_same_letters(browser):
    form = browser.form(NEW)
    form["name"], form["at_"] = "A", "[91]"
    answer = browser.post(NEW, form)

    assert "At: entry 1: At most 90; this is 91" in texts_of(answer.text)


def test_a_record_read_and_saved_untouched_is_what_it_was(services, browser):
    token = services.accounts.add_token("ada")[1]
    client = create_app(services).test_client()
    headers = {"Authorization": f"Bearer {token}"}
    address = "/api/v1/tools/things/forms/things/records"
    made = client.post(address, json={"data": RECORD}, headers=headers)
    assert made.status_code == 201, made.json
    page = f"/t/things/f/things/{made.json['id']}"

    answer = browser.post(page, browser.form(page))

    assert answer.status_code in (200, 303)
    read = client.get(f"{address}/{made.json['id']}", headers=headers)
    assert read.json["data"] == RECORD


def test_one_property_can_be_taken_out_and_the_others_stay(services, browser):
    form = browser.form(NEW)
    form["name"], form["@others"] = "A", '{"a": "1", "b": "2"}'
    page = browser.post(NEW, form).location
    form = browser.form(page)
    form["@others"] = '{"b": "2"}'

    assert browser.post(page, form).status_code == 303
    assert stored(services, None) == {"name": "A", "b": "2"}


def test_what_was_read_and_is_patched_back_leaves_the_record_as_it_was(make_services):
    made = make_services("sqlite")
    document, _ = tool_from_schema({"type": "object"}, "things", Registry.discover().catalog())
    made.published.publish(document, by="system")
    made.accounts.add(Joining("ann", "correct horse", is_admin=True))
    client = create_app(made).test_client()
    headers = {"Authorization": f"Bearer {made.accounts.add_token('ann')[1]}", "If-Match": "*"}
    record = {"none": None, "empty": "", "list": []}
    address = "/api/v1/tools/things/forms/things/records"
    place = client.post(address, json={"data": record}, headers=headers).location

    assert client.patch(place, json={"data": record}, headers=headers).json["data"] == record
    gone = client.patch(place, json={"data": {"empty": None}}, headers=headers)
    assert gone.json["data"] == {"none": None, "list": []}


@pytest.fixture
def publish(make_services):
    """`publish(schema, change)`: a browser before the form of a schema."""

    def published(schema, change=lambda form: None):
        made = make_services("sqlite")
        document, _ = tool_from_schema(schema, "things", Registry.discover().catalog())
        change(document["forms"][0])
        made.published.publish(document, by="system")
        app = create_app(made)
        app.testing = True
        return Browser(app, "ada")

    return published


def test_a_form_without_fields_is_created_and_saved(publish):
    browser = publish({"type": "object", "additionalProperties": False})
    made = browser.post(NEW, browser.form(NEW))
    assert made.status_code == 303
    path = made.location.partition("?")[0]
    assert browser.post(path, browser.form(path)).status_code == 303


def test_what_cannot_be_read_is_told_with_what_the_schema_refuses(publish):
    wanted = {"count": {"type": "integer"}, "code": {"type": "string", "maxLength": 2}}
    schema = {"properties": wanted, "required": ["count", "code"], "additionalProperties": False}
    browser = publish(schema)
    form = browser.form(NEW)
    form["count"], form["code"] = "many", "abc"
    told = texts_of(browser.post(NEW, form).text)
    assert "At most 2 characters; this has 3" in told
    assert "Count: " in told
    assert "Fill in Count" not in told

    form["count"], form["code"] = "1", "ab"
    path = browser.post(NEW, form).location.partition("?")[0]
    form = browser.form(path)
    form["count"], form["code"] = "many", "abc"
    again = texts_of(browser.post(path, form).text)
    assert "At most 2 characters; this has 3" in again
    assert "Count: " in again


def test_the_last_step_asks_for_what_no_step_shows(publish):
    def stepwise(form):
        steps = [{"step": "First", "fields": ["name"]}, {"step": "Second", "fields": ["note"]}]
        form["layouts"]["create"] = steps

    text = {"type": "string"}
    browser = publish({"properties": {"name": text, "note": text}}, stepwise)
    form = browser.form(NEW)
    assert "@others" not in form
    form["name"], form["_go"] = "A", "next"
    second = forms_of(browser.post(NEW, form).text)[NEW]
    second["_go"] = "next"
    page = browser.post(NEW, second)
    last = forms_of(page.text)[NEW]
    last["@others"], last["_go"] = '{"more": 1}', "create"
    made = browser.post(NEW, last)
    assert made.status_code == 303, texts_of(page.text)
    assert "more" in browser.get(made.location).text


def test_a_record_that_is_too_large_is_refused_at_what_holds_most(services):
    services.accounts.add(Joining("api", "correct horse", is_admin=True))
    headers = {"Authorization": f"Bearer {services.accounts.add_token('api')[1]}"}
    data = {"name": "A", "note": "n" * 300_000, "other": "o" * 600_000, "more": "m" * 200_000}
    path = "/api/v1/tools/things/forms/things/records"
    answer = create_app(services).test_client().post(path, json={"data": data}, headers=headers)
    assert answer.status_code == 422
    assert [(e["pointer"], e["code"]) for e in answer.json["errors"]] == [("/data/other", "size")]
    assert "1,000,000 bytes" in answer.json["errors"][0]["message"]


def test_keys_of_rows_and_alternatives_that_are_no_fields_are_drawn_where_there_are_some(publish):
    part = {"type": "object", "properties": {"a": {"type": "string"}}}
    kinds = {"anyOf": [{"type": "string"}, part]}
    browser = publish({"properties": {"rows": {"type": "array", "items": part}, "kind": kinds}})
    token = browser.services.accounts.add_token("ada")[1]
    more = {"headers": {"Authorization": f"Bearer {token}"}}
    data = {"rows": [{"a": "1"}, {"a": "2", "b": [3]}], "kind": {"c": {"d": None}}}
    made = browser.client.post(
        "/api/v1/tools/things/forms/things/records", json={"data": data}, **more
    )
    page = f"/t/things/f/things/{made.json['id']}"

    form = browser.form(page)
    assert form[":others:rows/1"] == '{\n  "b": [\n    3\n  ]\n}'
    assert ":others:rows/0" not in form, "only where there are some"
    form[":others:rows/1"], form[":others:kind"] = '{"b": 4}', "{}"
    assert browser.post(page, form).status_code == 303

    found = browser.client.get(made.location, **more).json["data"]
    assert found == {"rows": [{"a": "1"}, {"a": "2", "b": 4}], "kind": {}}


def test_an_empty_text_is_a_value_where_it_is_one_and_is_asked_for(publish):
    text = {"type": "string"}
    row = {"type": "object", "properties": {"a": text, "n": {"type": "integer"}}, "required": ["a"]}
    rows = {"type": "array", "items": row}
    schema = {"properties": {"name": text, "code": {"type": "string", "minLength": 1}, "rows": rows}}  # fmt: skip
    browser = publish({**schema, "required": ["name", "code"]})
    form = browser.form(NEW)
    assert not [name for name in form if name.startswith(":empty:")], "first it has to be filled in"

    form["rows"] = "0"
    form["rows/0/n"], form["rows/0/a"] = "1", ""
    refused = browser.post(NEW, form)
    assert refused.status_code == 422
    for key in ("name", "rows/0/a"):
        assert f'name=":empty:{key}"' in refused.text
    assert 'name=":empty:code"' not in refused.text, "the schema takes no empty text there"

    form[":empty:name"] = form[":empty:rows/0/a"] = form[":empty:code"] = "yes"
    again = browser.post(NEW, form)
    assert (again.status_code, again.text.count(" checked><span>Leave it empty")) == (422, 2)
    form["code"] = "x"
    made = browser.post(NEW, form)
    assert made.status_code == 303
    page = made.location.partition("?")[0]
    assert stored(browser.services, None) == {"name": "", "code": "x", "rows": [{"a": "", "n": 1}]}
    assert browser.post(page, browser.form(page)).status_code == 303
    assert stored(browser.services, None)["name"] == ""


def test_nothing_filled_in_is_no_value_null_or_an_empty_text_as_chosen(publish):
    note = {"type": ["string", "null"], "title": "Note"}
    browser = publish({"properties": {"name": {"type": "string"}, "note": note}})
    form = browser.form(NEW)
    assert form[":blank:note"] == "absent"
    assert ":blank:name" not in form

    form["name"], form[":blank:note"] = "x", "null"
    made = browser.post(NEW, form)
    page = made.location.partition("?")[0]
    assert stored(browser.services, None) == {"name": "x", "note": None}
    form = browser.form(page)
    assert form[":blank:note"] == "null"
    assert browser.post(page, form).status_code == 303
    assert stored(browser.services, None) == {"name": "x", "note": None}

    browser.post(page, {**browser.form(page), ":blank:note": "empty"})
    assert stored(browser.services, None) == {"name": "x", "note": ""}
    browser.post(page, {**browser.form(page), ":blank:note": "absent"})
    assert stored(browser.services, None) == {"name": "x"}
