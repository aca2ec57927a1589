"""What holds for every formula: it parses as it reads, is exact, and cannot be made to run away."""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from time import perf_counter

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from form_specs.formulas import FUNCTIONS, FormulaError, compile_formula
from form_specs.formulas.calendar import WorkCalendar
from form_specs.formulas.parsing import MAX_NODES, parse
from form_specs.formulas.running import MAX_ITEMS, MAX_STEPS, MAX_TEXT
from form_specs.formulas.tree import Infix, Literal
from tests.form_specs.formulas.making import ENV, RECORD, SCOPE, value_of

small = st.decimals(-(10**6), 10**6, places=2)
days = st.dates(date(1990, 1, 1), date(2040, 12, 31))


def compiled(text):
    """The formula, or what is wrong with it."""
    try:
        return compile_formula(text, SCOPE)
    except FormulaError as error:
        return error


# -- any text at all ------------------------------------------------------------------------

WORDS = (
    *SCOPE.fields,
    *FUNCTIONS,
    *("(", ")", "[", "]", ",", ".", ".map(x, ", ".filter(l, ", ".all(x, ", "x", "l.value"),
    *("+", "-", "*", "/", "%", "<", "==", "!=", "&&", "||", "!", "?", ":", "in", "{{", "}}"),
    *("0", "1", "2.50", "'a'", '"b"', "'", "true", "false", "null", "`odd-key`", "€", " "),
)


@given(st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join))
@example("'\\ud800'")
@example("`" + "a" * 300)
def test_any_text_is_a_formula_or_told_why_not(text):
    formula = compiled(text)
    if isinstance(formula, FormulaError):
        assert 0 <= formula.position <= len(text)
        assert formula.message
        return
    for record in (RECORD, {}):
        found = formula.measured(record, ENV)
        assert found.steps <= MAX_STEPS
        assert found == formula.measured(record, ENV)


# -- formulas that make sense ---------------------------------------------------------------


