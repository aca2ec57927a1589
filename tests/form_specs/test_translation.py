"""A tool's texts: where they stand, and the tool in another language."""

import json
from pathlib import Path

import pytest

from form_specs.check import check
from form_specs.load import load
from form_specs.translation import locales, texts, translated

DISPUTES = json.loads(Path("form_specs/examples/disputes.json").read_text("utf-8"))
IN_ROMANIAN = {
    "/title": "Contestații",
    "/forms/dispute/fields/reason/title": "Motiv",
    "/forms/dispute/fields/reason/choices/fraudulent/title": "Fraudă",
    "/forms/dispute/fields/charge/messages/pattern": "Începe cu ch_",
    "/workflows/dispute/states/new/title": "Nouă",
}


@pytest.fixture
def spec():
    return {**DISPUTES, "messages": {"ro": IN_ROMANIAN}}


def test_texts_are_named_by_the_keys_of_what_they_belong_to():
    found = {text.pointer for text in texts(DISPUTES)}
    assert found >= IN_ROMANIAN.keys()


def test_every_text_has_one_name():
    found = [text.pointer for text in texts(DISPUTES)]
    assert len(found) == len(set(found))


def test_a_translated_tool_says_what_is_translated_and_the_rest_as_written(spec):
    tool = load(translated(spec, "ro"))
    form = tool.forms["dispute"]
    assert (tool.title, tool.locale) == ("Contestații", "ro")
    assert form.fields["reason"].title == "Motiv"
    assert form.fields["reason"].choices[0].title == "Fraudă"
    assert form.fields["charge"].messages["pattern"] == "Începe cu ch_"
    assert form.fields["merchant"].title == "Merchant"
    assert form.fields["reason"].choices[0].key == "fraudulent"


def test_translating_leaves_the_document_alone(spec):
    before = json.dumps(spec)
    translated(spec, "ro")
    assert json.dumps(spec) == before


def test_a_tool_knows_its_languages_in_each_of_them(spec):
    assert set(locales(spec)) == {"en", "ro"} == set(load(translated(spec, "ro")).locales)


def test_what_is_translated_follows_its_field_to_another_place(spec):
    properties = spec["forms"][0]["schema"]["properties"]
    moved = dict(reversed(properties.items()))
    other = json.loads(json.dumps(spec))
    other["forms"][0]["schema"]["properties"] = moved
    assert load(translated(other, "ro")).forms["dispute"].fields["reason"].title == "Motiv"


@pytest.mark.parametrize(
    ("messages", "pointer", "told"),
    [
        ({"ro": {"/titel": "x"}}, "/messages/ro/~1titel", "Did you mean '/title'?"),
        ({"ro": {"/forms/x/fields/y/title": "x"}}, None, "no text"),
        ({"en": {"/title": "x"}}, "/messages/en", "the language the tool is written in"),
        ({"Romanian": {}}, "/messages/Romanian", ""),
        ({"ro": {"/title": ""}}, "/messages/ro/~1title", ""),
        ({"ro": {"/title": 3}}, "/messages/ro/~1title", ""),
    ],
)
def test_what_may_be_wrong(messages, pointer, told, catalog):
    found = [p for p in check({**DISPUTES, "messages": messages}, catalog) if p.severity == "error"]
    assert len(found) == 1
    assert pointer is None or found[0].pointer == pointer
    assert told in f"{found[0].message} {found[0].hint}"


def test_the_texts_of_the_default_layout_have_names_too():
    layout = [{"section": "Who", "fields": [{"note": "Be *brief*"}, "a"]}]
    spec = {"forms": [{"key": "f", "title": "F", "layouts": {"default": layout, "create": layout}}]}

    named = {text.pointer: text.text for text in texts(spec)}

    assert named["/forms/f/layouts/default/0/section"] == "Who"
    assert named["/forms/f/layouts/default/0/fields/0/note"] == "Be *brief*"
    assert named["/forms/f/layouts/create/0/section"] == "Who"


def test_the_field_that_names_a_choice_of_records_is_no_text():
    records = {"form": "shop", "title": "name"}
    shop = {"title": "Shop", "x-ops": {"type": "choice", "choices": {"records": records}}}
    form = {"key": "visit", "title": "Visit", "schema": {"properties": {"shop": shop}}}

    named = {text.pointer for text in texts({"forms": [form]})}

    assert named == {"/forms/visit/title", "/forms/visit/fields/shop/title"}


def test_choices_of_lists_keep_their_titles_and_say_what_they_are_called(spec):
    shops = {
        "key": "shops",
        "title": "Shops",
        "choices": [{"key": "a/b", "title": "Both"}, {"key": "c", "title": "Sea"}],
    }
    said = {"/lists/shops/title": "Magazine", "/lists/shops/choices/a~1b/title": "Ambele"}
    document = {**spec, "lists": [shops], "messages": {"ro": said}}
    assert said.keys() <= {text.pointer for text in texts(document)}
    shown = load(translated(document, "ro")).lists["shops"]
    assert shown.title == "Magazine"
    assert [choice.title for choice in shown.choices] == ["Both", "Sea"]
    assert shown.said == {"a/b": "Ambele"}
    assert load(document).lists["shops"].said == {}
