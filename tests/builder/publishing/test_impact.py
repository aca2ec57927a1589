"""What publishing means to those who work with the tool, said before it is done."""

import json
import re
from copy import deepcopy
from html import unescape

import pytest

from runtime.gate import Origin
from tests.builder.drafting import keep_text, publish
from tests.runtime.browsing import texts_of
from tests.runtime.opening import Desk
from tests.runtime.refunds import TOOL, refunds_tool


@pytest.fixture
def desk(refunds):
    desk = Desk(refunds)
    for merchant, site in (("Acme", "https://acme.example"), ("Bolt", None)):
        values = desk.typed(merchant=merchant, **({"site": site} if site else {}))
        refunds.gate.create(desk.program(), values, Origin("cli"))
    return desk


def changed(change):
    document = deepcopy(refunds_tool())
    change(document)
    return json.dumps(document)


def page_of(browser, change):
    keep_text(browser, TOOL, changed(change))
    return unescape(browser.get(f"/build/{TOOL}/publish/").text)


def requires_site(document):
    document["forms"][0]["schema"].setdefault("required", []).append("site")


def grant_of(document, role):
    return next(r for r in document["roles"] if r["key"] == role)["grants"][0]


def test_the_records_that_lack_something_are_counted_and_shown(browser_of, desk):
    browser = browser_of("ada")
    page = page_of(browser, requires_site)
    assert "Site: is required now; 1 open record lacks it" in page
    link = next(part for part in page.split('"') if "filter=site" in part)
    listed = browser.get(link).text
    assert "Bolt" in listed
    assert "Acme" not in listed


def test_what_is_to_be_mended_does_not_hide_what_was_changed(browser_of, desk):
    def half_done(document):
        requires_site(document)
        document["views"][0]["columns"].append("gone")

    page = page_of(browser_of("ada"), half_done)
    assert "there is no field 'gone'" in page
    assert "What the draft changes so far" in page
    assert "Site: is required now" in page


def test_a_draft_of_any_shape_says_what_is_to_be_mended(browser_of, desk):
    page = page_of(browser_of("ada"), lambda document: document.update(forms=[7], views="none"))
    assert "to be mended before it can be published" in page
    assert "Refund: form removed" in page


def test_who_may_not_see_records_is_told_how_many_and_led_to_none(browser_of, desk):
    page = page_of(browser_of("bo"), requires_site)
    assert "1 open record lacks it" in page
    assert "filter=site" not in page


def test_what_used_a_removed_field_is_told(browser_of, desk):
    def without_labels(document):
        del document["forms"][0]["schema"]["properties"]["margin"]
        document["forms"][0].pop("layouts", None)
        for view in document["views"]:
            view["columns"] = [c for c in view.get("columns", []) if c != "margin"]
        for role in document["roles"]:
            for grant in role["grants"]:
                grant.get("fields", {}).pop("margin", None)

    document = refunds_tool()
    document["views"][0]["columns"] = [*document["views"][0].get("columns", []), "margin"]
    desk.services.published.publish(document, by="system")
    page = page_of(browser_of("bo"), without_labels)
    assert "field 'Margin' removed" in page
    assert "column of the view All refunds" in page


def test_whose_rights_change_is_told_role_by_role(browser_of, desk):
    def widened(document):
        grant = grant_of(document, "viewer")
        grant["can"] = [*grant["can"], "edit"]
        document["workflows"][0]["transitions"][1]["roles"] = ["lead"]

    page = texts_of(page_of(browser_of("bo"), widened))
    rights = page[page.index("Who may do what") :]
    viewer = rights[rights.index("Viewer") :]
    assert "edit Refunds" in viewer
    operator = rights[rights.index("Operator") :]
    assert "take the step Put on hold (Refund)" in operator


def test_steps_buttons_and_views_are_gained_with_a_verb(browser_of, desk):
    def widened(document):
        document["workflows"][0]["transitions"][3]["roles"].append("operator")
        document["actions"][1]["roles"].append("operator")
        document["views"].append(document["views"][0] | {"key": "more", "title": "More"})

    page = texts_of(page_of(browser_of("bo"), widened))
    operator = page[page.index("Who may do what") :].split("Operator")[1]
    assert "press Fetch again (Refund)" in operator
    assert "take the step Pay (Refund)" in operator
    assert "open the view More" in operator


def test_publishing_is_still_one_click(browser_of, desk):
    browser = browser_of("bo")
    keep_text(browser, TOOL, changed(lambda document: document.update(title="Money back")))
    assert publish(browser, TOOL).status_code == 303


def test_a_new_field_is_only_read_by_whoever_fills_in_nothing(browser_of, desk):
    def adds(document):
        extra = {"type": "string", "title": "Supplier", "x-ops": {"type": "text"}}
        document["forms"][0]["schema"]["properties"]["supplier"] = extra

    page = texts_of(page_of(browser_of("bo"), adds))
    rights = page[page.index("Who may do what") :]
    assert {"read Supplier", "fill in Supplier"} == {
        *re.findall(r"(?:know that there is|read|fill in) Supplier", rights)
    }
    assert "fill in Supplier" not in rights[rights.index("Viewer") :].split("nothing")[0]
