"""Keeping a spec that was made from a schema within the limits of a spec."""

import json
from typing import Any

from form_specs.checks.text import text_problems
from form_specs.json_schema.subschemas import subschemas
from form_specs.language import _
from form_specs.source import MAX_BYTES

_ROOM = MAX_BYTES - 100_000
_TELLING = ("examples", "$comment", "description", "default", "title")
"""What judges nothing, in the order in which it is given up."""

_DEPTH_OF_ONE = 6
"""How deep a property of a form stands in its tool."""
MOST_OF_ONE = 400_000
"""Bytes that one property may take as it is printed, with all the fields inside it."""


def fitted(document: dict[str, Any], notes: list[str]) -> dict[str, Any]:
    """The same tool, if need be without the texts that stand deeper than its fields."""
    for keyword in _TELLING:
        if printed_size(document) <= _ROOM:
            return document
        for form in document["forms"]:
            for pointer, schema in subschemas(form["schema"]):
                if pointer.count("/") > 2:
                    schema.pop(keyword, None)
        notes.append(
            _(
                "'%(keyword)s' is left out below the fields, as the spec would be too large",
                keyword=keyword,
            )
        )
    return document


def is_readable(document: dict[str, Any]) -> bool:
    """Whether a tool can be read again as it is printed."""
    return printed_size(document) <= MAX_BYTES


def fits_a_spec(property_: dict[str, Any], most: int) -> bool:
    """Whether a property is no larger than so many bytes as it is printed, and not too deep for a spec."""
    too_deep = any(True for _ in text_problems(property_, depth=_DEPTH_OF_ONE))
    return not too_deep and printed_size(property_) <= most


def printed_size(part: dict[str, Any]) -> int:
    """Bytes of a spec, or of a part of one, as it is printed: indented by two."""
    return len(json.dumps(part, ensure_ascii=False, indent=2).encode("utf-8", "replace"))
