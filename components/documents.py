"""The one strict way into the product for free JSON values."""

import re
from collections.abc import Iterator
from math import isfinite
from typing import Any, Final

from components.values import InvalidValueError
from form_specs.model import JsonValue

MAX_DEPTH: Final = 8
_FORBIDDEN: Final = re.compile("[\x00\ud800-\udfff]")


def checked_document(value: Any) -> JsonValue:
    """The JSON value as it is, when it can be kept exactly; raises `InvalidValueError`.

    At most 8 levels deep; no NaN, no whole numbers past 64 bits, no NUL, no lone surrogates.
    """
    for part in _parts(value, 1):
        if problem := _problem(part):
            raise InvalidValueError(problem)
    return value  # type: ignore[no-any-return]


def _parts(value: Any, depth: int) -> Iterator[Any]:
    yield value
    if not isinstance(value, dict | list):
        return
    if depth > MAX_DEPTH:
        raise InvalidValueError(f"At most {MAX_DEPTH} levels of lists and objects")
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    for part in value:
        yield from _parts(part, depth + 1)


def _problem(part: Any) -> str | None:
    match part:
        case str():
            return "This holds NUL or half of a character" if _FORBIDDEN.search(part) else None
        case bool() | None | list() | dict():
            return None
        case int():
            return None if -(2**63) <= part < 2**63 else "Whole numbers have at most 64 bits"
        case float():
            return None if isfinite(part) else "NaN and Infinity are no numbers in JSON"
    return f"{type(part).__name__} is no JSON value"
