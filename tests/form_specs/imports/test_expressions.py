"""Expressions of ODK and FEEL in our words, and the laws that hold of them."""

from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from form_specs.formulas import NUMBER, FormulaEnv, Scope, compile_formula
from form_specs.imports.expressions import feel, fhirpath, xpath
from form_specs.imports.expressions.conditions import Conditions
from form_specs.imports.expressions.dialects import FEEL, XPATH
from form_specs.imports.expressions.formulas import Formulas, result_of
from form_specs.imports.expressions.names import Kind, Known, Names
from form_specs.imports.expressions.tree import Call, Expr, Infix, Literal, Negative, Ref
from form_specs.imports.logic import Untranslatable

KINDS = {
    "name": Kind.TEXT, "age": Kind.INTEGER, "rent": Kind.NUMBER, "ok": Kind.BOOLEAN, "pet": Kind.CHOICE,
    "pets": Kind.SEVERAL, "born": Kind.DATE, "seen": Kind.MOMENT, "other": Kind.NUMBER,
}  # fmt: skip
NAMES = Names({name: [Known((name,), kind)] for name, kind in KINDS.items()})
NAMES.known["kids"] = [Known(("kids",), Kind.ROWS)]
NAMES.known["kid"] = [Known(("kids", "kid"), Kind.TEXT, 1)]
NAMES.known["cost"] = [Known(("kids", "cost"), Kind.NUMBER, 1)]


def is_(field, op, value=None):
    return {"field": field, "op": op} | ({} if value is None else {"value": value})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${age} >= 18", is_("age", "ge", 18)),
        ("18 <= ${age}", is_("age", "ge", 18)),
        ("${name} != ''", is_("name", "present")),
        ("${name} = ''", is_("name", "empty")),
        ("string-length(${name}) > 0", is_("name", "present")),
        ("count-selected(${pets}) = 0", is_("pets", "empty")),
        ("selected(${pets}, 'cat')", is_("pets", "has", "cat")),
        ("selected(${pet}, 'cat') and ${age} div 1 = 2 or ${ok}", None),
        ("selected(${pet}, 'cat')", is_("pet", "eq", "cat")),
        ("${pet} = 3", is_("pet", "eq", "3")),
        ("not(${pet} = 'cat')", is_("pet", "ne", "cat")),
        ("not(${age} > 3)", {"not": is_("age", "gt", 3)}),
        ("(${age} > 3 or ${age} < 1) and ${pet}='cat'", {"all": [{"any": [is_("age", "gt", 3), is_("age", "lt", 1)]}, is_("pet", "eq", "cat")]}),
        ("${born} <= today()", is_("born", "le", {"today": {}})),
        ("${born} > today() - 30", is_("born", "gt", {"today": {"days": -30}})),
        ("${seen} < now()", is_("seen", "lt", {"now": {}})),
        ("${born} = date('2020-01-02')", is_("born", "eq", "2020-01-02")),
        ("${rent} > ${other}", is_("rent", "gt", {"field": "other"})),
        ("if(${ok}, ${age} > 1, false())", {"all": [is_("ok", "eq", True), is_("age", "gt", 1)]}),
        ("true()", True),
        (". > 5", None), ("../x = 1", None), ("instance('a')/root", None), ("position(..) = 1", None), ("${kid} = 'x'", None),
        ("${name} > 3", None), ("${name} = ${age}", None), ("${nobody} = 1", None), ("", None), ("${age} >", None), ("(" * 100 + "1", None), ("§", None),
    ],
)  # fmt: skip
def test_xpath_as_conditions(text, expected):
    made = Conditions(NAMES, XPATH)
    if expected is not None:
        assert made.when(xpath.read(text)) == expected
    else:
        with pytest.raises(Untranslatable):
            made.when(xpath.read(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('=pet = "cat"', is_("pet", "eq", "cat")),
        ("=ok", is_("ok", "eq", True)),
        ("=not(ok)", is_("ok", "ne", True)),
        ("=not(age > 3)", is_("age", "le", 3)),
        ("=pet = null", is_("pet", "empty")),
        ("=pet != null and age between 1 and 5", {"all": [is_("pet", "present"), is_("age", "ge", 1), is_("age", "le", 5)]}),
        ("=age in [1..5)", {"all": [is_("age", "ge", 1), is_("age", "lt", 5)]}),
        ('=pet in ("cat", "dog")', is_("pet", "in", ["cat", "dog"])),
        ('=list contains(pets, "cat")', is_("pets", "has", "cat")),
        ("=count(pets) > 0", is_("pets", "present")),
        ('=born < date("2020-01-01")', is_("born", "lt", "2020-01-01")),
        ('=born >= @"2020-01-01"', is_("born", "ge", "2020-01-01")),
        ('=some k in kids satisfies k.kid = "x"', {"some": "kids", "match": is_("kid", "eq", "x")}),
        ("=if ok then age > 1 else age > 2", {"any": [{"all": [is_("ok", "eq", True), is_("age", "gt", 1)]}, {"all": [is_("ok", "ne", True), is_("age", "gt", 2)]}]}),
        ("=-3 < age", is_("age", "gt", -3)),
        ('=pets[item = "a"]', None), ("=for x in y return x", None), ('={a: 1}', None), ("=kids[1].kid = 1", None), ('=contains(name, "x")', None), ("=age + 1 = 2", None),
    ],
)  # fmt: skip
def test_feel_as_conditions(text, expected):
    made = Conditions(NAMES, FEEL)
    if expected is not None:
        assert made.when(feel.read(text)) == expected
    else:
        with pytest.raises(Untranslatable):
            made.when(feel.read(text))


