"""The lists section: choices that several fields share, changed, pasted, retired and translated."""

import json
import re

import pytest

from builder.commanding import WrongInput
from form_specs.check import check
from tests.builder.doing import CATALOG, done, draft_of, press
from tests.builder.drafting import keep_text
from tests.runtime.browsing import texts_of
from tests.runtime.refunds import TOOL, refunds_tool

ROOT = f"/build/{TOOL}/lists/"
BANKS = {"kind": "lists", "part": "banks"}


def with_list():
    """The refunds tool with a list that a field takes its choices from."""
    document = refunds_tool()
    document["lists"] = [
        {
            "key": "banks",
            "title": "Banks",
            "choices": [
                {"key": "a", "title": "Alpha", "color": "blue"},
                {"key": "b", "title": "Beta"},
                {"key": "c", "title": "Gamma"},
            ],
            "editors": ["lead"],
        }
    ]
    document["forms"][0]["schema"]["properties"]["bank"] = {
        "type": "string",
        "maxLength": 200,
        "title": "Bank",
        "x-ops": {"type": "choice", "choices": {"list": "banks"}},
    }
    document["messages"] = {"ro": {"/lists/banks/choices/b/title": "Beta (RO)"}}
    return document


def choices_after(name, /, **given):
    after = done(with_list(), name, **BANKS, **given)
    assert not [problem for problem in check(after, CATALOG) if "/lists/" in problem.pointer]
    return after["lists"][0]["choices"]


# -- commands -------------------------------------------------------------------------------


def test_a_list_is_made():
    assert done(refunds_tool(), "list.add", title="Countries we pay to")["lists"] == [
        {"key": "countries_we_pay_to", "title": "Countries we pay to", "choices": []}
    ]


def test_choices_are_added_with_a_key_of_their_own():
    assert choices_after("list.choice.add", title="Delta One")[-1] == {
        "key": "delta_one",
        "title": "Delta One",
    }
    assert choices_after("list.choice.add", title="Delta", key="D-1")[-1]["key"] == "D-1"


def test_a_choice_is_renamed_and_coloured():
    assert choices_after("list.choice.change", choice="b", title="Bank B", color="red")[1] == {
        "key": "b",
        "title": "Bank B",
        "color": "red",
    }
    assert (
        "color"
        not in choices_after("list.choice.change", choice="a", title="Alpha", color="gray")[0]
    )


@pytest.mark.parametrize(
    ("to", "keys"),
    [
        ({"to": "up"}, "bac"),
        ({"to": "down"}, "acb"),
        ({"to": "before", "before": "a"}, "bac"),
        ({"to": "before", "before": ""}, "acb"),
        ({"to": "remove"}, "ac"),
    ],
)
def test_a_choice_is_moved_and_taken_out(to, keys):
    found = choices_after("list.choice", choice="b", **to)
    assert "".join(choice["key"] for choice in found) == keys


def test_a_choice_is_retired_and_offered_again():
    document = done(with_list(), "list.choice", **BANKS, choice="b", to="retire")
    assert document["lists"][0]["choices"][1]["retired"] is True
    assert done(document, "list.choice", **BANKS, choice="b", to="restore") == with_list()


def test_a_column_of_a_spreadsheet_is_pasted():
    lines = "Delta\n\n  beta \nE-1\tEpsilon\na;Other\nDelta\r\nZeta;;\n"
    found = choices_after("list.paste", lines=lines)[3:]
    assert [(choice["key"], choice["title"]) for choice in found] == [
        ("delta", "Delta"),
        ("E-1", "Epsilon"),
        ("zeta", "Zeta"),
    ]


def test_a_translation_is_kept_beside_and_goes_with_its_choice():
    place = "/lists/banks/choices/a/title"
    given = {**BANKS, "choice": "a", "locale": "ro"}
    document = done(with_list(), "list.choice.translate", **given, title="Alfa")
    assert document["messages"]["ro"][place] == "Alfa"
    assert place not in done(document, "list.choice.translate", **given, title="")["messages"]["ro"]
    gone = done(document, "list.choice", **BANKS, choice="a", to="remove")
    assert place not in gone["messages"]["ro"]


