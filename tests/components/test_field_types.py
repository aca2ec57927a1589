"""What is special to one of the smaller field types."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from components.base import ABSENT, InvalidValueError
from components.fields.tags import TagsType
from components.forms import form_class
from components.registry import Registry
from form_specs.load import field_spec
from form_specs.model import FieldSpec


def test_tenths_add_up(make_field):
    decimal = make_field("decimal", {"scale": 1})
    assert decimal.dump(sum([decimal.parse("0.1")] * 10)) == "1.0"


def test_decimals_of_one_scale_compare_with_each_other(make_field):
    two, three = make_field("decimal", {"scale": 2}), make_field("decimal", {"scale": 3})
    assert two.measure == make_field("decimal").measure
    assert two.measure != three.measure


@pytest.mark.parametrize("text", ["12.5", "12.5%", " 12.5 % "])
def test_percentages_may_be_typed_with_their_sign(make_field, text):
    percent = make_field("percent", {"scale": 1})
    assert percent.dump(percent.parse_text([text])) == "12.5"
    assert percent.display(Decimal("12.5")) == "12.5%"


def test_a_percentage_that_is_too_much_is_called_as_it_was_typed(make_field):
    with pytest.raises(InvalidValueError, match=r"this is 140$"):
        make_field("percent", {"scale": 1}).parse_text(["140"])


@pytest.mark.parametrize("text", ["-1", "100.01", "%", "5%%"])
def test_percentages_go_from_0_to_100(make_field, text):
    with pytest.raises(InvalidValueError):
        make_field("percent").parse_text([text])


def test_numbers_are_dumped_as_they_were_sent(make_field):
    number = make_field("number")
    assert [number.dump(number.parse(value)) for value in (5, 0.1, 1e22)] == [5, 0.1, 1e22]
    assert isinstance(number.dump(number.parse(5)), int)


def test_years_are_shown_without_grouping(make_field):
    assert make_field("integer").display(1999) == "1,999"
    assert make_field("integer", {"grouping": False}).display(1999) == "1999"
    assert make_field("integer", locale="sv").display(-1999) == "\u22121\u00a0999"


def test_an_empty_list_in_json_stays_one(make_field):
    tags = make_field("tags")
    assert tags.dump(tags.parse([])) == []


@given(st.lists(st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1), unique=True))
def test_tags_survive_their_one_input(tags):
    field = TagsType(FieldSpec("x", "tags", "X", {}))
    clean = list(dict.fromkeys(field.parse(tags)))
    assert (field.parse_text(field.to_text(clean)) or []) == clean


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("a, b;c", ["a", "b", "c"]),
        (" a ,, a,", ["a"]),
        ('"a, b", c', ["a, b", "c"]),
        ('say "so"', ['say "so"']),
        (", ;", ABSENT),
    ],
)
def test_tags_are_typed_apart_by_commas(make_field, text, tags):
    assert make_field("tags").parse_text([text]) == tags


@pytest.mark.parametrize("text", ['"a', '"a" b', '"' * 9_999])
def test_tags_with_an_open_quote_are_refused(make_field, text):
    with pytest.raises(InvalidValueError, match="double quote"):
        make_field("tags").parse_text([text])


@pytest.mark.parametrize(
    "text", ["x@example.com", "Maya@mail.example", "ü@house.local", "a@x.test"]
)
def test_addresses_of_test_and_house_nets_are_taken(make_field, text):
    assert make_field("email").parse(text) == text


@pytest.mark.parametrize(
    "text", ["x", "@x.com", "a@", "a b@x.com", "a@@x.com", "a" * 300 + "@x.com"]
)
def test_what_is_no_address_is_refused(make_field, text):
    with pytest.raises(InvalidValueError):
        make_field("email").parse(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "javascript:alert(1)",
            "data:text/html,x",
            "//evil.example",
            "/path",
            "http://",
            "ftp://x",
        ),
        *("https:x", "java\tscript:x", "http://[::1", "http://a b"),
    ],
)
def test_only_web_addresses_are_taken_and_linked(make_field, text):
    url = make_field("url")
    with pytest.raises(InvalidValueError):
        url.parse(text)
    assert url.href(text) == ""


def test_web_addresses_are_linked_as_they_are(make_field):
    url = make_field("url")
    assert url.href(url.parse("HTTPS://x.example/a")) == "HTTPS://x.example/a"


def test_running_numbers_are_made_from_the_format(make_field):
    reference = make_field("sequence", {"format": "DSP-{:06d}/x"})
    assert reference.next_value(123) == "DSP-000123/x"
    assert reference.next_value(12_345_678) == "DSP-12345678/x"
    with pytest.raises(InvalidValueError):
        reference.next_value(10**15)


@pytest.mark.parametrize("text", ["{0.__class__}", "DSP", "{:d}", "{:06d}{:06d}", "{:999999d}"])
def test_running_numbers_have_one_plain_placeholder(make_field, text):
    with pytest.raises(ValueError, match="format"):
        make_field("sequence", {"format": text})


def test_people_are_named_so_that_a_page_finds_their_titles(make_field):
    assert make_field("user").references("maya") == {"maya"}
    assert make_field("text").references("maya") == frozenset()


FILE = {"id": "a1", "name": "x.pdf", "size": 1, "type": "application/pdf", "sha256": "0" * 64}


def test_a_post_says_which_files_stay(make_field):
    files = make_field("files")
    other = {**FILE, "id": "b2"}
    assert files.parse_posted(["", "b2"], [FILE, other]) == [other]
    assert files.parse_posted([""], [FILE]) is ABSENT
    with pytest.raises(InvalidValueError, match="not attached"):
        files.parse_posted(["c3"], [FILE])


@pytest.mark.parametrize(
    "change",
    [
        {"id": "../x"},
        {"name": ""},
        {"name": "a\x00"},
        {"size": -1},
        {"size": True},
        {"sha256": "x"},
        {"type": None},
        {"more": 1},
    ],
)
def test_file_references_have_one_shape(make_field, change):
    with pytest.raises(InvalidValueError):
        make_field("files").parse([{**FILE, **change}])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"a": 1, "a": 2}', "no JSON"),
        ("[NaN]", "no JSON"),
        ("[1e999]", "no JSON"),
        ("{", "no JSON"),
        ("[" * 29 + "]" * 29, "28 levels"),
        ("9" * 401, "no JSON"),
        ('"' + "x" * 1_000_000 + '"', "1,000,000 bytes"),
        ("x" * 4_000_001, "1,000,000 bytes"),
        ('"\\ud800"', "no JSON"),
        ("[" * 100_000, "no JSON"),
    ],
)
def test_json_is_read_strictly(make_field, text, reason):
    with pytest.raises(InvalidValueError, match=reason):
        make_field("json").parse_text([text])


def test_json_takes_null_only_where_its_schema_does(make_field):
    assert make_field("json").allows_null
    assert make_field("json", type=["object", "null"]).allows_null
    assert not make_field("json", type="object").allows_null
    reference = {"$ref": "#/$defs/somewhere"}
    assert make_field("json", **reference).allows_null


def test_json_is_shown_short(make_field):
    assert make_field("json").display({"a": [1, None]}) == '{"a": [1, null]}'
    assert len(make_field("json").display(["x" * 500])) == 200


def test_boxes_that_are_not_ticked_say_no_where_there_was_an_answer(make_field):
    switch = make_field("boolean")
    assert switch.unchecked(ABSENT) == ""
    assert switch.unchecked(True) == switch.unchecked(False) == "false"
    assert switch.parse_text(["false", "true"]) is True
    assert switch.parse_text(["No"]) is False


def test_sensitive_fields_are_not_found_by_search(make_field):
    assert make_field("text").search_text("secret") == "secret"
    assert make_field("text", ops={"sensitive": True}).search_text("secret") == ""


def test_an_unknown_locale_is_refused(make_field):
    with pytest.raises(ValueError, match="no locale 'xx-nowhere'"):
        make_field("decimal", locale="xx-nowhere")


@pytest.mark.parametrize("type_", ["decimal", "integer", "date", "files"])
def test_what_was_stored_otherwise_is_not_guessed(make_field, type_):
    with pytest.raises(ValueError, match=r"\w"):
        make_field(type_).from_store("odd")


def test_json_holds_only_json(make_field):
    for value in ({"a": {1, 2}}, [float("nan")], b"x"):
        with pytest.raises(InvalidValueError):
            make_field("json").parse(value)


def test_files_must_be_lists_of_objects(make_field):
    files = make_field("files")
    assert files.schema_problem({"type": "array", "items": {"type": "string"}})
    assert files.schema_problem({"type": "array"}) is None


def test_tags_must_be_unique_texts(make_field):
    tags = make_field("tags")
    assert tags.schema_problem({"type": "array", "items": {"type": "string"}})
    assert tags.schema_problem({"type": "array", "items": {}, "uniqueItems": True})


@pytest.mark.parametrize("type_", ["text", "integer", "boolean", "datetime", "date"])
def test_null_beside_the_values_of_a_type_is_kept_where_nothing_was_typed(type_):
    name = {"integer": "integer", "boolean": "boolean"}.get(type_, "string")
    formats = {"datetime": "date-time", "date": "date"}
    judged = {"type": [name, "null"], **({"format": formats[type_]} if type_ in formats else {})}
    catalog = Registry.discover().catalog()
    field = catalog.field(field_spec("x", {**judged, "x-ops": {"type": type_}}, required=False))

    form = form_class([field])(MultiDict([("x", "")]), {"x": None})

    assert field.allows_null
    assert form.control("x").data is None
    assert field.display(None) == field.search_text(None) == ""
    assert field.dump(field.from_store(field.to_store(None))) is None
