"""What questions within groups and rows do in each language of forms, carried over to where they stand."""

from form_specs.imports import Sheet
from tests.form_specs.imports.conftest import fields_of, ops_of, said


def test_xlsform_relevance_calculations_and_cascades_in_a_repeat(imported):
    survey = [
        ["type", "name", "label", "relevant", "calculation", "constraint", "constraint_message", "choice_filter"],
        ["decimal", "rate", "Rate", "", "", "", "", ""],
        ["begin repeat", "lines", "Lines", "", "", "", "", ""],
        ["select_one kind", "kind", "Kind", "", "", "", "", ""],
        ["integer", "guests", "Guests", "${kind} = 'meal'", "", ". != 13", "Not thirteen", ""],
        ["decimal", "amount", "Amount", "", "", "", "", ""],
        ["calculate", "price", "Price", "", "${amount} * ${rate}", "", "", ""],
        ["select_one country", "country", "Country", "", "", "", "", ""],
        ["select_one city", "city", "City", "", "", "", "", "country = ${country}"],
        ["end repeat", "", "", "", "", "", "", ""],
        ["calculate", "whole", "Whole", "", "sum(${price})", "", "", ""],
    ]  # fmt: skip
    choices = [
        ["list_name", "name", "label", "country"],
        ["kind", "meal", "Meal", ""],
        ["kind", "taxi", "Taxi", ""],
        ["country", "fr", "France", ""],
        ["country", "ro", "Romania", ""],
        ["city", "par", "Paris", "fr"],
        ["city", "clj", "Cluj", "ro"],
    ]
    found = imported(sheets=(Sheet("survey", survey), Sheet("choices", choices)))

    guests = ops_of(found, "lines", "guests")
    assert guests["showWhen"] == {"field": "kind", "op": "eq", "value": "meal"}
    assert guests["rules"][0]["message"] == "Not thirteen"
    assert "lines.guests" not in str(guests["rules"])
    assert ops_of(found, "lines", "price")["computed"]["formula"] == "amount * rate"
    assert ops_of(found, "lines", "city")["dependsOn"] == "country"
    assert "lines" in ops_of(found, "whole")["computed"]["formula"]
    assert "not carried over" not in said(found)


def test_fhir_enable_when_in_a_repeating_group(imported):
    question = {"question": "vegan", "operator": "=", "answerBoolean": False}
    found = imported({
        "resourceType": "Questionnaire",
        "item": [
            {"linkId": "party", "type": "boolean", "text": "Party"},
            {"linkId": "child", "type": "group", "text": "Children", "repeats": True, "item": [
                {"linkId": "vegan", "type": "boolean", "text": "Vegan"},
                {"linkId": "meat", "type": "string", "text": "Meat", "required": True, "enableWhen": [
                    question, {"question": "party", "operator": "=", "answerBoolean": True},
                ], "enableBehavior": "all"},
            ]},
        ],
    })  # fmt: skip
    (rows,) = (key for key, schema in fields_of(found).items() if schema["type"] == "array")
    meat = next(key for key in fields_of(found)[rows]["items"]["properties"] if "meat" in key)
    shown = ops_of(found, rows, meat)["showWhen"]["all"]

    assert [(part["field"], part["value"]) for part in shown] == [("vegan", False), ("party", True)]
    assert "requireWhen" in ops_of(found, rows, meat)
    assert "not carried over" not in said(found)


def test_form_js_conditions_in_a_dynamic_list(imported):
    found = imported({
        "type": "default",
        "components": [
            {"type": "checkbox", "key": "abroad", "label": "Abroad"},
            {"type": "dynamiclist", "path": "items", "label": "Items", "components": [
                {"type": "number", "key": "count", "label": "Count"},
                {"type": "textfield", "key": "why", "label": "Why so many", "conditional": {"hide": "=count < 10"}},
                {"type": "textfield", "key": "visa", "label": "Visa", "readonly": "=abroad = false"},
            ]},
        ],
    })  # fmt: skip
    shown, locked = ops_of(found, "items", "why"), ops_of(found, "items", "visa")

    assert "count" in str(shown["showWhen"])
    assert "items.count" not in str(shown["showWhen"])
    assert "abroad" in str(locked["readOnlyWhen"])
    assert "not carried over" not in said(found)


def test_json_forms_rules_in_an_array(imported):
    line = {
        "type": "object",
        "properties": {
            "kind": {"enum": ["meal", "taxi"]},
            "guests": {"type": "integer"},
        },
    }
    rule = {
        "effect": "SHOW",
        "condition": {"scope": "#/properties/kind", "schema": {"const": "meal"}},
    }
    guests = {"type": "Control", "scope": "#/properties/guests", "rule": rule}
    kind = {"type": "Control", "scope": "#/properties/kind"}
    detail = {"type": "VerticalLayout", "elements": [kind, guests]}
    control = {"type": "Control", "scope": "#/properties/lines", "options": {"detail": detail}}
    found = imported(
        {
            "type": "object",
            "properties": {"lines": {"type": "array", "items": line, "maxItems": 9}},
        },
        ui={"type": "VerticalLayout", "elements": [control]},
    )

    shown = ops_of(found, "lines", "guests")["showWhen"]
    assert shown == {"field": "kind", "op": "eq", "value": "meal"}
    assert "not carried over" not in said(found)
