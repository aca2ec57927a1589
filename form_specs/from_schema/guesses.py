"""What a property is that only the branches of a schema name: by what they say of it.

Where every branch names it, one of them judges it in each record.  Where some do not, any value
stays possible, and only the field knows better what people will want to fill in.  Either way the
schema takes all that it took.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from form_specs.from_schema.root_properties import Named, named_by_each
from form_specs.json_schema.nullable import ANNOTATIONS

_SIMPLE: Final = ("string", "integer", "number", "boolean")
_TYPED: Final = ("string", "integer", "number")
"""Types whose values are typed in as they are, also where anything goes."""
_TEXT: Final[Mapping[str, Any]] = {"type": "string"}
_MOST: Final = 8

Plain = Callable[[dict[str, Any]], dict[str, Any]]


def guessed(
    root: Mapping[str, Any], names: Mapping[str, Named], plain: Plain
) -> dict[str, dict[str, Any]]:
    """By name a schema for each property that only branches name."""
    each = named_by_each(root)
    return {
        name: _guess(
            [*each[name]] if name in each else [named.schema, *named.elsewhere],
            plain,
            sure=name in each,
        )
        for name, named in names.items()
    }


def is_typed_as_it_is(schema: Mapping[str, Any]) -> bool:
    """Whether anything goes, and what people will want are words or numbers."""
    *parts, last = schema.get("anyOf") or [None]
    return last == {} and all(part in [{"type": name} for name in _TYPED] for part in parts)


def _guess(schemas: list[Any], plain: Plain, *, sure: bool) -> dict[str, Any]:
    told = [
        schema for schema in schemas if isinstance(schema, dict) and schema.keys() - ANNOTATIONS
    ]
    open_ = not sure or any(schema is True or schema == {} for schema in schemas)
    parts = [*_kinds(told, plain)]
    if not parts or len(parts) > _MOST:
        return {}
    texts = {k: told[0][k] for k in ("title", "description") if k in told[0]}
    if len(parts) == 1 and not open_:
        return {**texts, **parts[0]}
    return {**texts, "anyOf": [*parts, *([{}] if open_ else [])]}


def _kinds(schemas: list[dict[str, Any]], plain: Plain) -> Iterator[dict[str, Any]]:
    """Of each kind one schema; the words that branches list together."""
    words: dict[str, None] = {}
    found: dict[str, dict[str, Any]] = {}
    for schema in schemas:
        known = plain(schema)
        if (listed := _listed(known)) is not None:
            words |= dict.fromkeys(listed)
            continue
        type_ = known.get("type")
        kind = {"type": type_} if type_ in _SIMPLE else schema
        found.setdefault(json.dumps(kind, sort_keys=True, default=str), kind)
    if words and _TEXT not in found.values():
        yield {**_TEXT, "enum": [*words]}
    yield from found.values()


def _listed(schema: dict[str, Any]) -> list[str] | None:
    """The words that a schema lists; none where it lists other values, or takes any."""
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    texts = isinstance(values, list) and values and all(isinstance(v, str) for v in values)
    return values if texts else None
