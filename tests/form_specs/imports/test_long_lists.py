"""Lists that are longer than a field can offer: said at their place, with what to do about them."""

from typing import Any

import pytest

from tests.form_specs.imports.conftest import accepts, fields_of, ops_of

FITS = 2_000
ADVICE = "ake records of them, and choose among those"


def _names(size: int) -> list[str]:
    return [f"k{at}" for at in range(size)]


def _titled(size: int) -> dict[str, Any]:
    choices = [{"const": name, "title": f"Title {name}"} for name in _names(size)]
    return {"type": "string", "oneOf": choices}


def _schema(property_: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {"a": property_}}


def _questionnaire(kind: str, size: int, *, repeats: bool = False) -> dict[str, Any]:
    coded = [{"code": name, "display": f"Title {name}"} for name in _names(size)]
    options = [{"valueCoding": one} for one in coded]
    question = {"linkId": "a", "text": "A", "type": kind, "repeats": repeats}
    return {
        "resourceType": "Questionnaire",
        "item": [{**question, "answerOption": options}],
    }


def _value_set(size: int) -> dict[str, Any]:
    concepts = [{"code": name, "display": f"Title {name}"} for name in _names(size)]
    listed = {
        "resourceType": "ValueSet",
        "id": "x",
        "compose": {"include": [{"concept": concepts}]},
    }
    question = {"linkId": "a", "text": "A", "type": "choice", "answerValueSet": "#x"}
    return {"resourceType": "Questionnaire", "contained": [listed], "item": [question]}


def _form_js(kind: str, size: int) -> dict[str, Any]:
    values = [{"value": name, "label": f"Title {name}"} for name in _names(size)]
    component = {"type": kind, "key": "a", "label": "A", "values": values}
    return {"type": "default", "components": [component]}


@pytest.mark.parametrize(
    ("property_", "at"),
    [
        (_titled(FITS + 1), "/properties/a"),
        ({"type": "string", "enum": _names(FITS + 1)}, "/properties/a"),
        ({"type": "array", "maxItems": 9, "items": _titled(FITS + 1)}, "/properties/a/items"),
        (_schema(_titled(FITS + 1)), "/properties/a/properties/a"),
        ({"anyOf": [_titled(FITS + 1), {"type": "null"}]}, "/properties/a/anyOf/0"),
    ],
    ids=["titled", "untitled", "several", "inside", "or null"],
)
def test_a_schema_says_where_its_list_is_too_long(imported, property_, at):
    found = imported(_schema(property_))

    (note,) = found.notes
    assert str(note).startswith(f"{at}: a field has at most 2,000 choices")
    assert ADVICE in str(note)
    assert not note.is_whole


def test_what_such_a_schema_takes_stays_as_it_was(imported):
    found = imported(_schema(_titled(FITS + 1)))

    assert accepts(found, {"a": "k2000"})
    assert not accepts(found, {"a": "k2001"})


def test_many_such_lists_share_one_note(imported):
    several = {name: _titled(FITS + 1) for name in "abc"}

    (note,) = imported({"type": "object", "properties": several}).notes

    assert "and 2 more: " in str(note)


@pytest.mark.parametrize(
    ("ui", "format_"),
    [
        ({"a": {"ui:placeholder": "One of many"}}, "rjsf"),
        (
            {"type": "Layout", "elements": [{"type": "Control", "scope": "#/properties/a"}]},
            "json-forms",
        ),
    ],
)
def test_so_do_the_languages_built_on_it(imported, ui, format_):
    found = imported(_schema(_titled(FITS + 1)), ui=ui, format_=format_)

    assert [note for note in map(str, found.notes) if ADVICE in note]


@pytest.mark.parametrize(
    ("document", "place"),
    [
        (_questionnaire("choice", FITS + 1), "/item/0/answerOption"),
        (_questionnaire("choice", FITS + 1, repeats=True), "/item/0/answerOption"),
        (_questionnaire("open-choice", FITS + 1), "/item/0/answerOption"),
        (_value_set(FITS + 1), "/item/0/answerValueSet"),
        (_form_js("select", FITS + 1), "/components/0/values"),
        (_form_js("taglist", FITS + 1), "/components/0/values"),
    ],
)
def test_forms_say_it_at_the_question(imported, document, place):
    found = imported(document)

    (note,) = found.notes
    assert note.place == place
    assert note.message == "the 2,001 choices are not carried over: a field has at most 2,000"
    assert ADVICE in note.advice
    assert fields_of(found)["a"].keys() >= {"type", "x-ops"}


@pytest.mark.parametrize(
    "document",
    [
        _schema(_titled(FITS)),
        _questionnaire("choice", FITS),
        _value_set(FITS),
        _form_js("select", FITS),
    ],
)
def test_lists_that_fit_are_offered_without_a_word(imported, document):
    found = imported(document)

    assert found.notes == ()
    assert len(ops_of(found, "a")["choices"]) == FITS
