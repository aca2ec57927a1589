"""From what is typed for a value to a condition's literal, and back."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from builder.logic.vocabulary import Asked
from components.base import ABSENT, Absent, FieldType, InvalidValueError
from form_specs.conditions.operands import FieldOperand
from form_specs.model import JsonValue

PAIRED: Final = {"overlaps": "/", "within": ","}
"""Operators whose value is typed into two inputs, and what joins the two."""
LISTED: Final = ("in", "not_in", "has_any", "has_all")
"""Operators that take several values."""
BARE: Final = ("empty", "present", "all_done", "steps_left", "changed")
"""Operators that take none."""
_PARTIAL: Final = ("contains", "starts_with")
_INTEGER: Final = re.compile(r"-?[0-9]{1,16}")
_LOCAL: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?")


def literal_of(asked: Asked, op: str, typed: str) -> JsonValue:
    """What a typed text means to a field; the text itself where it means nothing, so that nothing is lost."""
    field = asked.field
    special = _own_literal(field, op, typed)
    if not isinstance(special, Absent):
        return special
    if op in _PARTIAL or asked.path.startswith("user:"):
        return typed
    probe = "has" if asked.listed else "eq"
    for candidate in _candidates(asked, typed):
        if _fits(asked.operand, probe, candidate):
            found: JsonValue = candidate
            return found
    return typed


def _own_literal(field: FieldType | None, op: str, typed: str) -> JsonValue | Absent:
    if field is None:
        return ABSENT
    try:
        return field.filter_literal(op, typed)
    except InvalidValueError:
        return typed


def _candidates(asked: Asked, typed: str) -> Iterator[Any]:
    """What a text may mean in JSON, likeliest first."""
    yield typed
    if asked.measure == "moment" and _LOCAL.fullmatch(typed):
        yield f"{typed}Z"
    if asked.field is None:
        if _INTEGER.fullmatch(typed):
            yield int(typed)
        return
    try:
        value = asked.field.parse_text([typed])
        if value is not ABSENT:
            yield asked.field.dump(value)
    except InvalidValueError:
        return


def _fits(operand: FieldOperand, op: str, literal: JsonValue) -> bool:
    try:
        operand.comparisons(op, literal)
    except ValueError:
        return False
    return True


def texts_of(asked: Asked, op: str, literal: JsonValue) -> list[str] | None:
    """What the one or two inputs of a value show for a literal; none where they cannot."""
    if op in PAIRED and asked.field is not None:
        try:
            return asked.field.filter_texts(op, literal)
        except (InvalidValueError, TypeError, ValueError, AttributeError):
            return None
    text = _text(asked, literal)
    return None if text is None else [text]


def _text(asked: Asked, literal: JsonValue) -> str | None:
    if isinstance(literal, bool):
        return "true" if literal else "false"
    if isinstance(literal, str):
        return _typed_moment(asked, literal)
    if isinstance(literal, int):
        return str(literal)
    if asked.field is None or not isinstance(literal, dict | float):
        return None
    try:
        return " ".join(asked.field.to_text(asked.field.parse(literal)))
    except (InvalidValueError, TypeError, ValueError, AttributeError):
        return None


def _typed_moment(asked: Asked, literal: str) -> str:
    """A moment as the browser's input takes it, in UTC; any other text as it is."""
    if asked.input != "datetime-local":
        return literal
    try:
        if asked.field is not None:
            return asked.field.to_text(asked.field.parse(literal))[0]
        moment = datetime.fromisoformat(literal)
    except ValueError:
        return literal
    is_utc = moment.tzinfo is not None and moment.utcoffset() is not None
    if not is_utc or moment.utcoffset():
        return literal
    return moment.replace(tzinfo=None).isoformat(timespec="seconds").removesuffix(":00")
