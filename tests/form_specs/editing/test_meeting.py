"""Two builders at one tool: what they mean comes together, and only a true clash is asked."""

import pytest

from form_specs.editing import (
    Conflict,
    Edit,
    Insert,
    Move,
    RefusedEdit,
    Remove,
    Set,
    address_of,
    apply,
    changes,
    find,
    has,
    merge,
)
from form_specs.editing.merging import NOTHING

FORM = ("forms", "hold")
FIELDS = (*FORM, "schema", "properties")


def sections():
    return [
        {"section": "The hold", "fields": ["merchant", {"field": "reason", "span": 2}]},
        {"section": "More", "fields": ["amount"]},
    ]


@pytest.fixture
def tool():
    fields = {key: {"title": key.title()} for key in ("merchant", "reason", "amount")}
    return {
        "key": "holds",
        "title": "Holds",
        "forms": [
            {"key": "hold", "schema": {"properties": fields}, "layouts": {"default": sections()}}
        ],
        "views": [
            {"key": "all", "form": "hold", "columns": ["merchant", "amount"], "sort": ["-amount"]},
            {"key": "mine", "form": "hold", "columns": ["merchant"]},
        ],
    }


def after(tool, *operations):
    return apply(tool, Edit("", operations))[0]


def test_an_address_says_what_is_meant_and_not_where_it_stands(tool):
    at = address_of("/forms/hold/layouts/default/More/fields/amount")
    moved = after(
        tool,
        Insert((*FORM, "layouts", "default"), {"section": "New", "fields": []}, before="The hold"),
    )
    assert find(tool, at) == find(moved, at) == "amount"
    assert find(tool, (*FORM, "layouts", "default", "The hold", "fields", "reason")) == {
        "field": "reason",
        "span": 2,
    }
    assert find(tool, ("views", "all", "sort", "amount")) == "-amount"
    assert not has(tool, ("views", "other"))


def test_a_field_moves_to_another_section_and_back(tool):
    layout = (*FORM, "layouts", "default")
    edit = Edit(
        "Move",
        (
            Move(
                (*layout, "The hold", "fields", "reason"),
                (*layout, "More", "fields"),
                before="amount",
            ),
        ),
    )
    moved, inverse = apply(tool, edit)
    assert find(moved, (*layout, "More", "fields")) == [{"field": "reason", "span": 2}, "amount"]
    assert apply(moved, inverse)[0] == tool


@pytest.mark.parametrize(
    ("operation", "words"),
    [
        (Set(("forms", "case", "title"), "x"), "/forms/case/title is gone"),
        (Remove(("views", "other")), "/views/other is gone"),
        (Insert(FIELDS, {}, "amount"), "/forms/hold/schema/properties/amount is there already"),
        (Insert(("views",), {"key": "x"}, before="other"), "/views/other is gone"),
        (Move(("views", "all"), ("views", "all", "columns")), "Nothing can be moved into itself"),
        (Move(("views", "all"), FIELDS), "It cannot be moved there"),
        (Insert(("title",), 1), "/title is gone"),
        (Remove(()), "The whole document cannot be taken away"),
    ],
)
def test_an_operation_whose_place_is_gone_is_refused_in_words(tool, operation, words):
    with pytest.raises(RefusedEdit) as caught:
        apply(tool, Edit("", (operation,)))
    assert str(caught.value) == words


def test_a_section_that_one_renames_takes_the_field_that_another_adds(tool):
    layout = (*FORM, "layouts", "default")
    mine = after(tool, Set((*layout, "More", "section"), "Money"))
    theirs = after(tool, Insert((*layout, "More", "fields"), "merchant"))
    merged, conflicts = merge(tool, mine, theirs)
    assert conflicts == ()
    assert find(merged, (*layout, "Money", "fields")) == ["amount", "merchant"]


def test_two_add_a_column_and_both_stand_there(tool):
    columns = ("views", "all", "columns")
    mine, theirs = after(tool, Insert(columns, "reason")), after(tool, Insert(columns, "@state"))
    merged, conflicts = merge(tool, mine, theirs)
    assert (find(merged, columns), conflicts) == (["merchant", "amount", "@state", "reason"], ())


def test_one_reorders_what_another_changes(tool):
    mine = after(tool, Move(("views", "mine"), before="all"))
    theirs = after(tool, Set(("views", "mine", "title"), "Mine"))
    merged, conflicts = merge(tool, mine, theirs)
    assert ([view["key"] for view in merged["views"]], conflicts) == (["mine", "all"], ())
    assert find(merged, ("views", "mine", "title")) == "Mine"


def test_one_place_changed_in_two_ways_is_asked_with_both_values(tool):
    at = (*FIELDS, "amount", "title")
    mine, theirs = after(tool, Set(at, "Sum")), after(tool, Set(at, "Total"))
    merged, conflicts = merge(tool, mine, theirs)
    assert conflicts == (Conflict(at, "Amount", "Sum", "Total"),)
    assert merged == theirs


def test_what_one_takes_away_while_another_changes_it_is_asked(tool):
    at = (*FIELDS, "amount")
    mine, theirs = after(tool, Set((*at, "title"), "Sum")), after(tool, Remove(at))
    merged, conflicts = merge(tool, mine, theirs)
    assert conflicts == (Conflict(at, {"title": "Amount"}, {"title": "Sum"}, NOTHING),)
    assert merged == theirs


def test_a_condition_is_one_value():
    """Half of mine and half of theirs would be a condition that nobody wrote."""
    base = {"filter": {"field": "a", "op": "eq", "value": 1}}
    mine, theirs = ({"filter": base["filter"] | change} for change in ({"op": "ne"}, {"value": 2}))
    assert [conflict.at for conflict in merge(base, mine, theirs)[1]] == [("filter",)]


def test_both_put_things_in_another_order(tool):
    columns = ("views", "all", "columns")
    base = after(tool, Set(columns, ["a", "b", "c"]))
    mine, theirs = (
        after(tool, Set(columns, order)) for order in (["b", "a", "c"], ["a", "c", "b"])
    )
    merged, conflicts = merge(base, mine, theirs)
    assert conflicts == (Conflict(columns, ["a", "b", "c"], ["b", "a", "c"], ["a", "c", "b"]),)
    assert find(merged, columns) == ["a", "c", "b"]


def test_a_difference_is_as_small_as_what_was_done(tool):
    done = after(tool, Set((*FIELDS, "amount", "title"), "Sum"), Remove(("views", "mine")))
    assert changes(tool, done).operations == (
        Set((*FIELDS, "amount", "title"), "Sum"),
        Remove(("views", "mine")),
    )


def test_moving_one_of_many_is_one_step():
    before = [{"key": key} for key in "abcdefgh"]
    done = [*before[1:], before[0]]
    assert changes(before, done).operations == (Move(("a",), before=None),)
