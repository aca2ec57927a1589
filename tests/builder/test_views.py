"""The views section: its pages drawn on real records, and the commands behind its buttons."""

import json
import re
from copy import deepcopy
from html import unescape

import pytest

from builder.commanding import WrongInput
from form_specs.check import check
from form_specs.compatibility import compare
from form_specs.editing import apply
from form_specs.uses import Target, without_uses
from runtime.access import BUILDER
from runtime.accounts import Joining
from tests.builder.doing import CATALOG, done, draft_of, press
from tests.builder.drafting import keep_text
from tests.runtime.browsing import texts_of
from tests.runtime.cases import cases_tool
from tests.runtime.opening import PASSWORD, token_of
from tests.runtime.refunds import TOOL, refunds_tool

ROOT = f"/build/{TOOL}/views/"
QUEUE = {"kind": "views", "part": "queue"}


def view_of(document, key):
    return next(view for view in document["views"] if view["key"] == key)


# -- commands -------------------------------------------------------------------------------


def test_a_new_view_starts_with_what_tells_records_apart():
    after = done(refunds_tool(), "view.add", form="refund", title="By hand")
    view = after["views"][-1]
    assert (view["key"], view["title"], view["type"]) == ("by_hand", "By hand", "table")
    assert "@state" in view["columns"]
    assert view["sort"] == ["-@created_at"]
    assert not [problem for problem in check(after, CATALOG) if "/views/" in problem.pointer]


def test_the_first_view_of_a_tool_makes_the_list():
    document = refunds_tool()
    del document["views"]
    assert done(document, "view.add", form="refund")["views"][0]["title"] == "Refunds"


@pytest.mark.parametrize(
    ("to", "keys"),
    [
        ({"to": "up"}, ["queue", "all", "known", "memos"]),
        ({"to": "down"}, ["all", "known", "queue", "memos"]),
        ({"to": "before", "before": ""}, ["all", "known", "memos", "queue"]),
        ({"to": "before", "before": "all"}, ["queue", "all", "known", "memos"]),
        ({"to": "before", "before": "queue"}, ["all", "queue", "known", "memos"]),
    ],
)
def test_a_view_is_moved(to, keys):
    after = done(refunds_tool(), "part.move", **QUEUE, **to)
    assert [view["key"] for view in after["views"]] == keys


def test_a_copy_stands_behind_its_original_with_a_key_of_its_own():
    after = done(refunds_tool(), "part.duplicate", **QUEUE)
    assert [view["key"] for view in after["views"]][:3] == ["all", "queue", "to_do_copy"]
    assert after["views"][2]["columns"] == after["views"][1]["columns"]


def test_a_view_goes_with_its_translations():
    document = refunds_tool()
    document["messages"] = {"ro": {"/views/queue/title": "De făcut", "/title": "Restituiri"}}
    after = done(document, "part.remove", **QUEUE)
    assert [view["key"] for view in after["views"]] == ["all", "known", "memos"]
    assert after["messages"] == {"ro": {"/title": "Restituiri"}}


def test_columns_are_added_moved_and_taken_out():
    given = {**QUEUE, "member": "columns"}
    document = done(refunds_tool(), "part.item.add", **given, item="region")
    assert view_of(document, "queue")["columns"][-1] == "region"
    document = done(document, "part.item", **given, item="region", to="before", before="due_on")
    document = done(document, "part.item", **given, item="@updated_at", to="up")
    document = done(document, "part.item", **given, item="merchant", to="remove")
    assert view_of(document, "queue")["columns"] == ["region", "due_on", "@updated_at", "owner"]


def test_the_last_column_stays():
    with pytest.raises(WrongInput, match="at least one column"):
        done(
            refunds_tool(),
            "part.item",
            kind="views",
            part="known",
            member="columns",
            item="merchant",
            to="remove",
        )


def looked(document, **given):
    usual = {"column": "due_on", "width": "normal", "align": "start"}
    return done(document, "view.look", **QUEUE, **{**usual, **given})


def test_a_column_looks_as_it_is_said_and_what_is_usual_is_not_said():
    after = looked(refunds_tool(), width="narrow", format="relative")
    assert view_of(after, "queue")["looks"] == {"due_on": {"width": "narrow", "format": "relative"}}
    assert not [p for p in check(after, CATALOG) if p.severity == "error"]
    assert "looks" not in view_of(looked(after), "queue")
    for wrong in ({"width": "huge"}, {"format": "badge"}, {"column": "score"}):
        with pytest.raises(WrongInput):
            looked(refunds_tool(), **wrong)


