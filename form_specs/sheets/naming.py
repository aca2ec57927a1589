"""Keys for what has only a title."""

import re
import unicodedata
from typing import Final

from form_specs.property_keys import PAGE_NAMES, can_be_field

_APART: Final = re.compile(r"[^a-z0-9]+")
_LETTERS: Final = str.maketrans(
    {"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "þ": "th", "\u0131": "i"}
)
_MOST: Final = 34


def key_of(title: str, taken: set[str], otherwise: str = "field") -> str:
    """A key in small plain letters for a title, unlike all that are taken, and taken by that.

    `Größe (cm)` becomes `grosse_cm`; a title without such letters is called `otherwise`.
    """
    plain = unicodedata.normalize("NFKD", title.casefold().translate(_LETTERS))
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    base = _APART.sub("_", plain).strip("_")[:_MOST].strip("_")
    if not base or base[0].isdigit():
        base = f"{otherwise}_{base}".strip("_")
    key, number = base, 2
    while key in taken or key in PAGE_NAMES or not can_be_field(key):
        key, number = f"{base}_{number}", number + 1
    taken.add(key)
    return key
