import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.values import InvalidValueError
from components.values.locales import number_style
from components.values.numbers import (
    decimal_from_text,
    decimal_of,
    from_scaled,
    integer_from_text,
    integer_of,
    measured_from_text,
    measured_of,
    real_from_text,
    real_of,
    real_to_text,
    to_scaled,
)

PLAIN = re.compile(r"-?[0-9]+(\.[0-9]+)?")
GAPPED = re.compile(r"-?[1-9][0-9]{0,2}( [0-9]{3})+([.,][0-9]+)?")
WRITTEN = re.compile(r"-?([0-9]+|[1-9][0-9]{0,2}(,[0-9]{3})+)(\.[0-9]+)?")
REFUSED = (
    *(
        "NaN",
        "Infinity",
        "-inf",
        "1e9",
        "1E9",
        "1e999999",
        "1_000",
        "\u0663",
        "\uff11\uff12",
        "0x10",
        "1 00",
        "1,234.567,8",
    ),
    *("", " ", "+5", "--5", "5.", ".5", "1.2.3", "1,2,3", ",5", "12,34,567.00", "½", "1" * 400),
)


@pytest.mark.parametrize(
    "parse", [integer_from_text, real_from_text, lambda t: decimal_from_text(t, 2)]
)
@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_plain_number_is_refused(parse, text):
    with pytest.raises(InvalidValueError):
        parse(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.1", "0.10"),
        ("99999999999999.99", "99999999999999.99"),
        ("-0", "0.00"),
        ("007", "7.00"),
        ("1,234.5", "1234.50"),
        ("1,234,567", "1234567.00"),
        ("-1,234.50", "-1234.50"),
        (" 12.5\n", "12.50"),
        ("1234,50", "1234.50"),
        ("12,5", "12.50"),
        ("1.234,50", "1234.50"),
        ("1.234.567", "1234567.00"),
        ("1 234,50", "1234.50"),
        ("-1\u202f234\u202f567,5", "-1234567.50"),
        ("1\u2019234.50", "1234.50"),
        ("\u22125", "-5.00"),
    ],
)
def test_decimals_are_exact_however_they_are_grouped(text, value):
    assert str(decimal_from_text(text, 2)) == value


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("1,234", "write 1234 or 1.234"),
        ("1234,567", "write 1234567 or 1234.567"),
        ("1.234", "At most 2 decimals; this has 3"),
        ("12345678901234567", "At most 16 digits before the point; this has 17"),
        ("ten", r"like 1234\.50"),
        ("0.1+0.2", r"like 1234\.50"),
        ("12.3.4", "not where thousands end: write it like 1234.50"),
    ],
)
def test_refusals_say_what_to_write(text, advice):
    with pytest.raises(InvalidValueError, match=advice):
        decimal_from_text(text, 2)


@given(st.integers(-(10**18) + 1, 10**18 - 1), st.integers(0, 6))
def test_decimals_survive_text_json_and_store(scaled, scale):
    value = from_scaled(scaled, scale)
    assert to_scaled(value, scale) == scaled
    text = f"{value:.{scale}f}"
    assert decimal_of(text, scale) == decimal_from_text(text, scale) == value
    assert decimal_from_text(f"{value:,.{scale}f}", scale) == value if scale else True


def readings(text):
    """What a text may mean: to people with decimal points, and to those with decimal commas."""
    if PLAIN.fullmatch(text):
        return {Decimal(text)}
    if GAPPED.fullmatch(text):
        return {Decimal(text.replace(" ", "").replace(",", "."))}
    swapped = text.translate(str.maketrans(".,", ",."))
    return {Decimal(t.replace(",", "")) for t in (text, swapped) if WRITTEN.fullmatch(t)}


@given(st.text(alphabet="0123456789.,-+eE_ \u0663", max_size=30), st.integers(0, 6))
def test_decimal_text_is_refused_or_means_what_decimal_says(text, scale):
    try:
        value = decimal_from_text(text, scale)
    except InvalidValueError:
        return
    assert {value} == readings(text.strip())
    assert -value.as_tuple().exponent == scale
    assert abs(to_scaled(value, scale)) < 10**18


@pytest.mark.parametrize("value", [1, 1.5, True, None, ["1"], Decimal(1)])
def test_decimals_in_json_are_texts(value):
    with pytest.raises(InvalidValueError, match=r'like "1234\.50"'):
        decimal_of(value, 2)


@pytest.mark.parametrize("value", ["1,234.50", " 1", "1.", "+1"])
def test_decimals_in_json_are_written_plainly(value):
    with pytest.raises(InvalidValueError):
        decimal_of(value, 2)


def test_whole_floats_are_whole_numbers_as_json_schema_has_it():
    assert integer_of(52254.0) == 52254
    assert isinstance(integer_of(52254.0), int)


@pytest.mark.parametrize(
    "value", [1.5, True, "1", None, 10**400, Decimal("0.5"), float("nan"), float("inf")]
)
def test_whole_numbers_are_exact_or_refused(value):
    with pytest.raises(InvalidValueError):
        integer_of(value)


@pytest.mark.parametrize("value", [2**53, 2**53 + 1, -(2**63) - 1, 10**30, int(1e300)])
def test_whole_numbers_of_any_size_are_exact(value):
    assert integer_of(value) == integer_from_text(f"{value:,}") == value


@pytest.mark.parametrize("text", ["0.1234567890123456789", "9007199254740993", "12.5", "-3"])
def test_measurements_are_what_was_written(text):
    assert real_to_text(measured_from_text(text)) == text
    assert measured_of(measured_from_text(text)) == Decimal(text)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_floats_survive_their_text(value):
    assert real_from_text(real_to_text(value)) == value
    assert "e" not in real_to_text(value)


@pytest.mark.parametrize("value", [True, "1", None, float("nan"), float("inf"), 10**400, 2**53 + 1])
def test_floats_stand_for_their_number_or_are_refused(value):
    with pytest.raises(InvalidValueError):
        real_of(value)


def test_hostile_length_is_refused_before_anything_is_computed():
    for parse in (integer_from_text, real_from_text, lambda text: decimal_from_text(text, 2)):
        with pytest.raises(InvalidValueError, match="characters"):
            parse("9" * 1_000_000)


@pytest.mark.parametrize(
    ("locale", "typed", "meant"),
    [
        ("en", "1.234", "1.234"),
        ("ro", "1,234", "1.234"),
        ("ro", "-1,234 EUR", "-1.234 EUR"),
        ("fr", "1.234", "1.234"),
        ("ro", "1.234,5", "1.234,5"),
        ("ro", "12.50", "12.50"),
        ("ro", "0.125", "0.125"),
    ],
)
def test_one_mark_before_three_digits_means_what_the_person_is_used_to(locale, typed, meant):
    assert number_style(locale).typed(typed) == meant


def test_a_point_is_not_guessed_at_where_points_group():
    with pytest.raises(InvalidValueError, match="write 1234 or 1,234"):
        number_style("ro").typed("1.234")
