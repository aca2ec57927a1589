"""What may stand at a place of a spec and what it means, from the meta-schemas: for who types the text."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from form_specs.catalog import Catalog
from form_specs.exact_json import dumps
from form_specs.language import looked_up
from form_specs.metaschemas import KINDS, metaschema
from form_specs.model import JsonObject
from form_specs.problem import steps_of

_MOST: Final = 200


def help_at(pointer: str, type_: str, catalog: Catalog) -> dict[str, Any]:
    """What the part at a JSON pointer is, which members it may have, which values it may be.

    `type_` is the `type` of the part nearest around it, on which its options depend.
    """
    schemas = _schemas_at(pointer, type_, catalog)
    first = next((s for s in schemas if "title" in s or "description" in s), {})
    return {
        **_said(first),
        "members": list(_members(schemas))[:_MOST],
        "values": list(dict.fromkeys(v for s in schemas for v in _values(s)))[:_MOST],
    }


def _members(schemas: list[JsonObject]) -> Iterator[dict[str, Any]]:
    told: set[str] = set()
    for schema in schemas:
        required = schema.get("required", [])
        properties = schema.get("properties")
        for name, below in properties.items() if isinstance(properties, Mapping) else ():
            if name in told:
                continue
            told.add(name)
            said = next((s for s in _alternatives(below) if "title" in s), below)
            yield {
                "name": name,
                **_said(said),
                "required": isinstance(required, list) and name in required,
                "value": _example(below),
            }


def _said(schema: Any) -> dict[str, str]:
    """What a part is called and what it is, in the reader's language."""
    found = schema if isinstance(schema, Mapping) else {}
    return {name: looked_up(str(found.get(name, ""))) for name in ("title", "description")}


def _example(schema: Any) -> str:
    """What a new value begins with, as it is typed."""
    for found in _alternatives(schema):
        values = list(_values(found))
        if values:
            return values[0] if len(values) == 1 else ""
        start = {"object": "{}", "array": "[]", "string": '""', "boolean": "true"}.get(
            str(found.get("type"))
        )
        if start:
            return start
    return ""


def _values(schema: Mapping[str, Any]) -> Iterator[str]:
    if "const" in schema:
        yield dumps(schema["const"]).decode()
    for value in schema.get("enum", ()):
        yield dumps(value).decode()
    if schema.get("type") == "boolean":
        yield from ("true", "false")


# -- walking ------------------------------------------------------------------------------


def _schemas_at(pointer: str, type_: str, catalog: Catalog) -> list[JsonObject]:
    """The schemas that judge what stands at a pointer; several where there are alternatives."""
    found = _alternatives({"$ref": "tool.schema.json"})
    for step in steps_of(pointer):
        found = [below for schema in found for below in _below(schema, step, type_, catalog)]
    return found


def _below(schema: JsonObject, step: str, type_: str, catalog: Catalog) -> list[JsonObject]:
    options = _options(schema, type_, catalog) if step == "options" else None
    if options is not None:
        return [options]
    properties = schema.get("properties")
    if isinstance(properties, dict) and step in properties:
        return _alternatives(properties[step])
    items = _alternatives(schema.get("items")) if step.isdecimal() else []
    return items or _alternatives(schema.get("additionalProperties"))


def _options(schema: JsonObject, type_: str, catalog: Catalog) -> JsonObject | None:
    """The options of a type are the type's business."""
    kinds = {
        "Field": (catalog.field_types, catalog.field_options),
        "View": (catalog.view_types, catalog.view_options),
        "Action": (catalog.action_types, catalog.action_options),
    }
    known, get = kinds.get(str(schema.get("title")), ((), catalog.field_options))
    return get(type_) if type_ in known else None


def _alternatives(schema: Any) -> list[JsonObject]:
    """A schema with what it refers to, and each of its alternatives."""
    found: list[JsonObject] = []
    waiting = [schema]
    while waiting:
        each = waiting.pop(0)
        if not isinstance(each, dict) or any(each is known for known in found):
            continue
        found.append(each)
        if isinstance(ref := each.get("$ref"), str):
            waiting.append(_referred(ref))
        waiting += [part for word in ("anyOf", "oneOf", "allOf") for part in each.get(word, ())]
        waiting += [each[word] for word in ("then", "else") if word in each]
    return found


def _referred(ref: str) -> Any:
    file, _hash, pointer = ref.partition("#")
    found: Any = _files()[file]
    for step in steps_of(pointer):
        found = _child(found, step)
    return found


@cache
def _files() -> Mapping[str, JsonObject]:
    """The meta-schemas by file name, references in them with the name of the file."""
    names = {f"{kind}.schema.json": metaschema(kind) for kind in KINDS}
    return {name: _whole(contents, name) for name, contents in names.items()}


def _whole(schema: Any, name: str) -> Any:
    if isinstance(schema, list):
        return [_whole(below, name) for below in schema]
    if not isinstance(schema, dict):
        return schema
    ref = schema.get("$ref")
    known = {key: _whole(below, name) for key, below in schema.items()}
    return known | {"$ref": f"{name}{ref}"} if isinstance(ref, str) and ref[0] == "#" else known


def _child(value: Any, step: str) -> Any:
    if isinstance(value, Mapping):
        return value.get(step)
    if isinstance(value, list) and step.isdecimal() and int(step) < len(value):
        return value[int(step)]
    return None
