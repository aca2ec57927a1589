"""react-jsonschema-form: the schema judges, the uiSchema says how it looks."""

import pytest

from form_specs.from_schema.tool import CannotImport
from form_specs.imports import Given, UnreadableFile, import_form
from tests.form_specs.imports.conftest import accepts, fields_of, ops_of, said

SAMPLE = {
    "schema": {
        "title": "Visit",
        "type": "object",
        "required": ["name"],
        "properties": {
            "name": {"type": "string", "title": "Full name", "maxLength": 60},
            "reason": {"type": "string"},
            "floor": {"enum": ["g", "f"], "enumNames": ["Ground", "First"]},
            "badge": {"type": "string", "maxLength": 10},
            "token": {"type": "string", "maxLength": 10},
            "pin": {"type": "string", "maxLength": 10, "x-origin": "desk"},
        },
    },
    "uiSchema": {
        "ui:order": ["badge", "floor", "*", "name"],
        "ui:submitButtonOptions": {"norender": True},
        "name": {"ui:placeholder": "Ada Lovelace", "ui:autofocus": True},
        "reason": {
            "ui:widget": "textarea",
            "ui:options": {"rows": 5, "help": "A sentence will do"},
        },
        "floor": {"ui:widget": "radio", "ui:title": "Which floor?"},
        "badge": {"ui:readonly": True, "ui:emptyValue": ""},
        "token": {"ui:widget": "hidden"},
        "pin": {"ui:widget": "password", "classNames": "narrow"},
        "nobody": {"ui:title": "No such property"},
    },
    "formData": {"name": "Grace"},
}


def test_the_look_of_each_field_is_carried_over(imported):
    found = imported(SAMPLE)
    fields = fields_of(found)

    assert found.format == "rjsf"
    assert ops_of(found, "reason")["type"] == "long_text"
    assert fields["reason"]["description"] == "A sentence will do"
    assert ops_of(found, "name")["placeholder"] == "Ada Lovelace"
    assert fields["floor"]["title"] == "Which floor?"
    assert [c["title"] for c in ops_of(found, "floor")["choices"]] == ["Ground", "First"]
    assert ops_of(found, "floor")["widget"] == "radios"
    assert fields["badge"]["readOnly"] is True
    assert ops_of(found, "pin")["sensitive"] is True


def test_the_layout_keeps_the_order_and_leaves_out_what_is_hidden(imported):
    (section,) = imported(SAMPLE).document["forms"][0]["layouts"]["default"]

    assert section["fields"] == ["badge", "floor", "reason", "pin", "name"]


def test_each_thing_without_a_counterpart_is_named_with_its_place(imported):
    notes = said(imported(SAMPLE))

    for place in (
        "/uiSchema/ui:submitButtonOptions", "/uiSchema/name/ui:autofocus",
        "/uiSchema/reason/ui:options/rows", "/uiSchema/pin/classNames", "/uiSchema/nobody", "/formData",
        "/schema/properties/pin/x-origin",
    ):  # fmt: skip
        assert place in notes


def test_nothing_is_dropped_in_silence(dropped):
    left = dropped(SAMPLE)
    assert not left, left


def test_the_form_takes_what_the_schema_takes(imported):
    found = imported(SAMPLE)

    assert accepts(found, {"name": "Ada", "floor": "g", "other": 1})
    assert not accepts(found, {"floor": "g"})
    assert not accepts(found, {"name": "Ada", "floor": "Ground"})


def test_the_two_parts_may_come_as_two_files(imported):
    apart = imported(SAMPLE["schema"], ui=SAMPLE["uiSchema"])

    assert apart.format == "rjsf"
    assert apart.document == imported(SAMPLE).document


def test_a_schema_by_itself_is_told_from_one_with_its_look(imported):
    assert imported(SAMPLE["schema"]).format == "json-schema"
    assert imported({"schema": SAMPLE["schema"]}).format == "rjsf"


def test_a_widget_that_does_not_fit_leaves_the_field_as_it_is(imported):
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}}

    found = imported({"schema": schema, "uiSchema": {"n": {"ui:widget": "textarea"}}})

    assert ops_of(found, "n")["type"] == "integer"
    assert "/uiSchema/n: 'n' asks for the type 'long_text' but is 'integer'" in said(found)


def test_a_form_of_one_value_is_a_field_that_looks_as_it_did(imported):
    schema = {"type": "string", "title": "Remark"}
    ui = {"ui:widget": "textarea", "ui:placeholder": "Be kind"}

    found = imported({"schema": schema, "uiSchema": ui})

    assert (ops_of(found, "value")["type"], ops_of(found, "value")["placeholder"]) == ("long_text", "Be kind")  # fmt: skip
    assert found.document["title"] == "Remark"
    assert accepts(found, {"value": "x"})
    assert not accepts(found, {"value": 1})


@pytest.mark.parametrize(
    ("document", "format_", "reason"),
    [
        ({"schema": 3, "uiSchema": {}}, "rjsf", "no JSON Schema"),
        ([], "rjsf", "no JSON Schema"),
    ],
)
def test_what_is_no_form_is_said_in_a_sentence(catalog, document, format_, reason):
    with pytest.raises(CannotImport, match=reason):
        import_form(Given(document=document), "sample", catalog, format_)


def test_something_in_no_known_language_is_refused_with_those_that_are(catalog):
    with pytest.raises(UnreadableFile, match="react-jsonschema-form"):
        import_form(Given(document=[1]), "sample", catalog)


def test_what_only_branches_name_is_shown_while_its_branch_holds(imported):
    schema = {
        "type": "object",
        "properties": {"animal": {"enum": ["cat", "fish"]}, "card": {"type": "string"}},
        "allOf": [{
            "if": {"properties": {"animal": {"const": "fish"}}, "required": ["animal"]},
            "then": {"properties": {"water": {"enum": ["sea", "lake"]}}, "required": ["water"]},
        }],
        "dependentSchemas": {"card": {"properties": {"address": {"type": "string"}}}},
    }  # fmt: skip
    found = imported({"schema": schema, "uiSchema": {"water": {"ui:help": "Salt or not"}}})

    assert ops_of(found, "water")["showWhen"] == {"field": "animal", "op": "eq", "value": "fish"}
    assert ops_of(found, "address")["showWhen"] == {"field": "card", "op": "present"}
    assert fields_of(found)["water"]["description"] == "Salt or not"
    assert accepts(found, {"animal": "fish", "water": "sea"})
    assert accepts(found, {"animal": "cat", "water": 7}), "the schema says nothing of it then"
    assert not accepts(found, {"animal": "fish"})