def _numbers(inner):
    return st.one_of(
        st.tuples(inner, st.sampled_from("+-*/%"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        inner.map(lambda n: f"-({n})"),
        st.tuples(inner, inner, inner).map(lambda t: f"({t[0]} < {t[1]} ? {t[2]} : {t[0]})"),
        st.tuples(inner, st.integers(-3, 30)).map(lambda t: f"round({t[0]}, {t[1]})"),
        st.tuples(inner, inner).map(lambda t: f"sum([{t[0]}].map(x, x + {t[1]}))"),
        st.tuples(inner, inner).map(lambda t: f"coalesce({t[0]}, {t[1]})"),
        inner.map(lambda n: f"number(concat({n}))"),
        inner.map(lambda n: f"length(substring(replace(concat({n}, name), '1', '22'), 1))"),
        inner.map(lambda n: f"days_between(start, add_days(start, {n}))"),
        inner.map(lambda n: f"workdays_between(start, add_workdays(start, {n}))"),
    )


numbers = st.recursive(
    st.one_of(st.integers(0, 10**12).map(str), st.sampled_from(("amount", "rate", "payee.age"))),
    _numbers,
    max_leaves=8,
)


@given(numbers)
@settings(max_examples=300)
def test_a_sensible_formula_gives_a_number_or_nothing(text):
    formula = compiled(text)
    if isinstance(formula, FormulaError):
        assert any(limit in formula.message for limit in ("at most", "too many", "already"))
        return
    for record in (RECORD, {}):
        found = formula.measured(record, ENV)
        assert found.steps <= MAX_STEPS
        if found.value is not None:
            assert isinstance(found.value, Decimal)
            assert found.value.is_finite()
            assert len(found.value.as_tuple().digits) <= 28


@given(small, small, small)
def test_arithmetic_is_exact(a, b, c):
    record = {"amount": a, "rate": b, "payee": {"age": c}}
    found = value_of("amount * rate + payee.age - amount", record)
    assert Fraction(found) == Fraction(a) * Fraction(b) + Fraction(c) - Fraction(a)


@given(small, st.integers(0, 4))
def test_rounding_is_half_up(a, places):
    wanted = a.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, Context(prec=60))
    assert value_of(f"round(amount, {places})", {"amount": a}) == wanted


@given(st.lists(small, max_size=50))
def test_sums_of_rows_are_exact(values):
    lines = [{"value": value} for value in values]
    assert value_of("sum(lines.map(l, l.value))", {"lines": lines}) == sum(values, Decimal(0))


OPERATORS = ("||", "&&", "==", "<", "+", "-", "*", "/")
LEVEL = {"||": 1, "&&": 2, "==": 3, "<": 3, "+": 4, "-": 4, "*": 5, "/": 5}


@given(st.lists(st.sampled_from(OPERATORS), min_size=1, max_size=8))
def test_operators_bind_as_their_levels_say(operators):
    text = "0" + "".join(f" {op} {place + 1}" for place, op in enumerate(operators))
    if sum(LEVEL[op] == 3 for op in operators) > 1:
        operators = [op for op in operators if LEVEL[op] != 3]
        text = "0" + "".join(f" {op} {place + 1}" for place, op in enumerate(operators))
    tree, nodes = parse(text)
    assert nodes == 2 * len(operators) + 1
    assert _leaves(tree) == list(range(len(operators) + 1))
    _check_levels(tree)


def _leaves(node):
    return (
        [int(node.value)] if isinstance(node, Literal) else _leaves(node.left) + _leaves(node.right)
    )


def _check_levels(node):
    if isinstance(node, Infix):
        for side, least in ((node.left, LEVEL[node.op]), (node.right, LEVEL[node.op] + 1)):
            assert not isinstance(side, Infix) or LEVEL[side.op] >= least
            _check_levels(side)


# -- running away ---------------------------------------------------------------------------

LONG = {
    "name": "x" * MAX_TEXT,
    "lines": [{"value": Decimal(n)} for n in range(MAX_ITEMS)],
    "labels": ["é" * 1_000] * MAX_ITEMS,
    "amount": Decimal(9) * 10**27,
}
DEAR = (
    "lines.map(a, lines.map(b, a.value * b.value))",
    "lines.all(a, lines.all(b, a.value < b.value + 1))",
    "lines.exists(a, sum(lines.value) < 0)",
    "lines.filter(a, length(upper(name)) < 0)",
    "lines.map(a, replace(name, 'x', name))",
    "replace(name, 'x', 'yy')",
    "replace(replace(name, 'x', ''), '', 'y') + name + 'a'",
    "split(name, 'x')",
    "join(labels, 'and')",
    "concat(name, name)",
    "name + name",
    "lines.map(a, join(labels))",
    "lines.map(a, name in labels)",
    "lines.map(a, workdays_between(start, moment))",
    "lines.map(a, split(name, 'y'))",
)


@pytest.mark.parametrize("text", DEAR)
def test_what_would_run_away_is_stopped_and_gives_nothing(text):
    formula = compile_formula(text, SCOPE)
    began = perf_counter()
    found = formula.measured(RECORD | LONG, ENV)
    assert perf_counter() - began < 0.5
    assert found.exhausted
    assert found.value is None
    assert found.steps <= MAX_STEPS


def test_huge_powers_end_as_absent():
    assert value_of(" * ".join(["amount"] * 90), LONG) is None
    assert value_of("1 / (" + " * ".join(["amount"] * 90) + ")", LONG) is None


def test_a_list_that_is_too_long_gives_nothing():
    lines = [{"value": Decimal(1)}] * (MAX_ITEMS + 1)
    assert value_of("count(lines)", {"lines": lines}) is None
    assert value_of("count(lines)", {"lines": lines[1:]}) == MAX_ITEMS


def test_the_dearest_formulas_within_the_limits_are_quick():
    rows = {"lines": [{"value": Decimal(n), "parts": []} for n in range(120)]}
    formula = compile_formula("count(lines.filter(a, lines.exists(b, b.value < 0)))", SCOPE)
    assert formula.nodes <= MAX_NODES
    began = perf_counter()
    found = formula.measured(rows, ENV)
    assert perf_counter() - began < 0.5
    assert found.steps <= MAX_STEPS


# -- working days ---------------------------------------------------------------------------


@given(days, st.integers(-400, 400), st.frozensets(days, max_size=30))
def test_working_days_are_counted_as_on_fingers(start, distance, holidays):
    calendar = WorkCalendar(holidays)
    end = start + timedelta(days=distance)
    low, high = sorted((start, end))
    between = (low + timedelta(days=n) for n in range(1, (high - low).days + 1))
    counted = sum(day.weekday() < 5 and day not in holidays for day in between)
    assert calendar.between(start, end) == (counted if distance >= 0 else -counted)


@given(days, st.integers(-300, 300), st.frozensets(days, max_size=30))
def test_adding_working_days_walks_over_them(start, count, holidays):
    calendar = WorkCalendar(holidays)
    step, day, left = timedelta(days=1 if count > 0 else -1), start, abs(count)
    while left:
        day += step
        left -= calendar.works(day)
    assert calendar.after(start, count) == day
