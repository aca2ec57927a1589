"""FHIR Questionnaire: items become fields, enableWhen becomes conditions."""

from contextlib import suppress

import pytest

from form_specs.from_schema.tool import CannotImport
from form_specs.imports import Given, import_form
from tests.form_specs.imports.conftest import accepts, fields_of, ops_of, said

CORE = "http://hl7.org/fhir/StructureDefinition/"
SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-"
SAMPLE = {
    "resourceType": "Questionnaire",
    "title": "Arrival",
    "description": "Asked at the door",
    "status": "draft",
    "contained": [
        {
            "resourceType": "ValueSet", "id": "colours", "status": "draft",
            "compose": {"include": [{"system": "urn:c", "concept": [{"code": "r", "display": "Reddish"}, {"code": "g"}]}]},
        }
    ],
    "item": [
        {"linkId": "hello", "type": "display", "text": "Welcome", "enableWhen": [{"question": "age", "operator": "<", "answerInteger": 18}]},
        {"linkId": "1", "prefix": "1.", "type": "boolean", "text": "Been here before?", "required": True},
        {
            "linkId": "1.1", "type": "date", "text": "When?", "required": True,
            "enableWhen": [{"question": "1", "operator": "=", "answerBoolean": True}],
            "extension": [{"url": f"{CORE}minValue", "valueDate": "2020-01-01"}],
        },
        {
            "linkId": "colour", "type": "choice", "text": "Which colour?", "answerValueSet": "#colours",
            "initial": [{"valueCoding": {"code": "g"}}],
        },
        {
            "linkId": "drink", "type": "choice", "text": "To drink?",
            "answerOption": [{"valueCoding": {"system": "urn:d", "code": "tea", "display": "A tea"}}, {"valueString": "water"}],
            "enableWhen": [
                {"question": "colour", "operator": "!=", "answerCoding": {"code": "r"}},
                {"question": "age", "operator": ">=", "answerInteger": 18},
            ],
            "enableBehavior": "any",
        },
        {
            "linkId": "age", "type": "integer", "text": "How old?",
            "extension": [
                {"url": f"{CORE}minValue", "valueInteger": 0},
                {"url": f"{CORE}maxValue", "valueInteger": 130},
                {"url": f"{CORE}questionnaire-unit", "valueCoding": {"display": "years"}},
            ],
        },
        {"linkId": "nick", "type": "string", "text": "Called by?", "maxLength": 20, "repeats": True},
        {"linkId": "card", "type": "string", "text": "Your card", "readOnly": True, "code": [{"code": "x"}]},
        {"linkId": "far", "type": "choice", "text": "Country?", "answerValueSet": "http://example.org/vs"},
        {
            "linkId": "odd", "type": "string", "text": "An odd one",
            "enableWhen": [{"question": "nowhere", "operator": "exists", "answerBoolean": True}],
        },
    ],
}  # fmt: skip


def test_items_become_fields(imported):
    found = imported(SAMPLE)
    fields = fields_of(found)

    assert found.format == "fhir"
    assert (found.document["title"], found.document["description"]) == (
        "Arrival",
        "Asked at the door",
    )
    assert fields["q1"]["title"] == "1. Been here before?"
    assert fields["q1_1"]["$comment"] == "linkId 1.1"
    assert [c["title"] for c in ops_of(found, "colour")["choices"]] == ["Reddish", "G"]
    assert fields["colour"]["default"] == "g"
    assert [c["key"] for c in ops_of(found, "drink")["choices"]] == ["tea", "water"]
    assert ops_of(found, "age") == {"type": "integer", "unit": "years"}
    assert fields["card"]["readOnly"] is True


def test_enable_when_shows_and_requires(imported):
    found = imported(SAMPLE)
    ops = ops_of(found, "q1_1")

    assert ops["showWhen"] == ops["requireWhen"] == {"field": "q1", "op": "eq", "value": True}
    assert ops["rules"] == [{"condition": {"field": "q1_1", "op": "ge", "value": "2020-01-01"}, "message": "Enter at least 2020-01-01"}]  # fmt: skip
    assert ops_of(found, "drink")["showWhen"] == {
        "any": [
            {"all": [{"field": "colour", "op": "present"}, {"field": "colour", "op": "ne", "value": "r"}]},
            {"field": "age", "op": "ge", "value": 18},
        ]
    }  # fmt: skip


def test_valid_answers_are_taken_and_invalid_ones_refused(imported):
    found = imported(SAMPLE)
    valid = {"q1": True, "q1_1": "2024-05-06", "colour": "r", "drink": "tea", "age": 41, "nick": ["Bob"], "far": "RO"}  # fmt: skip

    assert accepts(found, valid)
    assert accepts(found, {"q1": False})
    for wrong in ({"q1": "yes"}, {"q1_1": "May"}, {"colour": "b"}, {"drink": "beer"}, {"age": 131}, {"age": 1.5}, {"nick": ["x" * 21]}, {"other": 1}):  # fmt: skip
        assert not accepts(found, valid | wrong), wrong
    assert not accepts(found, {"age": 3})


