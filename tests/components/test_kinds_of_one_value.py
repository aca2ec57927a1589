"""A kind that can be nothing but one value: to choose it says all."""

import pytest
from werkzeug.datastructures import MultiDict

from components.base import ABSENT
from components.forms import form_class
from components.nested.variant_control import Chosen
from components.registry import Registry
from form_specs.load import field_spec

KINDS = {
    "title": "Size",
    "anyOf": [
        {"type": "integer", "title": "Number", "x-ops": {"type": "integer"}},
        {"type": "null", "title": "Nothing", "x-ops": {"type": "json"}},
        {"const": "auto", "title": "Auto", "x-ops": {"type": "json"}},
    ],
    "x-ops": {"type": "variant"},
}
SIZE = Registry.discover().field(field_spec("size", KINDS, required=False))
FORM = form_class([SIZE])


def control(post, current=ABSENT):
    values = {} if current is ABSENT else {"size": SIZE.parse(current)}
    return FORM(MultiDict(post), values).control("size")


@pytest.mark.parametrize(("kind", "value"), [(1, None), (2, "auto")])
def test_its_value_is_there_once_it_is_chosen(kind, value):
    found = control([(":choice:size", str(kind)), (":drawn:size", "")])
    assert (found.data, found.failed) == (Chosen(kind, value), False)
    assert SIZE.dump(found.data) == value
    assert not found.part.drawn_inputs
    again = control(found.pairs, value)
    assert (again.data, again.touched) == (SIZE.parse(value), False)


def test_another_kind_still_has_to_be_filled_in():
    assert control([(":choice:size", "0"), (":drawn:size", "1")], None).failed
    assert control([(":choice:size", "0"), (":drawn:size", "0"), ("size", "5")]).data == Chosen(
        0, 5
    )
    assert control([(":choice:size", "")], None).data is ABSENT


def test_it_is_shown_by_its_name_alone():
    assert [SIZE.display(SIZE.parse(value)) for value in (5, None, "auto")] == [
        "Number: 5",
        "Nothing",
        "Auto",
    ]
