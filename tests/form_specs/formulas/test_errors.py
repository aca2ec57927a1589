"""What is said about a formula that cannot be: at which character, what, and what would be right."""

import pytest

from form_specs.formulas import BOOLEAN, NUMBER, TEXT, FormulaError, compile_formula, list_of
from tests.form_specs.formulas.making import SCOPE

WRONG = (
    ("", 1, "the formula is empty", "Write something like"),
    ("amuont * 2", 1, "there is no field 'amuont'", "Did you mean 'amount'?"),
    ("2 * (amount + nmae)", 15, "there is no field 'nmae'", "Did you mean 'name'?"),
    ("payee.nam", 7, "there is no 'nam' in a group of fields", "Did you mean 'name'?"),
    ("name.first", 6, "a text holds no 'first'", ""),
    ("extra", 1, "'extra' is a json field", "Formulas read"),
    ("summ(lines)", 1, "there is no function 'summ'", "Did you mean 'sum'?"),
    ("today", 1, "there is no field 'today'", "Write today()"),
    ("round('a')", 1, "'round' does not take a text", "round(number, decimals)"),
    ("round()", 1, "'round' does not take nothing", "round(number, decimals)"),
    ("amount + name", 8, "'+' does not take a number and a text", "concat(one, other)"),
    ("start - start", 7, "'-' does not take a date and a date", "days_between"),
    ("price + 1", 7, "'+' does not take an amount of money and a number", ".amount"),
    ("amount = 5", 8, "'=' has no meaning here", "=="),
    ("amount and urgent", 8, "'and' cannot stand here", "&&"),
    ("urgent & urgent", 8, "'&' has no meaning here", "&&"),
    ("amount ^ 2", 8, "'^' has no meaning here", "no powers"),
    ("1 < 2 < 3", 7, "comparisons cannot follow one another", "&&"),
    ("amount == null", 11, "there is no null in formulas", "coalesce"),
    ("(amount + 1", 12, "')' is missing before the end", "character 1"),
    ("sum(amount, ", 13, "something is missing", "Go on with"),
    ("amount amount", 8, "'amount' cannot stand here", "operator"),
    ("'open", 1, "has no meaning here", "closing quote"),
    ("1e9", 1, "'1e' is no number", "digits"),
    ("12345678901234567890123456789", 1, "a number has at most 28 digits", ""),
    ("urgent ? 1 : 'a'", 8, "one result is a number, the other a text", "one type"),
    ("amount ? 1 : 2", 1, "this is a number", "true or false"),
    ("urgent && amount", 11, "this is a number", "true or false"),
    ("!amount", 2, "this is a number", "true or false"),
    ("-name", 1, "'-' does not take a text", "numbers"),
    ("[1, 'a']", 1, "the items of a list must be of one type", "a number"),
    ("name.upper()", 6, "'.upper(' cannot stand behind a value", "upper(…)"),
    ("lines.map(l)", 12, "',' is missing before ')'", "list.map(item, expression)"),
    ("lines.map(1, 2)", 11, "a name for the item is missing", "list.map"),
    ("lines.map(amount, 2)", 11, "'amount' stands for something else already", "another name"),
    ("lines.filter(l, l.value)", 19, "this is a number", "true or false"),
    ("amount.map(a, a)", 8, "'.map' goes through lists; this is a number", "list"),
    ("lines.map(l, l.parts.map(p, l.parts.map(q, q.size)))", 37, "inside of too many", "At most 2"),
    ("reason == 'kcy'", 11, "'kcy' is no value of this choice", "Did you mean 'kyc'?"),
    ("reason in ['risk', 'legl']", 20, "'legl' is no value of this choice", "legal"),
    ("'kcy' == reason", 1, "'kcy' is no value of this choice", "kyc"),
    ("amount[0]", 1, "has no items", "list[0]"),
    ("lines == lines", 7, "'==' does not take a list of rows", "sum, count"),
    ("amount.", 8, "a name is missing before the end", "`first-name`"),
    ("{{ amount }}", 1, "'{' has no meaning here", "texts"),
    ("shop.nmae", 6, "the records of 'shop' have no field 'nmae'", "Did you mean 'name'?"),
    ("shop.name * 2", 11, "'*' does not take a text and a number", ""),
    ("shop.age", 6, "'shop.age' is worked out when it is read", "another field"),
    ("shop.owner.name", 12, "a formula reads over one link at most", "linked to"),
    ("lookup(name)", 1, "'lookup' takes a field of a linked record", "lookup(link.field)"),
    ("lookup(shop.name, 1)", 1, "'lookup' takes a field of a linked record", "lookup(link.field)"),
    ("lookup(payee.name)", 1, "'lookup' takes a field of a linked record", "lookup(link.field)"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "character", "message", "hint"), WRONG, ids=[case[0] for case in WRONG]
)
def test_it_says_where_what_and_what_would_be_right(text, character, message, hint):
    with pytest.raises(FormulaError) as raised:
        compile_formula(text, SCOPE)
    assert raised.value.position + 1 == character, str(raised.value)
    assert message in raised.value.message
    assert hint in raised.value.hint
    assert str(raised.value).startswith(f"character {character}: ")


def test_the_result_must_be_of_the_type_that_is_wanted():
    assert compile_formula("amount + 1", SCOPE, NUMBER).type == NUMBER
    assert compile_formula("[]", SCOPE, list_of(TEXT))
    with pytest.raises(FormulaError, match="gives a number, but a text is wanted"):
        compile_formula("amount + 1", SCOPE, TEXT)
    with pytest.raises(FormulaError, match="gives a list of numbers, but a yes or no"):
        compile_formula("[1]", SCOPE, BOOLEAN)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1" + " " * 2_000, "at most 2,000 characters; this has 2,001"),
        ("1" + " + 1" * 100, "at most 200 parts"),
        ("(" * 17 + "1" + ")" * 17, "nests at most 16 deep"),
        ("!" * 20 + "true", "nests at most 16 deep"),
        ("urgent ? 1 : " * 20 + "2", "nests at most 16 deep"),
        ("lines" + "[0]" * 20, "at most 16 steps"),
    ],
)
def test_limits_are_told(text, message):
    with pytest.raises(FormulaError, match=message):
        compile_formula(text, SCOPE)


def test_formulas_up_to_the_limits_are_taken():
    assert compile_formula("1" + " + 1" * 99, SCOPE).evaluate({}, None) == 100
    assert compile_formula("(" * 15 + "1" + ")" * 15, SCOPE).evaluate({}, None) == 1
