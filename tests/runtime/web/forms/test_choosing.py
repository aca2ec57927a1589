"""Choosing on pages: what is offered, what is shown, what comes back when it is refused."""

import re

import pytest
from sqlalchemy import event

from opswright.application import create_app
from tests.runtime.browsing import FRAGMENT, Browser, texts_of
from tests.runtime.cases import HOOKS, Cases, cases_tool, open_cases

CASE, MERCHANT = "/t/cases/f/case", "/t/cases/f/merchant"


@pytest.fixture(scope="module")
def services(tmp_path_factory):
    found = open_cases("", tmp_path_factory.mktemp("cases"), hooks=HOOKS)
    yield found
    found.close()


@pytest.fixture(scope="module")
def cases(services):
    return Cases(services)


@pytest.fixture(scope="module")
def app(services):
    return create_app(services)


@pytest.fixture(scope="module")
def lena(app):
    return Browser(app, "lena")


@pytest.fixture(scope="module")
def olga(app):
    return Browser(app, "olga")


def options(html, name):
    """Key and title of what a select offers; the one that is selected has a star."""
    select = re.search(rf'<select[^>]* name="{name}".*?</select>', html, re.DOTALL)[0]
    return {
        key: title.strip() + ("*" if "selected" in more else "")
        for key, more, title in re.findall(
            r'<option value="([^"]*)"([^>]*)>([^<]*)</option>', select
        )
        if key
    }


def test_a_new_record_offers_choices_from_everywhere(lena, cases):
    shop = cases.make("merchant", name="Offered shop")
    page = lena.get(f"{CASE}/new").text
    assert options(page, "country") == {"ro": "Romania", "ch": "Switzerland"}
    assert options(page, "city") == {"anywhere": "Anywhere"}
    assert options(page, "currency") == {"EUR": "Euro", "RON": "Leu", "USD": "USD"}
    assert options(page, "merchant")[shop] == "Offered shop"


def test_what_is_typed_decides_what_a_refused_form_offers(lena):
    answer = lena.post(f"{CASE}/new", {"title": "", "country": "ch", "city": "cluj"})
    assert answer.status_code == 422
    assert options(answer.text, "city") == {
        "basel": "Basel",
        "anywhere": "Anywhere",
        "cluj": "Cluj*",
    }
    assert "does not go with what stands in Country" in texts_of(answer.text)


def test_what_no_longer_goes_with_another_field_is_told_before_it_is_saved(lena):
    sent = lena.form(f"{CASE}/new") | {"country": "ch", "city": "cluj"}
    told = lena.post(f"{CASE}/new/refresh", sent, headers=FRAGMENT).text
    assert "'Cluj' does not go with what stands in Country" in texts_of(told)
    sent["country"] = "ro"
    assert "does not go" not in lena.post(f"{CASE}/new/refresh", sent, headers=FRAGMENT).text


def test_a_record_is_made_with_what_was_chosen_and_shown_by_titles(lena, cases):
    shop = cases.make("merchant", name="Shown shop", country="ro")
    answer = lena.post(
        f"{CASE}/new",
        {"title": "All", "merchant": shop, "country": "ro", "city": "cluj", "currency": "RON"},
    )
    assert answer.status_code == 303
    page = lena.get(answer.location).text
    assert options(page, "merchant")[shop] == "Shown shop*"
    assert options(page, "city") == {"cluj": "Cluj*", "anywhere": "Anywhere"}
    table = texts_of(lena.get("/t/cases/v/cases").text)
    assert "All Shown shop" in table
    assert "Cluj Leu" in table


def test_a_link_out_of_sight_is_told_as_such_and_stays(lena, olga, cases):
    hidden = cases.make("merchant", name="Headquarters Ltd", region="hq")
    case = cases.make("case", title="Sees nothing", merchant=hidden)
    page = olga.get(f"{CASE}/{case}").text
    assert "Headquarters" not in page
    assert options(page, "merchant")[hidden] == "Not visible to you*"
    assert "Headquarters" not in olga.get("/t/cases/v/cases").text
    assert "Not visible to you" in texts_of(olga.get("/t/cases/v/cases").text)
    posted = olga.form(f"{CASE}/{case}")
    posted["title"] = "Changed"
    assert olga.post(f"{CASE}/{case}", posted).status_code == 303
    assert cases.data("case", case) == {"title": "Changed", "merchant": hidden}
    assert "Headquarters" in lena.get(f"{CASE}/{case}").text


