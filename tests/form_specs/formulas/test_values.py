"""What formulas give."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from form_specs.formulas import FUNCTIONS, FormulaEnv, Money, compile_formula
from tests.form_specs.formulas.making import ENV, RECORD, SCOPE, value_of

D = Decimal
CASES = (
    # arithmetic is exact, and binds as everybody expects
    ("0.1 + 0.2", D("0.3")),
    ("1 + 2 * 3", D(7)),
    ("(1 + 2) * 3", D(9)),
    ("10 - 3 - 2", D(5)),
    ("-amount + 20", D("0.01")),
    ("7 % 4", D(3)),
    ("1 / 3 * 3", D("0.9999999999999999999999999999")),
    ("amount * rate", D("59.97")),
    ("1 / 0", None),
    ("0 / 0", None),
    # comparison and logic
    ("1 < 2 && 2 <= 2 && 3 > 2 && 3 >= 3", True),
    ("1 == 1.00", True),
    ("'a' != 'b'", True),
    ("'a' < 'b'", True),
    ("!urgent || false", False),
    ("urgent ? 'yes' : 'no'", "yes"),
    ("false ? 1 : true ? 2 : 3", D(2)),
    ("reason in ['kyc', 'legal']", True),
    ("'vip' in labels", True),
    ("2 in [1, 3]", False),
    # what is absent makes absent what needs it
    ("payee.age / 0 + 1", None),
    ("1 / 0 > 1", None),
    ("!(1 / 0 > 1)", None),
    ("false && 1 / 0 > 1", False),
    ("1 / 0 > 1 && false", False),
    ("true || 1 / 0 > 1", True),
    ("true && 1 / 0 > 1", None),
    ("1 / 0 > 1 ? 1 : 2", None),
    ("coalesce(1 / 0, 5)", D(5)),
    ("if_empty('', 'none')", "none"),
    ("if_empty(name, 'none')", "Ada"),
    ("empty(1 / 0)", True),
    ("empty('')", True),
    ("empty(labels)", False),
    # paths, lists and what is done with each item
    ("payee.name + '!'", "Bob!"),
    ("`odd-key`", "odd"),
    ("lines.value", [D("0.1"), D("0.2")]),
    ("sum(lines.value)", D("0.3")),
    ("sum(lines.map(l, l.value * 2))", D("0.6")),
    ("sum(lines.filter(l, l.value > 0.1).map(l, l.value))", D("0.2")),
    ("count(lines)", D(3)),
    ("lines.exists(l, l.label == 'two')", True),
    ("lines.all(l, l.value > 0)", False),
    ("lines.map(l, sum(l.parts.map(p, p.size)))", [D(1), D(0), D(0)]),
    ("lines[1].label", "two"),
    ("lines[7].label", None),
    ("lines[0 - 1].label", None),
    ("[1, 1 / 0, 3]", [D(1), D(3)]),
    ("[]", []),
    ("labels[0]", "vip"),
    # numbers
    ("sum(1, 2, 1 / 0)", D(3)),
    ("sum([])", D(0)),
    ("min(3, 1, 2)", D(1)),
    ("max(start, date(2027, 1, 1))", date(2027, 1, 1)),
    ("max(labels)", "vip"),
    ("avg(1, 2)", D("1.5")),
    ("avg(lines.filter(l, false).value)", None),
    ("round(2.5)", D(3)),
    ("round(-2.5)", D(-3)),
    ("round(2.675, 2)", D("2.68")),
    ("round(1234.5, -2)", D("1200")),
    ("round(amount, 99)", None),
    ("floor(-1.5)", D(-2)),
    ("ceil(1.2)", D(2)),
    ("abs(-3)", D(3)),
    ("number(' 12.50 ')", D("12.5")),
    ("number('twelve')", None),
    ("number('1e9')", None),
    # texts
    ("concat(name, ' is ', payee.age, ' ', true, ' ', start)", "Ada is 41 true 2026-11-27"),
    ("concat(price, ' ', moment)", "12.5 EUR 2026-11-26T14:30:00Z"),
    ("concat(100.00, ' ', 1 - 1)", "100 0"),
    ("lower('ÀB')", "àb"),
    ("upper(name)", "ADA"),
    ("trim('  a ')", "a"),
    ("substring('héé😀', 1, 3)", "éé😀"),
    ("substring(name, 1)", "da"),
    ("substring(name, 9)", ""),
    ("substring(name, 0 - 1)", None),
    ("replace('a-b-c', '-', '+')", "a+b+c"),
    ("replace('abc', '', 'x')", "abc"),
    ("split('a;b', ';')", ["a", "b"]),
    ("split('ab', '')", ["ab"]),
    ("join(labels, '; ')", "vip; eu"),
    ("join(lines.value)", "0.1, 0.2"),
    ("length('héé😀')", D(4)),
    ("length(labels)", D(2)),
    ("contains(name, 'DA')", True),
    ("starts_with(name, 'b')", False),
    (r"'a\n\'\u0041'", "a\n'A"),
    # money
    ("price + price", Money(D("25.00"), "EUR")),
    ("price * 3 - price / 2", Money(D("31.25"), "EUR")),
    ("2 * price == money(25, 'EUR')", True),
    ("price / money(5, 'EUR')", D("2.5")),
    ("price + money(1, 'USD')", None),
    ("price < money(1, 'USD')", None),
    ("price / 0", None),
    ("-price", Money(D("-12.50"), "EUR")),
    ("sum(price, price)", Money(D("25.00"), "EUR")),
    ("sum(price, money(1, 'USD'))", None),
    ("avg(price, money(1, 'EUR'))", Money(D("6.75"), "EUR")),
    ("max(price, money(13, 'EUR')).amount", D(13)),
    ("max(price, money(13, 'USD'))", None),
    ("round(price * 0.333, 2)", Money(D("4.16"), "EUR")),
    ("price.currency", "EUR"),
    ("format_money(price)", "12.5 EUR"),
    ("format_money(1.5, 'USD')", "1.5 USD"),
    ("format_number(1234.565, 2)", "1234.57"),
    # days
    ("today()", date(2026, 11, 26)),
    ("now()", datetime(2026, 11, 26, 14, 30, tzinfo=UTC)),
    ("date(2026, 2, 29)", None),
    ("date(2026, 2.5, 1)", None),
    ("date(moment)", date(2026, 11, 26)),
    ("days_between(today(), start)", D(1)),
    ("days_between(start, moment)", D(-1)),
    ("add_days(start, 35)", date(2027, 1, 1)),
    ("add_days(start, 0.5)", None),
    ("add_days(start, 999999999)", None),
    ("add_days(start, 3600000)", None),
    ("add_workdays(start, 1)", date(2026, 11, 30)),
    ("workdays_between(start, date(2026, 12, 4))", D(5)),
    ("year(start) * 100 + month(start)", D(202611)),
    ("day(start)", D(27)),
    ("weekday(start)", D(5)),
    ("format_date(start)", "2026-11-27"),
    ("format_date(moment)", "2026-11-26T14:30Z"),
    # linked records
    ("shop.name", "Corner"),
    ("concat(lookup(shop.name), ', ', shop.address.city)", "Corner, Cluj"),
    ("shop.rating + 1", None),
)  # fmt: skip


@pytest.mark.parametrize(("text", "value"), CASES, ids=[text for text, _ in CASES])
def test_a_formula_gives(text, value):
    found = value_of(text)
    assert found == value
    assert type(found) is type(value)


def test_every_function_is_tried():
    called = {name for name in FUNCTIONS if any(f"{name}(" in text for text, _ in CASES)}
    assert called == FUNCTIONS.keys()


def test_an_empty_record_gives_absent_but_never_an_error():
    for text, _ in CASES:
        compile_formula(text, SCOPE).evaluate({}, ENV)
    assert value_of("amount + 1", {}) is None
    assert value_of("sum(lines.value)", {}) == 0
    assert value_of("count(lines)", {}) == 0
    assert value_of("payee.name", {}) is None


def test_holidays_are_no_working_days():
    env = FormulaEnv(ENV.now, holidays=frozenset([date(2026, 11, 30), date(2026, 11, 28)]))
    assert value_of("add_workdays(start, 1)", env=env) == date(2026, 12, 1)
    assert value_of("workdays_between(start, date(2026, 12, 4))", env=env) == 4


def test_the_clock_is_what_the_surroundings_say():
    later = FormulaEnv(datetime(2027, 1, 1, tzinfo=UTC))
    assert value_of("today()", env=later) == date(2027, 1, 1)
    assert value_of("days_between(start, today())", env=later) == 35


def test_a_formula_says_what_it_reads():
    formula = compile_formula("sum(lines.map(l, l.value)) * rate + payee.age", SCOPE)
    assert formula.reads == {"lines", "rate", "payee"}
    assert not formula.live
    assert compile_formula("days_between(start, today()) > 3", SCOPE).live
    assert compile_formula("1 + 1", SCOPE).reads == frozenset()


def test_numbers_from_outside_are_cut_to_the_digits_of_formulas():
    assert value_of("amount", {"amount": D("1e300")}) is None
    assert value_of("amount + 0", {"amount": D("NaN")}) is None
    assert value_of("concat(amount)", {"amount": D("1e999999")}) is None
    assert value_of("sum(lines.value)", {"lines": [{"value": D("1e300")}]}) == 0
    assert value_of("price", {"price": Money(D("1e300"), "EUR")}) is None
    assert value_of("amount", {"amount": D("1.23456789012345678901234567891")}) == D(
        "1.234567890123456789012345679"
    )


def test_the_record_is_left_as_it_was():
    before = repr(RECORD)
    for text, _ in CASES:
        value_of(text)
    assert repr(RECORD) == before