def test_a_column_of_a_linked_record_has_the_formats_of_its_field():
    document = cases_tool()
    at = {"kind": "views", "part": "abroad"}
    view = {"key": "abroad", "title": "Abroad", "type": "table", "form": "case"}
    document["views"].append(view | {"columns": ["title", "merchant.status"]})
    given = {"column": "merchant.status", "width": "normal", "align": "start"}
    after = done(document, "view.look", **at, **given, format="badge")
    assert view_of(after, "abroad")["looks"] == {"merchant.status": {"format": "badge"}}
    assert not [p for p in check(after, CATALOG) if p.severity == "error"]
    with pytest.raises(WrongInput):
        done(document, "view.look", **at, **given, format="relative")
    view_of(after, "abroad")["looks"]["merchant.status"]["format"] = "relative"
    assert [p.pointer for p in check(after, CATALOG) if p.severity == "error"] == [
        f"/views/{len(after['views']) - 1}/looks/merchant.status/format"
    ]


@pytest.mark.parametrize(
    ("looks", "pointer"),
    [
        ({"nothing": {"width": "wide"}}, "/nothing"),
        ({"due_on": {"format": "badge"}}, "/due_on/format"),
        ({"@state": {"format": "text"}}, "/@state/format"),
        ({"due_on": {"width": "9"}}, "/due_on/width"),
    ],
)
def test_a_look_that_cannot_be_is_a_problem_at_its_place(looks, pointer):
    document = refunds_tool()
    view_of(document, "queue")["looks"] = looks
    at = next(i for i, view in enumerate(document["views"]) if view["key"] == "queue")
    wrong = [p.pointer for p in check(document, CATALOG) if p.severity == "error"]
    assert wrong == [f"/views/{at}/looks{pointer}"]


def test_a_look_goes_with_its_field_and_changes_nothing_for_records():
    document = refunds_tool()
    view_of(document, "queue")["looks"] = {"due_on": {"width": "wide"}}
    changes = compare(refunds_tool(), document, CATALOG).changes
    assert {change.impact.value for change in changes} == {"safe"}
    edit, _left = without_uses(document, CATALOG, Target("field", "due_on", "refund"))
    assert not view_of(apply(document, edit)[0], "queue").get("looks")


def test_sorting_is_turned_and_taken_away_as_a_whole():
    given = {**QUEUE, "member": "sort", "item": "due_on"}
    document = done(refunds_tool(), "part.item", **given, to="turn")
    assert view_of(document, "queue")["sort"] == ["-due_on"]
    document = done(document, "part.item", **given, to="turn")
    assert view_of(document, "queue")["sort"] == ["due_on"]
    assert "sort" not in view_of(done(document, "part.item", **given, to="remove"), "queue")


def test_roles_and_conditions_are_taken_away_by_leaving_them_out():
    document = done(refunds_tool(), "part.roles", **QUEUE, roles=["lead", "viewer"])
    assert view_of(document, "queue")["roles"] == ["lead", "viewer"]
    assert "roles" not in view_of(done(document, "part.roles", **QUEUE, roles=[]), "queue")
    document = done(document, "part.condition.remove", **QUEUE, member="filter")
    assert "filter" not in view_of(document, "queue")


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("part.title", {**QUEUE, "title": " "}),
        ("part.title", {"kind": "views", "part": "nowhere", "title": "A"}),
        ("part.title", {"kind": "roles", "part": "lead", "title": "A"}),
        ("part.item.add", {**QUEUE, "member": "columns", "item": "merchant"}),
        ("part.item", {**QUEUE, "member": "columns", "item": "region", "to": "up"}),
        ("part.roles", {**QUEUE, "roles": ["nobody"]}),
        ("part.option", {**QUEUE, "name": "size", "value": "3"}),
        ("view.add", {"form": "nowhere"}),
    ],
)
def test_what_cannot_be_is_refused(name, given):
    with pytest.raises(WrongInput):
        done(refunds_tool(), name, **given)


# -- pages ----------------------------------------------------------------------------------


def test_all_views_stand_in_the_order_of_the_menu(browser_of):
    page = texts_of(browser_of("bo").get(ROOT).text)
    places = [page.index(title) for title in ("All refunds", "To do", "With a secret", "Memos")]
    assert places == sorted(places)
    assert "4 columns · State is New, Open or Waiting · all who may read the form" in page


def test_a_view_is_made_and_its_page_opened(browser_of, refunds):
    answer = press(browser_of("bo"), ROOT, "add-view", title="By hand")
    assert (answer.status_code, answer.location) == (303, f"{ROOT}by_hand")
    assert draft_of(refunds)["views"][-1]["key"] == "by_hand"


