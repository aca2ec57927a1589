"""Choices from elsewhere and links hold inside rows, groups and kinds of values as they do in the form."""

from collections.abc import Iterator

import pytest

from opswright.application import create_app
from runtime.gate import RefusedError
from runtime.storage.ids import encode_id
from tests.runtime.browsing import FRAGMENT, Browser, forms_of, texts_of
from tests.runtime.cases import HOOKS, SEED, Cases, cases_tool, open_cases
from tests.runtime.opening import fresh_url


def inside_tool():
    """The cases tool with links and choices in rows, in a group, in a list and in a kind of value."""
    tool = cases_tool()
    form = next(form for form in tool["forms"] if form["key"] == "case")
    properties = form["schema"]["properties"]

    def link(**more):
        linked = {"form": "merchant", **more}
        return {**properties["backup"], "x-ops": {"type": "link", "link": linked}}

    def group(**parts):
        found = {"type": "object", "title": "Group", "properties": parts}
        return {**found, "additionalProperties": False, "x-ops": {"type": "group"}}

    def rows(items):
        found = {"type": "array", "title": "Rows", "maxItems": 20, "items": items}
        return {**found, "x-ops": {"type": "repeat"}}

    row = {
        "shop": {
            **link(show=["country"], inverse={"title": "Cases with a line of it"}),
            "title": "Shop",
        },
        "spare": {**link(onDelete="clear"), "title": "Spare"},
        "country": properties["country"],
        "city": properties["city"],
        "currency": properties["currency"],
        "note": {"type": "string", "title": "Note", "x-ops": {"type": "text"}},
    }
    kinds = [group(kind={"const": "a"}, shop=link()), group(kind={"const": "b"}, name=row["note"])]
    for kind in kinds:
        kind["required"] = ["kind"]
        kind["properties"]["kind"] |= {"type": "string", "title": "Kind", "x-ops": {"type": "text"}}
    properties |= {
        "lines": rows({k: v for k, v in group(**row).items() if k != "x-ops"}),
        "box": group(shop=link(), deep=rows({**group(shop=link())})),
        "shops": rows(link(onDelete="clear")),
        "kind": {"oneOf": kinds, "title": "Kind", "x-ops": {"type": "variant"}},
    }
    for layouts in form.get("layouts", {}).values():
        layouts.append({"section": "Inside", "fields": ["lines", "box", "shops", "kind"]})
    return tool


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def cases(request, tmp_path_factory) -> Iterator[Cases]:
    url = fresh_url(request.param, lambda: request.getfixturevalue("postgres_url"))
    services = open_cases(url, tmp_path_factory.mktemp("inside"), hooks=HOOKS)
    services.published.publish(inside_tool(), by="test")
    yield Cases(services)
    services.close()


@pytest.fixture(scope="module")
def app(cases):
    made = create_app(cases.services)
    made.testing = True
    return made


@pytest.fixture
def merchant(cases):
    return cases.make("merchant", name="Corner shop", country="ro")


def refusal(refused):
    return [(r.code, r.field, r.pointer, r.message) for r in refused.value.reasons]


# -- choices ----------------------------------------------------------------------------------


def test_choices_go_with_what_stands_in_the_same_row(cases: Cases):
    lines = [{"country": "ro", "city": "cluj"}, {"country": "ch", "city": "basel"}]
    case = cases.make("case", title="One", lines=lines)
    assert cases.data("case", case)["lines"] == lines
    with pytest.raises(RefusedError) as refused:
        cases.make("case", title="Two", lines=[lines[0], {"country": "ro", "city": "basel"}])
    assert refusal(refused)[0][:3] == ("match", "lines", "/lines/1/city")
    assert refusal(refused)[0][3].startswith(
        "Row 2: 'Basel' does not go with what stands in Country"
    )


def test_what_was_chosen_stays_where_the_row_is_changed_elsewhere(cases: Cases):
    case = cases.make("case", title="One", lines=[{"country": "ro", "city": "cluj"}])
    cases.change("case", case, lines=[{"country": "ro", "city": "cluj", "note": "new"}])
    with pytest.raises(RefusedError):
        cases.change("case", case, lines=[{"country": "ch", "city": "cluj"}])


