"""Commands on forms and their fields: pure, each with an inverse."""

import pytest

from builder.commanding import WrongInput
from tests.builder.editing_forms import (
    CATALOG,
    do,
    errors_in,
    field,
    fields_in,
    form_in,
    layout_in,
    section,
    sections,
    tool,
)


def test_the_tool_of_these_tests_is_right():
    assert errors_in(tool()) == []
    assert errors_in(tool(**sections())) == []


# -- forms --------------------------------------------------------------------------------


def test_a_form_is_made_of_its_title():
    after = do(tool(), "form.add", title="Wörk order")
    assert [form["key"] for form in after["forms"]] == ["order", "work_order"]
    assert errors_in(after) == []


def test_the_key_of_a_form_is_its_own():
    after = do(do(tool(), "form.add", title="Order"), "form.duplicate")
    assert [form["key"] for form in after["forms"]] == ["order", "order_3", "order_2"]
    assert after["forms"][1]["schema"] == after["forms"][0]["schema"]


def test_a_form_goes_with_what_cannot_be_without_it():
    view = {"key": "all", "title": "All", "type": "table", "form": "order", "columns": ["name"]}
    after = do({**tool(), "views": [view]}, "form.remove")
    assert after["forms"] == after["views"] == []


def test_what_a_form_says_of_itself():
    after = do(tool(), "form.plural", plural="Orders")
    after = do(after, "form.title_field", field="note")
    after = do(after, "form.subtitle_fields", field=["amount", "note"])
    form = form_in(after)
    assert (form["plural"], form["titleField"]) == ("Orders", "note")
    assert form["subtitleFields"] == ["amount", "note"]
    assert "titleField" not in form_in(do(after, "form.title_field", field=""))


# -- adding -------------------------------------------------------------------------------


@pytest.mark.parametrize("type_", CATALOG.field_types)
def test_a_new_field_of_each_type_is_right_at_once(type_):
    after = do(tool(), "field.add", type=type_)
    assert list(fields_in(after))[-1] not in fields_in(tool())
    assert errors_in(after) == []


def test_a_new_field_has_a_title_and_a_key_of_its_own():
    after = do(do(tool(), "field.add", type="text"), "field.add", type="text")
    titles = {key: each["title"] for key, each in fields_in(after).items()}
    assert (titles["text"], titles["text_2"]) == ("Text", "Text 2")


def test_a_new_field_stands_behind_what_is_selected():
    after = do(tool(**sections()), "field.add", type="date", near="/fields/name")
    assert layout_in(after)[0]["fields"] == ["name", "date", "amount"]
    after = do(after, "field.add", type="time", near="/parts/Second")
    assert layout_in(after)[1]["fields"] == ["note", "lines", "time_of_day"]


def test_a_new_field_stands_where_it_was_dropped():
    given = {"into": "/parts/Second", "before": "/fields/note"}
    after = do(tool(**sections()), "field.add", type="date", **given)
    assert layout_in(after)[1]["fields"] == ["date", "note", "lines"]


def test_a_form_without_a_layout_gets_one_only_where_it_is_needed():
    assert "layouts" not in form_in(do(tool(), "field.add", type="date"))
    after = do(tool(), "field.add", type="date", near="/fields/name")
    assert layout_in(after) == [section("Order", "name", "date", "amount", "note", "lines")]


def test_a_field_is_added_into_rows():
    after = do(tool(), "field.add", type="date", near="/fields/lines/what")
    assert list(fields_in(after)["lines"]["items"]["properties"]) == ["what", "date", "price"]
    after = do(tool(), "field.add", type="date", into="/fields/lines", before="/fields/lines/what")
    assert list(fields_in(after)["lines"]["items"]["properties"]) == ["date", "what", "price"]
    with pytest.raises(WrongInput):
        do(tool(), "field.add", type="sequence", into="/fields/lines")


# -- what is said of a field --------------------------------------------------------------


def said(document, name, value, at="/fields/name"):
    return do(document, "field.set", at=at, name=name, value=value)


