"""Texts with formulas in braces."""

import pytest

from form_specs.formulas import CycleError, FormulaError, compile_text, evaluation_order
from tests.form_specs.formulas.making import ENV, RECORD, SCOPE


def rendered(template, shown=None, record=RECORD):
    return compile_text(template, SCOPE).render(record, ENV, shown)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("plain", "plain"),
        ("", ""),
        ("Refund {{ format_money(price) }} to {{ payee.name }}", "Refund 12.5 EUR to Bob"),
        ("{{name}}{{ name }}", "AdaAda"),
        ("{{ '}}' }} and {{ \"{{\" }}", "}} and {{"),
        ("{{ `odd-key` }}", "odd"),
        ("{{ 1 / 0 }}!", "!"),
        ("{{ amount }} {{ start }} {{ urgent }} {{ labels }}", "19.99 2026-11-27 true vip, eu"),
        ("{{ lines.value }} of { braces }", "0.1, 0.2 of { braces }"),
        ("{{ price }} {{ moment }} {{ payee }}", "12.5 EUR 2026-11-26T14:30Z Bob, 41"),
    ],
)
def test_braces_hold_formulas(template, text):
    assert rendered(template) == text


def test_a_field_alone_is_shown_as_people_read_it():
    assert (
        rendered("Because of {{ reason }}", {"reason": "KYC expired"}) == "Because of KYC expired"
    )
    assert rendered("{{ reason + '' }}", {"reason": "KYC expired"}) == "kyc"


def test_what_a_text_reads_is_known():
    template = compile_text("{{ amount + rate }} {{ payee.name }} {{ today() }}", SCOPE)
    assert template.reads == {"amount", "rate", "payee"}
    assert template.live
    assert not compile_text("none", SCOPE).live


@pytest.mark.parametrize(
    ("template", "character", "message"),
    [
        ("Dear {{ nmae }}", 9, "there is no field 'nmae'"),
        ("Dear {{ name", 6, "the braces that open here are not closed"),
        ("Dear {{ }}", 9, "the formula is empty"),
        ("{{ name }} {{ amount + }}", 23, "something is missing"),
    ],
)
def test_errors_count_characters_of_the_whole_text(template, character, message):
    with pytest.raises(FormulaError, match=message) as raised:
        compile_text(template, SCOPE)
    assert raised.value.position + 1 == character


def test_limits_of_texts():
    with pytest.raises(FormulaError, match="at most 20,000 characters"):
        compile_text("x" * 20_001, SCOPE)
    with pytest.raises(FormulaError, match="at most 50 formulas"):
        compile_text("{{ 1 }}" * 51, SCOPE)


def test_formulas_that_read_one_another_have_an_order():
    reads = {"a": frozenset("bx"), "b": frozenset("c"), "c": frozenset("y")}
    assert evaluation_order(reads) == ("c", "b", "a")


def test_a_circle_is_told_all_around():
    with pytest.raises(CycleError) as raised:
        evaluation_order({"a": frozenset("b"), "b": frozenset("c"), "c": frozenset("a")})
    first, *rest = raised.value.keys
    assert rest[-1] == first
    assert {*rest} == {*"abc"}
    with pytest.raises(CycleError):
        evaluation_order({"a": frozenset("a")})
