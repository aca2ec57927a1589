"""Camunda form-js: components become fields, FEEL becomes conditions."""

from contextlib import suppress

import pytest

from form_specs.from_schema.tool import CannotImport
from form_specs.imports import Given, import_form
from tests.form_specs.imports.conftest import accepts, fields_of, ops_of, said

SAMPLE = {
    "type": "default",
    "components": [
        {"type": "text", "text": "# Loan to {{ name }}", "conditional": {"hide": "=days = null"}},
        {
            "type": "textfield", "key": "name", "label": "Full name", "description": "As in the passport",
            "validate": {"required": True, "minLength": 2, "maxLength": 60, "pattern": "^[^0-9]+$"},
            "layout": {"row": "r1", "columns": 8},
        },
        {"type": "number", "key": "days", "label": "How long", "decimalDigits": 0, "validate": {"min": 1, "max": 90}, "appearance": {"suffixAdorner": "days"}, "layout": {"row": "r1"}},
        {"type": "checkbox", "key": "abroad", "label": "Leaves the country", "defaultValue": False},
        {
            "type": "textarea", "key": "why", "label": "What for",
            "conditional": {"hide": "=abroad = false and days <= 7"}, "validate": {"required": True},
        },
        {"type": "radio", "key": "size", "label": "Screen", "values": [{"label": "Small one", "value": "s"}, {"label": "Large one", "value": "l"}], "searchable": True},
        {"type": "taglist", "key": "extras", "label": "With it", "values": [{"label": "A mouse", "value": "m"}, {"value": "k"}]},
        {"type": "select", "key": "stock", "label": "Which", "valuesKey": "machines"},
        {"type": "textfield", "key": "serial", "label": "Number", "readonly": "=list contains(extras, \"m\")"},
        {"type": "datetime", "subtype": "date", "key": "from", "dateLabel": "Starts on", "disallowPassedDates": True},
        {"type": "button", "action": "reset", "label": "Clear", "key": "clear"},
        {"type": "textfield", "key": "ship", "label": "Sent to", "conditional": {"hide": "=count(extras[item = \"m\"]) = 0"}},
    ],
}  # fmt: skip


def test_components_become_fields(imported):
    found = imported(SAMPLE)
    fields = fields_of(found)

    assert found.format == "form-js"
    assert (fields["name"]["title"], fields["name"]["description"]) == (
        "Full name",
        "As in the passport",
    )
    assert ops_of(found, "days") == {"type": "integer", "unit": "days"}
    assert ops_of(found, "why")["type"] == "long_text"
    assert [c["title"] for c in ops_of(found, "size")["choices"]] == ["Small one", "Large one"]
    assert ops_of(found, "size")["widget"] == "radios"
    assert ops_of(found, "extras")["type"] == "multi_choice"
    assert fields["from"]["title"] == "Starts on"


def test_what_hides_becomes_what_shows(imported):
    ops = ops_of(imported(SAMPLE), "why")
    shown = {"any": [{"field": "abroad", "op": "ne", "value": False}, {"not": {"field": "days", "op": "le", "value": 7}}]}  # fmt: skip

    assert ops["showWhen"] in (shown, {"not": {"all": [
        {"field": "abroad", "op": "eq", "value": False}, {"field": "days", "op": "le", "value": 7},
    ]}})  # fmt: skip
    assert ops["requireWhen"] == ops["showWhen"]
    assert "whenHidden" not in ops


def test_read_only_and_passed_days(imported):
    found = imported(SAMPLE)

    assert ops_of(found, "serial")["readOnlyWhen"] == {"field": "extras", "op": "has", "value": "m"}
    (rule,) = ops_of(found, "from")["rules"]
    assert rule["condition"] == {"field": "from", "op": "ge", "value": {"today": {}}}


def test_valid_data_is_taken_and_invalid_data_refused(imported):
    found = imported(SAMPLE)
    valid = {"name": "Ada", "days": 3, "abroad": True, "why": "A fair", "size": "s", "extras": ["m"], "stock": "X1", "from": "2031-01-02"}  # fmt: skip

    assert accepts(found, valid)
    for wrong in ({"name": "A"}, {"name": "R2D2"}, {"days": 0}, {"days": 1.5}, {"size": "m"}, {"extras": ["m", "m"]}, {"abroad": "yes"}, {"from": "soon"}, {"other": 1}):  # fmt: skip
        assert not accepts(found, valid | wrong), wrong


def test_each_thing_without_a_counterpart_is_named_with_its_place(imported):
    notes = said(imported(SAMPLE))

    for place in ("/components/5/searchable", "/components/7/valuesKey", "/components/10", "/components/11/conditional/hide"):  # fmt: skip
        assert place in notes
    assert "The field is always shown" in notes


def test_nothing_is_dropped_in_silence(dropped):
    left = dropped(SAMPLE)
    assert not left, left


