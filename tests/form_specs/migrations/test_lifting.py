"""What each step does to a record, and the promises behind the word "migration"."""

from copy import deepcopy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.judging.judge import Judge
from form_specs.compatibility import Impact, Tally, compare
from form_specs.load import load
from form_specs.migrations import CannotLift, compiled, skeleton, uncovered, with_losses
from tests.form_specs.compatibility.test_safety import (
    CATALOG,
    _checked,
    _defaulted,
    _pairs,
    _records,
    _tool,
)

TEXT = {"type": "string", "maxLength": 200, "x-ops": {"type": "text"}}
NUMBER = {"type": "integer", "x-ops": {"type": "integer"}}
DAY = {"type": "string", "format": "date", "x-ops": {"type": "date"}}
CHOICE = {
    "enum": ["x", "y"],
    "x-ops": {"type": "choice", "choices": [{"key": k, "title": k} for k in "xy"]},
}


def tool(**properties):
    schema = {
        "type": "object",
        "properties": {key: {**part, "title": key} for key, part in properties.items()},
        "additionalProperties": False,
    }
    form = {"key": "thing", "title": "Thing", "schema": schema}
    return {"ops": "1", "kind": "tool", "key": "things", "title": "Things", "forms": [form]}


def lifted(record, old, new, *steps, state=None):
    lifting = compiled({"steps": [*steps]}, load(old), load(new), CATALOG)["thing"]
    before = deepcopy(record)
    found = lifting.lift(record, state)
    assert record == before
    return found if state else found[0]


@pytest.mark.parametrize(("step", "record", "found"), [
    ({"do": "fill", "field": "b", "value": 3}, {}, {"b": 3}),
    ({"do": "fill", "field": "b", "value": 3}, {"b": 1}, {"b": 1}),
    ({"do": "fill", "field": "b", "from": "a"}, {"a": "12"}, {"a": "12", "b": 12}),
    ({"do": "drop", "field": "a"}, {"a": "x", "b": 1}, {"b": 1}),
    ({"do": "map", "field": "c", "map": {"z": "x"}}, {"c": "z"}, {"c": "x"}),
    ({"do": "map", "field": "c", "map": {"z": None}}, {"c": "z"}, {}),
    ({"do": "map", "field": "c", "map": {"x": "y", "y": "x"}}, {"c": "x"}, {"c": "y"}),
    ({"do": "convert", "field": "b", "onError": "clear"}, {"b": "no"}, {}),
    ({"do": "convert", "field": "b", "onError": "keep"}, {"b": "no"}, {"b": "no"}),
])  # fmt: skip
def test_a_step_does_what_it_says(step, record, found):
    spec = tool(a=TEXT, b=NUMBER, c=CHOICE)
    old = tool(a=TEXT, b=TEXT, c=CHOICE) if step["do"] == "convert" else spec
    assert lifted(record, old, spec, step) == found


def test_a_renamed_field_takes_its_value_along_and_may_be_converted():
    old, new = tool(a=TEXT), tool(b=NUMBER)
    steps = ({"do": "rename", "field": "a", "to": "b"}, {"do": "convert", "field": "b"})
    assert lifted({"a": "7"}, old, new, *steps) == {"b": 7}


def test_parts_are_split_and_merged():
    whole, parts = tool(name=TEXT), tool(first=TEXT, last=TEXT)
    split = {"do": "split", "field": "name", "into": ["first", "last"]}
    merge = {"do": "merge", "fields": ["first", "last"], "into": "name"}
    apart = {"first": "Ada", "last": "King Lovelace"}
    assert lifted({"name": "Ada King Lovelace"}, whole, parts, split) == apart
    assert lifted(apart, parts, whole, merge) == {"name": "Ada King Lovelace"}
    assert lifted({"name": "Ada"}, whole, parts, split) == {"first": "Ada"}
    assert lifted({"last": "Lovelace"}, parts, whole, merge) == {"name": "Lovelace"}


def test_states_are_mapped():
    spec = tool(a=TEXT)
    step = {"do": "mapState", "map": {"old": "new", "": "first"}}
    assert lifted({}, spec, spec, step, state="old") == ({}, "new")
    assert lifted({}, spec, spec, step, state="other") == ({}, "other")


def test_what_does_not_fit_is_rejected_with_its_field():
    old, new = tool(a=TEXT), tool(a=DAY)
    with pytest.raises(CannotLift) as caught:
        lifted({"a": "once"}, old, new, {"do": "convert", "field": "a"})
    assert caught.value.field == "a"


# -- promises -----------------------------------------------------------------------------


def _made(old, new, records):
    """The migration that the first draft, its nulls filled in, and all losses accepted make."""
    tally = Tally(compare(_tool(old), _tool(new), CATALOG))
    tally.see("thing", [(record, None) for record in records])
    comparison = tally.result()
    draft = skeleton(comparison, 1)
    for step in draft["steps"]:
        if step["do"] == "fill":
            step["value"] = _some_value(new, step["field"])
        elif step["do"] == "map":
            step["map"] = dict.fromkeys(step["map"])
    losses = [change.name for change in comparison.of(Impact.BREAKING)]
    migration = with_losses(draft, comparison, losses)
    return comparison, migration, losses


def _some_value(schema, key):
    """A value that the field takes, or none that is known."""
    candidates = ("", "a", "1", "aa", "x", "y", "z", 0, 1, 2, 3, 4, 6, 12, True, ["a"], ["ab", "b"])
    valid = CATALOG.accepts(schema["properties"][key])
    return next((value for value in candidates if valid(value)), None)


def _lift(record, lifting):
    return lifting.lift(record, None)[0] if lifting else dict(record)


@settings(max_examples=100)
@given(_pairs(), _records)
def test_a_migration_leaves_every_record_valid_or_on_the_list(pair, records):
    old, new = map(_checked, pair)
    valid = [record for record in records if Judge(old).is_valid(record)]
    comparison, migration, losses = _made(old, new, valid)
    if uncovered(comparison, migration["steps"], losses):
        return
    lifting = compiled(migration, load(_tool(old)), load(_tool(new)), CATALOG).get("thing")
    judge, touches = Judge(new), lifting.touches if lifting else frozenset()
    for record in valid:
        try:
            after = _defaulted(_lift(record, lifting), new)
        except CannotLift:
            continue
        before = {(problem.field, problem.keyword) for problem in judge.problems(record)}
        problems = judge.problems(after)
        # The job lists records that are refused at what it touches, or for another reason than before.
        listed = any(p.field in touches or (p.field, p.keyword) not in before for p in problems)
        whole = any("/schema/" in change.pointer for change in comparison.changes)
        assert not problems or listed or whole, (comparison.changes, after)


@settings(max_examples=100)
@given(_pairs(), _records)
def test_lifting_twice_is_lifting_once(pair, records):
    old, new = map(_checked, pair)
    valid = [record for record in records if Judge(old).is_valid(record)]
    _comparison, migration, _losses = _made(old, new, valid)
    lifting = compiled(migration, load(_tool(old)), load(_tool(new)), CATALOG).get("thing")
    for record in valid:
        try:
            once = _lift(record, lifting)
            assert _lift(once, lifting) == once
        except CannotLift:
            continue


@given(st.dictionaries(st.sampled_from("abc"), st.text(max_size=3)))
def test_a_record_that_needs_no_step_comes_back_equal(record):
    spec = tool(a=TEXT, b=TEXT, c=TEXT)
    steps = ({"do": "map", "field": "a", "map": {"never": None}}, {"do": "drop", "field": "z"})
    assert lifted(record, spec, spec, *steps) == record
