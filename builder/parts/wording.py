"""Conditions and values of a draft in words: titles of the draft, not of what is in force."""

from collections.abc import Mapping
from typing import Any

from builder.logic.vocabulary import words_of
from builder.logic.wording import begun, condition_words
from form_specs.checks.context import ToolContext
from form_specs.model import JsonValue


def words_for(tool: ToolContext | None, form: str, raw: Any) -> str:
    """A condition on a form's records that the check found right; empty where it cannot be said."""
    found = tool.forms.get(form) if tool else None
    if tool is None or found is None or not isinstance(raw, Mapping):
        return ""
    return begun(condition_words(dict(raw), words_of(tool, found, found.operands)))


def value_words(tool: ToolContext | None, form: str, field: str, value: JsonValue) -> str:
    """What a field is once it holds a value, which may be known only then: "Owner is you"."""
    test: JsonValue = {"field": field, "op": "eq", "value": value}
    if value is None:
        test = {"field": field, "op": "empty"}
    return words_for(tool, form, test)
