"""Commands on what stands where: moving, parts, layouts."""

import pytest

from builder.commanding import WrongInput
from tests.builder.editing_forms import (
    do,
    errors_in,
    fields_in,
    form_in,
    layout_in,
    section,
    sections,
    tool,
)


def move(document, at, into, before="", **more):
    return do(document, "layout.move", at=at, into=into, before=before, **more)


def tabs():
    return {
        "layouts": {
            "default": [
                section("Above", "name"),
                {"tab": "One", "fields": ["amount"]},
                {"tab": "Two", "parts": [section("Inner", "note"), section("Last", "lines")]},
            ]
        }
    }


def test_a_field_moves_within_its_section():
    after = move(tool(**sections()), "/fields/amount", "/parts/First", "/fields/name")
    assert layout_in(after)[0]["fields"] == ["amount", "name"]


def test_a_field_moves_into_another_section():
    after = move(tool(**sections()), "/fields/name", "/parts/Second", "/fields/lines")
    assert layout_in(after) == [section("First", "amount"), section("Second", "note", "name", "lines")]  # fmt: skip


def test_how_a_field_is_placed_moves_with_it():
    first = section("First", {"field": "name", "span": 2})
    document = tool(layouts={"default": [first, section("Second", "amount", "note", "lines")]})
    after = move(document, "/fields/name", "/parts/Second")
    assert layout_in(after)[1]["fields"][-1] == {"field": "name", "span": 2}
    assert layout_in(after)[0]["fields"] == []
    assert errors_in(after) == []


def test_several_move_in_the_order_in_which_they_stand():
    chosen = ["/fields/note", "/fields/name"]
    after = move(tool(**sections()), chosen, "/parts/Second")
    assert layout_in(after)[1]["fields"] == ["lines", "name", "note"]


def test_a_field_moves_across_tabs():
    after = move(tool(**tabs()), "/fields/note", "/parts/One")
    assert layout_in(after)[1]["fields"] == ["amount", "note"]
    after = move(tool(**tabs()), "/fields/amount", "/parts/Two/parts/Inner", "/fields/note")
    assert layout_in(after)[2]["parts"][0]["fields"] == ["amount", "note"]


def test_a_section_moves_into_a_tab_whose_fields_become_a_section():
    after = move(tool(**tabs()), "/parts/Above", "/parts/One")
    assert layout_in(after)[0] == {
        "tab": "One",
        "parts": [section("One", "amount"), section("Above", "name")],
    }
    assert errors_in(after) == []


def test_parts_move_before_each_other():
    after = move(tool(**tabs()), "/parts/Two", "/parts", "/parts/Above")
    assert [next(iter(part.values())) for part in layout_in(after)] == ["Two", "Above", "One"]  # fmt: skip


def test_what_cannot_stand_there_is_refused():
    for at, into in (("/parts/One", "/parts/Two"), ("/parts/Above", "/parts/Two/parts/Inner")):
        with pytest.raises(WrongInput):
            move(tool(**tabs()), at, into)
    with pytest.raises(WrongInput):
        move(tool(**tabs()), "/parts/Two", "/parts/Two")


def test_fields_inside_rows_change_places():
    after = move(tool(), "/fields/lines/price", "/fields/lines", "/fields/lines/what")
    assert list(fields_in(after)["lines"]["items"]["properties"]) == ["price", "what"]


def test_a_field_out_of_the_tray_is_placed():
    document = tool(layouts={"default": [section("First", "name")]})
    after = move(document, "/fields/note", "/parts/First", "/fields/name")
    assert layout_in(after) == [section("First", "note", "name")]


def test_moving_writes_down_a_layout_that_was_implied():
    after = move(tool(), "/fields/note", "/parts/Order", "/fields/name")
    assert layout_in(after) == [section("Order", "note", "name", "amount", "lines")]


# -- parts --------------------------------------------------------------------------------


def added(document, kind, **more):
    after = do(document, "layout.add", kind=kind, **more)
    assert errors_in(after) == []
    return layout_in(after)


def test_a_section_comes_behind_what_is_selected():
    found = added(tool(**sections()), "section", near="/fields/name")
    assert [part["section"] for part in found] == ["First", "New section", "Second"]
    assert added(tool(**tabs()), "fold", near="/parts/Two")[2]["parts"][-1] == {
        "section": "New section",
        "collapsed": True,
        "fields": [],
    }


def test_a_note_stands_among_fields():
    found = added(tool(**sections()), "note", near="/fields/name")
    assert found[0]["fields"][1].keys() == {"note"}
    assert added(tool(**sections()), "columns")[-1]["columns"] == 3


def test_a_tab_comes_last():
    assert added(tool(**sections()), "tab")[-1] == {"tab": "New tab", "fields": []}


def test_what_was_there_becomes_the_first_step():
    found = added(tool(**sections()), "step")
    assert [part["step"] for part in found] == ["Order", "New step"]
    assert [part["section"] for part in found[0]["parts"]] == ["First", "Second"]
    after = do(tool(**tabs()), "layout.add", kind="step")
    assert [part["section"] for part in layout_in(after)[0]["parts"]] == ["Above", "One", "Inner", "Last"]  # fmt: skip


def set_(document, at, name, value):
    return layout_in(do(document, "layout.set", at=at, name=name, value=value))


def test_what_is_said_of_a_part():
    document = tool(**sections())
    assert set_(document, "/parts/First", "section", "Start")[0]["section"] == "Start"
    assert set_(document, "/parts/First", "columns", "3")[0]["columns"] == 3
    assert set_(document, "/parts/First", "collapsed", "1")[0]["collapsed"] is True
    assert set_(document, "/fields/name", "span", "2")[0]["fields"][0] == {"field": "name", "span": 2}  # fmt: skip
    with pytest.raises(WrongInput):
        set_(document, "/parts/First", "section", "")


def test_what_is_taken_off_a_layout_stays_in_the_form():
    after = do(tool(**sections()), "layout.remove", at=["/parts/First", "/fields/note"])
    assert layout_in(after) == [section("Second", "lines")]
    assert list(fields_in(after)) == ["name", "amount", "note", "lines"]


# -- layouts ------------------------------------------------------------------------------


def test_another_layout_begins_as_a_copy():
    after = do(tool(**sections()), "layout.new", use="create")
    assert layout_in(after, "create") == layout_in(after)
    after = do(after, "layout.new", use="other", title="For leads")
    assert layout_in(after, "for_leads") == layout_in(after)
    assert form_in(after)["layoutTitles"] == {"for_leads": "For leads"}
    assert errors_in(after) == []
    with pytest.raises(WrongInput):
        do(after, "layout.new", use="create")


def test_a_layout_is_called_and_deleted():
    document = do(tool(**sections()), "layout.new", use="other", title="For leads")
    after = do(document, "layout.title", layout="for_leads", title="Leads")
    assert form_in(after)["layoutTitles"] == {"for_leads": "Leads"}
    after = do(after, "layout.delete", layout="for_leads")
    assert list(form_in(after)["layouts"]) == ["default"]


def test_each_layout_is_arranged_by_itself():
    document = do(tool(**sections()), "layout.new", use="create")
    after = move(document, "/fields/name", "/parts/Second", layout="create")
    assert layout_in(after) == sections()["layouts"]["default"]
    assert layout_in(after, "create")[1]["fields"] == ["note", "lines", "name"]
