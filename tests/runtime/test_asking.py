"""What others depend on is read out of a post as the form's own controls read it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from components.base import InvalidValueError
from components.forms import form_class
from runtime.asking import Asking
from tests.runtime.opening import Desk

TEXTS = st.sampled_from(
    [
        *("", " ", "a", "Shop", "1", "7.50", "1,5", "-3", "150", "yes", "false", "on", "x", "10%"),
        *("2026-11-24", "2026-11-24T10:00", "24.11.2026", "north", "hq", "web", "shop", "olga"),
        *("a@example.com", "https://example.com/", "EUR", "ten", "{}", '{"a": 1}', "[1", "\0"),
    ]
)


@pytest.fixture(scope="module")
def fields(services):
    return Desk(services).tool.forms["refund"].fields


@settings(max_examples=150)
@given(data=st.data())
def test_both_ways_of_reading_give_the_same(fields, data):
    post = MultiDict()
    values = {}
    for key, field in fields.items():
        parts = [f"{key}/{part}" for part in field.parts] or [key]
        for name in parts if data.draw(st.booleans()) else ():
            post.setlist(name, data.draw(st.lists(TEXTS, min_size=1, max_size=2)))
        if data.draw(st.booleans()):
            try:
                values[key] = field.parse_text([data.draw(TEXTS) for _ in parts])
            except InvalidValueError:
                continue
    asked = Asking(fields.values()).typed(post, values)
    assert asked == form_class(fields.values())(post, values).posted()
