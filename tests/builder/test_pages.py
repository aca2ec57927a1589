"""The builder's pages: who may come in, what is checked, what publishing does."""

import json
from html import unescape

from runtime.web.site.language import LANGUAGE_COOKIE
from tests.builder.drafting import keep_text, publish
from tests.runtime.browsing import forms_of
from tests.runtime.refunds import TOOL, refunds_tool

SPEC = f"/build/{TOOL}/"
TEXT = f"{SPEC}text/"


def changed(**parts):
    return json.dumps(refunds_tool() | parts, indent=2)


def version_in_force(services):
    with services.db.read() as conn:
        return services.published.tool(conn, TOOL).version


def test_whoever_does_not_build_finds_no_builder(browser_of):
    for name in ("olga", "lena"):
        browser = browser_of(name)
        assert [browser.get(path).status_code for path in ("/build/", SPEC)] == [404, 404]
        assert browser.post(f"{SPEC}publish/", {"do": "publish"}).status_code == 404
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
    page = browser_of("bo").get(TEXT).text
    assert json.dumps(refunds_tool(), indent=2, ensure_ascii=False) in unescape(page)


def test_looking_says_what_publishing_would_do_and_publishes_nothing(browser_of, refunds):
    browser = browser_of("bo")
    keep_text(browser, TOOL, changed(views=refunds_tool()["views"][:-1]))
    page = unescape(browser.get(f"{SPEC}publish/").text)
    assert f"{refunds_tool()['views'][-1]['title']}: view removed" in page
    assert version_in_force(refunds) == 1


def test_a_wrong_spec_is_kept_with_the_line_of_each_problem(browser_of, refunds):
    browser = browser_of("bo")
    text = changed().replace('"columns"', '"colums"', 1)
    line = next(n for n, row in enumerate(text.splitlines(), 1) if '"colums"' in row)
    assert keep_text(browser, TOOL, text).status_code == 303
    page = unescape(browser.get(TEXT).text)
    assert f'data-go-line="{line}"' in page
    assert "Did you mean 'columns'?" in page
    assert '"colums"' in page
    assert publish(browser, TOOL).status_code == 422
    assert version_in_force(refunds) == 1


def test_a_text_that_is_no_json_is_kept_beside_what_was(browser_of):
    browser = browser_of("bo")
    answer = keep_text(browser, TOOL, '{"ops": "1",')
    assert answer.status_code == 422
    assert '{"ops": "1",' in unescape(answer.text)
    other = browser_of("rex")
    assert "Bo Builder is writing a text that is no JSON yet" in other.get(SPEC).text
    assert '{"ops": "1",' in unescape(other.get(TEXT).text)
    assert publish(other, TOOL).status_code == 422
    assert other.post(f"{TEXT}forget").location == TEXT
    assert '"title": "Refunds"' in unescape(browser.get(TEXT).text)


def test_what_is_wrong_with_the_text_is_told_by_line_and_by_pointer(browser_of):
    answer = keep_text(browser_of("bo"), TOOL, '{"forms": [{"key": "a",\n "key": "b"}]}')
    assert ">2:2</button>" in answer.text
    assert "<code" in answer.text.split("stands here twice")[1]
    assert "/forms/0/key</code>" in answer.text


def test_two_write_the_text_at_once(browser_of):
    first, second = browser_of("bo"), browser_of("rex")
    seen = forms_of(second.get(TEXT).text)[TEXT]
    keep_text(first, TOOL, changed(title="One"))
    seen["document"] = changed(description="Two")
    assert second.post(TEXT, seen).status_code == 303
    document = json.loads(forms_of(second.get(TEXT).text)[TEXT]["document"])
    assert (document["title"], document["description"]) == ("One", "Two")
    seen["_once"], seen["document"] = "again", changed(title="Three")
    answer = second.post(TEXT, seen)
    assert answer.status_code == 409
    assert '"title": "Three"' in unescape(answer.text)
    assert "Keep mine" in answer.text


def test_publishing_makes_the_next_version_with_who_and_why(browser_of, refunds):
    browser = browser_of("bo")
    keep_text(browser, TOOL, changed(title="Money back"))
    assert publish(browser, TOOL, note="A friendlier name").status_code == 303
    assert version_in_force(refunds) == 2
    page = browser.get(f"{SPEC}versions/").text
    assert "Bo Builder" in page
    assert "A friendlier name" in page
    assert '"title": "Refunds"' in unescape(browser.get(f"{SPEC}versions/1").text)
    assert browser.get(f"{SPEC}versions/9").status_code == 404
    assert "As in version 2" in browser.get(SPEC).text


def test_a_version_is_brought_back_into_the_draft(browser_of, refunds):
    browser = browser_of("bo")
    keep_text(browser, TOOL, changed(title="Money back"))
    publish(browser, TOOL)
    form = forms_of(browser.get(f"{SPEC}versions/").text)[f"{SPEC}versions/1/restore"]
    assert browser.post(f"{SPEC}versions/1/restore", form).location == SPEC
    assert "Draft, one change since version 2" in browser.get(SPEC).text
    publish(browser, TOOL)
    assert version_in_force(refunds) == 3


