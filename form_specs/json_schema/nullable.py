"""Properties that take null beside their values: how they are written, and what is left without it."""

from collections.abc import Callable, Mapping
from typing import Any

ANNOTATIONS = frozenset(
    ("title", "description", "default", "examples", "deprecated", "$comment", "readOnly", "x-ops")
)
"""What is said about values without judging them."""
_ASIDE = frozenset(("$ref", "allOf", "anyOf", "oneOf", "not", "if", "then", "else", "const"))
"""Keywords that judge null like any other value."""


def bare(schema: Mapping[str, Any]) -> dict[str, Any] | None:
    """The schema of the values beside null, where null is one and stands in `type`; else none."""
    types = schema.get("type")
    if (
        not isinstance(types, list)
        or "null" not in types
        or len(types) != 2
        or _ASIDE & schema.keys()
    ):
        return None
    rest = {keyword: value for keyword, value in schema.items() if keyword != "type"}
    if isinstance(values := schema.get("enum"), list):
        if None not in values:
            return None
        rest["enum"] = [value for value in values if value is not None]
    return {"type": next(name for name in types if name != "null"), **rest}


def with_null(
    schema: dict[str, Any], plain: Callable[[dict[str, Any]], dict[str, Any]]
) -> dict[str, Any]:
    """The same with null in `type`, where it is an alternative of its own or one value of several."""
    for keyword in ("anyOf", "oneOf"):
        parts = schema.get(keyword)
        if schema.keys() - ANNOTATIONS == {keyword} and isinstance(parts, list):
            return _joined(schema, parts, plain)
    values = schema.get("enum")
    if isinstance(values, list) and None in values and "type" not in schema:
        texts = all(isinstance(value, str) for value in values if value is not None)
        if texts and not _ASIDE & schema.keys():
            return {**schema, "type": ["string", "null"]}
    return schema


def _joined(
    schema: dict[str, Any],
    parts: list[Any],
    plain: Callable[[dict[str, Any]], dict[str, Any]],
) -> dict[str, Any]:
    nulls = [
        part for part in parts if part in ({"type": "null"}, {"const": None}, {"enum": [None]})
    ]
    others = [part for part in parts if part not in nulls]
    if len(nulls) != 1 or len(others) != 1 or not isinstance(others[0], dict):
        return schema
    value = plain(others[0])
    if not isinstance(value.get("type"), str) or value["type"] == "null" or _ASIDE & value.keys():
        return schema
    beside = {keyword: text for keyword, text in schema.items() if keyword in ANNOTATIONS}
    joined = {**value, **beside, "type": [value["type"], "null"]}
    if isinstance(values := value.get("enum"), list):
        joined["enum"] = [*(v for v in values if v is not None), None]
    return joined
