"""What a pattern asks for is shown by a text that it takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.judging.pattern_example import example_of
from components.judging.validator import engine


@pytest.mark.parametrize(
    ("pattern", "example"),
    [
        (r"^[A-Z]{3}-[0-9]+$", "ABC-123"),
        (r"^[0-9]{16}$", "1234567890123456"),
        (r"^\d{5}(-\d{4})?$", "12345"),
        (r"^(DE|RO)( [0-9]{4}){2}$", "DE 1234 1234"),
        (r"^#[0-9a-fA-F]{6}$", "#123456"),
        (r"^[0-9]{4}-(0[1-9]|1[0-2])$", "1234-01"),
        (r"^v?\d+\.\d+$", "123.123"),
    ],
)
def test_codes_and_numbers_have_an_example(pattern, example):
    assert example_of(pattern) == example


@pytest.mark.parametrize(
    "pattern",
    [r"^x-", r"[0-9]$", r"^(?=a)b$", r"^[^a]$", r"^\p{L}+$", r"^$", "^[", "^(((a{40}){999}){999})$",
     "^" + "(" * 80 + "a" + ")" * 80 + "$", "^" + "a" * 300 + "$"],
)  # fmt: skip
def test_what_says_too_little_or_cannot_be_read_has_none(pattern):
    assert example_of(pattern) is None


@given(st.text("^$()[]{}|\\?*+-,.:=ad09 \x00", max_size=30))
def test_an_example_is_one(middle):
    pattern = f"^{middle}$"
    found = example_of(pattern)
    assert found is None or engine({"pattern": pattern}).is_valid(found)
