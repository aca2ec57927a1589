"""A field goes into a group or rows, or out of them: with what that means for what names it."""

from typing import Any

import pytest

from builder.commanding import WrongInput
from form_specs.compatibility import compare
from tests.builder.editing_forms import CATALOG, do, errors_in, field, fields_in, form_in, sections
from tests.builder.editing_forms import tool as plain

_VIEW = {
    "key": "all",
    "title": "All",
    "type": "table",
    "form": "order",
    "columns": ["name", "amount"],
}


def tool(**more: Any) -> Any:
    """The tool with a group for an address, and a view of its amounts."""
    document = plain(**sections())
    address = field("group", "Home")
    address["properties"] = {"city": field(title="City"), "note": field(title="Remark")}
    fields_in(document)["home"] = address
    return {**document, "views": [_VIEW], **more}


def moved(document: Any, at: str, into: str, **more: Any) -> Any:
    after = do(document, "layout.move", at=f"/fields/{at}", into=into, **more)
    assert errors_in(after) == []
    return after


def inside(document: Any, key: str = "home") -> list[str]:
    found = fields_in(document)[key]
    return list(found.get("items", found)["properties"])


def test_this_tool_is_right():
    assert errors_in(tool()) == []


def test_a_field_goes_into_a_group_and_off_the_layouts():
    document = do(tool(), "field.remove", at="/fields/note")
    document = do(document, "field.add", type="date", title="Since")
    after = moved(document, "since", "/fields/home", before="/fields/home/note")
    assert inside(after) == ["city", "since", "note"]
    assert "since" not in str(form_in(after)["layouts"])
    assert inside(moved(document, "since", "/fields/lines"), "lines") == ["what", "price", "since"]


def test_what_names_it_is_said_before_and_taken_out():
    with pytest.raises(WrongInput) as refused:
        do(tool(), "layout.move", at="/fields/amount", into="/fields/home")
    assert refused.value.name == "across"
    after = moved(tool(), "amount", "/fields/home", everywhere="1")
    assert inside(after) == ["city", "note", "amount"]
    assert after["views"][0]["columns"] == ["name"]


def test_a_field_that_is_called_as_one_there_gets_a_key_of_its_own():
    assert inside(moved(tool(), "note", "/fields/home")) == ["city", "note", "note_2"]


def test_what_only_a_field_of_the_form_can_be_it_is_no_more():
    document = do(tool(), "field.add", type="text", title="Code")
    for name in ("unique", "index"):
        document = do(document, "field.set", at="/fields/code", name=f"/x-ops/{name}", value="1")
    document = do(document, "field.require", at="/fields/code", value="1")
    group = fields_in(moved(document, "code", "/fields/home"))["home"]
    assert group["properties"]["code"]["x-ops"] == {"type": "text"}
    assert group["required"] == ["code"]


def test_a_field_comes_out_onto_the_layout():
    after = moved(tool(), "home/city", "/parts/Second", before="/fields/lines")
    assert list(fields_in(after)) == ["name", "amount", "note", "city", "lines", "home"]
    assert form_in(after)["layouts"]["default"][1]["fields"] == ["note", "city", "lines"]
    assert inside(after) == ["note"]


def test_what_names_a_field_inside_is_said_too():
    asked = {"field": "home.city", "op": "present"}
    counted = {"some": "lines", "match": {"field": "price", "op": "present"}}
    document = tool(views=[{**_VIEW, "filter": {"all": [asked, counted]}}])
    assert errors_in(document) == []
    for at, left in (("home/city", counted), ("lines/price", asked)):
        with pytest.raises(WrongInput):
            do(document, "layout.move", at=f"/fields/{at}", into="/parts/First")
        after = moved(document, at, "/parts/First", everywhere="1")
        assert left in after["views"][0]["filter"]["all"]
    assert do(document, "layout.move", at="/fields/home/note", into="/parts/First")


def test_translations_go_along():
    said = {"/forms/order/fields/home/fields/city/title": "Ort", "/title": "Laden"}
    document = tool(messages={"de": said})
    after = moved(document, "home/city", "/parts/First")
    assert after["messages"]["de"] == {"/title": "Laden", "/forms/order/fields/city/title": "Ort"}
    back = moved(after, "city", "/fields/lines")
    assert "/forms/order/fields/lines/items/fields/city/title" in back["messages"]["de"]


@pytest.mark.parametrize(
    ("at", "into"),
    [("home", "/fields/home"), ("home", "/fields/home/city"), ("name", "/fields/note")],
)
def test_what_cannot_stand_there_is_refused(at, into):
    with pytest.raises(WrongInput, match="cannot stand there"):
        do(tool(), "layout.move", at=f"/fields/{at}", into=into, everywhere="1")


@pytest.mark.parametrize(("at", "into"), [("note", "/fields/home"), ("home/city", "/parts/First")])
def test_publishing_says_that_values_stay_behind(at, into):
    document = tool()
    changes = compare(document, moved(document, at, into), CATALOG).changes
    assert any(change.impact.value in ("breaking", "migration") for change in changes)
