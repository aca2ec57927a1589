"""Record ids as links hold them."""

import re
from typing import Final

from components.values import InvalidValueError
from form_specs.language import _
from form_specs.model import JsonValue

ID_PATTERN: Final = "^[0-7][0-9a-hjkmnp-tv-z]{12}$"
"""13 letters and digits, as addresses and the API show them."""
_ID: Final = re.compile(ID_PATTERN.strip("^$"))


def record_id(value: JsonValue) -> str:
    """From JSON to a record's id; raises `InvalidValueError`."""
    if isinstance(value, str) and _ID.fullmatch(value):
        return value
    raise InvalidValueError(_("This is no record: its id has 13 small letters and digits"))
