"""The meta-schemas of this package, and validators that never look elsewhere.

Every validator here gets a registry without retrieval: a reference that leads out of it fails,
it never reads a file or asks the network.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import jsonschema_rs
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend
from jsonschema_specifications import REGISTRY  # type: ignore[import-untyped]
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from form_specs.digest import canonical
from form_specs.language import _
from form_specs.model import JsonObject

KINDS = (
    *("tool", "form", "field", "layout", "view", "action", "workflow", "role", "condition"),
    *("list", "test", "common", "migration"),
)


def _unique_items(
    _validator: Validator, wanted: Any, instance: Any, _schema: Any
) -> Iterator[ValidationError]:
    """Linear, where the library compares each item with each other one."""
    if wanted and isinstance(instance, list):
        seen = set()
        for item in instance:
            text = canonical(item)
            if text in seen:
                yield ValidationError(_("%(item)s stands in the list twice", item=repr(item)))
                return
            seen.add(text)


_checker: type[Validator] = extend(  # type: ignore[no-untyped-call]
    Draft202012Validator, {"uniqueItems": _unique_items}
)
_DIALECT = "https://json-schema.org/draft/2020-12/"
_OURS = "https://opswright.invalid/2020-12/"
_HALVES = r"\\ud800-\\udfff"


def metaschema(kind: str) -> JsonObject:
    """The meta-schema of one kind of part, as an editor is given it."""
    text = files("form_specs").joinpath("schemas", f"{kind}.schema.json").read_text("utf-8")
    schema: JsonObject = json.loads(text)
    return schema


@cache
def tool_validator() -> Validator:
    """Judges the shape of a tool document; conditions in it are left to `conditions.lower`.

    The meta-schema of conditions is for editors: tried on a hostile document it would cost time
    exponential in the nesting, and its errors could not name the field that is meant.
    """
    contents = _tool_contents()
    return _validator(contents["tool.schema.json"], contents)


def _tool_contents() -> dict[str, JsonObject]:
    contents = {f"{kind}.schema.json": metaschema(kind) for kind in KINDS if kind != "condition"}
    return contents | {"condition.schema.json": {}}


def is_tool_shaped(document: Any) -> bool:
    """Whether a document surely has the shape of a tool, told at once.

    What is wrong with it where it has not, and whether anything is, `tool_validator` says.
    """
    return _is_surely(_quick_tool(), document)


@cache
def _quick_tool() -> jsonschema_rs.Draft202012Validator:
    # Half characters, which a text here never has, are no part of the engine's patterns.
    known = [
        (_OURS + name, _undeclared(json.loads(json.dumps(part).replace(_HALVES, ""))))
        for name, part in _tool_contents().items()
    ]
    return jsonschema_rs.Draft202012Validator(
        {"$ref": f"{_OURS}tool.schema.json"}, registry=jsonschema_rs.Registry(known)
    )


def _is_surely(validator: jsonschema_rs.Draft202012Validator, document: Any) -> bool:
    try:
        return validator.is_valid(document)
    except (ValueError, TypeError, RecursionError):
        return False


@cache
def migration_validator() -> Validator:
    """Judges the shape of a migration."""
    contents = {f"{kind}.schema.json": metaschema(kind) for kind in ("migration", "common")}
    return _validator(contents["migration.schema.json"], contents)


@cache
def scenario_validator() -> Validator:
    """Judges the shape of one test of a tool."""
    contents = {f"{kind}.schema.json": metaschema(kind) for kind in ("test", "common")}
    return _validator(contents["test.schema.json"], contents)


@cache
def dialect_validator() -> Validator:
    """Judges whether something is a JSON Schema 2020-12."""
    contents = {
        _renamed(uri): _renamed(REGISTRY.contents(uri))
        for uri in REGISTRY
        if uri.startswith(_DIALECT)
    }
    return _validator(contents[f"{_OURS}schema"], contents)


def is_json_schema(document: Any) -> bool:
    """Whether something is surely a JSON Schema 2020-12, told at once.

    What is wrong with it where it is not, and whether anything is, `dialect_validator` says.
    """
    return _is_surely(_quick_dialect(), document)


@cache
def _quick_dialect() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator({"$ref": f"{_DIALECT}schema"})


def _renamed(part: Any) -> Any:
    """The same under a name of our own: by the standard one jsonschema finds its own class again."""
    return json.loads(json.dumps(part).replace(_DIALECT, _OURS))


def closed_validator(schema: Mapping[str, Any]) -> Validator:
    """Judges by a schema that refers to nothing but itself."""
    return _validator(schema, {})


def _validator(schema: Mapping[str, Any], known: Mapping[str, Any]) -> Validator:
    registry: Registry[Any] = Registry().with_resources(
        (uri, DRAFT202012.create_resource(_undeclared(contents))) for uri, contents in known.items()
    )
    return _checker(_undeclared(schema), registry=registry)


def _undeclared(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Without `$schema`: where jsonschema meets one it goes back to its own class of validator."""
    return {key: value for key, value in schema.items() if key != "$schema"}
