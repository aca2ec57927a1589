"""Choices, lists and links that lead nowhere are told when a spec is checked."""

import pytest

from components.registry import Registry
from form_specs.check import check
from form_specs.choices import seconds_of
from form_specs.load import load
from form_specs.model import OnDelete
from tests.runtime.cases import cases_tool

CATALOG = Registry.discover().catalog()
_CASE = "/forms/0/schema/properties"


def _ops(document, key):
    return document["forms"][0]["schema"]["properties"][key]["x-ops"]


def _found(document):
    return [(problem.pointer, problem.message) for problem in check(document, CATALOG)]


def test_the_cases_tool_has_no_problem():
    assert _found(cases_tool()) == []


def test_what_is_written_is_loaded():
    spec = load(cases_tool())
    fields = spec.forms["case"].fields
    assert spec.lists["countries"].editors == ("lead",)
    assert fields["city"].depends_on == "country"
    assert fields["currency"].source.keep_seconds == 3600
    assert (fields["shop_code"].source.value, fields["shop_code"].source.match) == (
        "code",
        "country",
    )
    assert fields["backup"].link.on_delete is OnDelete.CLEAR
    assert fields["merchant"].link.on_delete is OnDelete.RESTRICT
    assert fields["reason"].choices[1].match == ("ro",)


@pytest.mark.parametrize(
    ("key", "change", "pointer", "words"),
    [
        ("country", {"choices": {"list": "countris"}}, "country/x-ops/choices/list", "no list"),
        ("currency", {"choices": {"hook": "a.b", "cache": "1h"}}, "currency/x-ops/choices/cache", "duration"),
        ("shop_code", {"choices": {"records": {"form": "shop"}}}, "shop_code/x-ops/choices/records/form", "no form"),
        ("shop_code", {"choices": {"records": {"form": "merchant", "value": "x"}}}, "shop_code/x-ops/choices/records/value", "no field"),
        ("shop_code", {"choices": {"records": {"form": "merchant"}, "match": "x"}}, "shop_code/x-ops/choices/match", "no field"),
        ("shop_code", {"choices": {"records": {"form": "merchant", "filter": {"field": "x", "op": "empty"}}}}, "shop_code/x-ops/choices/records/filter/field", "no field"),
        ("city", {"dependsOn": "x"}, "city/x-ops/dependsOn", "no field"),
        ("city", {"dependsOn": "city"}, "city/x-ops/dependsOn", "depend on each other"),
        ("country", {"dependsOn": "city"}, "country/x-ops/dependsOn", "depend on each other"),
        ("merchant", {"link": {"form": "shop"}}, "merchant/x-ops/link/form", "no form"),
        ("merchant", {"link": {"form": "merchant", "show": ["x"]}}, "merchant/x-ops/link/show/0", "no field"),
        ("merchant", {"link": {"form": "merchant", "match": "x"}, "dependsOn": "country"}, "merchant/x-ops/link/match", "no field"),
        ("merchant", {"link": {"form": "merchant", "match": "country"}}, "merchant/x-ops/link/match", "needs 'dependsOn'"),
        ("title", {"link": {"form": "merchant"}}, "title/x-ops/link", "has no 'link'"),
        ("title", {"choices": {"list": "cities"}}, "title/x-ops/choices", "has no choices"),
    ],
)  # fmt: skip
def test_what_leads_nowhere_is_a_problem_at_its_place(key, change, pointer, words):
    document = cases_tool()
    _ops(document, key).update(change)
    assert [
        message
        for at, message in _found(document)
        if at == f"{_CASE}/{pointer}" and words in message
    ]


def test_a_link_says_where_it_leads():
    document = cases_tool()
    del _ops(document, "merchant")["link"]
    assert (f"{_CASE}/merchant/x-ops", "a link names the form that it leads to") in _found(document)


def test_match_needs_something_to_match():
    document = cases_tool()
    del _ops(document, "reason")["dependsOn"]
    assert (f"{_CASE}/reason/x-ops/choices/1/match", "'match' needs 'dependsOn'") in _found(
        document
    )