def test_each_thing_without_a_counterpart_is_named_with_its_place(imported):
    notes = said(imported(SAMPLE))

    for place in ("/status", "/item/7/code", "/item/8/answerValueSet", "/item/9/enableWhen/0", "/item/4/answerOption/0/valueCoding/system"):  # fmt: skip
        assert place in notes
    assert "there is no field 'nowhere'" in notes
    assert "showWhen" not in ops_of(imported(SAMPLE), "odd")


def test_nothing_is_dropped_in_silence(dropped):
    left = dropped(SAMPLE)
    assert not left, left


def test_groups_rows_and_the_questions_in_them(imported):
    questionnaire = {"resourceType": "Questionnaire", "item": [
        {"linkId": "g", "type": "group", "text": "You", "required": True, "item": [
            {"linkId": "name", "type": "string", "text": "Name", "required": True},
            {"linkId": "why", "type": "display", "text": "So that we can call you"},
        ]},
        {"linkId": "k", "type": "group", "text": "Children", "repeats": True, "item": [
            {"linkId": "name2", "type": "string", "text": "Name", "required": True},
        ]},
        {"linkId": "w", "type": "quantity", "text": "Weight", "extension": [{"url": f"{SDC[:-18]}questionnaire-unitOption", "valueCoding": {"code": "kg"}}]},
        {"linkId": "q", "type": "boolean", "text": "Ill?", "item": [{"linkId": "q2", "type": "text", "text": "Since?"}]},
    ]}  # fmt: skip
    found = imported(questionnaire)

    assert fields_of(found)["g"]["description"] == "So that we can call you"
    assert list(fields_of(found)) == ["g", "k", "w", "q", "q2"]
    valid = {
        "g": {"name": "Ada"},
        "k": [{"name2": "B"}],
        "w": {"value": 3.5, "unit": "kg"},
        "q": True,
        "q2": "today",
    }
    assert accepts(found, valid)
    for wrong in ({"g": {}}, {"k": [{}]}, {"w": {"unit": "kg"}}):
        assert not accepts(found, valid | wrong), wrong


def test_calculations_that_ask_for_answers_are_carried_over(imported):
    answer = "%resource.item.where(linkId='{}').answer.value"
    text = f"{answer.format('w')} / ({answer.format('h')} * {answer.format('h')})"
    questionnaire = {"resourceType": "Questionnaire", "item": [
        {"linkId": "w", "type": "decimal", "text": "Weight"},
        {"linkId": "h", "type": "decimal", "text": "Height"},
        {"linkId": "bmi", "type": "decimal", "text": "BMI", "extension": [{"url": f"{SDC}calculatedExpression", "valueExpression": {"language": "text/fhirpath", "expression": text}}]},
    ]}  # fmt: skip
    found = imported(questionnaire)

    computed = ops_of(found, "bmi").get("computed") or said(found)
    assert "w / (h * h)" in str(computed) or "computed" in str(computed)


@pytest.mark.parametrize("odd", [
    {"item": []}, {"item": [{"linkId": 4}]}, {"item": [{"type": "group"}, {"type": "choice", "answerOption": [3, {"valueCoding": 4}, {}]}]},
    {"item": [{"linkId": "a", "type": "string", "enableWhen": [{}, 3], "extension": [3, {}], "initial": 3}]}, {"contained": 7, "item": [{"linkId": "a", "type": "choice", "answerValueSet": "#x"}]},
])  # fmt: skip
def test_odd_documents_are_survived(catalog, odd):
    with suppress(CannotImport):
        found = import_form(
            Given(document={"resourceType": "Questionnaire", **odd}), "sample", catalog
        )
        assert found.document


def test_guidance_and_pages_have_their_place_in_the_layouts(imported):
    page = [
        {
            "url": f"{CORE}questionnaire-itemControl",
            "valueCodeableConcept": {"coding": [{"code": "page"}]},
        }
    ]
    questionnaire = {"resourceType": "Questionnaire", "item": [
        {"linkId": "a", "type": "group", "text": "First", "extension": page, "item": [{"linkId": "x", "type": "string", "text": "X"}]},
        {"linkId": "b", "type": "group", "text": "Second", "extension": page, "item": [{"linkId": "y", "type": "string", "text": "Y"}]},
    ]}  # fmt: skip
    layouts = imported(questionnaire).document["forms"][0]["layouts"]
    (note, *_) = imported(SAMPLE).document["forms"][0]["layouts"]["default"][0]["fields"]

    assert [part["step"] for part in layouts["create"]] == ["First", "Second"]
    assert [part["tab"] for part in layouts["default"]] == ["First", "Second"]
    assert note == {"note": "Welcome", "showWhen": {"field": "age", "op": "lt", "value": 18}}
