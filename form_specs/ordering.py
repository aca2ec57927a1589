"""The one order of a document's members: that of the meta-schemas, so that files differ where tools do.

Only what the meta-schemas name is put in order.  What people name themselves (fields, layouts,
values) keeps its order, which means something.
"""

from functools import cache
from typing import Any

from form_specs.editing import names_of
from form_specs.metaschemas import KINDS, metaschema
from form_specs.problem import steps_of

_ADDED = "x-ops"


def in_order(document: Any, like: Any = None) -> Any:
    """An equal document with its members in the usual order, or as they stand in one `like` it."""
    return _ordered(document, "tool", _known()["tool"], like)


@cache
def _known() -> dict[str, Any]:
    return {kind: metaschema(kind) for kind in KINDS}


def _ordered(value: Any, kind: str, schema: Any, like: Any) -> Any:
    if not isinstance(value, dict | list) or not isinstance(schema, dict):
        return value
    kind, schema = _meant(value, kind, schema)
    if isinstance(value, list):
        return _items(value, kind, schema.get("items"), like)
    properties = schema.get("properties")
    known = properties if isinstance(properties, dict) else {}
    there = like if isinstance(like, dict) else {}
    others = schema.get("additionalProperties")
    return {
        name: _ordered(value[name], kind, known.get(name, others), there.get(name))
        for name in (_names(value, known, there) if known else value)
    }


def _names(value: dict[str, Any], known: Any, there: dict[str, Any]) -> list[str]:
    """The members of a part in order; what Opswright adds to a property stands behind the property's own."""
    usual = [name for name in known if name != _ADDED] + [name for name in value if name != _ADDED]
    wanted = dict.fromkeys((*there, *usual, _ADDED))
    return [name for name in wanted if name in value]


def _items(value: list[Any], kind: str, schema: Any, like: Any) -> list[Any]:
    there = dict(zip(names_of(like), like, strict=True)) if isinstance(like, list) else {}
    return [
        _ordered(item, kind, schema, there.get(name))
        for name, item in zip(names_of(value), value, strict=True)
    ]


def _meant(value: Any, kind: str, schema: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The schema that says what may stand in a value: behind references, among alternatives."""
    if isinstance(ref := schema.get("$ref"), str):
        file, _hash, pointer = ref.partition("#")
        kind = file.removesuffix(".schema.json") or kind
        found: Any = _known()[kind]
        for step in steps_of(pointer):
            found = found[step]
        return _meant(value, kind, found)
    for alternative in _alternatives(schema):
        found_kind, found = _meant(value, kind, alternative)
        if _fits(value, found):
            return found_kind, found
    return kind, schema


def _alternatives(schema: dict[str, Any]) -> list[dict[str, Any]]:
    found = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
    return found + [schema[keyword] for keyword in ("then", "else") if keyword in schema]


def _fits(value: Any, schema: dict[str, Any]) -> bool:
    if isinstance(value, list):
        return "items" in schema
    properties = schema.get("properties")
    return isinstance(properties, dict) and value.keys() <= properties.keys()