def test_what_was_changed_since_one_looked_is_not_published(browser_of, refunds):
    browser = browser_of("bo")
    keep_text(browser, TOOL, changed(title="One"))
    seen = forms_of(browser.get(f"{SPEC}publish/").text)[f"{SPEC}publish/"]
    keep_text(browser_of("rex"), TOOL, changed(title="Two"))
    answer = browser.post(f"{SPEC}publish/", seen | {"do": "publish"})
    assert answer.status_code == 409
    assert "The draft was changed meanwhile" in answer.text
    assert version_in_force(refunds) == 1


def test_a_page_keeps_no_other_tool_than_its_own(browser_of):
    answer = keep_text(browser_of("rex"), TOOL, changed(key="stolen"))
    assert answer.status_code == 422
    assert "keep its key" in answer.text


def test_a_new_tool_starts_from_a_json_schema_and_is_published(browser_of, refunds):
    browser = browser_of("bo")
    schema = {"type": "object", "properties": {"name": {"type": "string", "maxLength": 80}}}
    answer = browser.post("/build/", {"key": "visits", "schema": json.dumps(schema)})
    assert answer.location == "/build/visits/"
    assert "Begun and not published" in browser.get("/build/").text
    assert publish(browser, "visits").status_code == 303
    assert "Begun and not published" not in browser.get("/build/").text
    with refunds.db.read() as conn:
        assert "name" in refunds.published.tool(conn, "visits").forms["visits"].fields


def test_a_new_tool_starts_with_no_more_than_a_title(browser_of):
    browser = browser_of("bo")
    assert browser.post("/build/", {"title": "Payout holds"}).location == "/build/payout_holds/"
    page = browser.get("/build/")
    assert ">Payout holds</a>" in page.text
    assert "What the tool is to be called" not in page.text
    assert browser.post("/build/", {"title": " "}).status_code == 422


def test_a_new_tool_starts_from_an_example_without_what_needs_a_missing_hook(browser_of):
    browser = browser_of("bo")
    assert "Example: Card disputes" in browser.get("/build/").text
    answer = browser.post("/build/", {"example": "disputes"})
    assert answer.location == "/build/card_disputes/"
    page = browser.get(answer.location).text
    assert "“Fetch again” is left out: its hook is not installed here" in page
    assert "counts" not in page, "an unpublished tool has no lists to be counted"
    assert publish(browser, "card_disputes").status_code == 303
    assert browser.post("/build/", {"example": "nothing"}).status_code == 422


def test_the_text_is_explained_in_the_readers_language(browser_of):
    browser = browser_of("bo")
    browser.client.set_cookie(LANGUAGE_COOKIE, "ro")
    found = browser.get(f"{TEXT}help?at=/views/0").json
    assert found["title"] == "Vedere"
    assert "Identitatea vederii" in [member["description"] for member in found["members"]]
    wrong = browser.post(f"{TEXT}lint", {"document": changed(title=7)}).json
    assert wrong[0]["message"].startswith("7 stă unde trebuie un text")


def test_the_text_is_explained_while_it_is_written(browser_of):
    browser = browser_of("bo")
    found = browser.get(f"{TEXT}help?at=/views/0").json
    assert found["title"] == "View"
    columns = next(member for member in found["members"] if member["name"] == "columns")
    assert (columns["title"], columns["required"], columns["value"]) == ("Columns", False, "[]")
    assert '"blue"' in browser.get(f"{TEXT}help?at=/workflows/0/states/0/color").json["values"]
    options = browser.get(f"{TEXT}help?at=/actions/0/options&type=run_hook").json
    assert "hook" in [member["name"] for member in options["members"]]
    assert browser.get(f"{TEXT}help?at=/nowhere/1").json["members"] == []
    wrong = browser.post(f"{TEXT}lint", {"document": changed(title=7)}).json
    assert wrong[0]["severity"] == "error"
    fine = browser.post(f"{TEXT}lint", {"document": changed()}).json
    assert {problem["severity"] for problem in fine} == {"warning"}


def test_what_cannot_start_a_tool_is_said_and_kept(browser_of):
    browser = browser_of("bo")
    for sent, said in (
        ({"key": "Not A Key", "schema": ""}, "small letters"),
        ({"key": TOOL, "schema": ""}, "already"),
        ({"key": "fresh", "schema": "{"}, "cannot be read"),
        ({"key": "fresh", "schema": "[]"}, "no form in a language known here"),
    ):
        answer = browser.post("/build/", sent)
        assert answer.status_code == 422
        assert said in answer.text
        assert sent["key"] in answer.text


def test_the_file_is_what_the_command_line_exports(browser_of):
    answer = browser_of("bo").get(f"{SPEC}spec.json")
    assert answer.json == refunds_tool()
    assert f'filename="{TOOL}.json"' in answer.headers["Content-Disposition"]