def test_a_required_link_cannot_be_cleared():
    document = cases_tool()
    document["forms"][0]["schema"]["required"].append("backup")
    ((pointer, message),) = _found(document)
    assert pointer == f"{_CASE}/backup/x-ops/link/onDelete"
    assert "cannot clear it" in message


def test_a_list_names_roles_and_each_key_once():
    document = cases_tool()
    document["lists"][0]["editors"] = ["nobody"]
    document["lists"][1]["choices"].append({"key": "cluj", "title": "Again"})
    document["lists"].append(document["lists"][0])
    assert [pointer for pointer, _ in _found(document)] == [
        "/lists/2/key",
        "/lists/0/editors/0",
        "/lists/1/choices/3/key",
        "/lists/2/editors/0",
    ]


def test_an_enum_may_not_stand_against_choices_from_elsewhere():
    document = cases_tool()
    document["forms"][0]["schema"]["properties"]["country"]["enum"] = ["ro"]
    assert "an 'enum' would stand against" in _found(document)[0][1]


def test_choices_need_an_enum_or_the_leave_to_be_other():
    document = cases_tool()
    del _ops(document, "reason")["orOther"]
    assert _found(document) == [
        (f"{_CASE}/reason", 'The property must have an "enum" with the keys of its choices')
    ]


@pytest.mark.parametrize(
    ("text", "seconds"), [("PT1H", 3600), ("P1D", 86400), ("P1DT2H3M4S", 93784), ("PT90S", 90)]
)
def test_durations_are_read(text, seconds):
    assert seconds_of(text) == seconds


@pytest.mark.parametrize("text", ["", "P", "PT", "1H", "P1Y", "-PT1H", "PT1.5H"])
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(ValueError, match="duration"):
        seconds_of(text)


@pytest.mark.parametrize(
    ("inner", "pointer", "words"),
    [
        ({"type": "choice", "choices": {"list": "cites"}}, "choices/list", "no list 'cites'"),
        ({"type": "link", "link": {"form": "mechant"}}, "link/form", "no form 'mechant'"),
        ({"type": "link"}, "", "names the form that it leads to"),
        ({"type": "choice", "choices": {"list": "cities"}, "dependsOn": "cuontry"}, "dependsOn", "no field 'cuontry'"),
        ({"type": "choice", "choices": {"list": "cities"}, "dependsOn": "x"}, "dependsOn", "depend on each other"),
    ],
)  # fmt: skip
def test_choosing_from_elsewhere_is_checked_inside_groups(inner, pointer, words):
    at = f"{_CASE}/inside/properties/x/x-ops{'/' if pointer else ''}{pointer}"
    assert [m for where, m in _found(_with_inside("group", inner)) if where == at and words in m]


@pytest.mark.parametrize(
    "inner",
    [
        {"type": "choice", "choices": {"list": "cities"}, "dependsOn": "country"},
        {"type": "choice", "choices": {"hook": "fx.currencies"}},
        {"type": "link", "link": {"form": "merchant", "show": ["name"]}},
    ],
)
def test_choosing_from_elsewhere_stands_in_groups(inner):
    assert not _found(_with_inside("group", inner))


def test_a_link_stands_in_no_map():
    document = _with_inside("map", {"type": "link", "link": {"form": "merchant"}})
    assert "a link cannot stand in the values of a map" in [m for _, m in _found(document)]


def _with_inside(outer, inner):
    """The tool with a field inside another one of the form of cases."""
    document = cases_tool()
    properties = document["forms"][0]["schema"]["properties"]
    x = {"type": "string", "title": "X", "x-ops": inner}
    parts = {"properties": {"x": x}} if outer == "group" else {"additionalProperties": x}
    closed = {"additionalProperties": False} if outer == "group" else {}
    found = {"type": "object", "title": "Inside", **closed, **parts, "x-ops": {"type": outer}}
    properties["inside"] = found
    return document
