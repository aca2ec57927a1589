"""Schemas that take values of several kinds, as alternatives of one kind each.

What is accepted does not change: a list of types is taken apart into `anyOf`, and alternatives
among alternatives are named in one list where that comes to the same.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from form_specs.json_schema.nullable import ANNOTATIONS

_OF_TYPE: Final[Mapping[str, tuple[str, ...]]] = {
    "string": (
        *("minLength", "maxLength", "pattern", "format"),
        *("contentEncoding", "contentMediaType", "contentSchema"),
    ),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    "array": (
        *("items", "prefixItems", "contains", "minContains", "maxContains"),
        *("minItems", "maxItems", "uniqueItems", "unevaluatedItems"),
    ),
    "object": (
        *("properties", "patternProperties", "additionalProperties", "required", "propertyNames"),
        *("dependentRequired", "dependentSchemas", "minProperties", "maxProperties"),
        "unevaluatedProperties",
    ),
    "boolean": (),
    "null": (),
}
"""The keywords that judge values of one type alone."""
_ALONE: Final = frozenset(keyword for keywords in _OF_TYPE.values() for keyword in keywords)
_MOST_STEPS: Final = 5

Plain = Callable[[dict[str, Any]], dict[str, Any]]
"""From a schema to the same without references."""


def in_kinds(schema: Mapping[str, Any], plain: Plain) -> dict[str, Any] | None:
    """The same as alternatives of one kind each; none where that is not so, or it is written so already."""
    keyword, parts = _kinds(schema, plain, _MOST_STEPS)
    if len(parts) < 2 or parts == schema.get(keyword):
        return None
    beside = {name: value for name, value in schema.items() if name in ANNOTATIONS}
    return {**beside, keyword: parts}


def _kinds(schema: Mapping[str, Any], plain: Plain, steps: int) -> tuple[str, list[Any]]:
    """The keyword and the alternatives; no alternatives where there are none."""
    judging = schema.keys() - ANNOTATIONS
    for keyword in ("anyOf", "oneOf"):
        if judging == {keyword} and isinstance(schema[keyword], list) and steps:
            found = [_among(keyword, part, plain, steps - 1) for part in schema[keyword]]
            return keyword, [part for parts in found for part in parts]
    types = schema.get("type")
    if isinstance(types, list) and _are_known(types) and judging <= {"type", *_ALONE}:
        return "anyOf", [*_by_type(schema, types)]
    return "anyOf", []


def _are_known(types: list[Any]) -> bool:
    return all(name == "integer" or name in _OF_TYPE for name in types)


def _by_type(schema: Mapping[str, Any], types: list[Any]) -> Iterator[dict[str, Any]]:
    for name in types:
        if name == "integer" and "number" in types:
            continue
        own = _OF_TYPE["number" if name == "integer" else name]
        yield {"type": name, **{keyword: schema[keyword] for keyword in own if keyword in schema}}


def _among(keyword: str, part: Any, plain: Plain, steps: int) -> list[Any]:
    """What an alternative is in one list with the others: its own alternatives, where it has some."""
    if not isinstance(part, dict):
        return [part]
    inner, parts = _kinds(plain(part), plain, steps)
    alike = keyword == inner == "anyOf" or _are_apart([plain(each) for each in parts])
    return parts if len(parts) > 1 and alike else [part]


def _are_apart(parts: list[Any]) -> bool:
    """Whether no value is of two of them, as far as their types tell."""
    seen: set[str] = set()
    for part in parts:
        types = {*_types(part)}
        if not types or types & seen:
            return False
        seen |= types
    return True


def _types(schema: Any) -> Iterator[str]:
    """The types that a schema names; none: it may take any."""
    declared = schema.get("type", []) if isinstance(schema, dict) else []
    for name in declared if isinstance(declared, list) else [declared]:
        yield "number" if name == "integer" else name
