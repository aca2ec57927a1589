"""What may go wrong at work is told before a tool is published, and keeps nobody from it."""

import json
from copy import deepcopy
from html import unescape
from zlib import crc32

from runtime.accounts import Amendment
from tests.builder.doing import draft_of, form_on, press
from tests.builder.drafting import keep_text, publish
from tests.runtime.browsing import texts_of
from tests.runtime.refunds import TOOL, refunds_tool

PUBLISH = f"/build/{TOOL}/publish/"


def page_of(browser):
    return unescape(texts_of(browser.get(PUBLISH).text))


def test_steps_that_one_person_may_take_are_told(browser_of, refunds):
    assert "alone may take" not in page_of(browser_of("bo"))
    refunds.accounts.change("lars", Amendment(columns={"is_active": False}))
    page = page_of(browser_of("bo"))
    assert "May go wrong at work" in page
    assert "Lena Ops alone may take 'Pay'" in page
    assert "Put on hold" not in page[page.index("May go wrong at work") :][:400]


def test_steps_that_nobody_may_take_yet_are_told(browser_of, refunds):
    for name in ("lena", "lars"):
        refunds.accounts.change(name, Amendment(columns={"is_active": False}))
    assert "nobody has a role that may take 'Pay' yet" in page_of(browser_of("bo"))


def test_what_has_one_cause_is_told_once(browser_of, refunds):
    document = deepcopy(refunds_tool())
    for way in document["workflows"][0]["transitions"]:
        way["roles"] = ["lead"]
    document["roles"].append({"key": "night", "title": "Night shift", "grants": []})
    refunds.accounts.change("lars", Amendment(columns={"is_active": False}))
    refunds.accounts.change("vera", Amendment(columns={"is_active": False}))
    browser = browser_of("bo")
    keep_text(browser, TOOL, json.dumps(document))
    page = page_of(browser)
    assert page.count(" alone may take ") == 2, "once to be read, and once beside its button"
    assert "Lena Ops alone may take 'Start', 'Put on hold', 'Resume', 'Pay'" in page
    assert "nobody has these roles: Viewer, Night shift" in page


def test_a_step_that_is_set_aside_by_itself_is_not_told_with_the_others(browser_of, refunds):
    refunds.accounts.change("vera", Amendment(columns={"is_active": False}))
    document = deepcopy(refunds_tool())
    document["roles"].append({"key": "night", "title": "Night shift", "grants": []})
    document["setAside"] = {"roles/night: unheld": "From May on"}
    browser = browser_of("bo")
    keep_text(browser, TOOL, json.dumps(document))
    page = page_of(browser)
    assert "nobody has the role 'Viewer'" in page
    assert page.index("Set aside: 1") < page.index("nobody has the role 'Night shift'")


def test_a_warning_of_the_tool_itself_is_told_too_and_it_is_published(browser_of):
    document = deepcopy(refunds_tool())
    document["forms"][0]["schema"]["properties"]["merchant"]["x-ops"]["sensitive"] = True
    browser = browser_of("bo")
    keep_text(browser, TOOL, json.dumps(document))
    assert "'Merchant' is sensitive and stands unmasked here for" in page_of(browser)
    assert publish(browser, TOOL).status_code == 303


def test_roles_that_nobody_has_are_told(browser_of, refunds):
    refunds.accounts.change("vera", Amendment(columns={"is_active": False}))
    assert "nobody has the role 'Viewer'" in page_of(browser_of("bo"))


def test_a_warning_is_set_aside_with_a_reason_and_taken_back(browser_of, refunds):
    browser = browser_of("bo")
    told = "'With a secret' is in no order"
    name = "views/known: unsorted"
    form = f"aside-{crc32(name.encode()):08x}"
    assert told in page_of(browser)
    assert press(browser, PUBLISH, form).status_code == 422
    assert press(browser, PUBLISH, form, reason="Few are ever in it").status_code == 303
    assert draft_of(refunds)["setAside"] == {name: "Few are ever in it"}
    page = page_of(browser)
    assert "Set aside: 1" in page
    assert page.index("Set aside: 1") < page.index(told) < page.index("Few are ever in it")
    assert publish(browser, TOOL).status_code == 303
    assert form_on(browser.get(PUBLISH).text, form)["_command"] == "warning.back"
    press(browser, PUBLISH, form)
    assert "setAside" not in draft_of(refunds)


def test_what_is_set_aside_and_no_longer_there_can_be_forgotten(browser_of, refunds):
    document = deepcopy(refunds_tool())
    document["setAside"] = {"views/gone: unsorted": "Once"}
    browser = browser_of("bo")
    keep_text(browser, TOOL, json.dumps(document))
    assert "No longer there: views/gone: unsorted" in page_of(browser)
