"""Reading foreign property schemas: what a type may ignore in them, and what it must not."""

from collections.abc import Mapping
from typing import Any, Final

from form_specs.language import _

ANNOTATIONS: Final = frozenset(
    {
        *("title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly"),
        *("$comment", "$id", "$anchor", "$schema", "x-ops"),
    }
)
"""Keywords that judge nothing."""


def holds_only(schema: Mapping[str, Any], *keywords: str) -> bool:
    """Whether nothing but annotations and these keywords stand in the schema."""
    return schema.keys() <= ANNOTATIONS | set(keywords)


def is_text(schema: Mapping[str, Any], *keywords: str) -> bool:
    """Whether the schema takes texts only, and judges them by nothing but these keywords."""
    return schema.get("type") == "string" and holds_only(schema, "type", *keywords)


def type_problem(schema: Mapping[str, Any], *types: str) -> str | None:
    """Why a schema that must be of one of these JSON types is not, or none."""
    if schema.get("type") in types:
        return None
    wanted = _(" or ").join(f'"{name}"' for name in types)
    if "type" not in schema:
        return _('The property must have "type": %(wanted)s, and this has no type', wanted=wanted)
    return _(
        'The property must have "type": %(wanted)s, not %(found)s',
        wanted=wanted,
        found=repr(schema["type"]),
    )
