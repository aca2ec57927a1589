"""How layouts are read, and what is said about those that cannot be drawn."""

from copy import deepcopy

import pytest

from form_specs.check import check
from form_specs.layouts import fields_in, is_stepwise, sections_of
from form_specs.load import load
from form_specs.model import Note, Section, Step, Tab
from form_specs.translation import texts
from tests.runtime.hiring import hiring_tool

AT = "/forms/0/layouts"


@pytest.fixture
def problems(catalog):
    """`problems(change)`: what is wrong once the layouts have changed."""

    def found(change):
        document = deepcopy(hiring_tool())
        change(document["forms"][0]["layouts"], document)
        return [(p.pointer, p.message, p.hint, p.severity) for p in check(document, catalog)]

    return found


def test_a_right_tool_has_no_problem(problems):
    assert problems(lambda *_: None) == []


def test_parts_become_sections_tabs_and_steps():
    form = load(hiring_tool()).forms["applicant"]
    default = form.layout("default")
    assert [type(part) for part in default] == [Section, Tab, Tab, Tab, Tab, Section]
    assert default[1].sections[0].title == ""
    assert [section.title for section in default[2].sections] == ["Wanted", "Judged"]
    assert default[-1].collapsed
    note = default[0].items[0]
    assert isinstance(note, Note)
    assert note.tone == "success"
    assert not is_stepwise(default)
    create = form.layout("create")
    assert is_stepwise(create)
    assert all(isinstance(step, Step) for step in create)
    assert fields_in(sections_of(create))[:3] == ("name", "email", "urgent")
    assert form.layout("nowhere") == default


def test_a_transition_asks_for_the_fields_of_its_layout():
    (hire,) = load(hiring_tool()).workflows["applicant"].transitions.values()
    assert hire.layout == "approval"
    assert hire.fields == ("score", "remark")


def test_a_form_without_layouts_has_one():
    document = hiring_tool()
    del document["forms"][0]["layouts"]
    del document["workflows"][0]["transitions"][0]["layout"]
    form = load(document).forms["applicant"]
    (section,) = form.layout("default")
    assert fields_in([section]) == tuple(form.fields)


def test_a_field_stands_once_in_a_layout_wherever_it_stands(problems):
    def twice(layouts, _):
        layouts["default"][2]["parts"][1]["fields"].append("name")

    ((pointer, message, hint, _),) = problems(twice)
    assert pointer == f"{AT}/default/2/parts/1/fields/1"
    assert message == "'name' stands in this layout twice"
    assert f"{AT}/default/0/fields/1" in hint


def test_unknown_fields_and_wide_ones_are_told(problems):
    def wrong(layouts, _):
        layouts["intake"][0]["fields"] = ["nmae", {"field": "position", "span": 3}, "name"]

    found = problems(wrong)
    assert found[0][:3] == (
        f"{AT}/intake/0/fields/0",
        "there is no field 'nmae'",
        "Did you mean 'name'?",
    )
    assert found[1][1] == "'position' spans 3 columns of 2"


def test_steps_have_nothing_beside_them(problems):
    def mixed(layouts, _):
        layouts["create"].append({"section": "More", "fields": ["secret"]})

    ((pointer, message, _, _),) = problems(mixed)
    assert pointer == f"{AT}/create/4"
    assert message == "a layout of steps has nothing beside its steps"


def test_a_required_field_that_nobody_can_fill_in_is_a_warning(problems):
    def missing(layouts, _):
        layouts["create"][2]["parts"][0]["fields"].remove("position")

    ((pointer, message, _, severity),) = problems(missing)
    assert pointer == f"{AT}/create"
    assert message == "'position' is required, but this layout does not ask for it"
    assert severity == "warning"


def test_what_decides_whether_a_part_is_shown_makes_sense(problems):
    def wrong(layouts, _):
        asks = {"field": "urgnt", "op": "eq", "value": True}
        layouts["default"][0]["showWhen"] = asks
        layouts["default"][1]["showWhen"] = asks
        layouts["default"][1]["fields"][2]["showWhen"] = asks
        layouts["create"][1]["showWhen"] = asks

    pointers = [pointer for pointer, message, *_ in problems(wrong) if "urgnt" in message]
    assert sorted(pointers) == [
        f"{AT}/create/1/showWhen/field",
        f"{AT}/default/0/showWhen/field",
        f"{AT}/default/1/fields/2/showWhen/field",
        f"{AT}/default/1/showWhen/field",
    ]


def test_a_wrong_formula_in_a_note_is_told_at_its_character(problems):
    def wrong(layouts, _):
        layouts["approval"][0]["fields"][0]["note"] = "Wants {{ salry }}"

    ((pointer, message, hint, _),) = problems(wrong)
    assert pointer == f"{AT}/approval/0/fields/0/note"
    assert "there is no field 'salry' (at character 10" in message
    assert "Did you mean 'salary'?" in hint


def test_a_transition_names_a_layout_that_there_is(problems):
    def wrong(_, document):
        document["workflows"][0]["transitions"][0]["layout"] = "aproval"

    ((pointer, message, hint, _),) = problems(wrong)
    assert pointer == "/workflows/0/transitions/0/layout"
    assert message == "there is no layout 'aproval'"
    assert hint == "Did you mean 'approval'?"


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ({"tab": "Empty"}, "fields"),
        ({"tab": "Both", "fields": ["name"], "parts": []}, "does not fit"),
        ({"section": "X", "fields": ["name"], "collapsd": True}, "'collapsd' has no meaning here"),
        ({"section": "X", "fields": [{"note": "x", "tone": "pink"}]}, "pink"),
        ({"fields": ["name"]}, "is missing"),
    ],
)
def test_misshapen_parts_are_told(problems, part, message):
    def wrong(layouts, _):
        layouts["intake"] = [part]

    told = problems(wrong)
    assert told
    assert all(pointer.startswith(f"{AT}/intake") for pointer, *_ in told)
    assert message in " ".join(f"{message} {hint}" for _, message, hint, _ in told)


def test_every_layout_needs_a_default_and_a_good_name(problems):
    def wrong(layouts, _):
        layouts["Big One"] = layouts.pop("intake")

    assert any("'Big One' cannot be a name here" in message for _, message, *_ in problems(wrong))

    def without(layouts, _):
        del layouts["default"]

    assert any("there is no layout 'default'" in message for _, message, *_ in problems(without))


def test_layouts_have_titles_of_their_own(problems):
    def named(layouts, document):
        document["forms"][0]["layoutTitles"] = {"intake": "At the door", "create": "By steps"}

    def lost(layouts, document):
        document["forms"][0]["layoutTitles"] = {"intakes": "At the door"}

    assert problems(named) == []
    ((pointer, message, hint, _severity),) = problems(lost)
    assert (pointer, message) == (
        "/forms/0/layoutTitles/intakes",
        "there is no layout 'intakes'",
    )
    assert "intake" in hint
    document = hiring_tool()
    named(None, document)
    assert load(document).forms["applicant"].layout_titles["intake"] == "At the door"
    pointers = {text.pointer for text in texts(document)}
    assert "/forms/applicant/layoutTitles/intake" in pointers
