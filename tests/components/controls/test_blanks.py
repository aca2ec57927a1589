"""Nothing typed may mean no value, null or an empty value, where a schema tells them apart and a form asks."""

import pytest
from werkzeug.datastructures import MultiDict

from components.base import ABSENT
from tests.corpus.test_corpus import compiled

ROWS = {"type": "array", "items": {"type": "object", "properties": {"a": {"type": "string"}}}}
TAGS = {"type": "array", "items": {"type": "string"}, "uniqueItems": True, "maxItems": 9}
OPEN = {
    "text": {"type": ["string", "null"]},
    "rows": {**ROWS, "type": ["array", "null"]},
    "tags": {"anyOf": [TAGS, {"type": "null"}]},
}
SCHEMA = {
    "type": "object",
    "required": ["always"],
    "properties": {
        **OPEN,
        "always": {"type": ["string", "null"]},
        "plain": {"type": "string"},
        "number": {"type": ["integer", "null"]},
        "sized": {"type": ["string", "null"], "minLength": 1},
        "inside": {"type": "object", "properties": {"text": {"type": ["string", "null"]}}},
    },
}
FORM = compiled(SCHEMA)
WAYS = {"absent": {}, "null": dict.fromkeys(OPEN), "empty": {"text": "", "rows": [], "tags": []}}
FILLED = {"text": "x", "rows": [{"a": "1"}], "tags": ["b"]}


def drawn(record):
    values = FORM.values(FORM.to_document(FORM.schema_class().load(record)))
    return {key: value for key, value in values.items() if key in FORM.fields}


def posted(record, pairs):
    values = drawn(record)
    form = FORM.form_class(MultiDict(pairs), values)
    assert not [error for control in form.controls() for error in control.errors]
    return FORM.to_record(FORM.to_document({**values, **form.posted()}))


def emptied(way):
    return [(name, text) for key in OPEN for name, text in ((key, ""), (f":blank:{key}", way))]


def test_what_can_be_empty_in_several_ways_asks():
    asking = [key for key, field in FORM.fields.items() if field.blanks]
    assert asking == [*OPEN, "number", "sized"]
    assert [*FORM.fields["text"].blanks.values()] == [ABSENT, None, ""]
    assert [*FORM.fields["number"].blanks.values()] == [ABSENT, None]


def test_null_is_chosen_for_a_number_that_may_be_missing_as_well():
    emptied_number = [("number", ""), (":blank:number", "null")]
    assert posted({"always": "y"}, emptied_number) == {"always": "y", "number": None}
    assert posted(
        {"always": "y", "number": None}, [("number", ""), (":blank:number", "absent")]
    ) == {"always": "y"}


@pytest.mark.parametrize("before", [*WAYS.values(), FILLED])
@pytest.mark.parametrize("way", WAYS)
def test_what_is_chosen_counts_whatever_was_there(before, way):
    kept = {"always": "y"}
    assert posted({**kept, **before}, emptied(way)) == {**kept, **WAYS[way]}


@pytest.mark.parametrize("before", [*WAYS.values(), FILLED])
def test_a_form_that_is_not_touched_leaves_each_way_as_it_was(before):
    record = {"always": "y", **before, "inside": {"text": None}}
    form = FORM.form_class(None, drawn(record))
    pairs = [pair for key in drawn(record) for pair in form.control(key).pairs]
    assert posted(record, pairs) == record


def test_what_is_typed_counts_whatever_is_chosen():
    pairs = [("text", "x"), (":blank:text", "null"), ("tags", "a, b"), (":blank:tags", "empty")]
    rows = [("rows", ""), ("rows", "0"), ("rows/0/a", "1"), (":blank:rows", "null")]
    assert posted({"always": "y"}, [*pairs, *rows]) == {
        "always": "y",
        "text": "x",
        "tags": ["a", "b"],
        "rows": [{"a": "1"}],
    }


def test_inside_a_group_it_is_asked_too():
    pairs = [("inside/text", ""), (":blank:inside/text", "null")]
    assert posted({"always": "y"}, pairs) == {"always": "y", "inside": {"text": None}}
    assert posted({"always": "y"}, [("inside/text", ""), (":blank:inside/text", "absent")]) == {
        "always": "y"
    }


@pytest.mark.parametrize("text", ["", "never", "ABSENT"])
def test_a_choice_that_there_is_not_says_nothing(text):
    record = {"always": "y", "text": None}
    assert posted(record, [("text", ""), (":blank:text", text)]) == record


def test_each_way_has_words():
    text, rows = (FORM.fields[key] for key in ("text", "rows"))
    assert text.blank_words(None) == "null, on purpose"
    assert (text.blank_words(""), rows.blank_words([])) == ("an empty text", "an empty list")
    assert (text.blank_words(ABSENT), text.blank_words("x")) == ("", "")
    assert FORM.fields["plain"].blank_words("") == ""
