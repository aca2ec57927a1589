"""Lists change in the running tool: by their editors, with an event each, seen by all at once."""

import pytest

from components.base import Wanted
from form_specs.model import Choice, Color, ListSpec
from opswright.application import create_app
from runtime.access import Access, Person
from runtime.choosing.listed import effective, spoken
from runtime.gate.listing import (
    Edited,
    ListEditing,
    ListMovedOnError,
    ListRefusedError,
)
from runtime.storage import choice_lists, events
from runtime.storage.verifying import verify
from tests.runtime.browsing import Browser, texts_of
from tests.runtime.cases import TOOL, Cases, cases_tool, open_cases

LISTS = "/t/cases/lists"


@pytest.fixture
def editing(cases: Cases):
    services = cases.services
    return ListEditing(
        services.db, services.ids, services.audit_key, lambda: cases.access("lena").now
    )


def _person(name, *roles):
    return Person(name, name, roles=frozenset((TOOL, role) for role in roles))


def _now(cases, key):
    with cases.services.db.read() as conn:
        stored = choice_lists.of_tool(conn, cases.tool.tool_id).get(key)
    spec = cases.tool.spec.lists[key]
    return (stored.version if stored else 0), effective(spec, stored)


def _save(cases, editing, key, choices, person=None, version=None):
    seen, _ = _now(cases, key)
    who = person or _person("lena", "lead")
    edited = Edited(seen if version is None else version, tuple(choices))
    return editing.save(who, cases.tool, key, edited)


def test_editors_add_rename_recolour_reorder_and_retire(cases, editing):
    _, (first, second, *rest) = _now(cases, "countries")
    renamed = Choice(first.key, "România", Color.RED)
    retired = Choice(second.key, second.title, retired=True)
    added = Choice("md", "Moldova")
    version = _save(cases, editing, "countries", [retired, renamed, *rest, added])
    assert _now(cases, "countries") == (version, (retired, renamed, *rest, added))
    with cases.directory("olga") as directory:
        found = directory.offers(directory.access.form.fields["country"], Wanted())
    assert [(item.key, item.title) for item in found.items] == [
        ("ro", "România"),
        ("md", "Moldova"),
    ]


def test_every_change_is_an_event_that_the_audit_proves(cases, editing):
    _, choices = _now(cases, "cities")
    _save(cases, editing, "cities", [*choices, Choice("bern", "Bern", match=("ch",))])
    with cases.services.db.read() as conn:
        event = events.recent(conn, choice_lists.EVENTS_OF_LISTS, limit=1)[0]
    assert (event.op, event.actor) == ("list", "lena")
    assert event.data == {
        "tool": "cases",
        "list": "cities",
        "choices": {"bern": [None, {"key": "bern", "title": "Bern", "match": ["ch"]}]},
    }
    assert verify(cases.services.db, cases.services.audit_key).ok


def test_what_changes_nothing_makes_no_event(cases, editing):
    version, choices = _now(cases, "cities")
    assert _save(cases, editing, "cities", choices) == version


@pytest.mark.parametrize("roles", [(), ("operator",)])
def test_others_may_not_change_a_list(cases, editing, roles):
    _, choices = _now(cases, "cities")
    with pytest.raises(PermissionError):
        _save(cases, editing, "cities", choices, _person("olga", *roles))


def test_two_editors_do_not_overwrite_each_other(cases, editing):
    version, choices = _now(cases, "cities")
    _save(cases, editing, "cities", [*choices, Choice(f"x{version}", "New")])
    with pytest.raises(ListMovedOnError):
        _save(cases, editing, "cities", choices, version=version)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda found: found[1:], "retire it"),
        (lambda found: [*found, Choice("a b", "x")], "no key"),
        (lambda found: [*found, Choice("cluj", "x")], "twice"),
        (lambda found: [*found, Choice("y", " ")], "no title"),
        (lambda found: [*found, Choice("y", "x" * 201)], "more than 200"),
        (lambda found: [*found, Choice("y", "bell\x07")], "control character"),
        (lambda found: [*found, *(Choice(f"n{n}", "x") for n in range(2001))], "at most 2,000"),
    ],
)
def test_a_list_that_cannot_be_is_refused_in_words(cases, editing, change, words):
    _, choices = _now(cases, "cities")
    with pytest.raises(ListRefusedError, match=words):
        _save(cases, editing, "cities", change(list(choices)))


def test_a_retired_choice_stays_on_old_records(own_cases):
    cases = own_cases
    case = cases.make("case", title="Old", country="ch")
    services = cases.services
    editing = ListEditing(
        services.db, services.ids, services.audit_key, lambda: cases.access("lena").now
    )
    _, choices = _now(cases, "countries")
    gone = [Choice(c.key, c.title, retired=c.key == "ch") for c in choices]
    _save(cases, editing, "countries", gone)
    cases.change("case", case, title="Still old")
    assert cases.data("case", case)["country"] == "ch"


