"""Parts that the tests' tools have in common."""

from typing import Any, Final

FILE: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["id", "name", "size", "type", "sha256"],
    "properties": {
        "id": {"type": "string"},
        "name": {"type": "string", "maxLength": 255},
        "size": {"type": "integer", "minimum": 0},
        "type": {"type": "string"},
        "sha256": {"type": "string"},
    },
    "additionalProperties": False,
}
"""The schema of one file of a field of files."""
