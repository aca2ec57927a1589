import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.values import InvalidValueError
from components.values.texts import clean_text


@given(st.text())
def test_text_is_refused_or_only_normalised(text):
    try:
        cleaned = clean_text(text, lines=True)
    except InvalidValueError:
        assert any(unicodedata.category(character) in ("Cc", "Cs") for character in text)
    else:
        lines = text.replace("\r\n", "\n").replace("\r", "\n")
        assert cleaned == unicodedata.normalize("NFC", lines)
        assert clean_text(cleaned, lines=True) == cleaned


def test_text_is_normalised_to_composed_characters():
    assert clean_text("e\u0301") == "\u00e9"


def test_directional_marks_and_joined_emoji_are_kept():
    for text in ("\u202eabc\u202c", "\u2066x\u2069", "👩‍👩‍👧", "a\u200bb"):
        assert clean_text(text) == text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a\nb", "one line"),
        ("a\rb", "one line"),
        ("a\x00b", r"U\+0000"),
        ("a\x85b", r"U\+0085"),
        ("\ud800", "half of a character"),
    ],
)
def test_refusals_say_what_is_in_the_text(text, reason):
    with pytest.raises(InvalidValueError, match=reason):
        clean_text(text)


def test_lines_may_hold_tabs_and_end_in_any_way():
    assert clean_text("a\r\nb\rc\n\td", lines=True) == "a\nb\nc\n\td"


def test_length_is_limited():
    with pytest.raises(InvalidValueError, match="1,000,000"):
        clean_text("x" * 1_000_001)


@pytest.mark.parametrize("value", [None, 1, True, ["a"], {"a": 1}])
def test_only_texts_are_texts(value):
    with pytest.raises(InvalidValueError, match="a text"):
        clean_text(value)
