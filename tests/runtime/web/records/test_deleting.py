"""Before a record is deleted it stands there what links to it, and where it cannot go, why."""

from html import unescape

import pytest

from opswright.application import create_app
from tests.runtime.browsing import Browser, forms_of, texts_of
from tests.runtime.cases import HOOKS, Cases, open_cases


@pytest.fixture
def cases(tmp_path):
    services = open_cases("", tmp_path, hooks=HOOKS)
    yield Cases(services)
    services.close()


@pytest.fixture
def app(cases):
    return create_app(cases.services)


def asked(app, record, name="lena", form="merchant"):
    return Browser(app, name).get(f"/t/cases/f/{form}/{record}/delete").text


def address(record, form="merchant"):
    return f"/t/cases/f/{form}/{record}"


def test_what_keeps_a_record_is_listed_and_deleting_is_not_offered(cases, app):
    merchant = cases.make("merchant", name="Held")
    case = cases.make("case", title="Holds on", merchant=merchant)
    page = asked(app, merchant)
    words = unescape(texts_of(page))
    assert "1 case links to it in Merchant. Change that first." in words
    assert "Cases of this merchant" in words
    assert f'href="{address(case, "case")}"' in page
    assert "cannot be deleted" in words
    assert 'type="submit">Delete' not in page
    assert "_version" not in forms_of(page).get(f"{address(merchant)}/delete", {})


def test_it_is_offered_once_nothing_links_to_it(cases, app):
    merchant = cases.make("merchant", name="Held")
    case = cases.make("case", title="Holds on", merchant=merchant)
    cases.delete("case", case)
    page = asked(app, merchant)
    assert "links to it" not in page
    place = f"{address(merchant)}/delete"
    assert Browser(app, "lena").post(place, forms_of(page)[place]).status_code == 303
    assert cases.stored("merchant", merchant).deleted_at is not None


def test_what_loses_its_link_is_listed_and_deleting_is_offered(cases, app):
    merchant = cases.make("merchant", name="Replaced")
    case = cases.make("case", title="Has a backup", backup=merchant)
    page = asked(app, merchant)
    assert "as Backup merchant: the link is taken away" in unescape(texts_of(page))
    assert f'href="{address(case, "case")}"' in page
    assert "_version" in forms_of(page)[f"{address(merchant)}/delete"]


def test_what_keeps_its_link_is_not_spoken_of(cases, app):
    merchant = cases.make("merchant", name="Old shop")
    case = cases.make("case", title="Keeps", former=merchant)
    assert case not in asked(app, merchant)


def test_a_menu_without_a_way_to_delete_says_why(cases, app):
    case = cases.make("case", title="Stays")
    page = unescape(Browser(app, "olga").get(address(case, "case")).text)
    assert "Your role does not allow to delete a case" in page
    assert f"{address(case, 'case')}/delete" not in page
    page = unescape(Browser(app, "lena").get(address(case, "case")).text)
    assert "Your role does not allow to delete" not in page
    assert f'href="{address(case, "case")}/delete"' in page
    cases.delete("case", case)
    deleted = Browser(app, "olga").get(address(case, "case"))
    assert "Your role does not allow to delete" not in deleted.text
