"""The first spec of a new tool: from a plain JSON Schema, or an almost empty one."""

from components.registry import Registry
from form_specs.from_schema import tool_from_schema
from form_specs.model import JsonObject

EMPTY_SCHEMA: JsonObject = {
    "type": "object",
    "required": ["title"],
    "properties": {
        "title": {"type": "string", "title": "Title", "maxLength": 200},
        "notes": {"type": "string", "title": "Notes"},
    },
    "additionalProperties": False,
}
"""Of a tool that starts from nothing: something to see, to be changed at once."""


def first_spec(
    registry: Registry, key: str, schema: JsonObject | None = None
) -> tuple[JsonObject, list[str]]:
    """A spec for the tool `key` and what should be known about it.

    Raises `CannotImport` for a schema that no form can stand for.
    """
    start = EMPTY_SCHEMA if schema is None else schema
    document, notes = tool_from_schema(start, key, registry.catalog())
    return document, list(notes)
