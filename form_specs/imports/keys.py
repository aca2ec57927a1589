"""From the names of another language to keys of fields."""

import re
from typing import Final

from form_specs.property_keys import PAGE_NAMES

_BARE: Final = re.compile(r"[^A-Za-z0-9_.-]+")
_MOST: Final = 70


def field_key(name: str, taken: set[str]) -> str:
    """A field's key for a name, unlike all that are taken, and taken by that.

    Names that are keys already stay; `1.1` becomes `q1.1`, `prénom` becomes `pr_nom`.
    """
    bare = _BARE.sub("_", name).strip("_" if not name.startswith("_") else "")[:_MOST] or "field"
    base = bare if bare[0].isalpha() or bare[0] == "_" else f"q{bare}"
    key, number = base, 2
    while key in taken or key in PAGE_NAMES:
        key, number = f"{base}_{number}", number + 1
    taken.add(key)
    return key