def test_a_choice_that_a_list_does_not_have_is_told_at_its_row(cases: Cases):
    with pytest.raises(RefusedError) as refused:
        cases.make("case", title="Two", lines=[{}, {"currency": "???"}])
    assert refusal(refused)[0][:3] == ("choice", "lines", "/lines/1/currency")


# -- links ------------------------------------------------------------------------------------

PLACES = {
    "a row": lambda m: {"lines": [{"note": "x"}, {"shop": m}]},
    "a group": lambda m: {"box": {"shop": m}},
    "rows in a group": lambda m: {"box": {"deep": [{"shop": m}]}},
    "a kind of value": lambda m: {"kind": {"kind": "a", "shop": m}},
}


@pytest.mark.parametrize("place", PLACES)
def test_a_link_leads_to_what_is_there_and_holds_it(cases: Cases, merchant, place):
    with pytest.raises(RefusedError) as refused:
        cases.make("case", title="Nowhere", **PLACES[place](encode_id(5)))
    assert refusal(refused)[0][3].endswith("There is no such merchant that can be chosen here")
    case = cases.make("case", title="One", **PLACES[place](merchant))
    with pytest.raises(RefusedError) as refused:
        cases.delete("merchant", merchant)
    assert refusal(refused)[0][0] == "linked"
    cases.delete("case", case)
    cases.delete("merchant", merchant)


def test_a_link_that_may_be_cleared_is_taken_out_of_its_row(cases: Cases, merchant):
    other = cases.make("merchant", name="Other shop")
    data = {
        "lines": [{"spare": merchant, "note": "x"}, {"spare": other}],
        "shops": [merchant, other],
    }
    case = cases.make("case", title="One", **data)
    cases.delete("merchant", merchant)
    document = cases.data("case", case)
    assert document["lines"] == [{"note": "x"}, {"spare": other}]
    assert document["shops"] == [other]


def test_a_case_does_not_come_back_to_a_shop_that_is_gone(cases: Cases, merchant):
    case = cases.make("case", title="One", lines=[{"shop": merchant}])
    cases.delete("case", case)
    cases.delete("merchant", merchant)
    with pytest.raises(RefusedError) as refused:
        cases.gate.restore(cases.access("lena"), cases.stored("case", case).id, SEED)
    assert refusal(refused)[0][0] == "linked"


# -- pages ------------------------------------------------------------------------------------


def test_the_page_of_a_shop_lists_the_cases_whose_rows_link_to_it(app, cases, merchant):
    case = cases.make("case", title="Has a line", lines=[{"shop": merchant}])
    text = Browser(app, "lena").get(f"/t/cases/f/merchant/{merchant}").text
    assert "Cases with a line of it" in text
    assert "Has a line" in text
    assert case in text


def test_a_row_shows_what_it_links_to_and_its_card(app, cases, merchant):
    case = cases.make("case", title="One", lines=[{"shop": merchant}])
    lena = Browser(app, "lena")
    assert "Corner shop" in lena.get(f"/t/cases/f/case/{case}").text
    card = lena.get(f"/t/cases/f/case/cards/lines.shop/{merchant}", headers=FRAGMENT)
    assert card.status_code == 200
    assert "Corner shop" in card.text


def test_the_picker_of_a_row_searches(app, cases, merchant):
    lena = Browser(app, "lena")
    found = lena.get("/t/cases/f/case/choices/lines.shop?q=Corner").json["items"]
    assert merchant in [item["key"] for item in found]
    cities = lena.get("/t/cases/f/case/choices/lines.city?depends=ch").json["items"]
    assert [item["key"] for item in cities] == ["basel", "anywhere"]
    assert lena.get("/t/cases/f/case/choices/lines.note").status_code == 404


def test_a_row_offers_what_goes_with_it_and_says_so_when_that_changes(app):
    lena, page = Browser(app, "lena"), "/t/cases/f/case/new"
    data = lena.form(page)
    data.setlist("_rows", ["add 0 lines"])
    data = forms_of(lena.post(page, data).text)[page]
    data.setlist("lines/0/country", ["ch"])
    answer = lena.post(f"{page}/refresh", data, headers=FRAGMENT)
    assert 'id="f-lines/0/city-field"' in answer.text
    assert "Basel" in answer.text
    assert "Cluj" not in answer.text
    assert "Row 1, City" in answer.headers["HX-Trigger"]
    assert " ".join(texts_of(answer.text))
