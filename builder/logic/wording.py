"""Conditions in words, whatever their shape: every page of the builder says them alike."""

from typing import Any

from form_specs.conditions.wording import sentence
from form_specs.form_words import FormWords


def condition_words(raw: Any, words: FormWords, otherwise: str = "") -> str:
    """A condition as part of a sentence; what is said otherwise, where it is none."""
    try:
        return sentence(raw, words)
    except Exception:
        return otherwise


def begun(words: str) -> str:
    """A part of a sentence as its beginning."""
    return words[:1].upper() + words[1:]
