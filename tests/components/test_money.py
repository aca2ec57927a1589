"""What is special to money."""

from decimal import Decimal

import pytest
from werkzeug.datastructures import MultiDict

from components.base import ABSENT, InvalidValueError
from components.fields.money import Money
from components.forms import form_class
from form_specs.conditions import Comparison, Kind


@pytest.fixture
def money(make_field):
    return make_field("money", {"currencies": ["EUR", "USD"]})


def test_money_is_posted_by_two_inputs(money):
    post = MultiDict({"x/amount": "1,234.50", "x/currency": "USD"})
    form = form_class([money])(post)
    assert form.posted() == {"x": Money(Decimal("1234.50"), "USD")}
    assert form.control("x").texts == ["1,234.50", "USD"]


def test_money_keeps_a_wrong_amount_and_its_currency_as_typed(money):
    control = form_class([money])(MultiDict({"x/amount": "ten", "x/currency": "USD"})).control("x")
    assert control.texts == ["ten", "USD"]
    assert control.errors == ["Write a number in digits, like 1234.50"]


def test_money_without_an_amount_is_no_value(money):
    form = form_class([money])(MultiDict({"x/amount": "", "x/currency": "EUR"}))
    assert form.posted() == {"x": ABSENT}


@pytest.mark.parametrize("text", ["EUR 12.50", "12.50 EUR", "EUR12.50", "12.50"])
def test_money_is_read_from_one_cell(money, text):
    assert money.parse_text([text]) == Money(Decimal("12.50"), "EUR")


@pytest.mark.parametrize("text", ["GBP 1", "EUR 1 USD", "12.505", "EUR", "1" + " " * 100_000 + "X"])
def test_money_refuses_what_it_cannot_be(money, text):
    with pytest.raises(InvalidValueError):
        money.parse_text([text])


def test_money_compares_within_one_currency(money):
    amount = Comparison(("x", "amount"), Kind.INTEGER, "ge", 10_000)
    currency = Comparison(("x", "currency"), Kind.TEXT, "eq", "USD")
    assert money.comparisons("ge", {"amount": "100.00", "currency": "USD"}) == (amount, currency)
    assert money.comparisons("ge", "100.00") == (amount,)


def test_money_of_two_currencies_does_not_compare(money):
    with pytest.raises(InvalidValueError, match="one currency"):
        money.comparisons(
            "between",
            [{"amount": "1.00", "currency": "USD"}, {"amount": "2.00", "currency": "EUR"}],
        )


def test_money_in_a_list_compares_amounts(money):
    found = money.comparisons("in", ["1.00", "2.00"])
    assert found == (Comparison(("x", "amount"), Kind.INTEGER, "in", (100, 200)),)


@pytest.mark.parametrize(
    ("locale", "amount", "written"),
    [
        ("en", "1234567.5", "€1,234,567.50"),
        ("en", "-5", "-€5.00"),
        ("de", "1234567.5", "1.234.567,50\u00a0€"),
        ("fr", "-1234.5", "-1\u202f234,50\u00a0€"),
        ("en-IN", "1234567.5", "€12,34,567.50"),
    ],
)
def test_money_is_written_as_the_locale_does(make_field, locale, amount, written):
    money = make_field("money", locale=locale)
    assert money.display(Money(Decimal(amount), "EUR")) == written


def test_an_amount_of_whichever_currency_is_said_as_the_locale_writes_it(money):
    assert money.literal_words("5000.00") == "5,000.00"
    assert money.literal_words({"amount": "5000.00", "currency": "USD"}) == "$5,000.00"
    with pytest.raises(InvalidValueError):
        money.literal_words("5k")


def test_money_of_a_currency_without_a_sign_keeps_its_distance(make_field):
    money = make_field("money", {"currencies": ["CHF"]})
    assert money.display(Money(Decimal(5), "CHF")) == "CHF\u00a05.00"


def test_money_offers_a_currency_that_is_gone_to_a_record_that_has_it(money):
    assert money.offered() == ("EUR", "USD")
    assert money.offered("GBP") == ("GBP", "EUR", "USD")


@pytest.mark.parametrize("stored", [5, {"amount": "1.00", "currency": "EUR"}, {"amount": 1}])
def test_money_that_was_stored_otherwise_is_not_guessed(money, stored):
    with pytest.raises(InvalidValueError, match="stored value"):
        money.from_store(stored)


@pytest.mark.parametrize(
    "change",
    [
        {"required": ["amount"]},
        {"properties": {"amount": True, "currency": True}},
        {"properties": {"amount": {"type": "string"}}},
        {"type": "array"},
    ],
)
def test_a_schema_of_money_has_its_two_parts(money, change):
    assert money.schema_problem({**money.schema_for({}), **change})


@pytest.mark.parametrize(
    "change",
    [
        {"additionalProperties": True},
        {"minProperties": 1},
        {"properties": {"amount": {"type": "string"}, "currency": {"enum": ["EUR"]}}},
        {"properties": {"amount": {"type": "string"}, "currency": {"enum": ["euro"]}}},
    ],
)
def test_money_is_recognised_only_where_it_takes_the_same(money, change):
    assert not money.recognise({**money.schema_for({}), **change})