@pytest.mark.parametrize(
    ("text", "formula", "result"),
    [
        ("${age} * 2 + 1", "age * 2 + 1", "integer"),
        ("${rent} div 12", "rent / 12", "number"),
        ("(${age} + 1) * 2", "(age + 1) * 2", "integer"),
        ("${age} - (${age} - 1)", "age - (age - 1)", "integer"),
        ("if(${age} > 18, 'big', \"small\")", 'age > 18 ? "big" : "small"', "text"),
        ("concat(${name}, ' ', string(${age}))", 'concat(name, " ", concat(age))', "text"),
        ("sum(${cost})", "sum(kids.map(row, row.cost))", "number"),
        ("count(${kids})", "count(kids)", "integer"),
        ("count-selected(${pets})", "count(pets)", "integer"),
        ("selected(${pets}, 'cat')", '"cat" in pets', "boolean"),
        ("round(${rent}, 2)", "round(rent, 2)", "number"),
        ("coalesce(${name}, 'none')", 'coalesce(name, "none")', "text"),
        ("not(${name} = '')", "!empty(name)", "boolean"),
        ("today()", "today()", "date"),
        ("-${age}", "-age", "integer"),
    ],
)  # fmt: skip
def test_xpath_as_formulas(text, formula, result):
    expr = xpath.read(text)

    assert Formulas(NAMES).text(expr) == formula
    assert result_of(expr, NAMES) == result


@pytest.mark.parametrize("text", ["pulldata('a','b','c','d')", "indexed-repeat(${cost}, ${kids}, 1)", "uuid()", "once(random())", "substr(${name}, ${age})"])  # fmt: skip
def test_functions_without_a_counterpart_are_said(text):
    with pytest.raises(Untranslatable):
        Formulas(NAMES).text(xpath.read(text))


def test_fhirpath_asks_for_answers_and_variables():
    text = "%a + %resource.item.where(linkId='x').item.where(linkId='rent').answer.value.first()"

    expr = fhirpath.read(
        text, {"a": "%resource.descendants().where(linkId='age').answer.valueInteger"}
    )

    assert Formulas(NAMES).text(expr) == "age + rent"


# -- laws -----------------------------------------------------------------------------------

