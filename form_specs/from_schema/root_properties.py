"""Which properties the root of a schema names, also where only its combinators or references do."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from form_specs.json_schema.subschemas import referred

_ALWAYS = ("allOf",)
_SOMETIMES = ("anyOf", "oneOf")
_BRANCHES = ("then", "else")
_CLOSING = ("additionalProperties", "unevaluatedProperties")
_APPLYING = ("$ref", "allOf", "anyOf", "oneOf", "if", "then", "else", "dependentSchemas")
"""What may make a property known that stands beside it."""


@dataclass(frozen=True, slots=True)
class Named:
    """A property that the root names."""

    schema: Any
    always: bool
    """Whether every record's property is judged by `schema`, so that a field may rely on it."""
    elsewhere: tuple[Any, ...] = ()
    """Of one that only branches name: what the other branches say of it."""


def named_by_root(root: Mapping[str, Any], start: Any = None) -> dict[str, Named]:
    """All properties that the root names, its own first, in the order of the schema.

    `start` is another schema that judges records, which refers into the root.
    """
    found: dict[str, Named] = {}
    waiting: list[tuple[Any, bool]] = [(root if start is None else start, True)]
    seen: set[tuple[int, bool]] = set()
    while waiting:
        schema, always = waiting.pop(0)
        if not isinstance(schema, dict) or (id(schema), always) in seen:
            continue
        seen.add((id(schema), always))
        for name, value in _mapping(schema, "properties").items():
            known = found.get(name)
            if known is None or (always and not known.always):
                found[name] = Named(value, always)
            elif not always and not known.always:
                found[name] = replace(known, elsewhere=(*known.elsewhere, value))
        waiting += _applied(root, schema, always)
        for name in schema["required"] if isinstance(schema.get("required"), list) else ():
            found.setdefault(name, Named({}, always=False))
    return found


def named_by_each(root: Mapping[str, Any]) -> dict[str, list[Any]]:
    """The properties that each alternative of a list names, one of which judges every record."""
    found: dict[str, list[Any]] = {}
    waiting: list[Any] = [root]
    seen: set[int] = set()
    while waiting:
        schema = waiting.pop(0)
        if not isinstance(schema, dict) or id(schema) in seen:
            continue
        seen.add(id(schema))
        for keyword in _SOMETIMES:
            branches = [_always_named(root, part) for part in _several(schema, keyword)]
            for name in branches[0] if branches else ():
                if all(name in branch for branch in branches):
                    found.setdefault(name, [branch[name] for branch in branches])
        waiting += [part for part, always in _applied(root, schema, always=True) if always]
    return found


def _always_named(root: Mapping[str, Any], schema: Any) -> dict[str, Any]:
    named = named_by_root(root, schema) if isinstance(schema, dict) else {}
    return {name: found.schema for name, found in named.items() if found.always}


def _applied(root: Mapping[str, Any], schema: Mapping[str, Any], always: bool) -> list[Any]:
    """The schemas that judge the same record beside this one."""
    target = referred(root, schema.get("$ref"))
    parts = [(target[1], always)] if target is not None else []
    parts += [(part, always) for keyword in _ALWAYS for part in _several(schema, keyword)]
    parts += [(part, False) for keyword in _SOMETIMES for part in _several(schema, keyword)]
    parts += [(schema[keyword], False) for keyword in _BRANCHES if keyword in schema]
    return [*parts, *((part, False) for part in _mapping(schema, "dependentSchemas").values())]


def _several(schema: Mapping[str, Any], keyword: str) -> list[Any]:
    found = schema.get(keyword)
    return found if isinstance(found, list) else []


def _mapping(schema: Mapping[str, Any], keyword: str) -> Mapping[str, Any]:
    found = schema.get(keyword)
    return found if isinstance(found, dict) else {}


def is_closed_apart(root: Mapping[str, Any]) -> bool:
    """Whether naming one more property in the root would change what it accepts."""
    return any(root.get(keyword, True) is not True for keyword in (*_CLOSING, "patternProperties"))


def asks_for_others(schema: Mapping[str, Any]) -> bool:
    """Whether an object's schema says of properties it does not name that, or how, they may be there."""
    if _mapping(schema, "patternProperties"):
        return True
    said = schema.get("additionalProperties", schema.get("unevaluatedProperties"))
    if said is not None:
        return said is not False and said != {"not": {}}
    named, wanted = _mapping(schema, "properties"), schema.get("required")
    needed = [name for name in wanted if name not in named] if isinstance(wanted, list) else []
    return bool(needed) or any(keyword in schema for keyword in _APPLYING)


def takes_others(schema: Mapping[str, Any]) -> bool:
    """Whether records may hold properties that `properties` does not name."""
    if "patternProperties" in schema:
        return True
    if "additionalProperties" in schema:
        return schema["additionalProperties"] is not False
    closed = schema.get("unevaluatedProperties", True) is False
    return not closed or any(keyword in schema for keyword in _APPLYING)