def test_a_title_changes_no_key_that_somebody_may_know():
    after = said(tool(), "/title", "Called")
    assert fields_in(after)["name"]["title"] == "Called"
    given = {"at": "/fields/amount", "name": "/title", "value": "Total"}
    after = do(tool(), "field.set", published=tool(), **given)
    assert fields_in(after)["amount"]["title"] == "Total"


def test_the_key_of_a_new_field_follows_its_title():
    document = do(tool(**sections()), "field.add", type="text", near="/fields/name")
    after = said(document, "/title", "Merchant", "/fields/text")
    assert list(fields_in(after)) == ["name", "amount", "note", "lines", "merchant"]
    assert layout_in(after)[0]["fields"] == ["name", "merchant", "amount"]
    assert "note_2" in fields_in(said(after, "/title", "Note", "/fields/merchant"))


@pytest.mark.parametrize(
    ("name", "typed", "found"),
    [
        ("/description", "As on the card", "As on the card"),
        ("/maxLength", "40", 40),
        ("/pattern", "^[A-Z]+$", "^[A-Z]+$"),
        ("/x-ops/placeholder", "Ada", "Ada"),
        ("/x-ops/unique", "1", True),
        ("/x-ops/widget", "code", "code"),
        ("/readOnly", "1", True),
    ],
)
def test_each_thing_is_said_and_taken_back(name, typed, found):
    after = said(tool(), name, typed)
    property_ = fields_in(after)["name"]
    way = name[1:].split("/")
    assert (property_["x-ops"] if len(way) > 1 else property_)[way[-1]] == found
    assert errors_in(after) == []
    again = fields_in(said(after, name, ""))["name"]
    assert way[-1] not in (again["x-ops"] if len(way) > 1 else again)


def test_a_message_is_said_for_a_limit():
    after = said(said(tool(), "/pattern", "^[A-Z]+$"), "/x-ops/messages/pattern", "Capitals")
    assert fields_in(after)["name"]["x-ops"]["messages"] == {"pattern": "Capitals"}


def test_an_amount_is_kept_above_zero_and_says_so():
    document = do(tool(), "field.add", type="money")
    after = said(document, "/properties/amount/pattern", "", "/fields/money")
    after = said(after, "/x-ops/messages/pattern", "Above zero", "/fields/money")
    assert fields_in(after)["money"]["properties"]["amount"]["pattern"].startswith("^[0-9]")
    assert errors_in(after) == []
    again = said(after, "/properties/amount/pattern", "1", "/fields/money")
    assert fields_in(again)["money"]["properties"] == fields_in(document)["money"]["properties"]
    with pytest.raises(WrongInput):
        said(tool(), "/properties/amount/pattern", "", "/fields/name")


def test_options_bring_the_schema_with_them():
    document = do(tool(), "field.add", type="money")
    after = said(document, "/x-ops/options/currencies", "GBP\nUSD", "/fields/money")
    money = fields_in(after)["money"]
    assert money["x-ops"]["options"] == {"currencies": ["GBP", "USD"]}
    assert money["properties"]["currency"] == {"enum": ["GBP", "USD"]}
    assert errors_in(after) == []


def test_what_does_not_fit_is_said_at_its_input():
    for name, typed in (("/maxLength", "many"), ("/title", ""), ("/x-ops/unit", "x" * 30)):
        with pytest.raises(WrongInput) as found:
            said(tool(), name, typed)
        assert found.value.name == "value"


def test_a_default_is_typed_as_the_field_is():
    after = do(tool(), "field.default", at="/fields/amount", value="12.50")
    assert fields_in(after)["amount"]["default"] == "12.50"
    with pytest.raises(WrongInput):
        do(tool(), "field.default", at="/fields/amount", value="much")
    assert "default" not in fields_in(do(after, "field.default", at="/fields/amount", value=""))


def test_fields_are_required_and_not():
    after = do(tool(), "field.require", at=["/fields/amount", "/fields/lines/what"], value="1")
    assert form_in(after)["schema"]["required"] == ["name", "amount"]
    assert fields_in(after)["lines"]["items"]["required"] == ["what"]
    after = do(after, "field.require", at=["/fields/name", "/fields/amount"], value="")
    assert "required" not in form_in(after)["schema"]


