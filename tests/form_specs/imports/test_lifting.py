"""What fields within groups and rows are to do: said where they stand, or noted."""

import pytest

from form_specs.imports.lifting import settled
from form_specs.imports.logic import compare
from form_specs.imports.outline import Item


def _field(key, **ops):
    return Item(key, f"/{key}", title=key.title(), schema={"type": "integer"}, ops=ops)


def _rows(*children, key="r"):
    return Item(key, f"/{key}", repeats=True, children=[*children])


def test_what_stands_beside_is_named_by_its_own_key_and_the_form_by_its_way():
    asked = {"all": [compare("r.b", "eq", 1), compare("top", "gt", 2), compare("g.x", "eq", 3)]}
    inner = _field("a", showWhen=asked, requireWhen=compare("r.b", "eq", {"field": "r.c"}))
    rows = _rows(inner, _field("b"), _field("c"))

    assert settled([rows, _field("top")]) == []
    assert inner.ops == {
        "showWhen": {"all": [compare("b", "eq", 1), compare("top", "gt", 2), compare("g.x", "eq", 3)]},
        "requireWhen": compare("b", "eq", {"field": "c"}),
    }  # fmt: skip


def test_what_stands_around_is_found_from_further_in():
    inner = _field("a", readOnlyWhen=compare("r.kind", "eq", 1))
    group = Item("g", "/g", children=[inner, _field("b")])
    rows = _rows(group, _field("kind"))

    assert settled([rows]) == []
    assert inner.ops == {"readOnlyWhen": compare("kind", "eq", 1)}


def test_rules_stay_with_their_field_and_choices_with_what_they_depend_on():
    rule = {"condition": compare("r.a", "gt", 3), "message": "More than 3"}
    inner = _field("a", rules=[rule], dependsOn="r.b")

    assert settled([_rows(inner, _field("b"))]) == []
    assert inner.ops["rules"] == [{"condition": compare("a", "gt", 3), "message": "More than 3"}]
    assert inner.ops["dependsOn"] == "b"


@pytest.mark.parametrize(
    ("formula", "inside"),
    [
        ("r.a * rate", "a * rate"),
        ("sum(others.map(row, row.x)) + r.a", "sum(others.map(row, row.x)) + a"),
        ('concat("r.a is ", r.a)', 'concat("r.a is ", a)'),
        ("r.`odd key` + r.g.b", "`odd key` + g.b"),
    ],
)
def test_a_formula_says_it_from_inside(formula, inside):
    total = _field("t")
    total.compute(formula, "integer", "/t/expression")

    assert settled([_rows(total, _field("a")), _field("rate")]) == []
    assert total.ops["computed"]["formula"] == inside


def test_a_name_that_means_another_field_inside_is_noted():
    shown, total = _field("a", showWhen=compare("b", "eq", 1), whenHidden="keep"), _field("t")
    total.compute("b + 1", "integer", "/t/expression")
    notes = settled([_rows(shown, total, _field("b")), _field("b")])

    assert [note.place for note in notes] == ["/a", "/t/expression"]
    assert "another field is called 'b' here" in notes[0].message
    assert (shown.ops, total.ops) == ({}, {})
    assert "readOnly" not in total.standard


def test_what_asks_about_the_rows_it_stands_in_is_noted():
    notes = settled([_rows(_field("a", showWhen=compare("r", "present")))])
    assert "it asks about 'r', which it stands in" in notes[0].message


def test_what_only_fields_of_the_form_start_with_is_noted():
    inner = _field("a", default={"today": {}})
    assert len(settled([_rows(inner)])) == 1
    assert inner.ops == {}


def test_fields_of_the_form_itself_keep_what_they_do():
    top = _field("a", showWhen=compare("b", "eq", 1))

    assert settled([top]) == []
    assert "showWhen" in top.ops


def test_what_all_fields_of_a_group_do_alike_the_group_does():
    shown = compare("b", "eq", 1)
    group = Item("g", "/g", children=[_field("a", showWhen=shown), _field("c", showWhen=shown)])
    apart = Item("h", "/h", children=[_field("a", showWhen=shown), _field("c")])

    assert settled([group, apart, _field("b")]) == []
    assert group.ops == {"showWhen": shown}
    assert apart.ops == {}
    assert apart.children[0].ops == {"showWhen": shown}
