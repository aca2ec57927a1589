"""A new tool from a file: what became of it is shown before anything is kept."""

import io
import json
from html import unescape

from tests.builder.doing import draft_of
from tests.builder.drafting import keep_text, publish
from tests.builder.test_imports import PLAIN
from tests.runtime.browsing import forms_of
from tests.runtime.refunds import TOOL, refunds_tool

FORM = {
    "type": "default",
    "components": [
        {"type": "textfield", "key": "name", "label": "Name", "validate": {"required": True}},
        {"type": "iframe", "label": "<script>alert(1)</script>"},
    ],
}


def sent(content, key="loans", name="form.json", **more):
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return {"key": key, "file": (io.BytesIO(raw), name), **more}


def test_only_who_may_start_tools_finds_the_pages(browser_of):
    for name in ("olga", "rex"):
        browser = browser_of(name)
        assert browser.get("/build/from-file").status_code == 404
        assert browser.post("/build/from-file", sent(FORM)).status_code == 404
        assert browser.post("/build/from-file/keep", {"key": "loans", "document": "{}"}).status_code == 404  # fmt: skip


def test_the_way_from_a_file_to_a_published_tool(browser_of, refunds):
    browser = browser_of("bo")
    assert "/build/from-file" in browser.get("/build/").text
    shown = browser.post("/build/from-file", sent(FORM))
    assert shown.status_code == 200
    assert "Read as Camunda form-js: 1 field on the form" in shown.text
    assert "/components/1" in shown.text
    assert "/build/loans/" not in browser.get("/build/").text, "nothing is kept yet"

    kept = browser.post("/build/from-file/keep", forms_of(shown.text)["/build/from-file/keep"])
    assert (kept.status_code, kept.location) == (303, "/build/loans/")
    assert "/build/loans/" in browser.get("/build/").text
    form = forms_of(browser.get("/build/loans/text/").text)["/build/loans/text/"]
    assert json.loads(form["document"])["key"] == "loans"

    assert publish(browser, "loans").status_code == 303
    assert "Begun and not published" not in browser.get("/build/").text
    with refunds.db.read() as conn:
        assert list(refunds.published.tool(conn, "loans").forms["loans"].fields) == ["name"]


def test_a_draft_of_a_tool_to_be_is_its_builders(browser_of):
    browser = browser_of("bo")
    document = json.dumps({"ops": "1", "key": "loans"})
    answer = browser.post("/build/from-file/keep", {"key": "loans", "document": document})
    assert answer.location == "/build/loans/"
    assert "Draft, not published yet" in browser.get("/build/loans/").text
    keep_text(browser, "loans", json.dumps({"ops": "2", "key": "loans"}))
    assert '"ops": "2"' in unescape(browser.get("/build/loans/text/").text)
    assert browser_of("rex").get("/build/loans/").status_code == 404
    assert browser.post("/build/loans/discard").location == "/build/"
    assert browser.get("/build/loans/").status_code == 404


def test_what_is_no_spec_of_that_key_is_not_kept(browser_of):
    for document in ("{", "[]", '{"key": "other"}'):
        sent = {"key": "loans", "document": document}
        assert browser_of("bo").post("/build/from-file/keep", sent).status_code == 422


def test_the_file_of_a_tool_begins_it_in_another_installation(browser_of, refunds):
    browser = browser_of("bo")
    whole = refunds_tool() | {"key": "elsewhere"}
    shown = browser.post("/build/from-file", sent(whole, key="", name="elsewhere.json"))
    assert "A whole tool: Forms 2, Views" in shown.text
    kept = browser.post("/build/from-file/keep", forms_of(shown.text)["/build/from-file/keep"])
    assert kept.location == "/build/elsewhere/"
    assert draft_of(refunds, "elsewhere") == whole


def test_a_tool_that_is_here_already_is_taken_in_there_or_gets_another_key(browser_of):
    browser = browser_of("bo")
    refused = browser.post("/build/from-file", sent(refunds_tool(), key=""))
    assert refused.status_code == 422
    assert "Take it in there, under Text" in refused.text
    shown = browser.post("/build/from-file", sent(refunds_tool(), key="second"))
    form = forms_of(shown.text)["/build/from-file/keep"]
    assert json.loads(form["document"]) == refunds_tool() | {"key": "second"}


def test_what_is_wrong_with_the_file_of_a_tool_is_counted(browser_of):
    broken = refunds_tool() | {"key": "elsewhere", "title": 1}
    shown = browser_of("bo").post("/build/from-file", sent(broken, key=""))
    assert "it can be mended in the draft" in shown.text


def test_a_schema_and_its_look_come_as_two_files(browser_of):
    schema = {"type": "object", "properties": {"a": {"type": "string"}}}
    look = {"a": {"ui:widget": "textarea"}}
    more = {"ui": (io.BytesIO(json.dumps(look).encode()), "ui.json")}

    shown = browser_of("bo").post("/build/from-file", sent(schema, **more))

    assert "Read as react-jsonschema-form" in shown.text
    assert "long_text" in unescape(shown.text)


def test_what_is_only_worth_knowing_does_not_stand_under_what_was_lost(browser_of):
    fields = {"id": {"type": "string"}, "a": {"type": "string"}}
    browser = browser_of("bo")

    whole = browser.post("/build/from-file", sent({"type": "object", "properties": fields})).text
    assert "All of it was carried over" in whole
    assert "is also the name of what every record has" in unescape(
        whole.split("Carried over, and worth knowing")[1]
    )
    assert "What was not carried over" not in whole

    odd = fields | {"b": {"type": "string", "colour": "red"}}
    lost = browser.post("/build/from-file", sent({"type": "object", "properties": odd})).text
    told, _, known = lost.partition("Carried over, and worth knowing")
    assert "colour" in told.partition("What was not carried over as it stood")[2]
    assert "colour" not in unescape(known).partition("</table>")[0]


def test_a_workbook_is_read(browser_of):
    shown = browser_of("bo").post("/build/from-file", sent(PLAIN, name="form.xlsx"))

    assert "Read as XLSForm: 2 fields" in shown.text


def test_what_cannot_be_read_is_said_and_the_key_kept(browser_of):
    browser = browser_of("bo")
    for given, said in (
        (sent(FORM, key="Not A Key"), "small letters"),
        (sent(FORM, key=TOOL), "already"),
        (sent(b"{", key="loans"), "form.json:1:2"),
        (sent(b"PK\x03\x04", key="loans", name="form.xlsx"), "no whole .xlsx workbook"),
        (sent([1]), "no form in a language known here"),
        (sent({"$ref": "#/gone"}), "leads to no part"),
        (sent(FORM, language="fhir"), "no Questionnaire"),
        ({"key": "loans"}, "there is none: choose one"),
    ):
        answer = browser.post("/build/from-file", given)
        assert answer.status_code == 422
        assert said in unescape(answer.text)
        assert given["key"] in answer.text


def test_hostile_texts_are_shown_as_texts(browser_of):
    shown = browser_of("bo").post("/build/from-file", sent({**FORM, "components": [*FORM["components"], {"type": "textfield", "key": "b", "label": "<img src=x onerror=alert(1)>", "oddity": "<b>"}]}))  # fmt: skip

    assert "<img src=x" not in shown.text
    assert "<b>" not in shown.text
