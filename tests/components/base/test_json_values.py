"""JSON fields whose schema lists the values: chosen by title, kept as they are."""

import json

import pytest

from components.base import ABSENT
from form_specs.model import FieldSpec
from tests.corpus.test_corpus import REGISTRY, compiled

SIZES = {"oneOf": [{"const": 1, "title": "Small"}, {"const": 2.5, "title": "Large"}, {"const": None}]}  # fmt: skip


def field(schema):
    return compiled({"type": "object", "properties": {"a": schema}}).fields["a"]


@pytest.mark.parametrize(
    ("schema", "listed"),
    [
        (SIZES, {"1": "Small", "2.5": "Large", "null": "null"}),
        ({"enum": [1, 2, "three", True]}, {"1": "1", "2": "2", '"three"': "three", "true": "true"}),
        ({"enum": [1, "1"]}, {"1": "1", '"1"': '"1"'}),
        ({"enum": ["", 1]}, {'""': '""', "1": "1"}),
        ({"oneOf": [{"const": [1], "title": "A list"}]}, {"[1]": "A list"}),
        ({}, {}),
    ],
)
def test_the_values_that_a_schema_lists_have_titles(schema, listed):
    found = field(schema)
    assert found.spec.type == "json"
    assert found.listed == listed


def test_a_value_is_chosen_by_its_json_and_shown_by_its_title():
    sizes = field(SIZES)
    assert [sizes.parse_text([text]) for text in ("1", "null", "")] == [1, None, ABSENT]
    assert [sizes.display(value) for value in (1, 2.5, None)] == ["Small", "Large", "null"]
    assert sizes.display(7) == "7"
    assert sizes.to_text(1) == ["1"]


@pytest.mark.parametrize(
    ("schema", "example"),
    [
        (
            {"type": "array", "prefixItems": [{"type": "number"}, {"enum": ["N", "S"]}]},
            '[1.5, "N"]',
        ),
        ({"type": "array", "items": {"type": "object"}, "contains": {}}, '[{"name": "text"}]'),
        ({"type": "array", "items": {"type": "array", "items": {"type": "object"}}}, ""),
        ({"type": "object", "maxProperties": 1}, '{"name": "text"}'),
        ({"type": ["boolean", "object"], "examples": [{"a": 1}]}, '{"a": 1}'),
        ({"type": "array", "prefixItems": [{"type": "string"}], "minItems": 3}, ""),
        ({"type": ["string", "number"]}, ""),
        ({}, ""),
    ],
)
def test_what_must_be_written_as_json_has_an_example_where_one_is_clear(schema, example):
    found = field_of(schema)
    assert found.example == example


def field_of(schema):
    return REGISTRY.field(FieldSpec("a", "json", "A", schema))


def test_a_text_that_is_plainly_one_is_shown_as_it_may_be_typed():
    found = field({})
    for text in ("hello", "a, b: c", "v1.2", "x" * 300):
        assert (found.to_text(text), found.parse_text([text])) == ([text], text)
    for text in ("", " ", "5", "true", "[a", '"a"', "a\nb", "-", "2026-11-27"):
        shown = found.to_text(text)
        assert (shown, found.parse_text(shown)) == ([json.dumps(text)], text)


def test_digits_are_a_text_where_texts_are_what_is_meant():
    found = field_of({"anyOf": [{"type": "string"}, {}]})
    for text in ("4111111111111111", "12/29", "1.0", "-", "true", "word"):
        assert (found.parse_text([text]), found.to_text(text)) == (text, [text])
    assert [found.parse_text([text]) for text in ('"5"', "[5]", "null")] == ["5", [5], None]
    assert found.to_text(5) == ["5"]
    assert (found.parse_text(["a\r\nb"]), found.to_text("a\nb")) == ("a\nb", ["a\nb"])
    numbers = field_of({"anyOf": [{"type": "number"}, {}]})
    assert [numbers.parse_text([text]) for text in ("5", "word")] == [5, "word"]
