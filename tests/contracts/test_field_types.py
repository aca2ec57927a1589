"""What must hold for every field type, built in or brought by another package."""

import unicodedata

import orjson
import pytest
from jsonschema import Draft202012Validator
from werkzeug.datastructures import MultiDict

from components.base import ABSENT, InvalidValueError
from components.forms import form_class
from components.judging.judge import accepts
from components.marshalling import record_schema
from form_specs.check import check
from form_specs.conditions import Env, FormOperands, lower, python_predicate
from form_specs.conditions.lowering import OPERATORS
from tests.contracts.conftest import READMES, REGISTRY
from tests.contracts.readmes import readme

NAUGHTY = (
    "'\"`;--",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}",
    "${jndi:ldap://x}",
    "=HYPERLINK(1)",
    "javascript:alert(1)",
    "\u202eevil\u202c",
    "\u05e9\u05dc\u05d5\u05dd عربى",
    "zero\u200bwidth\u200d",
    "e\u0301 \ufb01",
    "👩‍👩‍👧‍👦 🇷🇴",
    "x" * 10_000,
    "9" * 10_000,
    "a,b;c",
    "%00",
    "../../etc/passwd",
    "null",
    "true",
    "NaN",
    "1e999999",
    "\uff11\uff12",
    "\u0663",
    " ",
)
IMPOSSIBLE = ("a\x00b", "\ud800", "\udfff x", "bell\x07", "\x1b[31m", "\x7f")


def _canonical(value):
    return orjson.loads(orjson.dumps(value))


def _kept(field, value):
    """That a typed value comes back from each of its stations."""
    dumped = _canonical(field.dump(value))
    assert field.parse(dumped) == value
    assert _canonical(field.dump(field.parse(dumped))) == dumped
    assert field.from_store(_canonical(field.to_store(value))) == value
    assert field.parse_posted(field.to_text(value), value) == value
    _kept_in_cells(field, value)


def _kept_in_cells(field, value):
    """That a typed value comes back from the cells of a CSV file, or is refused as only shown there."""
    cells = field.to_cells(value)
    assert len(cells) == max(1, len(field.columns))
    assert all(isinstance(cell, str) for cell in cells)
    if not any(cells):
        return  # an empty text or list is no value there
    if field.importable:
        assert field.from_cells(cells) == value
        return
    with pytest.raises(InvalidValueError, match=r"\w+ \w+"):
        field.from_cells(cells)


def _tried(parse, raw):
    """The value, or why there is none."""
    try:
        return parse(raw), ""
    except InvalidValueError as error:
        return None, str(error) or "no reason"


def test_types_have_a_page_that_says_what_builders_ask(type_name, page):
    type_ = REGISTRY.field_types[type_name]
    assert page.title == type_.title
    assert f"`{type_name}`: " in page.text
    assert page.facts.keys() == {"Typed in", "Filtered by", "In CSV"}
    assert page.operators == list(type_.operators)
    assert page.options == type_.option_schema()["properties"].keys()
    assert page.properties
    assert {each["x-ops"]["type"] for each in page.properties} == {type_name}


def test_option_schema_is_one_that_an_inspector_can_be_made_of(type_name):
    schema = REGISTRY.field_types[type_name].option_schema()
    Draft202012Validator.check_schema(schema)
    assert schema["additionalProperties"] is False
    for option in schema["properties"].values():
        assert option["title"]
        assert option["description"]


def test_templates_are_there(type_name):
    type_ = REGISTRY.field_types[type_name]
    for file in ("form.html", "cell.html", "detail.html"):
        assert (type_.folder() / file).is_file()
    assert REGISTRY.template_folders()[f"fields/{type_name}"] == type_.folder()


def test_documented_property_makes_a_tool_without_a_problem(property_):
    document = {
        "ops": "1",
        "kind": "tool",
        "key": "sample",
        "title": "Sample",
        "forms": [
            {
                "key": "thing",
                "title": "Thing",
                "schema": {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": {"x": property_},
                },
            }
        ],
    }
    assert check(document, REGISTRY.catalog()) == []


def test_examples_are_valid_and_come_back_from_every_station(field, property_):
    assert property_["examples"]
    for example in property_["examples"]:
        assert accepts(property_, example)
        value = field.parse(example)
        assert field.dump(value) == example
        _kept(field, value)
        assert isinstance(field.display(value), str)
        assert field.display(value)
        assert isinstance(field.mask(value), str)
        assert isinstance(field.search_text(value), str)


@pytest.mark.parametrize("locale", ["ro", "de", "ar"])
def test_what_is_valid_does_not_depend_on_the_language_of_the_reader(field, property_, locale):
    said = REGISTRY.field(field.spec, locale)
    for example in property_["examples"]:
        value = said.parse(example)
        assert _canonical(said.dump(value)) == _canonical(field.dump(field.parse(example)))
        assert isinstance(said.display(value), str)


def test_examples_come_back_from_a_form_post(field, property_):
    for example in property_["examples"]:
        value = field.parse(example)
        post = MultiDict(form_class([field])(None, {"x": value}).control("x").pairs)
        form = form_class([field])(post, {"x": value})
        assert form.control("x").errors == ()
        assert form.posted() == {"x": value}