def test_saving_a_page_untouched_changes_nothing(lena, cases):
    shop = cases.make("merchant", name="Same", country="ro", code="SAM")
    first = cases.make("case", title="First")
    data = {
        "title": "Untouched",
        "merchant": shop,
        "related": [first],
        "country": "ro",
        "city": "cluj",
        "currency": "USD",
        "shop_code": "SAM",
        "reason": "Typed by hand",
        "places": ["basel", "cluj"],
    }
    case = cases.make("case", **data)
    answer = lena.post(f"{CASE}/{case}", lena.form(f"{CASE}/{case}"))
    assert answer.status_code == 303, texts_of(answer.text)
    assert cases.data("case", case) == data
    assert cases.history("case", case)[-1].data["diff"] == {}


# -- searching --------------------------------------------------------------------------


def test_searching_finds_only_what_one_may_read(lena, olga, cases):
    cases.make("merchant", name="Quokka public")
    cases.make("merchant", name="Quokka secret", region="hq")

    def found(browser):
        answer = browser.get(f"{CASE}/choices/merchant?q=quokka").json
        return sorted(item["title"] for item in answer["items"])

    assert found(lena) == ["Quokka public", "Quokka secret"]
    assert found(olga) == ["Quokka public"]


def test_searching_goes_with_what_it_depends_on(lena):
    answer = lena.get(f"{CASE}/choices/city?depends=ch").json
    assert [item["key"] for item in answer["items"]] == ["basel", "anywhere"]


@pytest.mark.parametrize("field", ["title", "nothing"])
def test_a_field_without_choices_has_nothing_to_search(lena, field):
    assert lena.get(f"{CASE}/choices/{field}").status_code == 404


# -- looking ----------------------------------------------------------------------------


def test_a_card_shows_what_the_link_says_and_one_may_read(lena, olga, cases):
    shop = cases.make("merchant", name="Carded", country="ro", rating="AAA")
    card = texts_of(lena.get(f"{CASE}/cards/merchant/{shop}", headers=FRAGMENT).text)
    assert "Carded" in card
    assert "Country Romania Rating AAA" in card
    assert "AAA" not in olga.get(f"{CASE}/cards/merchant/{shop}").text
    hidden = cases.make("merchant", name="Hidden", region="hq")
    assert olga.get(f"{CASE}/cards/merchant/{hidden}").status_code == 404


def test_a_record_shows_what_links_to_it(lena, olga, cases):
    shop = cases.make("merchant", name="Popular")
    for number in range(7):
        cases.make("case", title=f"About it {number}", merchant=shop)
    page = lena.get(f"{MERCHANT}/{shop}").text
    words = texts_of(page)
    assert "Cases of this merchant 7" in words
    assert "About it 6" in words
    assert "About it 0" not in words
    (url,) = re.findall(r'href="([^"]+)">Show all 7<', page)
    assert texts_of(lena.get(url.replace("&amp;", "&")).text).count("About it") == 7
    assert "Cases of this merchant" in texts_of(olga.get(f"{MERCHANT}/{shop}").text)


# -- making -----------------------------------------------------------------------------


def test_a_record_is_made_on_the_way_and_comes_back_chosen(lena, cases):
    typed = {"title": "Half typed", "country": "ro"}
    answer = lena.post(f"{CASE}/new/make/merchant", typed)
    assert answer.status_code == 303
    page = lena.get(answer.location).text
    assert "Create merchant" in page
    refused = lena.post(answer.location, {"name": ""})
    assert refused.status_code == 422
    made = lena.post(answer.location, {"name": "Made on the way"})
    assert (made.status_code, made.location) == (303, f"{CASE}/new")
    page = lena.get(made.location).text
    assert 'value="Half typed"' in page
    assert "Made on the way*" in options(page, "merchant").values()
    lena.post(f"{CASE}/new/draft/discard")


def test_a_record_is_made_from_another_records_page_too(lena, cases):
    case = cases.make("case", title="Waits")
    answer = lena.post(f"{CASE}/{case}/make/related", {"title": "Waits longer"})
    made = lena.post(answer.location, {"title": "Needed"})
    assert made.location == f"{CASE}/{case}"
    page = lena.get(made.location).text
    assert 'value="Waits longer"' in page
    assert "Needed*" in options(page, "related").values()


