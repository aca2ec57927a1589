"""Plain JSON Schema: the form is what the schema says.  Also what all languages built on it share."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from form_specs.from_schema.tool import CannotImport
from form_specs.imports.assembling import Draft
from form_specs.imports.given import Given
from form_specs.imports.notes import Note, shown
from form_specs.json_schema.subschemas import KEYWORDS, NAMED, ONE, SEVERAL, referred
from form_specs.language import _
from form_specs.problem import escaped

_OLDER: Final = frozenset(
    {"$schema", "$id", "id", "definitions", "dependencies", "additionalItems", "$vocabulary"}
    | {"$dynamicRef", "$dynamicAnchor", "$recursiveRef", "$recursiveAnchor"}
)
"""Keywords that lifting to 2020-12 takes care of, or that the check speaks of itself."""
_HOPS = 20


def recognises(given: Given) -> bool:
    """Whether it is one JSON document that could be a schema."""
    return not given.sheets and given.ui is None and isinstance(given.document, dict | bool)


def read(given: Given) -> Draft:
    """The schema as it stands; raises `CannotImport`."""
    if isinstance(given.document, bool):
        return Draft(items=[], schema={} if given.document else {"not": {}})
    if not isinstance(given.document, dict):
        raise CannotImport([_("A JSON Schema for records is an object")])
    schema, notes = _unwrapped(given.document)
    if given.ui is not None:
        notes.append(Note("", _("The second file is left out: plain JSON Schema has none")))
    return Draft(items=[], schema=schema, notes=notes)


def _unwrapped(document: dict[str, Any]) -> tuple[dict[str, Any], list[Note]]:
    """The schema, also where it stands under the name `schema` beside other things."""
    inner = document.get("schema")
    if not isinstance(inner, dict) or document.keys() & (KEYWORDS | _OLDER):
        return document, unknown_keywords(document, "")
    beside = [
        Note(
            f"/{escaped(name)}",
            _("%(name)s (%(value)s) is not carried over", name=name, value=shown(value)),
        )
        for name, value in document.items()
        if name != "schema"
    ]
    return inner, [*unknown_keywords(inner, "/schema"), *beside]


def resolved(root: Mapping[str, Any], schema: Any) -> dict[str, Any]:
    """What a schema means once its local references are followed; {} where it is no object."""
    for _hop in range(_HOPS):
        target = referred(root, schema.get("$ref")) if isinstance(schema, dict) else None
        if target is None:
            break
        schema = target[1]
    return schema if isinstance(schema, dict) else {}


def labelled(schema: Any) -> Any:
    """The same schema with `oneOf` of titled values where `enumNames` stands beside `enum`."""
    if isinstance(schema, list):
        return [labelled(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    values, names = schema.get("enum"), schema.get("enumNames")
    if isinstance(values, list) and isinstance(names, list) and "oneOf" not in schema:
        rest = {k: v for k, v in schema.items() if k not in ("enum", "enumNames")}
        pairs = zip(values, [*names, *[None] * len(values)], strict=False)
        titled = [{"const": v, **({"title": n} if isinstance(n, str) else {})} for v, n in pairs]
        return rest | {"oneOf": titled}
    return {
        k: labelled(v) if k not in ("default", "const", "examples") else v
        for k, v in schema.items()
    }


def unknown_keywords(schema: Any, at: str) -> list[Note]:
    """A note for each keyword that no draft of JSON Schema has, wherever it stands."""
    notes = []
    for keyword, value in schema.items() if isinstance(schema, dict) else ():
        where = f"{at}/{escaped(keyword)}"
        for below, part in _parts(keyword, value):
            notes += unknown_keywords(part, where + below)
        if keyword not in KEYWORDS | _OLDER and not _is_label(keyword, schema):
            message = _(
                "%(keyword)s (%(value)s) is not carried over: it is no keyword of JSON Schema",
                keyword=keyword,
                value=shown(value),
            )
            notes.append(Note(where, message))
    return notes


def _parts(keyword: str, value: Any) -> Iterator[tuple[str, Any]]:
    """The schemas that a keyword holds, each with its pointer below the keyword."""
    if keyword in (*NAMED, "definitions", "dependencies") and isinstance(value, dict):
        yield from ((f"/{escaped(name)}", part) for name, part in value.items())
    elif keyword in (*ONE, *SEVERAL, "additionalItems") and isinstance(value, list):
        yield from ((f"/{index}", part) for index, part in enumerate(value))
    elif keyword in (*ONE, "additionalItems"):
        yield "", value


def _is_label(keyword: str, schema: Mapping[str, Any]) -> bool:
    return keyword == "enumNames" and isinstance(schema.get("enum"), list)