def test_a_later_spec_adds_choices_and_overwrites_none(own_cases):
    cases = own_cases
    services = cases.services
    editing = ListEditing(
        services.db, services.ids, services.audit_key, lambda: cases.access("lena").now
    )
    _, choices = _now(cases, "cities")
    _save(cases, editing, "cities", [Choice("cluj", "Klausenburg", match=("ro",)), *choices[1:]])
    document = cases_tool()
    document["lists"][1]["choices"].append({"key": "iasi", "title": "Iași", "match": ["ro"]})
    services.published.publish(document, by="system")
    _, found = _now(cases, "cities")
    assert [choice.title for choice in found] == ["Klausenburg", "Basel", "Anywhere", "Iași"]


# -- the page ---------------------------------------------------------------------------


@pytest.fixture
def browsers(own_cases):
    app = create_app(own_cases.services)
    return Browser(app, "lena"), Browser(app, "olga")


def test_the_page_changes_a_list_and_loses_nothing(own_cases, browsers):
    lena, _ = browsers
    page = f"{LISTS}/countries"
    form = lena.form(page)
    form["title/ro"] = "România"
    form["do"] = "down:ro"
    assert lena.post(page, form).status_code == 303
    assert [c.title for c in _now(own_cases, "countries")[1]][:2] == ["Switzerland", "România"]
    form = lena.form(page)
    form["new_title"] = "San Marino"
    form["do"] = "add"
    assert lena.post(page, form).status_code == 303
    assert _now(own_cases, "countries")[1][-1] == Choice("san_marino", "San Marino")
    form = lena.form(page)
    form["title/ro"] = ""
    form["new_title"] = "Typed"
    refused = lena.post(page, form)
    assert refused.status_code == 422
    assert "'ro' has no title" in texts_of(refused.text)
    assert 'value="Typed"' in refused.text


def test_what_a_choice_goes_with_is_written_by_key_or_title_and_must_be_there(own_cases, browsers):
    lena, _ = browsers
    page = f"{LISTS}/cities"
    form = lena.form(page)
    form["match/basel"] = "switzerland, ro"
    assert lena.post(page, form).status_code == 303
    assert next(c for c in _now(own_cases, "cities")[1] if c.key == "basel").match == ("ch", "ro")

    form = lena.form(page)
    form["match/basel"] = "ch, Atlantis"
    refused = lena.post(page, form)
    assert refused.status_code == 422
    assert "'Basel' goes with 'Atlantis', which there is not. There are Romania" in texts_of(
        refused.text
    )
    assert 'value="ch, Atlantis"' in refused.text


def test_a_page_that_is_out_of_date_says_so(browsers):
    lena, _ = browsers
    page = f"{LISTS}/countries"
    old = lena.form(page)
    fresh = lena.form(page)
    fresh["do"] = "retire:ch"
    assert lena.post(page, fresh).status_code == 303
    old["title/ro"] = "Mine"
    answer = lena.post(page, old)
    assert answer.status_code == 409
    assert "Somebody else changed this list" in texts_of(answer.text)


def test_only_editors_find_the_page(browsers):
    lena, olga = browsers
    assert olga.get(f"{LISTS}/countries").status_code == 404
    assert olga.post(f"{LISTS}/countries", {"do": "retire:ro"}).status_code == 404
    assert lena.get(f"{LISTS}/nothing").status_code == 404
    assert f'href="{LISTS}/countries"' in lena.get("/t/cases/v/cases").text
    assert LISTS not in olga.get("/t/cases/v/cases").text


def test_other_processes_see_a_change_at_the_next_request(own_cases, browsers, tmp_path):
    lena, _ = browsers
    other = open_cases("", tmp_path)
    try:
        form = lena.form(f"{LISTS}/countries")
        form["title/ro"] = "Seen everywhere"
        lena.post(f"{LISTS}/countries", form)
        with other.db.read() as conn:
            tool = other.published.tool(conn, TOOL)
            access = Access(_person("olga", "operator")).form(tool, "case")
            found = other.gate.directory(conn, access).listed("countries")
        assert found[0].title == "Seen everywhere"
    finally:
        other.close()


def test_a_list_is_said_in_the_readers_language_but_what_its_editors_renamed():
    written = (Choice("sea", "By sea"), Choice("air", "By air"))
    spec = ListSpec("ways", "Ways", written, said={"sea": "Pe mare", "air": "Pe calea aerului"})
    left = (written[1], Choice("sea", "Ship"), Choice("rail", "By rail"))
    assert [choice.title for choice in spoken(spec, left)] == [
        "Pe calea aerului",
        "Ship",
        "By rail",
    ]
