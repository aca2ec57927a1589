"""Schemas for other values than objects: a record is an object, so that the value gets a field of its own."""

from collections.abc import Mapping
from typing import Any, Final

from form_specs.json_schema.subschemas import referred

VALUE: Final = "value"
"""The key of the field that holds the value."""
_FURTHEST: Final = 20


def takes_objects(root: Mapping[str, Any], schema: Any, steps: int = _FURTHEST) -> bool:
    """Whether a schema may take objects, as far as its types and values tell; `root` is what it refers into."""
    if not isinstance(schema, Mapping) or not steps:
        return True
    if not _is_among(schema):
        return False
    target = referred(root, schema.get("$ref"))
    both = [*_several(schema, "allOf"), *([target[1]] if target is not None else [])]
    if not all(takes_objects(root, part, steps - 1) for part in both):
        return False
    choices = (_several(schema, keyword) for keyword in ("anyOf", "oneOf"))
    return all(
        any(takes_objects(root, part, steps - 1) for part in parts) for parts in choices if parts
    )


def in_a_record(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of records that hold a value of this schema, which refers into its own `$defs`."""
    inner = {keyword: part for keyword, part in schema.items() if keyword != "$defs"}
    outer = {k: schema[k] for k in ("$defs", "title", "description") if k in schema}
    return {
        **outer,
        "type": "object",
        "properties": {VALUE: inner},
        "required": [VALUE],
        "additionalProperties": False,
    }


def _is_among(schema: Mapping[str, Any]) -> bool:
    """Whether an object is among the types and values that a schema names; yes where it names none."""
    declared = schema.get("type", "object")
    if "object" not in (declared if isinstance(declared, list) else [declared]):
        return False
    if "const" in schema and not isinstance(schema["const"], dict):
        return False
    values = _several(schema, "enum")
    return not values or any(isinstance(value, dict) for value in values)


def _several(schema: Mapping[str, Any], keyword: str) -> list[Any]:
    found = schema.get(keyword)
    return found if isinstance(found, list) else []
