"""Rules of a form: said, placed, ordered, and tried on the records there are."""

import json

import pytest

from builder.commanding import WrongInput, parameters
from builder.commands import rules
from components.registry import Registry
from form_specs.editing import apply, find, has
from runtime.gate import Origin
from tests.builder.drafting import keep_text
from tests.builder.logic.tool import VISIT, tool
from tests.runtime.browsing import texts_of
from tests.runtime.opening import Desk
from tests.runtime.refunds import REFUND, TOOL, refunds_tool

CATALOG = Registry.discover().catalog()
RULES = ("forms", VISIT, "rules")
AT = f"/{'/'.join(RULES)}"


def done(document, command, **given):
    return apply(document, command(document, CATALOG, parameters({"at": AT, **given})))[0]


@pytest.fixture
def ruled():
    """A form with two rules."""
    document = done(tool(), rules.add, message="First")
    return done(document, rules.add, message="Second")


def said(document):
    return [rule["message"] for rule in find(document, RULES)]


def test_a_new_rule_asks_about_the_first_field(ruled):
    assert find(ruled, RULES)[0] == {
        "condition": {"field": "merchant", "op": "eq"},
        "message": "First",
    }
    with pytest.raises(WrongInput):
        done(ruled, rules.add, message="")


def test_a_rule_says_where_it_stands_and_what_it_does(ruled):
    after = done(ruled, rules.set_, number=1, message="Second!", field="count", severity="warning")
    assert find(after, RULES)[1] == {
        "condition": {"field": "merchant", "op": "eq"},
        "message": "Second!",
        "field": "count",
        "severity": "warning",
    }
    back = done(after, rules.set_, number=1, message="Second", field="", severity="error")
    assert find(back, RULES)[1] == {**find(ruled, RULES)[1], "severity": "error"}
    with pytest.raises(WrongInput):
        done(ruled, rules.set_, number=1, message="x", severity="loud")


def test_what_nobody_changed_is_no_edit(ruled):
    given = {"at": AT, "number": "0", "message": "First", "field": "", "severity": "error"}
    assert not rules.set_(ruled, CATALOG, parameters(given))


def test_rules_are_moved_and_removed(ruled):
    assert said(done(ruled, rules.move, number=1, to="up")) == ["Second", "First"]
    assert said(done(ruled, rules.move, number=1, to="down")) == ["First", "Second"]
    left = done(ruled, rules.remove, number=0)
    assert said(left) == ["Second"]
    assert not has(done(left, rules.remove, number=0), RULES)
    with pytest.raises(WrongInput):
        done(left, rules.remove, number=5)


def test_elsewhere_stand_no_rules():
    with pytest.raises(WrongInput):
        rules.add(tool(), CATALOG, parameters({"at": "/title", "message": "x"}))


def test_rules_are_tried_on_the_records_there_are(browser_of, refunds):
    desk = Desk(refunds)
    for score in (10, 60, 90):
        values = desk.typed(merchant="Northwind", score=score)
        refunds.gate.create(desk.program(), values, Origin("cli"))
    document = refunds_tool()
    document["forms"][0]["rules"] = [
        {"condition": {"field": "score", "op": "lt", "value": 50}, "message": "Too high"},
        {"condition": {"field": "score", "op": "present"}, "message": "Say how high"},
        {"condition": {"field": "score", "op": "changed"}, "message": "It must move"},
    ]
    browser = browser_of("ada")
    keep_text(browser, TOOL, json.dumps(document))
    page = browser.get(f"/build/{TOOL}/rules/?at=/forms/{REFUND}/rules")
    words = texts_of(page.text)
    assert "2 records of 3 are against it : show them" in words.replace(" :", ":").replace(
        ":", " :"
    )
    assert "No record of 3 is against it" in words
    assert "Score is below 50" in words
    start = page.text.index(f"/t/{TOOL}/v/all?filter=")
    listed = browser.get(page.text[start : page.text.index('"', start)].replace("&amp;", "&"))
    assert listed.status_code == 200


def test_who_may_not_read_the_records_is_told_nothing_of_them(browser_of):
    browser = browser_of("rex")
    document = refunds_tool()
    rule = {"condition": {"field": "score", "op": "lt", "value": 50}, "message": "Too high"}
    document["forms"][0]["rules"] = [rule]
    keep_text(browser, TOOL, json.dumps(document))
    words = texts_of(browser.get(f"/build/{TOOL}/rules/?at=/forms/{REFUND}/rules").text)
    assert "Score is below 50" in words
    assert "against it" not in words
    assert browser.get(f"/build/{TOOL}/rules/?at=/title").status_code == 303
