"""The short form of filters: what it means, how it is written again, what it says in words."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.access import Access, FormAccess, Person
from runtime.filters import filter_words, format_filter, parse_filter
from runtime.reading import QueryError
from tests.runtime.api.conftest import open_orders


@pytest.fixture(scope="module")
def access(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FormAccess]:
    services = open_orders("", tmp_path_factory.mktemp("orders"))
    with services.db.read() as conn:
        tool = services.published.tool(conn, "orders")
    assert tool is not None
    found = Access(Person("lena", "Lena", roles=frozenset({("orders", "lead")}))).form(
        tool, "order"
    )
    assert found is not None
    yield found
    services.close()


@pytest.mark.parametrize(
    ("text", "condition", "words"),
    [
        ("title:eq:a:b,c", {"field": "title", "op": "eq", "value": "a:b,c"}, "Title is a:b,c"),
        ("pieces:gt:5", {"field": "pieces", "op": "gt", "value": 5}, "Pieces is more than 5"),
        ("pieces:empty", {"field": "pieces", "op": "empty"}, "Pieces is empty"),
        (
            "pieces:between:1,5",
            {"field": "pieces", "op": "between", "value": [1, 5]},
            "Pieces is between 1 and 5",
        ),
        (
            "channel:in:web,shop",
            {"field": "channel", "op": "in", "value": ["web", "shop"]},
            "Channel is one of Web, Shop",
        ),
        (
            r"labels:has_any:a\,b,c\\d",
            {"field": "labels", "op": "has_any", "value": ["a,b", "c\\d"]},
            "Labels has any of a,b, c\\d",
        ),
        ("urgent:eq:true", {"field": "urgent", "op": "eq", "value": True}, "Urgent is Yes"),
        (
            "amount:ge:10.00",
            {"field": "amount", "op": "ge", "value": "10.00"},
            "Amount is at least 10.00",
        ),
        (
            "amount:ge:10.00 USD",
            {"field": "amount", "op": "ge", "value": {"amount": "10.00", "currency": "USD"}},
            "Amount is at least $10.00",
        ),
        ("owner:eq:@me", {"field": "owner", "op": "eq", "value": {"user": "id"}}, "Owner is me"),
        (
            "due_on:lt:@today+7d",
            {"field": "due_on", "op": "lt", "value": {"today": {"days": 7}}},
            "Due on is before in 7 days",
        ),
        (
            "paid_at:gt:@now-1h",
            {"field": "paid_at", "op": "gt", "value": {"now": {"hours": -1}}},
            "Paid at is after 1 hour ago",
        ),
        ("@state:eq:packed", {"field": "@state", "op": "eq", "value": "packed"}, "State is Packed"),
        ("title:eq:@me", {"field": "title", "op": "eq", "value": "@me"}, "Title is @me"),
    ],
)
def test_a_filter_is_read_written_and_told(access, text, condition, words):
    assert parse_filter(access, text) == condition
    assert format_filter(access, condition) == text
    assert str(filter_words(access, condition)) == words


def test_what_is_typed_is_understood_as_in_a_form(access):
    assert parse_filter(access, "pieces:eq:1,234,567")["value"] == 1_234_567
    assert parse_filter(access, "urgent:eq:yes")["value"] is True
    assert parse_filter(access, "amount:eq:12.5 EUR")["value"] == {
        "amount": "12.50",
        "currency": "EUR",
    }


def test_groups_stay_conditions(access):
    condition = {
        "any": [
            {"field": "pieces", "op": "empty"},
            {"not": {"field": "channel", "op": "eq", "value": "web"}},
        ]
    }
    text = format_filter(access, condition)
    assert parse_filter(access, text) == condition
    assert str(filter_words(access, condition)) == "Pieces is empty or Not Channel is Web"


def test_an_unknown_field_is_an_error(access):
    with pytest.raises(QueryError, match="there is no field 'absent'"):
        parse_filter(access, "absent:eq:1")


def test_what_is_wrong_with_a_value_is_said_as_it_is_at_its_input(access):
    with pytest.raises(QueryError, match=r"Write a number in digits, like 1234\.50"):
        parse_filter(access, "amount:eq:ten")


@given(
    values=st.lists(st.text(min_size=1, max_size=8).filter(str.isprintable), min_size=1, max_size=4)
)
def test_any_list_of_texts_survives_the_short_form(access, values):
    condition = {"field": "title", "op": "in", "value": values}
    assert parse_filter(access, format_filter(access, condition)) == condition


@given(text=st.text(max_size=40))
def test_no_text_breaks_the_reader(access, text):
    for field in ("title", "pieces", "amount", "paid_at", "labels", "@created_at", "@version"):
        for op in ("eq", "in", "between", "has_any", "gt"):
            try:
                found = parse_filter(access, f"{field}:{op}:{text}")
            except QueryError:
                continue
            assert found["field"] == field
            assert str(filter_words(access, found))
