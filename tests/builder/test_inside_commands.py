"""Commands on the fields inside maps and inside fields that are one of several."""

from typing import Any

import pytest

from builder.commanding import WrongInput
from builder.forms.addresses import place_of
from builder.forms.binding import bound_field
from builder.forms.outline import FormOutline
from form_specs.editing import keyed
from tests.builder.editing_forms import CATALOG, do, errors_in, field, fields_in, tool


def inner() -> Any:
    """The tool with limits by name, and a payment that is a text, a number or, made here, a card."""
    document = tool()
    fields_in(document).update(limits=field("map", "Limits"), payment=field("variant", "Payment"))
    given = {"into": "/fields/payment", "type": "group", "title": "Card"}
    return do(document, "field.add", **given)


def kinds(document: Any) -> list[Any]:
    found: list[Any] = fields_in(document)["payment"]["oneOf"]
    return found


def titles(document: Any) -> list[str]:
    assert errors_in(document) == []
    return [kind["title"] for kind in kinds(document)]


def test_a_kind_is_added_with_a_constant_that_tells_it_apart():
    document = inner()
    assert titles(document) == ["A text", "A number", "Card"]
    card = kinds(document)[2]
    assert card["properties"]["kind"] == {"const": "card", "x-ops": {"type": "json"}}
    assert card["required"] == ["kind"]
    twice = do(document, "field.duplicate", at="/fields/payment/|2")
    assert titles(twice)[2:] == ["Card", "Card 2"]
    assert kinds(twice)[3]["properties"]["kind"]["const"] == "card_2"


def test_fields_stand_in_a_kind_as_in_a_group():
    document = do(inner(), "field.add", type="text", near="/fields/payment/|2", title="Holder")
    document = do(document, "field.add", type="date", into="/fields/payment/|2", before="/fields/payment/|2/holder")  # fmt: skip
    assert list(kinds(document)[2]["properties"]) == ["kind", "first", "date", "holder"]
    at = "/fields/payment/|2/holder"
    document = do(document, "field.require", at=at, value="1")
    document = do(document, "field.set", at=at, name="/maxLength", value="40")
    assert kinds(document)[2]["required"] == ["kind", "holder"]
    assert kinds(document)[2]["properties"]["holder"]["maxLength"] == 40
    document = do(document, "layout.move", at=at, into="/fields/payment/|2", before="/fields/payment/|2/date")  # fmt: skip
    assert list(kinds(document)[2]["properties"]) == ["kind", "first", "holder", "date"]
    document = do(document, "field.remove", at=at)
    assert list(kinds(document)[2]["properties"]) == ["kind", "first", "date"]
    assert errors_in(document) == []


def test_kinds_are_called_ordered_and_taken_away_with_their_translations():
    place = "/forms/order/fields/payment/oneOf"
    said = {f"{place}/0/title": "Ein Text", f"{place}/2/title": "Karte", "/title": "Laden"}
    document = {**inner(), "messages": {"de": said}}
    renamed = do(document, "field.set", at="/fields/payment/|2", name="/title", value="By card")
    assert titles(renamed)[2] == "By card"
    given = {"into": "/fields/payment", "before": "/fields/payment/|0"}
    moved = do(document, "layout.move", at="/fields/payment/|2", **given)
    assert titles(moved) == ["Card", "A text", "A number"]
    assert moved["messages"]["de"] == {
        f"{place}/1/title": "Ein Text",
        f"{place}/0/title": "Karte",
        "/title": "Laden",
    }
    left = do(document, "field.remove", at="/fields/payment/|0")
    assert titles(left) == ["A number", "Card"]
    assert left["messages"]["de"] == {f"{place}/1/title": "Karte", "/title": "Laden"}
    alone = do(do(left, "field.remove", at="/fields/payment/|0"), "field.set", at="/fields/payment/|0", name="/title", value="C")  # fmt: skip
    with pytest.raises(WrongInput, match="has to stay"):
        do(alone, "field.remove", at="/fields/payment/|0")


