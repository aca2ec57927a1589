"""Several fields that belong together."""

from collections.abc import Mapping
from typing import Any

from components.nested.objects import ObjectType
from components.recognition import type_problem
from form_specs.language import _, marked
from form_specs.model import JsonValue


class GroupType(ObjectType):
    """An object whose `properties` are fields of their own."""

    name = "group"
    title = marked("Group")
    description = marked("Several fields that belong together, such as a contact")

    @classmethod
    def schema_for(cls, options: Mapping[str, Any]) -> dict[str, JsonValue]:
        part: JsonValue = {"type": "string", "title": "First", "x-ops": {"type": "text"}}
        return {"type": "object", "properties": {"first": part}, "additionalProperties": False}

    @classmethod
    def recognise(cls, schema: Mapping[str, Any]) -> int:
        properties = schema.get("properties")
        if schema.get("type") != "object" or not isinstance(properties, Mapping) or not properties:
            return 0
        return 5 if all(isinstance(part, Mapping | bool) for part in properties.values()) else 0

    @classmethod
    def schema_problem(cls, schema: Mapping[str, Any]) -> str | None:
        properties = schema.get("properties")
        if not isinstance(properties, Mapping) or not any(map(_is_field, properties.values())):
            return _('The property must have "properties" that are fields: each with "x-ops"')
        return type_problem(schema, "object")


def _is_field(schema: Any) -> bool:
    return isinstance(schema, Mapping) and ("x-ops" in schema or "$ref" in schema)


TYPE = GroupType
