"""Commands on where the values of a field come from, and while what each of them is offered."""

import pytest

from builder.commanding import WrongInput
from tests.builder.editing_forms import do, errors_in, field, fields_in, form_in, tool

_COUNTRIES = [{"key": "ro", "title": "Romania"}, {"key": "ch", "title": "Switzerland"}]


def places():
    """The tool with a country, a city that may depend on it, cities at once, a shop, and two more forms."""
    document = tool()
    chosen = {"type": "string", "enum": ["ro", "ch"]}
    fields_in(document).update(
        country={**field("choice", "Country", choices=_COUNTRIES), **chosen},
        city=do(document, "field.add", type="choice", title="City")["forms"][0]["schema"][
            "properties"
        ]["city"],
        cities=field("multi_choice", "Cities", choices=[{"key": "first", "title": "A"}]),
        shop={
            "type": "string",
            "title": "Shop",
            "x-ops": {"type": "link", "link": {"form": "hub"}},
        },
    )
    fields_in(document)["cities"] |= {
        "items": {"type": "string", "enum": ["first"]},
        "maxItems": 1,
    }
    for key in ("hub", "desk"):
        other = {**form_in(tool()), "key": key, "title": key.title()}
        document["forms"].append(other)
    lists = {"key": "colours", "title": "Colours", "choices": [{"key": "x", "title": "X"}]}
    return {**document, "lists": [lists]}


def said(document, at, **names):
    """What is said of a field, one thing after the other; all of it is right in the end."""
    for name, value in names.items():
        document = do(
            document,
            "field.set",
            at=f"/fields/{at}",
            name=f"/x-ops/{name.replace('__', '/')}",
            value=value,
        )
    assert errors_in(document) == []
    return document, fields_in(document)[at]["x-ops"]


def test_this_tool_is_right():
    assert errors_in(places()) == []


@pytest.mark.parametrize("at", ["city", "cities"])
@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("colours", {"list": "colours"}),
        ("@records", {"records": {"form": "hub"}}),
        ("@hook", {"hook": "shop.{}"}),
    ],
)
def test_choices_come_from_elsewhere_and_are_its_own_again(at, value, found):
    after = do(places(), "choice.source", at=f"/fields/{at}", value=value)
    wanted = {"hook": f"shop.{at}"} if "hook" in found else found
    assert fields_in(after)[at]["x-ops"]["choices"] == wanted
    assert errors_in(after) == []
    back = do(after, "choice.source", at=f"/fields/{at}", value="")
    assert errors_in(back) == []
    assert fields_in(back)[at]["x-ops"]["choices"] == [{"key": "first", "title": "First choice"}]


def test_records_are_chosen_named_kept_and_matched():
    document = do(places(), "choice.source", at="/fields/city", value="@records")
    given = {"choices__records__title": "note", "choices__records__value": "name"}
    document, ops = said(document, "city", **given, dependsOn="country", choices__match="name")
    assert ops["choices"] == {
        "records": {"form": "hub", "title": "note", "value": "name"},
        "match": "name",
    }
    free, ops = said(document, "city", dependsOn="")
    assert "match" not in ops["choices"]
    _moved, ops = said(document, "city", choices__records__form="desk")
    assert ops["choices"] == {"records": {"form": "desk"}}
    assert free != document


def test_what_a_function_is_called_and_how_long_its_answer_holds():
    document = do(places(), "choice.source", at="/fields/city", value="@hook")
    _after, ops = said(document, "city", choices__hook="fx.desks", choices__cache="PT1H")
    assert ops["choices"] == {"hook": "fx.desks", "cache": "PT1H"}
    with pytest.raises(WrongInput):
        said(document, "city", choices__hook="Not one")


def test_a_link_is_narrowed_previewed_and_seen_from_there():
    given = {"link__show": ["name", "note"], "link__inverse__title": "Orders"}
    document, ops = said(places(), "shop", **given, dependsOn="country", link__match="name")
    assert ops["link"] == {
        "form": "hub",
        "show": ["name", "note"],
        "inverse": {"title": "Orders"},
        "match": "name",
    }
    _after, ops = said(document, "shop", link__form="desk", link__inverse__title="")
    assert ops["link"] == {"form": "desk"}


def test_a_choice_is_offered_while_another_field_holds_something():
    document, _ops = said(places(), "city", dependsOn="country")
    given = {"at": "/fields/city", "key": "first"}
    after = do(document, "choice.match", **given, value=["ro", "ch"])
    assert fields_in(after)["city"]["x-ops"]["choices"][0]["match"] == ["ro", "ch"]
    assert "match" not in str(do(after, "choice.match", **given, value=[]))
    with pytest.raises(WrongInput, match="Choose"):
        do(document, "choice.match", **given, value="atlantis")
    _free, ops = said(after, "city", dependsOn="")
    assert "match" not in ops["choices"][0]
    with pytest.raises(WrongInput):
        do(places(), "choice.match", **given, value="ro")


def test_the_values_of_other_types_are_typed_as_they_are():
    document, _ops = said(places(), "city", dependsOn="amount")
    after = do(document, "choice.match", at="/fields/city", key="first", value="1.5\n2.00")
    assert fields_in(after)["city"]["x-ops"]["choices"][0]["match"] == ["1.50", "2.00"]
    assert errors_in(after) == []


def test_a_choice_of_a_list_fits_the_field_that_its_fields_depend_on():
    document = do(places(), "choice.source", at="/fields/city", value="colours")
    given = {"part": "colours", "kind": "lists", "choice": "x", "value": ["ro"]}
    with pytest.raises(WrongInput):
        do(document, "list.choice.match", **given)
    document, _ops = said(document, "city", dependsOn="country")
    after = do(document, "list.choice.match", **given)
    assert after["lists"][0]["choices"] == [{"key": "x", "title": "X", "match": ["ro"]}]


def test_the_schema_takes_another_text_where_one_may_be_typed():
    document, _ops = said(places(), "country", orOther="1")
    assert "enum" not in fields_in(document)["country"]
    document, _ops = said(document, "country", orOther="")
    assert fields_in(document)["country"]["enum"] == ["ro", "ch"]


def test_another_type_keeps_where_the_choices_come_from():
    document = do(places(), "choice.source", at="/fields/city", value="colours")
    document, _ops = said(document, "city", dependsOn="country")
    after = do(document, "field.type", at="/fields/city", value="multi_choice")
    ops = fields_in(after)["city"]["x-ops"]
    assert (ops["choices"], ops["dependsOn"]) == ({"list": "colours"}, "country")
    assert errors_in(after) == []