def test_what_is_not_as_wanted_is_shown_with_its_problem_and_taken_out(browser_of, refunds):
    document = refunds_tool()
    document["views"][1]["columns"] = ["merchant", "nowhere"]
    browser = browser_of("bo")
    keep_text(browser, TOOL, json.dumps(document))
    page = unescape(browser.get(f"{ROOT}queue").text)
    item = page[page.index('data-order-item="nowhere"') :]
    assert "there is no field 'nowhere'" in item
    assert "Take it out" in item[: item.index("</li>")]
    press(browser, f"{ROOT}queue", "item-columns-nowhere", to="remove")
    assert draft_of(refunds)["views"][1]["columns"] == ["merchant"]


@pytest.mark.parametrize(
    "view",
    [
        "text",
        {},
        {"key": "a"},
        {"key": "a", "title": 3, "columns": "x", "sort": [1, {"a": 2}], "filter": [], "roles": 7},
        {"key": "a", "form": "nowhere", "type": "nothing", "options": [], "columns": [None, "x"]},
        {
            "key": "a b/c",
            "form": "refund",
            "type": "table",
            "filter": {"field": 3},
            "options": {"x": 1},
        },
    ],
)
def test_a_view_of_any_shape_has_a_page(browser_of, view):
    browser = browser_of("ada")
    document = refunds_tool()
    document["views"].append(view)
    keep_text(browser, TOOL, json.dumps(document))
    page = browser.get(ROOT)
    assert page.status_code == 200
    url = re.findall(r'class="part-link" href="([^"#]*)', page.text)[-1]
    assert browser.get(url).status_code in (200, 303)


def test_a_view_that_is_gone_shows_the_section_instead(browser_of):
    answer = browser_of("bo").get(f"{ROOT}nowhere")
    assert (answer.status_code, answer.location) == (303, ROOT)


def test_problems_of_views_lead_here(browser_of):
    browser = browser_of("bo")
    document = refunds_tool()
    document["views"][1]["sort"] = ["nowhere"]
    keep_text(browser, TOOL, json.dumps(document))
    assert f'href="{ROOT}queue#part-sort"' in browser.get(f"/build/{TOOL}/").text


def test_a_condition_is_said_in_words_of_the_draft(browser_of):
    browser = browser_of("bo")
    document = deepcopy(refunds_tool())
    document["workflows"][0]["states"][0]["title"] = "Fresh"
    keep_text(browser, TOOL, json.dumps(document))
    assert "State is Fresh, Open or Waiting" in texts_of(browser.get(f"{ROOT}queue").text)


# -- real records ---------------------------------------------------------------------------


@pytest.fixture
def bob(refunds, browser_of):
    """Builds the tool and is an operator, who never learns of the field `secret`."""
    roles = ((TOOL, BUILDER), (TOOL, "operator"))
    refunds.accounts.add(Joining("bob", PASSWORD, title="Bob", roles=roles))
    return browser_of("bob")


def drawn(browser, view="queue"):
    """The rows of a view as the editor draws them, and all that is said on the page."""
    page = browser.get(f"{ROOT}{view}").text
    table = page[page.index('<div class="drawn-view">') : page.index('id="view-settings"')]
    rows = [texts_of(row).strip() for row in re.findall(r"<tr id=.*?</tr>", table, re.DOTALL)]
    return rows, texts_of(page)


def make(browser, **data):
    answer = browser.client.post(
        f"/api/v1/tools/{TOOL}/forms/refund/records",
        json={"data": data},
        headers=token_of(browser.services, "ada"),
    )
    assert answer.status_code == 201, answer.text


def changed(browser, change, view="queue"):
    """The draft with a change of one view."""
    document = refunds_tool()
    change(view_of(document, view))
    keep_text(browser, TOOL, json.dumps(document))


def test_a_draft_is_drawn_on_the_records_that_there_are(bob):
    make(bob, merchant="Quill", due_on="2026-03-01")
    make(bob, merchant="Ember", due_on="2026-02-01")
    rows, said = drawn(bob)
    assert [row.split()[0] for row in rows] == ["Ember", "Quill"]
    assert re.search(r"2 records, read in \d+ ms", said)
    press(bob, f"{ROOT}queue", "item-sort-due_on", to="turn")
    press(bob, f"{ROOT}queue", "item-columns-due_on", to="up")
    rows, _said = drawn(bob)
    assert ["Quill" in row for row in rows] == [True, False]
    assert rows[0].startswith("1 Mar 2026")


