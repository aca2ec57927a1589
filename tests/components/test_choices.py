"""What is special to choices."""

import pytest
from werkzeug.datastructures import MultiDict

from components.base import ABSENT, InvalidValueError
from components.forms import form_class
from form_specs.model import Color

CHOICES = {
    "ops": {
        "choices": [
            {"key": "low", "title": "Low", "color": "green"},
            {"key": "high", "title": "Very high"},
            {"key": "old", "title": "Old", "retired": True},
        ]
    }
}


@pytest.fixture
def level(make_field):
    return make_field("choice", enum=["low", "high", "old"], **CHOICES)


def test_choices_are_shown_by_title_and_colour(level):
    assert level.display("high") == "Very high"
    assert (level.color("low"), level.color("high")) == (Color.GREEN, Color.GRAY)


def test_choices_are_found_by_key_or_title(level):
    assert level.parse_text(["high"]) == level.parse_text([" very HIGH "]) == "high"


def test_unknown_choices_are_refused_with_what_was_meant(level):
    with pytest.raises(InvalidValueError, match="did you mean 'high'"):
        level.parse("hihg")
    with pytest.raises(InvalidValueError, match="Choose one of low, high, old"):
        level.parse(["low"])


def test_retired_choices_stay_where_they_are_and_nowhere_else(level):
    assert level.parse("old") == "old"
    assert [choice.key for choice in level.offered()] == ["low", "high"]
    assert [choice.key for choice in level.offered("old")] == ["low", "high", "old"]
    assert level.change_problem("old", "old") is None
    assert level.change_problem("old", ABSENT) is None
    assert level.change_problem("low", "old") == "'Old' is not offered any more"


def test_a_form_that_is_posted_with_a_retired_choice_says_so(level):
    form_type = form_class([level])
    assert form_type(MultiDict({"x": "old"}), {"x": "old"}).posted() == {"x": "old"}
    assert form_type(MultiDict({"x": "old"})).control("x").errors == [
        "'Old' is not offered any more"
    ]


def test_choices_that_are_gone_are_shown_by_key(level):
    assert level.display(level.from_store("gone")) == "gone"


def test_choices_without_titles_are_the_values_of_enum(make_field):
    plain = make_field("choice", enum=["A 1", "B 2"])
    assert [choice.title for choice in plain.offered()] == ["A 1", "B 2"]


@pytest.fixture
def levels(make_field):
    items = {"type": "string", "enum": ["low", "high", "old"]}
    return make_field("multi_choice", items=items, **CHOICES)


def test_several_choices_are_read_from_boxes_and_from_one_cell(levels):
    assert levels.parse_text(["", "high", "low", "high"]) == ["high", "low"]
    assert levels.from_cells(["Low; very high"]) == ["low", "high"]
    assert levels.display(["low", "high"]) == "Low, Very high"


def test_cells_hold_titles_unless_a_title_would_be_read_as_another_choice(make_field):
    choices = [
        {"key": "a", "title": "Lost; found"},
        {"key": "b", "title": "c"},
        {"key": "c", "title": "Same"},
        {"key": "d", "title": "same"},
    ]
    several = make_field(
        "multi_choice",
        items={"type": "string", "enum": ["a", "b", "c", "d"]},
        ops={"choices": choices},
    )
    assert several.to_cells(["a", "b", "c", "d"]) == ['"Lost; found"; b; Same; d']
    assert several.from_cells(several.to_cells(["a", "b", "c", "d"])) == ["a", "b", "c", "d"]


def test_several_choices_may_not_gain_a_retired_one(levels):
    assert levels.change_problem(["old"], ["old", "low"]) is None
    assert levels.change_problem(ABSENT, ["old"]) == "'Old' is not offered any more"
    assert levels.change_problem(["old"], ABSENT) is None


def test_several_choices_have_their_colours_and_offers(levels):
    assert levels.color("low") is Color.GREEN
    assert [choice.key for choice in levels.offered(["old"])] == ["low", "high", "old"]
    assert [choice.key for choice in levels.offered()] == ["low", "high"]


@pytest.mark.parametrize("schema", [{}, {"enum": [1]}, {"type": "integer", "enum": ["a"]}])
def test_choices_need_their_keys_in_the_schema(level, schema):
    assert level.schema_problem(schema)


def test_a_list_that_was_stored_otherwise_is_not_guessed(levels):
    with pytest.raises(InvalidValueError, match="stored value"):
        levels.from_store("low")
