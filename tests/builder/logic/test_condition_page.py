"""The condition editor's page: rows that post, errors beside them, and what the records say."""

import pytest

from form_specs.editing import find
from runtime.gate import Origin
from runtime.storage import spec_drafts
from tests.runtime.browsing import forms_of, texts_of
from tests.runtime.opening import Desk
from tests.runtime.refunds import REFUND, TOOL

ROOT = f"/build/{TOOL}/"
PAGE = f"{ROOT}condition/"
SHOW = ("forms", REFUND, "schema", "properties", "notes", "x-ops", "showWhen")


def page_of(at=SHOW, **query):
    asked = "".join(f"&{name}={value}" for name, value in query.items())
    return f"{PAGE}?at=/{'/'.join(at)}{asked}"


def form_in(html, form_id="condition"):
    """The editor's form as the page has it."""
    at = html.index(f'id="{form_id}"')
    form = html[html.rindex("<form", 0, at) : html.index("</form>", at)] + "</form>"
    return forms_of(form)[f"{ROOT}edit"]


def press(browser, button, at=SHOW, **more):
    """Sends the editor with something filled in and a button pressed."""
    sent = form_in(browser.get(page_of(at)).text)
    for name, value in more.items():
        sent.setlist(name, value if isinstance(value, list) else [value])
    if button:
        sent["do"] = button
    return browser.post(f"{ROOT}edit", sent)


def condition_of(services, at=SHOW):
    with services.db.read() as conn:
        return find(spec_drafts.load(conn, TOOL).document, at)


def test_a_condition_is_built_row_by_row(browser_of, refunds):
    browser = browser_of("bo")
    assert "Always: there is no condition" in texts_of(browser.get(page_of()).text)
    assert press(browser, "add r").status_code == 303
    press(browser, "", **{"field@r.0": "region"})
    press(browser, "", **{"value@r.0:0": "south"})
    assert condition_of(refunds) == {"field": "region", "op": "eq", "value": "south"}
    press(browser, "add r")
    press(browser, "", **{"field@r.1": "due_on"})
    press(browser, "", **{"op@r.1": "ge"})
    press(browser, "", **{"source@r.1:0": "today"})
    press(browser, "", **{"amount@r.1:0": "3"})
    press(browser, "", **{"join@r": "any"})
    assert condition_of(refunds) == {
        "any": [
            {"field": "region", "op": "eq", "value": "south"},
            {"field": "due_on", "op": "ge", "value": {"today": {"days": 3}}},
        ]
    }
    page = texts_of(browser.get(page_of()).text)
    assert "Region is South or Due on is in 3 days or later" in page


def test_what_is_wrong_stands_at_its_row(browser_of):
    browser = browser_of("bo")
    press(browser, "add r")
    press(browser, "", **{"field@r.0": "score", "value@r.0:0": "many"})
    press(browser, "", **{"value@r.0:0": "many"})
    page = browser.get(page_of()).text
    row = page[page.index('data-row="r.0"') :]
    row = row[: row.index("</li>") + 400]
    assert 'value="many"' in row
    assert "problems-here" in row


def test_no_place_is_no_page(browser_of):
    browser = browser_of("bo")
    answer = browser.get(f"{PAGE}?at=/title")
    assert answer.status_code in (303, 404)


@pytest.mark.parametrize(
    "page", ["condition/", "formula/", "rules/", "condition/?at=/", "formula/?at=/forms"]
)
def test_an_address_that_names_no_place_leads_away_and_harms_nothing(browser_of, page):
    browser = browser_of("bo")
    assert browser.get(f"{ROOT}{page}").status_code in (303, 404)
    assert browser.get(f"{ROOT}publish/").status_code == 200
    assert browser.get(page_of()).status_code == 200


def test_records_are_counted_as_far_as_the_builder_may_read(browser_of, refunds):
    browser = browser_of("bo")
    press(browser, "add r")
    assert "You may not read these records" in texts_of(browser.get(page_of()).text)


def asked(browser, **typed):
    """What is answered while somebody types; the draft stays as it is."""
    sent = form_in(browser.get(page_of()).text)
    for name, value in typed.items():
        sent[name] = value
    sent["_page"] = page_of()
    return browser.post(f"{PAGE}asked", sent)


def test_what_the_records_say_follows_while_somebody_types(browser_of, refunds):
    for score in (10, 20, 30):
        desk = Desk(refunds)
        desk.gate.create(desk.access("lena"), desk.typed(merchant="M", score=score), Origin("seed"))
    browser = browser_of("ada")
    press(browser, "add r")
    press(browser, "", **{"field@r.0": "score"})
    press(browser, "", **{"op@r.0": "gt"})
    kept = condition_of(refunds)
    for typed, number in (("1", "3 of 3"), ("15", "2 of 3"), ("150", "0 of 3")):
        answer = asked(browser, **{"value@r.0:0": typed})
        assert number in texts_of(answer.json["html"])
        assert f"Score is above {typed}" in answer.json["words"]
    half = asked(browser, **{"value@r.0:0": "1x"}).json
    assert (half["words"], "of 3" in half["html"]) == ("", False)
    assert condition_of(refunds) == kept


def test_where_no_condition_can_stand_nothing_is_asked(browser_of):
    answer = browser_of("bo").post(f"{PAGE}asked", {"at": "/title", "_page": page_of()})
    assert answer.status_code == 404
    assert browser_of("olga").post(f"{PAGE}asked", {"at": "/title"}).status_code == 404
