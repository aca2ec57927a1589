"""Each condition is a sentence with the titles that people know."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from form_specs.conditions.lowering import CHANGE_OPERATORS, OPERATORS
from form_specs.conditions.wording import sentence
from form_specs.form_words import FormWords
from form_specs.load import load
from tests.form_specs.conftest import TOOL


@pytest.fixture(scope="module")
def words():
    tool = load(TOOL)
    return FormWords.of(tool.forms["hold"], tool.workflows["hold"], tool.roles)


def leaf(field, op, value=None):
    return {"field": field, "op": op} | ({} if value is None else {"value": value})


SAID = [
    (leaf("reason", "eq", "legal"), "Choice is Legal request", "Choice is not Legal request"),
    (leaf("reason", "ne", "legal"), "Choice is not Legal request", "Choice is Legal request"),
    (leaf("reason", "in", ["risk", "legal"]), "Choice is Risk review or Legal request", "Choice is neither Risk review nor Legal request"),
    (leaf("reason", "not_in", ["risk"]), "Choice is not Risk review", "Choice is Risk review"),
    (leaf("count", "lt", 5), "Integer is below 5", "Integer is not below 5"),
    (leaf("count", "le", 5), "Integer is at most 5", "Integer is not at most 5"),
    (leaf("count", "gt", 5), "Integer is above 5", "Integer is not above 5"),
    (leaf("count", "ge", 5), "Integer is at least 5", "Integer is not at least 5"),
    (leaf("count", "between", [1, 5]), "Integer is between 1 and 5", "Integer is not between 1 and 5"),
    (leaf("count", "empty"), "Integer is empty", "Integer is filled in"),
    (leaf("count", "present"), "Integer is filled in", "Integer is empty"),
    (leaf("merchant", "contains", "shop"), 'Text contains "shop"', 'Text does not contain "shop"'),
    (leaf("merchant", "starts_with", "S"), 'Text begins with "S"', 'Text does not begin with "S"'),
    (leaf("labels", "has", "vip"), 'Tags includes "vip"', 'Tags does not include "vip"'),
    (leaf("labels", "has_any", ["a", "b"]), 'Tags includes "a" or "b"', 'Tags includes neither "a" nor "b"'),
    (leaf("labels", "has_all", ["a", "b"]), 'Tags includes "a" and "b"', 'Tags does not include all of "a" and "b"'),
    (leaf("labels", "has_all", ["a"]), 'Tags includes "a"', 'Tags does not include "a"'),
    (leaf("count", "changed"), "Integer was changed", "Integer was not changed"),
    (leaf("reason", "was", "risk"), "Choice was Risk review before", "Choice was not Risk review before"),
    (leaf("urgent", "eq", True), "Boolean is Yes", "Boolean is not Yes"),
    (leaf("release_on", "lt", {"today": {}}), "Date is before today", "Date is not before today"),
    (leaf("release_on", "ge", {"today": {"days": 7}}), "Date is in 7 days or later", "Date is not in 7 days or later"),
    (leaf("due_by", "gt", {"now": {"hours": -4}}), "Datetime is after 4 hours ago", "Datetime is not after 4 hours ago"),
    (leaf("due_by", "le", {"now": {"days": 1, "hours": 1}}), "Datetime is in 1 day and 1 hour or earlier", "Datetime is not in 1 day and 1 hour or earlier"),
    (leaf("due_by", "le", {"now": {"days": 1, "hours": -1}}), "Datetime is now +1 day -1 hour or earlier", "Datetime is not now +1 day -1 hour or earlier"),
    (leaf("owner", "eq", {"user": "id"}), "User is you", "User is not you"),
    (leaf("count", "eq", {"field": "count"}), "Integer is Integer", "Integer is not Integer"),
    (leaf("@state", "eq", "open"), "State is Open", "State is not Open"),
    (leaf("@created_by", "eq", "maya"), 'Created by is "maya"', 'Created by is not "maya"'),
    (leaf("release_on", "overlaps", {"start": "2026-11-01", "end": "2026-11-30"}), "Date overlaps 2026-11-01 to 2026-11-30", "Date does not overlap 2026-11-01 to 2026-11-30"),
    (leaf("extra", "within", {"lat": 44.4, "lon": 26.1, "km": 2}), "Json is within 2 km of 44.4, 26.1", "Json is not within 2 km of 44.4, 26.1"),
    (leaf("extra", "has_key", "gbp"), 'Json has an entry "gbp"', 'Json has no entry "gbp"'),
    (leaf("extra", "done_count", 3), "Json has at least 3 steps done", "Json has fewer than 3 steps done"),
    (leaf("extra", "all_done"), "Json has all steps done", "Json has steps left"),
    (leaf("extra", "steps_left"), "Json has steps left", "Json has all steps done"),
    (leaf("owner", "eq", {"user": "team"}), "User is one of your teams", "User is not one of your teams"),
    ({"user": {"team": "night"}}, "you are in night", "you are not in night"),
    ({"user": {"role": "lead"}}, "you are Lead", "you are not Lead"),
    ({"user": {"is": "owner"}}, "User is you", "User is not you"),
    ({"some": "lines", "match": leaf("count", "gt", 1)}, "in some of lines Integer is above 1", "in none of lines Integer is above 1"),
    ({"none": "lines", "match": leaf("count", "gt", 1)}, "in none of lines Integer is above 1", "in some of lines Integer is above 1"),
    ({"every": "lines", "match": leaf("count", "gt", 1)}, "in each of lines Integer is above 1", "in some of lines not: Integer is above 1"),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "said", "denied"), SAID)
def test_each_shape_has_its_words_and_those_of_its_denial(words, raw, said, denied):
    assert sentence(raw, words) == said
    assert sentence({"not": raw}, words) == denied
    assert sentence({"not": {"not": raw}}, words) == said


def test_there_are_words_for_every_operator():
    assert {raw["op"] for raw, _, _ in SAID if "op" in raw} == {*OPERATORS, *CHANGE_OPERATORS}


A, B, C = (leaf("count", "eq", number) for number in (1, 2, 3))


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ({"all": [A]}, "Integer is 1"),
        ({"any": [A, B, C]}, "Integer is 1, Integer is 2 or Integer is 3"),
        ({"all": [A, {"any": [B, C]}]}, "Integer is 1 and (Integer is 2 or Integer is 3)"),
        ({"not": {"all": [A, B]}}, "Integer is not 1 or Integer is not 2"),
        ({"not": {"any": [A, {"not": B}]}}, "Integer is not 1 and Integer is 2"),
    ],
)
def test_groups_are_lists_and_denials_go_to_the_single_comparisons(words, raw, said):
    assert sentence(raw, words) == said


def test_a_long_list_is_cut_short(words):
    said = sentence(leaf("count", "in", list(range(20))), words)
    assert said == "Integer is 0, 1, 2, 3, 4, 5, 6, 7 or 12 more"


LEAVES = st.sampled_from([raw for raw, _, _ in SAID])
CONDITIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        inner.map(lambda raw: {"not": raw}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
    ),
    max_leaves=6,
)


@given(CONDITIONS)
def test_brackets_close_and_nothing_stays_a_key(words, raw):
    said = sentence(raw, words)
    assert said.count("(") == said.count(")")
    assert "{" not in said
    assert "_" not in said