def test_examples_come_back_from_marshalling(field, property_):
    schema = record_schema([field])()
    for example in property_["examples"]:
        assert schema.dump(schema.load({"x": example})) == {"x": example}


def test_nothing_typed_is_no_value(field):
    assert field.parse_text([]) is ABSENT
    assert field.parse_text([""]) is ABSENT
    assert field.from_cells([""] * max(1, len(field.columns))) is ABSENT


def test_columns_are_documented(field):
    named = READMES[field.name].quoted_about("In CSV")
    assert {f".{column}" for column in field.columns} <= set(named)
    assert len(set(field.columns)) == len(field.columns)


def test_null_is_no_value_but_where_the_field_allows_it(field):
    loaded = record_schema([field])().load({"x": None})
    assert loaded == {"x": None if field.allows_null else ABSENT}


# One test tries all texts: a test for each is thousands, which take longer to set up than to run.


def test_hostile_text_is_refused_or_kept_exactly(field):
    for text in NAUGHTY:
        value, refusal = _tried(field.parse_text, [text])
        assert len(refusal) < 500, text
        if not refusal and value is not ABSENT:
            _kept(field, value)
            if isinstance(value, str) and not field.has_choices:
                assert value in (text, unicodedata.normalize("NFC", text))


def test_hostile_json_is_refused_or_kept_exactly(field):
    for text in NAUGHTY:
        for hostile in (text, [text], {text: text}, {"amount": text, "currency": text}):
            value, refusal = _tried(field.parse, hostile)
            assert len(refusal) < 500, hostile
            if not refusal:
                _kept(field, value)


def test_text_that_no_database_should_see_is_refused(field):
    for text in IMPOSSIBLE:
        _refused_as_impossible(field, text)


def _refused_as_impossible(field, text):
    with pytest.raises(InvalidValueError):
        field.parse_text([text])
    if field.name == "json" and "\x00" not in text and text.isascii():
        assert field.parse(text) == text  # escaped in JSON, so it may be kept
        return
    for hostile in (text, [text], {text: 1}):
        if isinstance(hostile, dict) and field.children and "\x00" not in text and text.isascii():
            continue  # a key that is no field is JSON as well
        with pytest.raises(InvalidValueError):
            field.parse(hostile)


def test_texts_that_are_wrong_are_drawn_again_as_typed(field):
    form = form_class([field])(MultiDict([("x", "a\x00b")]))
    control = form.control("x")
    assert control.errors
    assert control.texts == ["a\x00b"]
    assert control.data is ABSENT
    assert form.posted() == {}


def test_operators_are_those_of_conditions(field):
    assert set(field.operators) <= set(OPERATORS)
    assert {"empty", "present"} <= set(field.operators)


def _literal(op, example):
    if op in ("in", "not_in"):
        return [example]
    if op == "between":
        return [example, example]
    if op == "has":
        return example[0]
    if op in ("contains", "starts_with"):
        return example[:1]
    return example


BARE = ("empty", "present", "all_done", "steps_left")


def conditions(field, key, example):
    """For each operator of a field a condition on the example, and whether it holds for it."""
    false_for_itself = {"ne", "not_in", "lt", "gt", "empty", "all_done"}
    documented = readme(type(field)).conditions
    for op in field.operators:
        condition = {"field": key, "op": op}
        if op in documented:
            yield {**condition, "value": documented[op]}, True
            continue
        if op not in BARE:
            condition["value"] = _literal(op, example)
        yield condition, op not in false_for_itself


def test_every_operator_makes_a_condition_that_holds_where_it_should(field, property_):
    env = Env(user="maya", roles=frozenset(), now=None)
    example = property_["examples"][0]
    document = {"x": _canonical(field.to_store(field.parse(example)))}
    for condition, holds in conditions(field, "x", example):
        predicate = lower(condition, FormOperands({"x": field}))
        hash(predicate)
        assert python_predicate(predicate)(document, env) is holds, condition


def test_literals_that_do_not_fit_are_refused_in_words(field):
    for op in {"eq", "has", "lt", "overlaps", "within"} & set(field.operators):
        with pytest.raises(InvalidValueError, match=r"\w+ \w+"):
            field.comparisons(op, {"no": ["value"]})


def test_new_fields_get_a_schema_that_the_type_accepts(type_name):
    type_ = REGISTRY.field_types[type_name]
    schema = type_.schema_for({})
    Draft202012Validator.check_schema(schema)
    assert type_.schema_problem(schema) is None


def test_types_recognise_their_own_schema(type_name):
    type_ = REGISTRY.field_types[type_name]
    schema = type_.schema_for({})
    recognised, _ = REGISTRY.catalog().recognised(schema)
    assert recognised == type_name if type_.recognise(schema) else recognised != type_name


def test_schemas_of_another_kind_are_a_problem(type_name):
    problem = REGISTRY.field_types[type_name].schema_problem({"type": "null"})
    assert problem is None if type_name == "json" else problem
