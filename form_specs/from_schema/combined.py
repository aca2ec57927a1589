"""What combinators beside or around a schema leave of it for choosing a field: they only ever narrow what it takes."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from form_specs.json_schema.subschemas import referred

_NARROWING: Final = ("allOf", "anyOf", "oneOf", "not", "if", "then", "else")
_SCALARS: Final = ("string", "integer", "number", "boolean")
_LISTING: Final = ("const", "enum")
_CLOSING: Final = ("additionalProperties", "patternProperties", "minProperties", "maxProperties")


def without_narrowing(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A schema of texts, numbers or truth values without what rules some of them out; else the schema.

    Alternatives that all name values stay: they list what there is.
    """
    if schema.get("type") not in _SCALARS or lists_values(schema):
        return {**schema}
    return {keyword: value for keyword, value in schema.items() if keyword not in _NARROWING}


def _alternatives(schema: Mapping[str, Any]) -> Iterator[Any]:
    for keyword in ("anyOf", "oneOf"):
        yield from schema[keyword] if isinstance(schema.get(keyword), list) else ()


def _lists(schema: Any) -> bool:
    return isinstance(schema, Mapping) and not schema.keys().isdisjoint(_LISTING)


def lists_values(schema: Mapping[str, Any]) -> bool:
    """Whether a schema names the values that it takes."""
    parts = [*_alternatives(schema)]
    return _lists(schema) or (bool(parts) and all(map(_lists, parts)))


def joined(schema: dict[str, Any], root: Mapping[str, Any]) -> dict[str, Any]:
    """A schema with the type that its `allOf` asks for, and of an object with the properties named there.

    What is written twice judges as it did once; where it cannot be added without changing what is
    accepted, the schema as it is.
    """
    if "allOf" not in schema or not schema.keys().isdisjoint((*_CLOSING, "anyOf", "oneOf")):
        return schema
    parts = [*_applied(schema, root)]
    types = {part["type"] for part in parts if isinstance(part.get("type"), str)}
    if len(types) == 1 and types <= {*_SCALARS}:
        return {**schema, "type": types.pop()}
    if "object" not in types:
        return schema
    properties: dict[str, Any] = {}
    required: dict[str, None] = {}
    for part in parts:
        for name, value in (part.get("properties") or {}).items():
            properties.setdefault(name, value)
        required |= dict.fromkeys(part.get("required") or ())
    found = {**schema, "type": "object", "properties": properties}
    return {**found, "required": [*required]} if required else found


def references_joined(schema: Mapping[str, Any]) -> Iterator[str]:
    """The references that `joined` follows first."""
    for part in schema["allOf"] if isinstance(schema.get("allOf"), list) else ():
        if isinstance(part, Mapping) and isinstance(part.get("$ref"), str):
            yield part["$ref"]


def _applied(schema: Mapping[str, Any], root: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The schemas that judge every value of this one, itself first."""
    found: list[Mapping[str, Any]] = []
    waiting: list[Any] = [schema]
    while waiting:
        part = waiting.pop(0)
        if not isinstance(part, Mapping) or any(part is known for known in found):
            continue
        found.append(part)
        target = referred(root, part.get("$ref"))
        parts = part["allOf"] if isinstance(part.get("allOf"), list) else []
        waiting[:0] = [*([target[1]] if target is not None else []), *parts]
    return found
