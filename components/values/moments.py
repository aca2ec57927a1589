"""Moments: in JSON, as RFC 3339 has them, and in texts of a foreign form, as old files hold them."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import orjson

from components.values import InvalidValueError
from form_specs.language import _
from form_specs.model import JsonValue

RFC_3339: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})"
)


def moment_of(value: JsonValue) -> datetime:
    """From a moment in JSON, a text with an offset, to UTC; raises `InvalidValueError`."""
    if not isinstance(value, str) or not RFC_3339.fullmatch(value):
        raise InvalidValueError(_('This must be a moment written like "2026-11-24T17:00:00Z"'))
    return utc_moment(value.upper())


def utc_moment(text: str) -> datetime:
    """From a text of the right form to UTC; raises `InvalidValueError` where there is no such moment."""
    try:
        return parsed_moment(text).astimezone(UTC)
    except OverflowError:
        raise InvalidValueError(_("That moment is too far away")) from None


def written_moment(value: datetime) -> str:
    """From a moment in UTC to its JSON."""
    return orjson.dumps(value, option=orjson.OPT_UTC_Z)[1:-1].decode()


def parsed_moment(text: str) -> datetime:
    """A moment, or a time without a zone, of a text of the right form; raises `InvalidValueError`."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise InvalidValueError(_("There is no moment %(text)s", text=text)) from None


def moment_in(text: str, formats: Sequence[str]) -> datetime:
    """The moment that a text says in the first format that fits; raises `InvalidValueError`.

    Without a zone where the format has none.
    """
    for form in formats:
        try:
            return datetime.strptime(text.strip(), form)  # noqa: DTZ007 - its zone is the field's
        except ValueError:
            continue
    raise InvalidValueError(_("'%(text)s' is written in none of the formats", text=text[:80]))


class WrittenMoment(datetime):
    """A moment that remembers how it was written; it compares like any other."""

    text: str

    @classmethod
    def of(cls, moment: datetime, text: str) -> "WrittenMoment":
        """The moment, an aware one, as `text` wrote it."""
        found = cls.combine(moment.date(), moment.timetz())
        found.text = text
        return found
