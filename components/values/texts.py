"""The one way into the product for text."""

import re
import unicodedata
from typing import Final

from components.values import InvalidValueError
from components.values.limits import characters_at_most
from form_specs.language import _
from form_specs.model import JsonValue

MAX_CHARACTERS: Final = 1_000_000

_FORBIDDEN: Final = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_FORBIDDEN_IN_LINES: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_UNKEEPABLE: Final = re.compile("[\x00\ud800-\udfff]")
_LINE_END: Final = re.compile("\r\n?")


def clean_text(value: JsonValue, *, lines: bool = False) -> str:
    """From any JSON value to NFC text without control characters; with `lines`, each line ends in a newline.

    Directional marks, zero-width characters and emoji are kept.  Raises `InvalidValueError`.
    """
    if not isinstance(value, str):
        raise InvalidValueError(_("This must be a text"))
    if len(value) > MAX_CHARACTERS:
        raise InvalidValueError(characters_at_most(MAX_CHARACTERS, len(value)))
    if lines and "\r" in value:
        value = _LINE_END.sub("\n", value)
    found = (_FORBIDDEN_IN_LINES if lines else _FORBIDDEN).search(value)
    if found:
        raise InvalidValueError(_refusal(found[0]))
    return value if value.isascii() else unicodedata.normalize("NFC", value)


def exact_text(value: JsonValue) -> str:
    """From any JSON value to the very same text: spaces, line ends and form of Unicode as they came.

    Only what no store holds is refused.  Raises `InvalidValueError`.
    """
    if not isinstance(value, str):
        raise InvalidValueError(_("This must be a text"))
    if len(value) > MAX_CHARACTERS:
        raise InvalidValueError(characters_at_most(MAX_CHARACTERS, len(value)))
    if found := _UNKEEPABLE.search(value):
        raise InvalidValueError(_refusal(found[0]))
    return value


def typed_lines(text: str) -> str:
    """A text as somebody typed it into a page: browsers send every line end as two characters."""
    return text.replace("\r\n", "\n")


def stored_text(stored: JsonValue) -> str:
    """A text as it stands in the store, which nothing else may have put there."""
    if type(stored) is not str:
        raise InvalidValueError(_("The stored value is no text"))
    return stored


def _refusal(character: str) -> str:
    if character in "\r\n":
        return _("This must be one line")
    if "\ud800" <= character <= "\udfff":
        return _("This holds half of a character (a lone surrogate)")
    return _("This holds a control character (U+%(code)s)", code=f"{ord(character):04X}")