def test_a_key_changes_until_it_was_published():
    after = do(tool(**sections()), "field.key", at="/fields/amount", value="total")
    assert list(fields_in(after)) == ["name", "total", "note", "lines"]
    assert layout_in(after)[0]["fields"] == ["name", "total"]
    with pytest.raises(WrongInput, match="published"):
        do(tool(), "field.key", published=tool(), at="/fields/amount", value="total")
    with pytest.raises(WrongInput, match="elsewhere"):
        do(tool(), "field.key", at="/fields/name", value="called")


def test_a_type_changes_and_keeps_what_both_have():
    document = said(tool(), "/x-ops/placeholder", "12", "/fields/amount")
    after = do(document, "field.type", at="/fields/amount", value="integer")
    amount = fields_in(after)["amount"]
    assert (amount["type"], amount["title"]) == ("integer", "Amount")
    assert amount["x-ops"] == {"type": "integer", "placeholder": "12"}
    assert errors_in(after) == []


# -- copying and taking away --------------------------------------------------------------


def test_fields_are_duplicated_behind_themselves():
    after = do(tool(**sections()), "field.duplicate", at=["/fields/name", "/fields/lines/what"])
    assert layout_in(after)[0]["fields"] == ["name", "name_2", "amount"]
    assert list(fields_in(after)["lines"]["items"]["properties"]) == ["what", "what_2", "price"]
    assert errors_in(after) == []


def test_a_field_goes_from_layouts_and_from_what_is_required():
    document = do(tool(**sections()), "form.title_field", field="")
    after = do(document, "field.remove", at="/fields/name")
    assert layout_in(after)[0]["fields"] == ["amount"]
    assert "required" not in form_in(after)["schema"]
    assert errors_in(after) == []


def test_a_field_that_is_used_elsewhere_goes_only_where_that_is_said():
    with pytest.raises(WrongInput) as found:
        do(tool(), "field.remove", at="/fields/name")
    assert found.value.name == "everywhere"
    after = do(tool(), "field.remove", at="/fields/name", everywhere="1")
    assert "titleField" not in form_in(after)
    assert errors_in(after) == []


def test_several_fields_go_in_one_edit():
    after = do(tool(), "field.remove", at=["/fields/amount", "/fields/lines/what", "/fields/note"])
    assert list(fields_in(after)) == ["name", "lines"]
    assert list(fields_in(after)["lines"]["items"]["properties"]) == ["price"]


# -- choices ------------------------------------------------------------------------------


def with_choice():
    choices = [{"key": "a", "title": "A"}, {"key": "b", "title": "B"}]
    made = {"type": "string", "enum": ["a", "b"], **field("choice", "Pick", choices=choices)}
    document = tool()
    fields_in(document)["pick"] = {**made, "enum": ["a", "b"]}
    return document


def choice(document, name, **given):
    after = do(document, name, at="/fields/pick", **given)
    assert errors_in(after) == []
    pick = fields_in(after)["pick"]
    assert pick["enum"] == [each["key"] for each in pick["x-ops"]["choices"]]
    return pick["x-ops"]["choices"]


def test_choices_are_pasted():
    assert choice(with_choice(), "choice.add", titles="Grün\nA\n\nBlue sky")[2:] == [
        {"key": "grun", "title": "Grün"},
        {"key": "blue_sky", "title": "Blue sky"},
    ]


def test_choices_are_replaced_and_those_that_were_there_keep_their_keys():
    found = choice(with_choice(), "choice.add", titles="C\nB\nD", replace="1")
    assert [each["key"] for each in found] == ["c", "b", "d"]


def test_a_choice_is_called_coloured_retired_ordered_and_taken_away():
    given = {"key": "a", "title": "Ah", "color": "red", "retired": "1"}
    found = choice(with_choice(), "choice.set", **given)
    assert found[0] == {"key": "a", "title": "Ah", "color": "red", "retired": True}
    found = choice(with_choice(), "choice.move", key="b", do="up")
    assert [each["key"] for each in found] == ["b", "a"]
    assert len(choice(with_choice(), "choice.remove", key="a")) == 1
