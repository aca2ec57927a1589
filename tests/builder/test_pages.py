"""The builder's pages: who may come in, what is checked, what publishing does."""

import json
from html import unescape

from tests.runtime.browsing import forms_of
from tests.runtime.refunds import TOOL, refunds_tool

SPEC = f"/build/{TOOL}/"


def changed(**parts):
    return json.dumps(refunds_tool() | parts, indent=2)


def version_in_force(services):
    with services.db.read() as conn:
        return services.published.tool(conn, TOOL).version


def test_whoever_does_not_build_finds_no_builder(browser_of):
    for name in ("olga", "lena"):
        browser = browser_of(name)
        assert [browser.get(path).status_code for path in ("/build/", SPEC)] == [404, 404]
        assert browser.post(SPEC, {"document": changed(), "do": "publish"}).status_code == 404
        assert "/build/" not in browser.get("/").text


def test_builders_of_one_tool_see_it_and_cannot_start_others(browser_of):
    browser = browser_of("rex")
    page = browser.get("/build/").text
    assert SPEC in page
    assert "New tool" not in page
    assert browser.post("/build/", {"key": "fresh"}).status_code == 404


def test_building_a_tool_gives_no_right_to_its_records(browser_of):
    assert browser_of("rex").get(f"/t/{TOOL}/").status_code == 404


def test_the_page_shows_the_spec_as_it_was_written(browser_of):
    page = browser_of("bo").get(SPEC).text
    assert json.dumps(refunds_tool(), indent=2, ensure_ascii=False) in unescape(page)


def test_checking_says_what_publishing_would_do_and_publishes_nothing(browser_of, refunds):
    text = changed(views=refunds_tool()["views"][:-1])
    answer = browser_of("bo").post(SPEC, {"document": text, "based_on": "1", "do": "check"})
    assert answer.status_code == 200
    assert f"Takes away the view {refunds_tool()['views'][-1]['key']}" in answer.text
    assert version_in_force(refunds) == 1


def test_a_wrong_spec_stays_in_the_form_with_the_line_of_each_problem(browser_of, refunds):
    text = changed().replace('"columns"', '"colums"', 1)
    line = next(n for n, row in enumerate(text.splitlines(), 1) if '"colums"' in row)
    answer = browser_of("bo").post(SPEC, {"document": text, "based_on": "1", "do": "publish"})
    assert answer.status_code == 422
    assert f"{line}:" in answer.text
    assert "Did you mean 'columns'?" in unescape(answer.text)
    assert '"colums"' in unescape(answer.text)
    assert version_in_force(refunds) == 1


def test_a_text_that_is_no_json_is_kept_and_its_fault_shown(browser_of):
    answer = browser_of("bo").post(SPEC, {"document": '{"ops": "1",', "do": "publish"})
    assert answer.status_code == 422
    assert '{"ops": "1",' in unescape(answer.text)


def test_publishing_makes_the_next_version_with_who_and_why(browser_of, refunds):
    browser = browser_of("bo")
    sent = {"document": changed(title="Money back"), "based_on": "1", "do": "publish"}
    answer = browser.post(SPEC, sent | {"note": "A friendlier name"})
    assert answer.status_code == 303
    assert version_in_force(refunds) == 2
    page = browser.get(SPEC).text
    assert "Bo Builder" in page
    assert "A friendlier name" in page
    assert "Refunds" in unescape(browser.get(f"{SPEC}?version=1").text)


def test_publishing_over_somebody_elses_version_asks_first(browser_of, refunds):
    browser = browser_of("bo")
    first = {"document": changed(title="One"), "based_on": "1", "do": "publish"}
    second = {"document": changed(title="Two"), "based_on": "1", "do": "publish"}
    assert browser.post(SPEC, first).status_code == 303
    answer = browser_of("rex").post(SPEC, second)
    assert answer.status_code == 409
    assert '"title": "Two"' in unescape(answer.text)
    assert version_in_force(refunds) == 2
    again = second | {"based_on": "2"}
    assert browser_of("rex").post(SPEC, again).status_code == 303


def test_a_page_publishes_no_other_tool_than_its_own(browser_of):
    answer = browser_of("rex").post(SPEC, {"document": changed(key="stolen"), "do": "publish"})
    assert answer.status_code == 422
    assert "keep its key" in answer.text


def test_a_new_tool_starts_from_a_json_schema_and_is_published(browser_of, refunds):
    browser = browser_of("bo")
    schema = {"type": "object", "properties": {"name": {"type": "string", "maxLength": 80}}}
    page = browser.post("/build/", {"key": "visits", "schema": json.dumps(schema)})
    assert page.status_code == 200
    form = browser_form(page.text)
    answer = browser.post("/build/visits/", form | {"do": "publish"})
    assert answer.status_code == 303
    with refunds.db.read() as conn:
        assert "name" in refunds.published.tool(conn, "visits").forms["visits"].fields


def browser_form(page):
    found = forms_of(page)["/build/visits/"]
    return {name: found[name] for name in ("document", "based_on", "note")}


def test_what_cannot_start_a_tool_is_said_and_kept(browser_of):
    browser = browser_of("bo")
    for sent, said in (
        ({"key": "Not A Key", "schema": ""}, "small letters"),
        ({"key": TOOL, "schema": ""}, "already"),
        ({"key": "fresh", "schema": "{"}, "cannot be read"),
        ({"key": "fresh", "schema": "[]"}, "No form"),
    ):
        answer = browser.post("/build/", sent)
        assert answer.status_code == 422
        assert said in answer.text
        assert sent["key"] in answer.text


def test_the_file_is_what_the_command_line_exports(browser_of):
    answer = browser_of("bo").get(f"{SPEC}spec.json")
    assert answer.json == refunds_tool()
    assert f'filename="{TOOL}.json"' in answer.headers["Content-Disposition"]
