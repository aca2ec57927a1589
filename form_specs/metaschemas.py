"""The meta-schemas of this package, and validators that never look elsewhere.

Every validator here gets a registry without retrieval: a reference that leads out of it fails,
it never reads a file or asks the network.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend
from jsonschema_specifications import REGISTRY  # type: ignore[import-untyped]
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from form_specs.digest import canonical
from form_specs.model import JsonObject

KINDS = (
    *("tool", "form", "field", "layout", "view", "action", "workflow", "role", "condition"),
    "common",
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
                yield ValidationError(f"{item!r} stands in the list twice")
                return
            seen.add(text)


_checker: type[Validator] = extend(  # type: ignore[no-untyped-call]
    Draft202012Validator, {"uniqueItems": _unique_items}
)
_DIALECT = "https://json-schema.org/draft/2020-12/"
_OURS = "https://opswright.invalid/2020-12/"


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
    contents = {f"{kind}.schema.json": metaschema(kind) for kind in KINDS if kind != "condition"}
    return _validator(contents["tool.schema.json"], contents | {"condition.schema.json": {}})


@cache
def dialect_validator() -> Validator:
    """Judges whether something is a JSON Schema 2020-12."""
    contents = {
        _renamed(uri): _renamed(REGISTRY.contents(uri))
        for uri in REGISTRY
        if uri.startswith(_DIALECT)
    }
    return _validator(contents[f"{_OURS}schema"], contents)


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