def test_the_dialog_is_answered_with_what_was_made(lena):
    url = f"{CASE}/make/merchant?_for=f-merchant"
    dialog = lena.get(url, headers=FRAGMENT).text
    assert 'id="make-name"' in dialog
    data = {"name": "In a dialog", "_for": "f-merchant"}
    answer = lena.post(url, data, headers=FRAGMENT)
    assert answer.status_code == 204
    assert '"title": "In a dialog"' in answer.headers["HX-Trigger"]
    assert '"for": "f-merchant"' in answer.headers["HX-Trigger"]


def test_who_may_not_make_is_not_offered_it(app):
    nils = Browser(app, "nils")
    assert nils.get(f"{CASE}/make/merchant").status_code == 404


# -- filtering --------------------------------------------------------------------------


def test_a_list_is_filtered_by_what_is_chosen_and_linked(lena, olga, cases):
    shop = cases.make("merchant", name="Filtered by")
    hidden = cases.make("merchant", name="Filtered hidden", region="hq")
    cases.make("case", title="Is found", merchant=shop, country="ro", city="cluj")
    cases.make("case", title="Is not", merchant=hidden)
    page = lena.get("/t/cases/v/cases?edit=merchant").text
    assert f'value="{shop}"' in page
    assert "Filtered by" in texts_of(page)
    assert "Filtered hidden" not in olga.get("/t/cases/v/cases?edit=merchant").text
    found = texts_of(lena.get(f"/t/cases/v/cases?filter=merchant:in:{shop}").text)
    assert "Merchant is Filtered by" in found
    assert "Is found" in found
    assert "Is not" not in found
    chip = texts_of(olga.get(f"/t/cases/v/cases?filter=merchant:eq:{hidden}").text)
    assert "Merchant is Not visible to you" in chip
    assert "Filtered hidden" not in chip
    assert "City is Cluj" in texts_of(lena.get("/t/cases/v/cases?filter=city:eq:cluj").text)


# -- cost -------------------------------------------------------------------------------


def test_a_list_looks_titles_up_once_however_many_records_there_are(lena, cases, services):
    def cost():
        statements = []

        def note(_conn, _cursor, statement, *_more):
            statements.append(statement)

        engine = services.db._reading
        event.listen(engine, "before_cursor_execute", note)
        try:
            assert lena.get("/t/cases/v/cases").status_code == 200
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return len(statements)

    def more():
        shop = cases.make("merchant", name="Costs")
        other = cases.make("case", title="Other")
        cases.make(
            "case", title="x", merchant=shop, related=[other], currency="EUR", city="anywhere"
        )

    more()
    few = cost()
    for _ in range(12):
        more()
    assert cost() == few


# -- many -------------------------------------------------------------------------------


@pytest.fixture
def many(tmp_path):
    """A form whose reason is one of two thousand choices that stand in the field."""
    keys = [f"r{number:04d}" for number in range(2_000)]
    services = open_cases("", tmp_path)
    document = cases_tool()
    document["forms"][0]["schema"]["properties"]["reason"] = {
        "enum": keys,
        "title": "Reason",
        "x-ops": {
            "type": "choice",
            "choices": [{"key": key, "title": f"Reason {key[1:]}"} for key in keys],
        },
    }
    services.published.publish(document, by="system")
    yield Browser(create_app(services), "lena"), Cases(services)
    services.close()


def test_two_thousand_choices_are_searched_not_all_drawn(many):
    browser, _cases = many
    page = browser.get(f"{CASE}/new").text
    assert len(options(page, "reason")) == 100
    found = browser.get(f"{CASE}/choices/reason?q=1777").json
    assert found == {
        "items": [{"key": "r1777", "title": "Reason 1777", "note": "", "color": "gray"}],
        "complete": True,
        "problem": "",
    }
    made = browser.post(f"{CASE}/new", {"title": "Of many", "reason": "r1777"})
    assert options(browser.get(made.location).text, "reason")["r1777"] == "Reason 1777*"
    asked = browser.post(f"{CASE}/new/refresh", {"title": "Typed", "_find/reason": "0042"})
    assert options(asked.text, "reason") == {"r0042": "Reason 0042"}
    assert 'value="Typed"' in asked.text
