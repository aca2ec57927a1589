"""Looking into a document that may have any shape: what is not as wanted is not there."""

from collections.abc import Iterator, Mapping
from typing import Any

from form_specs.problem import escaped


def text(part: Mapping[str, Any], key: str) -> str | None:
    """The text under a key."""
    value = part.get(key)
    return value if isinstance(value, str) else None


def objects(part: Mapping[str, Any], key: str, at: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Pointer and value of each object in the list under a key."""
    value = part.get(key)
    for index, item in enumerate(value if isinstance(value, list) else ()):
        if isinstance(item, dict):
            yield f"{at}/{escaped(key)}/{index}", item


def texts(part: Mapping[str, Any], key: str, at: str) -> Iterator[tuple[str, str]]:
    """Pointer and value of each text in the list under a key."""
    value = part.get(key)
    for index, item in enumerate(value if isinstance(value, list) else ()):
        if isinstance(item, str):
            yield f"{at}/{escaped(key)}/{index}", item


def object_at(part: Mapping[str, Any], key: str) -> dict[str, Any]:
    """The object under a key, or an empty one."""
    value = part.get(key)
    return value if isinstance(value, dict) else {}
