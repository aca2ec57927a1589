"""The one strict way into the product for free JSON values."""

import re
from collections.abc import Iterator
from decimal import Decimal
from math import isfinite
from typing import Any, Final

from components.values import InvalidValueError
from form_specs.language import _
from form_specs.model import JsonValue
from form_specs.source import SourceError, parse_source

MAX_DEPTH: Final = 28
"""So that a record with it is no deeper than what is read of a request."""
_TOO_LARGE: Final = 10**400
_MAX_TYPED: Final = 4_000_000
_FORBIDDEN: Final = re.compile("[\x00\ud800-\udfff]")


def checked_document(value: Any) -> JsonValue:
    """The JSON value as it is, when it can be kept exactly; raises `InvalidValueError`.

    At most 28 levels deep; no NaN, no NUL, no lone surrogates.
    """
    for part in _parts(value, 1):
        if problem := _problem(part):
            raise InvalidValueError(problem)
    return value  # type: ignore[no-any-return]


def document_of(text: str) -> JsonValue:
    """From JSON as a person typed it to the value; raises `InvalidValueError`."""
    try:
        source = parse_source(text.encode(), max_bytes=_MAX_TYPED, exact=True)
    except UnicodeEncodeError:
        raise InvalidValueError(_("This holds half of a character")) from None
    except SourceError as error:
        raise InvalidValueError(_("This is no JSON: %(why)s", why=str(error)[:200])) from None
    document: JsonValue = source.document
    return document


def _parts(value: Any, depth: int) -> Iterator[Any]:
    yield value
    if not isinstance(value, dict | list):
        return
    if depth > MAX_DEPTH:
        raise InvalidValueError(_("At most %(limit)s levels of lists and objects", limit=MAX_DEPTH))
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    for part in value:
        yield from _parts(part, depth + 1)


def _problem(part: Any) -> str | None:
    match part:
        case str():
            return _("This holds NUL or half of a character") if _FORBIDDEN.search(part) else None
        case bool() | None | list() | dict():
            return None
        case int():
            return None if abs(part) < _TOO_LARGE else _("Whole numbers have at most 400 digits")
        case float() | Decimal():
            return None if isfinite(part) else _("NaN and Infinity are no numbers in JSON")
    return _("%(kind)s is no JSON value", kind=type(part).__name__)