def test_editors_are_roles():
    document = done(with_list(), "part.roles", **BANKS, roles=["lead", "operator"])
    assert document["lists"][0]["editors"] == ["lead", "operator"]


def test_a_list_that_a_field_uses_stays():
    with pytest.raises(WrongInput, match="choices of Bank"):
        done(with_list(), "part.remove", **BANKS)
    document = with_list()
    del document["forms"][0]["schema"]["properties"]["bank"]
    after = done(document, "part.remove", **BANKS)
    assert "lists" not in after
    assert "/lists/banks/choices/b/title" not in after["messages"].get("ro", {})


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("list.add", {"title": " "}),
        ("list.choice.add", {**BANKS, "title": ""}),
        ("list.choice.add", {**BANKS, "title": "A", "key": "a"}),
        ("list.choice.change", {**BANKS, "choice": "b", "title": "B", "color": "pink"}),
        ("list.choice", {**BANKS, "choice": "z", "to": "up"}),
        ("list.choice.translate", {**BANKS, "choice": "a", "locale": "xx", "title": "A"}),
        ("list.paste", {**BANKS, "lines": "alpha\nBETA"}),
        ("list.paste", {**BANKS, "lines": "x" * 300}),
        ("list.paste", {**BANKS, "lines": "\n".join(f"Choice {n}" for n in range(2000))}),
    ],
)
def test_what_cannot_be_is_refused(name, given):
    with pytest.raises(WrongInput):
        done(with_list(), name, **given)


# -- pages ----------------------------------------------------------------------------------


@pytest.fixture
def builder(browser_of):
    browser = browser_of("bo")
    keep_text(browser, TOOL, json.dumps(with_list()))
    return browser


def test_lists_are_shown_with_who_changes_them_and_where_they_are_used(builder):
    page = texts_of(builder.get(ROOT).text)
    assert "3 choices · Lead" in page
    assert "choices of Bank" in page
    assert "choices of Bank" in texts_of(builder.get(f"{ROOT}banks").text)


def test_choices_are_pasted_on_the_page(builder, refunds):
    answer = press(builder, f"{ROOT}banks", "paste-choices", lines="Delta\nEpsilon")
    assert answer.status_code == 303
    assert len(draft_of(refunds)["lists"][0]["choices"]) == 5
    answer = press(builder, f"{ROOT}banks", "paste-choices", lines="delta")
    assert answer.status_code == 422
    assert "All of them are in the list already" in answer.text
    assert re.search(r'<details class="paste"\s+open', answer.text)


def test_choices_are_translated_beside_their_titles(builder, refunds):
    assert "Beta (RO)" in builder.get(f"{ROOT}banks?in=ro").text
    assert "Beta (RO)" not in builder.get(f"{ROOT}banks?in=xx").text
    press(builder, f"{ROOT}banks?in=ro", "choice-a-said", title="Alfa")
    assert draft_of(refunds)["messages"]["ro"]["/lists/banks/choices/a/title"] == "Alfa"


def test_only_what_was_never_published_can_be_taken_out(builder, refunds):
    assert 'aria-label="Take Alpha out"' in builder.get(f"{ROOT}banks").text
    refunds.published.publish(with_list(), by="bo")
    page = builder.get(f"{ROOT}banks").text
    assert 'aria-label="Take Alpha out"' not in page
    assert 'aria-label="Retire Alpha"' in page


@pytest.mark.parametrize(
    "found",
    [
        "text",
        {},
        {"key": "a", "title": 1, "choices": "x", "editors": {}},
        {
            "key": "a",
            "choices": [1, None, {}, {"key": 1}, {"key": "b", "color": "pink"}, {"key": "b"}],
        },
    ],
)
def test_a_list_of_any_shape_has_a_page(browser_of, found):
    browser = browser_of("bo")
    keep_text(browser, TOOL, json.dumps(refunds_tool() | {"lists": [found]}))
    page = browser.get(ROOT)
    assert page.status_code == 200
    url = re.findall(r'class="part-link" href="([^"#]*)', page.text)[-1]
    assert browser.get(url).status_code in (200, 303)
