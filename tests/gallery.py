"""A tool with one field of every type, made from the pages that document the types.

The fields are called like their types, `money` and `date`, and where a page shows more than one
property, `boolean_2`; a type that is added later is in it by having its folder.
"""

from typing import Any

from components.base import FieldType, NumberedFieldType
from components.registry import Registry
from runtime.accounts import Joining
from tests.contracts.readmes import readme

GALLERY = "gallery"
PIECE = "piece"
RECORDS = f"/api/v1/tools/{GALLERY}/forms/{PIECE}/records"


def gallery_properties(registry: Registry) -> dict[str, dict[str, Any]]:
    """From each field of the gallery to its property."""
    return {
        name if number == 1 else f"{name}_{number}": _at_home(property_)
        for name, type_ in registry.field_types.items()
        for number, property_ in enumerate(readme(type_).properties, 1)
    }


def named_people(registry: Registry) -> list[Joining]:
    """The accounts that the examples of people name."""
    names = gallery_properties(registry)["user"]["examples"]
    return [Joining(str(name), "correct horse") for name in names]


def _at_home(property_: dict[str, Any]) -> dict[str, Any]:
    """The property, where it links to records with those of the one form that there is."""
    ops = property_["x-ops"]
    if "link" not in ops:
        return property_
    return {**property_, "x-ops": {**ops, "link": {**ops["link"], "form": PIECE}}}


def gallery_tool(registry: Registry) -> dict[str, Any]:
    """The spec; its keeper may do everything, its visitor reads all values masked."""
    properties = gallery_properties(registry)
    teams = properties["team"]["examples"]
    rows = {"form": PIECE, "can": ["read", "create", "edit", "delete", "attach"]}
    hidden = {"form": PIECE, "can": ["read"], "fields": dict.fromkeys(properties, "masked")}
    return {
        "ops": "1",
        "kind": "tool",
        "key": GALLERY,
        "title": "Gallery",
        "teams": [{"key": key, "title": f"{key.title()} shift"} for key in teams],
        "forms": [
            {
                "key": PIECE,
                "title": "Piece",
                "plural": "Pieces",
                "titleField": "text",
                "schema": {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": properties,
                },
            }
        ],
        "views": [
            {
                "key": "all",
                "title": "All",
                "type": "table",
                "form": PIECE,
                "columns": list(properties),
            }
        ],
        "roles": [
            {"key": "keeper", "title": "Keeper", "grants": [rows]},
            {
                "key": "reader",
                "title": "Reader",
                "grants": [{"form": PIECE, "can": ["read"]}],
            },
            {"key": "visitor", "title": "Visitor", "grants": [hidden]},
        ],
    }


def writable(registry: Registry) -> list[str]:
    """The fields whose examples can be sent: no running numbers, no files, nothing computed, no links."""
    types = registry.field_types
    return [
        key
        for key, property_ in sorted(gallery_properties(registry).items())
        if _comes_as_json(types[property_["x-ops"]["type"]]) and "link" not in property_["x-ops"]
    ]


def _comes_as_json(type_: type[FieldType]) -> bool:
    return not (type_.derived or type_.uploads or issubclass(type_, NumberedFieldType))