def test_the_list_of_views_says_which_records_each_shows(bob):
    assert "State is " in texts_of(bob.get(ROOT).text)
    document = refunds_tool()
    view_of(document, "queue")["filter"] = {"field": "region", "op": "eq", "value": "south"}
    view_of(document, "all")["filter"] = {"field": "nowhere", "op": "eq", "value": "south"}
    keep_text(bob, TOOL, json.dumps(document))
    page = texts_of(bob.get(ROOT).text)
    assert "Region is South" in page
    assert "some records" in page


def test_a_draft_is_drawn_with_the_looks_of_its_columns(bob):
    make(bob, merchant="Quill", due_on="2026-03-01")

    def change(view):
        view["looks"] = {"due_on": {"format": "long", "width": "narrow", "align": "end"}}
        view["options"] = {"pinned": True}

    changed(bob, change)
    rows, _said = drawn(bob)
    assert "March 1, 2026" in rows[0]
    page = bob.get(f"{ROOT}queue").text
    assert '<td class="end w-narrow c-meta">' in page
    assert '<div class="rows pinned"' in page


def test_the_list_itself_is_drawn_with_the_looks_of_its_columns(bob):
    make(bob, merchant="Quill", amount={"amount": "4900.00", "currency": "EUR"}, region="north")
    document = refunds_tool()
    looks = {
        "amount": {"format": "compact", "align": "start"},
        "region": {"format": "badge", "width": "wide"},
        "@state": {"width": "narrow"},
    }
    view_of(document, "all").update(looks=looks, options={"pinned": True})
    bob.services.published.publish(document, "ada")
    page = bob.get(f"/t/{TOOL}/v/all").text
    for drawn_ in (
        '<td class="c-value">€4.9K</td>',
        '<td class="w-wide"><span class="pill gray">North</span></td>',
        '<td class="w-narrow c-state">',
        '<div class="rows pinned"',
    ):
        assert drawn_ in page


def test_no_more_than_twenty_are_drawn(bob):
    for number in range(22):
        make(bob, merchant=f"Shop {number}")
    rows, said = drawn(bob, "all")
    assert len(rows) == 20
    assert "22 records, the first 20 shown" in said


def test_a_column_that_is_not_published_yet_is_empty_and_said_to_be(bob):
    make(bob, merchant="Quill")
    document = refunds_tool()
    document["forms"][0]["schema"]["properties"]["planet"] = {
        "type": "string",
        "title": "Planet",
        "x-ops": {"type": "text"},
    }
    view_of(document, "queue")["columns"] = ["planet", "merchant"]
    keep_text(bob, TOOL, json.dumps(document))
    rows, said = drawn(bob)
    assert len(rows) == 1
    assert "Quill" in rows[0]
    assert "Empty here, as it is not published yet or not yours to see: Planet" in said


def test_a_draft_tells_nobody_what_they_may_not_know(bob):
    """Neither by a column nor by a filter nor by the order; nor by roles that the draft gives away."""
    for secret in ("red", "blue"):
        make(bob, merchant=f"of {secret}", secret=secret)

    def ask(view):
        view["columns"] = ["merchant", "secret"]
        view["sort"] = ["secret"]
        view.pop("filter", None)

    changed(bob, ask)
    rows, said = drawn(bob)
    assert sorted(rows) == ["of blue", "of red"]
    assert "Not sorted by Secret yet" in said
    changed(bob, lambda view: view.update(filter={"field": "secret", "op": "eq", "value": "red"}))
    rows, said = drawn(bob)
    assert rows == []
    assert "These records cannot be shown to you" in said
    document = refunds_tool()
    for role in document["roles"]:
        for grant in role["grants"]:
            grant.pop("rows", None)
            grant.pop("fields", None)
    view_of(document, "queue").update(columns=["merchant", "secret"])
    keep_text(bob, TOOL, json.dumps(document))
    rows, _said = drawn(bob)
    assert sorted(rows) == ["of blue", "of red"]


def test_who_has_no_role_sees_no_record(browser_of):
    make(browser_of("ada"), merchant="Quill")
    rows, said = drawn(browser_of("rex"))
    assert rows == []
    assert "No records that you may see" in said
    assert len(drawn(browser_of("ada"))[0]) == 1


def test_conditions_are_changed_in_their_editor_and_lead_back(browser_of):
    browser = browser_of("bo")
    for view in ("queue", "all"):  # one that has a filter, and one that has none
        page = unescape(browser.get(f"{ROOT}{view}").text)
        url = re.search(rf'href="(/build/{TOOL}/condition/[^"]*)"', page)[1]
        editor = browser.get(url)
        assert editor.status_code == 200
        assert f'href="{ROOT}{view}"' in editor.text