def test_a_kind_becomes_one_with_fields_and_is_told_apart_still():
    after = do(inner(), "field.type", at="/fields/payment/|0", value="group")
    assert kinds(after)[0]["properties"]["kind"]["const"] == "a_text"
    assert errors_in(after) == []


def test_what_each_value_of_a_map_is():
    document = do(inner(), "field.type", at="/fields/limits/*", value="decimal")
    assert fields_in(document)["limits"]["additionalProperties"]["x-ops"]["type"] == "decimal"
    document = do(document, "field.set", at="/fields/limits/*", name="/title", value="Limit")
    assert fields_in(document)["limits"]["additionalProperties"]["title"] == "Limit"
    assert errors_in(document) == []
    document = do(document, "field.type", at="/fields/limits/*", value="group")
    document = do(document, "field.add", type="money", near="/fields/limits/*", title="Most")
    assert "most" in fields_in(document)["limits"]["additionalProperties"]["properties"]
    assert errors_in(document) == []


@pytest.mark.parametrize(
    ("name", "at", "given"),
    [
        ("field.remove", "/fields/limits/*", {}),
        ("field.duplicate", "/fields/limits/*", {}),
        ("field.require", "/fields/payment/|0", {"value": "1"}),
        ("field.key", "/fields/payment/|0", {"value": "other"}),
        ("field.add", "", {"into": "/fields/limits", "type": "text"}),
        ("layout.move", "/fields/payment/|0", {"into": "/fields/limits"}),
    ],
)
def test_what_has_no_key_is_what_the_field_around_is_made_of(name, at, given):
    with pytest.raises(WrongInput):
        do(inner(), name, **({"at": at} if at else {}), **given)


def test_a_problem_inside_leads_to_its_card():
    document = do(inner(), "field.add", type="text", near="/fields/payment/|2", title="Holder")
    for pointer, at in (
        ("payment/oneOf/2/properties/holder/maxLength", "payment%2F%7C2%2Fholder"),
        ("payment/oneOf/1/title", "payment%2F%7C1"),
        ("limits/additionalProperties/x-ops/type", "limits%2F%2A"),
        ("lines/items/properties/what", "lines%2Fwhat"),
    ):
        place = keyed(document, f"/forms/0/schema/properties/{pointer}")
        assert place_of(document, place) == f"order/?at=%2Ffields%2F{at}"


@pytest.mark.parametrize("at", ["limits/*", "payment/|0"])
def test_what_has_no_key_can_be_of_each_type_that_may_stand_there(at):
    for type_ in CATALOG.field_types:
        if type_ == "text":
            continue
        try:
            after = do(inner(), "field.type", at=f"/fields/{at}", value=type_)
        except WrongInput:
            alone = type_ in ("computed", "link", "links", "variant")
            assert alone or not CATALOG.nests(type_), type_
        else:
            assert errors_in(after) == [], type_


def test_the_places_of_a_list_are_edited_as_kinds_are_but_need_no_constant():
    document = tool()
    fields_in(document).update(position=field("tuple", "Position"))
    given = {"into": "/fields/position", "type": "group"}
    document = do(document, "field.add", **given)
    document = do(document, "field.type", at="/fields/position/|1", value="variant")
    places = fields_in(document)["position"]["prefixItems"]
    assert [place["title"] for place in places] == ["First", "Second", "Entry 3"]
    assert [place["x-ops"]["type"] for place in places] == ["text", "variant", "group"]
    assert "kind" not in places[2]["properties"]
    document = do(document, "field.remove", at="/fields/position/|0")
    places = fields_in(document)["position"]["prefixItems"]
    assert [place["title"] for place in places] == ["Second", "Entry 3"]
    assert errors_in(document) == []


def test_what_has_no_title_is_called_by_what_it_is_to_the_field_around():
    document = inner()
    fields_in(document)["limits"]["additionalProperties"].pop("title")
    form = FormOutline.of(document, "order", "default")
    bound = bound_field(CATALOG, form, ("limits", "*"))
    assert bound.spec.title == "Each value"
