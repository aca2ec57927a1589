import json
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from form_specs.exact_json import dumps, loads, number_of
from form_specs.source import SourceError, parse_source

_numbers = st.integers(-(10**40), 10**40) | st.floats(allow_nan=False, allow_infinity=False)
_texts = st.from_regex(r"-?(0|[1-9][0-9]{0,25})(\.[0-9]{1,25})?(e[+-]?[0-9]{1,2})?", fullmatch=True)


@given(st.lists(_numbers | st.text(max_size=3)))
def test_what_is_written_is_read_back(values):
    assert loads(dumps({"x": values})) == {"x": values}


@given(_texts)
@example("8000000000000001e1")
@example("9007199254740.993")
def test_a_number_means_what_its_digits_say(text):
    for value in (loads(text), parse_source(text.encode(), exact=True).document):
        written = value if isinstance(value, int | Decimal) else repr(value)
        assert Decimal(written) == Decimal(text)
        assert Decimal(dumps(value).decode()) == Decimal(text)


def test_only_what_no_float_means_is_a_decimal():
    assert isinstance(number_of("0.1"), float)
    assert isinstance(number_of("1.7976931348623157e308"), float)
    assert number_of("0.12345678901234567890") == Decimal("0.1234567890123456789")


@pytest.mark.parametrize("text", ["1e-400", "-0.0e-1" + "0" * 20 + "1e-999"])
def test_a_number_too_small_to_be_kept_is_refused(text):
    with pytest.raises(SourceError):
        parse_source(text.encode(), exact=True)


@pytest.mark.parametrize("value", [Decimal("NaN"), object(), {1: 2}])
def test_what_is_no_json_is_refused(value):
    with pytest.raises(TypeError):
        dumps(value)


def test_the_text_is_that_of_other_writers():
    assert json.loads(dumps({"a": [1, 2.5, None, True, "é"]})) == {"a": [1, 2.5, None, True, "é"]}
