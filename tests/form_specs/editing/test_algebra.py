"""What holds of all documents: inverses take back, differences lead there, merges lose nothing."""

import copy
import json
from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from form_specs.editing import (
    Edit,
    Insert,
    Move,
    RefusedEdit,
    Remove,
    Set,
    apply,
    changes,
    edit_from_json,
    edit_to_json,
    indexed,
    keyed,
    merge,
    names_of,
    same,
)
from form_specs.problem import pointer_of
from tests.form_specs.editing.documents import documents, edited

_SLOW = settings(max_examples=50)


def text(value):
    return json.dumps(value)


def addresses(value, at=()):
    yield at
    if isinstance(value, dict):
        for key, item in value.items():
            yield from addresses(item, (*at, key))
    if isinstance(value, list):
        for name, item in zip(names_of(value), value, strict=True):
            yield from addresses(item, (*at, name))


@st.composite
def operations(draw, document):
    places = list(addresses(document))
    place = st.sampled_from(places)
    step = st.sampled_from([at[-1] for at in places if at] or ["a"])
    anchor = st.none() | step
    return draw(
        st.builds(Set, place | st.builds(lambda at, s: (*at, s), place, step), documents)
        | st.builds(Insert, place, documents, step, anchor, anchor)
        | st.builds(Remove, place)
        | st.builds(Move, place, st.none() | place, anchor, anchor)
    )


@_SLOW
@given(st.data(), documents)
def test_what_is_done_is_taken_back_to_the_byte(data, document):
    before, done = copy.deepcopy(document), []
    for _ in range(4):
        edit = Edit("", (data.draw(operations(document)),))
        try:
            document, inverse = apply(document, edit)
        except RefusedEdit:
            continue
        done.append(inverse)
    for inverse in reversed(done):
        document, _ = apply(document, edit_from_json(json.loads(text(edit_to_json(inverse)))))
    assert text(document) == text(before)


@_SLOW
@given(st.data(), documents)
def test_nothing_is_changed_in_place(data, document):
    before = copy.deepcopy(document)
    with suppress(RefusedEdit):
        apply(document, Edit("", (data.draw(operations(document)),)))
    assert text(document) == text(before)


@_SLOW
@given(st.data(), documents)
def test_the_difference_leads_there_and_back(data, before):
    after = data.draw(edited(before) | documents)
    edit = changes(before, after)
    there, inverse = apply(before, edit)
    assert text(there) == text(after)
    assert text(apply(there, inverse)[0]) == text(before)
    assert bool(edit) is not same(before, after)


@_SLOW
@given(documents)
def test_every_place_has_one_address(document):
    found = list(addresses(document))
    assert len(found) == len(set(found))
    assert [keyed(document, indexed(document, at)) for at in found] == found


@_SLOW
@given(st.data(), documents)
def test_a_merge_with_what_nobody_changed_is_the_other(data, base):
    mine = data.draw(edited(base))
    for merged, conflicts in (
        merge(base, mine, base),
        merge(base, base, mine),
        merge(base, mine, mine),
    ):
        assert (text(merged), conflicts) == (text(mine), ())


@_SLOW
@given(st.data(), documents, documents)
def test_what_two_change_in_two_places_comes_together_whoever_was_first(data, one, other):
    base = {"one": one, "other": [{"key": "part", "in": other}]}
    mine = data.draw(edited(one))
    theirs = data.draw(edited(other))
    left = {**base, "one": mine}
    right = {**base, "other": [{"key": "part", "in": theirs}]}
    both = {"one": mine, "other": [{"key": "part", "in": theirs}]}
    for merged, conflicts in (merge(base, left, right), merge(base, right, left)):
        assert (text(merged), conflicts) == (text(both), ())


@_SLOW
@given(st.data(), documents)
def test_whoever_is_first_the_same_is_asked(data, base):
    mine, theirs = data.draw(edited(base)), data.draw(edited(base))
    one, other = merge(base, mine, theirs)[1], merge(base, theirs, mine)[1]
    assert {conflict.at for conflict in one} == {conflict.at for conflict in other}
    assert sorted(pointer_of(c.at) for c in one) == sorted(pointer_of(c.at) for c in other)