_numbers = st.integers(0, 9).map(lambda n: Literal(Decimal(n)))
_operands = _numbers | st.sampled_from(["age", "rent", "other"]).map(lambda name: Ref((name,)))
_arithmetic = st.recursive(
    _operands,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from("+-*"), inner, inner).map(lambda t: Infix(*t)),
        inner.map(Negative),
    ),
    max_leaves=8,
)
_VALUES = {"age": Decimal(4), "rent": Decimal("2.5"), "other": Decimal(-3)}


def _worth(expr: Expr) -> Decimal:
    match expr:
        case Literal(Decimal() as number):
            return number
        case Ref((name,)):
            return _VALUES[name]
        case Negative(part):
            return -_worth(part)
        case Infix(op, left, right):
            return {"+": Decimal.__add__, "-": Decimal.__sub__, "*": Decimal.__mul__}[op](
                _worth(left), _worth(right)
            )
    raise AssertionError(expr)


@settings(max_examples=150)
@given(expr=_arithmetic)
def test_a_formula_is_worth_what_its_tree_is(expr):
    formula = compile_formula(
        Formulas(NAMES).text(expr), Scope(dict.fromkeys(_VALUES, NUMBER)), result=NUMBER
    )

    assert formula.evaluate(_VALUES, FormulaEnv(now=datetime(2026, 11, 26, tzinfo=UTC))) == _worth(
        expr
    )


_tests = st.recursive(
    st.tuples(st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), st.sampled_from(["age", "rent"]), st.integers(0, 3)).map(
        lambda t: Infix(t[0], Ref((t[1],)), Literal(Decimal(t[2])))
    ),
    lambda inner: st.one_of(
        inner.map(lambda part: Call("not", (part,))),
        st.tuples(st.sampled_from(["&&", "||"]), inner, inner).map(lambda t: Infix(*t)),
    ),
    max_leaves=6,
)  # fmt: skip
_COMPARE = {
    "==": "__eq__",
    "!=": "__ne__",
    "<": "__lt__",
    "<=": "__le__",
    ">": "__gt__",
    ">=": "__ge__",
}


def _truth(expr, record, *, undecided):
    """The meaning of a test in the source's own logic: true, false, or (in FEEL) neither."""
    match expr:
        case Call("not", (part,)):
            inner = _truth(part, record, undecided=undecided)
            return None if inner is None else not inner
        case Infix("&&" | "||" as op, left, right):
            both = [_truth(part, record, undecided=undecided) for part in (left, right)]
            decisive = op == "||"
            if decisive in both:
                return decisive
            return None if None in both else not decisive
        case Infix(op, Ref((name,)), Literal(value)):
            held = record.get(name)
            if held is None:
                return op == "!=" if op in ("==", "!=") or not undecided else None
            return getattr(Decimal(held), _COMPARE[op])(value)
    raise AssertionError(expr)


def _holds(condition, record):
    if isinstance(condition, bool):
        return condition
    for name, join in (("all", all), ("any", any)):
        if name in condition:
            return join(_holds(part, record) for part in condition[name])
    if "not" in condition:
        return not _holds(condition["not"], record)
    held, op, value = record.get(condition["field"]), condition["op"], condition.get("value")
    if held is None:
        return op == "ne"
    return {"eq": held == value, "ne": held != value, "lt": held < value, "le": held <= value, "gt": held > value, "ge": held >= value}[op]  # fmt: skip


@settings(max_examples=300)
@given(
    expr=_tests,
    record=st.dictionaries(st.sampled_from(["age", "rent"]), st.integers(0, 3)),
    is_feel=st.booleans(),
)
def test_a_condition_holds_exactly_while_the_source_says_true(expr, record, is_feel):
    made = Conditions(NAMES, FEEL if is_feel else XPATH)

    assert _holds(made.when(expr), record) is (_truth(expr, record, undecided=is_feel) is True)
    assert _holds(made.when(expr, true=False), record) is (
        _truth(expr, record, undecided=is_feel) is False
    )


@settings(max_examples=200)
@given(text=st.text("()[]{}$.,=<>!+-*/ '\"abc12@:|", max_size=30))
def test_any_text_is_read_or_refused(text):
    for read in (xpath.read, feel.read, fhirpath.read):
        with suppress(Untranslatable):
            assert read(text) is not None
