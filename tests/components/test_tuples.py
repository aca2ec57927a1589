"""Lists with a place for each entry: shorter ones, null, [] and what stands behind the places stay apart."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from components.base import ABSENT, InvalidValueError
from components.forms import form_class
from components.registry import Registry
from form_specs.load import field_spec

REGISTRY = Registry.discover()


def place(type_, schema_type, **more):
    return {"type": schema_type, **more, "x-ops": {"type": type_}}


POINT = {
    "type": "array",
    "title": "Point",
    "minItems": 2,
    "items": False,
    "prefixItems": [
        place("number", "number", title="X"),
        place("number", "number", title="Y"),
        place("text", "string", title="Unit"),
    ],
    "x-ops": {"type": "tuple"},
}
COMMAND = {
    "type": "array",
    "prefixItems": [{"const": "run", "x-ops": {"type": "json"}}, place("text", "string")],
    "items": place("integer", "integer"),
    "x-ops": {"type": "tuple"},
}
OPEN = {"type": "array", "prefixItems": [place("text", "string")], "x-ops": {"type": "tuple"}}
PROPERTIES = {"point": POINT, "command": COMMAND, "open": OPEN}
FIELDS = {
    key: REGISTRY.field(field_spec(key, property_, required=False))
    for key, property_ in PROPERTIES.items()
}
FORM = form_class(FIELDS.values())

numbers = st.integers(-9, 9) | st.sampled_from([0.5, 1e300])
words = st.text("abc é'\"", min_size=1, max_size=4).map(str.strip).filter(bool)
anything = st.none() | st.booleans() | words | st.lists(st.integers(0, 3), max_size=2)
VALUES = {
    "point": st.lists(numbers, max_size=2)
    | st.tuples(numbers, numbers, words | st.none()).map(list),
    "command": st.lists(st.just("run"), max_size=1)
    | st.builds(lambda word, more: ["run", word, *more], words, st.lists(numbers.map(int), max_size=3)),
    "open": st.builds(lambda word, more: [word, *more], words, st.lists(anything, max_size=3)),
}  # fmt: skip


def control(key, post, current=ABSENT):
    values = {} if current is ABSENT else {key: FIELDS[key].parse(current)}
    return FORM(MultiDict(post), values).control(key)


@given(st.fixed_dictionaries({}, optional=VALUES))
def test_what_was_drawn_and_posted_back_is_what_was_there(record):
    values = {key: FIELDS[key].parse(value) for key, value in record.items()}
    drawn = FORM(None, values)
    post = MultiDict([pair for key in FIELDS for pair in drawn.control(key).pairs])
    form = FORM(post, values)
    assert [error for each in form.controls() for error in each.errors] == []
    kept = {**values, **form.posted()}
    back = {key: FIELDS[key].dump(value) for key, value in kept.items() if value is not ABSENT}
    assert json.dumps(back, sort_keys=True) == json.dumps(record, sort_keys=True)
    stored = {key: FIELDS[key].to_store(value) for key, value in values.items()}
    assert {key: FIELDS[key].from_store(value) for key, value in stored.items()} == values


@pytest.mark.parametrize(
    ("post", "value"),
    [
        ([("point/0", "1"), ("point/1", "2"), ("point/2", "")], [1, 2]),
        ([("point/0", "1"), ("point/1", "2"), ("point/2", "km")], [1, 2, "km"]),
        ([("point/0", ""), ("point/1", ""), ("point/2", "")], ABSENT),
        ([], ABSENT),
    ],
)
def test_only_the_last_places_may_be_left_empty(post, value):
    found = control("point", post)
    assert (found.data, found.failed) == (value, False)


@pytest.mark.parametrize(
    ("post", "wrong"),
    [
        ([("point/0", "1"), ("point/1", ""), ("point/2", "km")], ["point/1"]),
        ([("point/0", "1"), ("point/1", "")], ["point/1"]),
        ([("point/2", "km")], ["point/0", "point/1"]),
    ],
)
def test_a_place_that_has_to_be_filled_in_says_so(post, wrong):
    found = control("point", post)
    assert {each.name: each.errors for each in found.walk() if each.errors} == {
        name: ["Fill this in"] for name in wrong
    }


def test_a_place_is_emptied_changed_and_filled_by_itself():
    drawn = [("point/0", "1"), ("point/1", "2"), ("point/2", "km")]
    assert control("point", [*drawn[:2], ("point/2", "")], [1, 2, "km"]).data == [1, 2]
    assert control("point", [*drawn[:2], ("point/2", "m")], [1, 2, "km"]).data == [1, 2, "m"]
    assert control("point", [(name, "") for name, _ in drawn], [1, 2, "km"]).data is ABSENT
    assert control("point", drawn, [1, 2, None]).data == [1, 2, "km"]


def test_what_stands_behind_the_places_has_rows_or_is_json():
    rows = [("command/+", ""), ("command/+", "0"), ("command/+", "1"), ("command/+/0", "4"), ("command/+/1", "5")]  # fmt: skip
    assert control("command", [("command/1", "go"), *rows]).data == ["run", "go", 4, 5]
    assert control("command", [("command/1", "go"), ("command/+", "")]).data == ["run", "go"]
    assert control("command", [("command/1", ""), *rows]).entry(1).errors == ["Fill this in"]
    found = control("command", [("command/1", "go"), *rows[:3], ("command/+/0", "x")])
    assert found.entry(2).errors
    assert control("open", [("open/0", "a"), ("open/+", "[1, null]")]).data == ["a", 1, None]
    assert control("open", [("open/0", "a"), ("open/+", "1")]).failed


def test_faults_are_told_by_the_place():
    with pytest.raises(InvalidValueError) as raised:
        FIELDS["point"].parse([1, "x", 5])
    assert [fault.path for fault in raised.value.faults] == [(1,), (2,)]
    with pytest.raises(InvalidValueError, match="must be a list"):
        FIELDS["point"].parse({"x": 1})


def test_rows_of_lists_with_places_are_drawn_side_by_side():
    path = {"type": "array", "items": POINT, "x-ops": {"type": "repeat"}}
    field = REGISTRY.field(field_spec("path", path, required=False))
    assert [column.spec.title for column in field.columns_drawn] == ["X", "Y", "Unit"]
    assert field.display(field.parse([[1, 2], [3, 4]])) == "2 rows"
    assert FIELDS["point"].display([1, 2, "km"]) == "1, 2, km"