def test_dots_in_a_key_lead_through_groups(imported):
    form = {"type": "default", "components": [
        {"type": "textfield", "key": "person.name", "label": "Name", "validate": {"required": True}},
        {"type": "group", "path": "person", "label": "Person", "components": [{"type": "number", "key": "age", "label": "Age"}]},
        {"type": "dynamiclist", "path": "items", "label": "Items", "components": [{"type": "textfield", "key": "what", "validate": {"required": True}}]},
    ]}  # fmt: skip
    found = imported(form)

    assert accepts(found, {"person": {"name": "Ada"}, "items": [{"what": "x"}]})
    assert not accepts(found, {"person": {"name": 1}})
    assert not accepts(found, {"person": {"name": "Ada"}, "items": [{}]})
    assert not accepts(found, {})


@pytest.mark.parametrize("components", [[], [{"type": "button", "label": "Send"}]])
def test_a_form_without_fields_is_refused_in_a_sentence(catalog, components):
    with pytest.raises(CannotImport, match="no question"):
        import_form(
            Given(document={"type": "default", "components": components}), "sample", catalog
        )


@pytest.mark.parametrize("odd", [{"components": 3, "type": "default"}, {"type": "default", "components": [3, None, {}, {"type": 4}, {"type": "textfield"}, {"type": "textfield", "key": 7}, {"type": "select", "key": "s", "values": [3, {"value": {"a": 1}}]}, {"type": "group", "components": {}}]}])  # fmt: skip
def test_odd_documents_are_survived(catalog, odd):
    with suppress(CannotImport):
        assert import_form(Given(document=odd), "sample", catalog, "form-js").notes


def test_texts_become_notes_with_their_values_and_groups_sections(imported):
    form = {"type": "default", "components": [
        *SAMPLE["components"],
        {"type": "group", "label": "The end", "conditional": {"hide": "=abroad"}, "components": [
            {"type": "textfield", "key": "last", "label": "Last words"},
        ]},
    ]}  # fmt: skip
    first, *_, last = imported(form).document["forms"][0]["layouts"]["default"]

    assert first["fields"][0] == {
        "note": "# Loan to {{ name }}", "showWhen": {"field": "days", "op": "present"},
    }  # fmt: skip
    assert (last["section"], last["showWhen"]) == (
        "The end",
        {"field": "abroad", "op": "ne", "value": True},
    )


def test_titles_that_are_too_long_are_kept_whole_beside_the_field(imported):
    long = "Why " * 60
    form = {"type": "default", "components": [
        {"type": "textfield", "key": "a", "label": long},
        {"type": "radio", "key": "b", "values": [{"value": "x", "label": long}]},
    ]}  # fmt: skip
    found = imported(form)

    assert len(fields_of(found)["a"]["title"]) == 200
    assert fields_of(found)["a"]["description"] == long
    assert "/components/0: the title is longer" in said(found)
    assert "/components/1: the choice" in said(found)


def form(*components):
    return {"type": "default", "schemaVersion": 19, "components": [*components]}


def test_pages_become_steps_of_a_new_record_and_tabs_of_its_page(imported):
    field = {"type": "textfield", "key": "extra", "label": "Extra", "layout": {"columns": None}}
    why = {"type": "textarea", "key": "why", "label": "Why", "validate": {"required": True}}
    pages = [
        {"type": "page", "label": "First", "components": [field]},
        {"type": "page", "label": "Second", "components": [why], "conditional": {"hide": '=extra != "yes"'}},
        {"type": "page", "label": "Nothing", "components": []},
    ]  # fmt: skip
    found = imported(form({"type": "multipage", "showSubmit": True, "components": pages}))
    layouts = found.document["forms"][0]["layouts"]

    assert [part["step"] for part in layouts["create"]] == ["First", "Second"]
    assert [part["tab"] for part in layouts["default"]] == ["First", "Second"]
    shown = {"field": "extra", "op": "eq", "value": "yes"}
    assert ops_of(found, "why")["requireWhen"] == shown
    assert layouts["create"][1]["parts"][0]["showWhen"] == shown
    assert said(found) == ""


def test_members_that_are_null_are_not_told_of(imported):
    field = {"type": "textfield", "key": "a", "label": "A", "height": None, "validate": None}
    assert said(imported(form(field))) == ""


@pytest.mark.parametrize(
    ("more", "good", "bad"),
    [
        ({"decimalDigits": 0, "increment": "5", "validate": {"min": 5}}, 10, 11),
        ({"decimalDigits": 0, "increment": 1}, 11, 1.5),
        ({"serializeToString": True, "decimalDigits": 2}, "1.25", "1.255"),
    ],
)
def test_numbers_keep_their_steps_and_digits(imported, more, good, bad):
    found = imported(form({"type": "number", "key": "n", "label": "N", **more}))

    assert accepts(found, {"n": good})
    assert not accepts(found, {"n": bad})
    assert said(found) == ""
