"""Postal addresses."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from components.nested.objects import ObjectType, part_of
from components.recognition import ANNOTATIONS, type_problem
from components.values import ABSENT
from form_specs.language import _, marked
from form_specs.load import field_spec
from form_specs.model import FieldSpec, JsonValue

_PARTS: Final[Mapping[str, JsonValue]] = {
    "lines": {
        "type": "string",
        "title": "Street and number",
        "maxLength": 400,
        "x-ops": {"type": "long_text"},
    },
    "postcode": {
        "type": "string",
        "title": "Postcode",
        "maxLength": 12,
        "x-ops": {"type": "text"},
    },
    "city": {"type": "string", "title": "City", "maxLength": 100, "x-ops": {"type": "text"}},
    "country": {
        "type": "string",
        "title": "Country",
        "pattern": "^[A-Z]{2}$",
        "x-ops": {"type": "country"},
    },
}


class AddressType(ObjectType):
    """An object of `lines`, `postcode`, `city` and `country`, drawn as an address is written."""

    name = "address"
    title = marked("Address")
    description = marked("A postal address")

    @classmethod
    def child_specs(cls, spec: FieldSpec) -> Iterable[FieldSpec]:
        """The parts of the schema, each as it is annotated there or as it is by itself."""
        given = {child.key: child for child in spec.children}
        properties, required = spec.schema["properties"], spec.schema.get("required", ())
        for key, standard in _PARTS.items():
            if key not in properties:
                continue
            if key in given:
                yield given[key]
                continue
            part = field_spec(key, standard, required=key in required)  # type: ignore[arg-type]
            schema = properties[key]
            yield replace(part, schema=schema, title=schema.get("title", part.title))

    def display(self, value: Any) -> str:
        lines = part_of(value, "lines")
        town = " ".join(
            str(part) for key in ("postcode", "city") if (part := part_of(value, key)) is not ABSENT
        )
        street = ", ".join(str(lines).split("\n")) if lines is not ABSENT else ""
        country = self.members.get("country")
        code = part_of(value, "country")
        land = country.display(code) if country is not None and code is not ABSENT else ""
        return ", ".join(filter(None, (street, town, land))) or _("Empty")

    @classmethod
    def schema_for(cls, options: Mapping[str, Any]) -> dict[str, JsonValue]:
        parts: dict[str, JsonValue] = {
            key: {k: v for k, v in part.items() if k != "x-ops"}
            for key, part in _PARTS.items()
            if isinstance(part, dict)
        }
        return {"type": "object", "properties": parts, "additionalProperties": False}

    @classmethod
    def recognise(cls, schema: Mapping[str, Any]) -> int:
        """Only what was made for it: elsewhere the parts of an address are called otherwise."""
        found = schema.get("properties")
        if not isinstance(found, Mapping) or found.keys() != _PARTS.keys():
            return 0
        alike = all(_judging(part) == _judging(_PARTS[key]) for key, part in found.items())
        return 6 if alike and schema.get("type") == "object" else 0

    @classmethod
    def schema_problem(cls, schema: Mapping[str, Any]) -> str | None:
        properties = schema.get("properties")
        if not isinstance(properties, Mapping) or not properties.keys() <= _PARTS.keys():
            named = ", ".join(f'"{key}"' for key in _PARTS)
            return _("The property must have properties among %(named)s, and no other", named=named)
        if not all(
            isinstance(p, Mapping) and p.get("type") == "string" for p in properties.values()
        ):
            return _('Each part of an address must be {"type": "string"}')
        return type_problem(schema, "object")


def _judging(part: Any) -> Any:
    return (
        {k: v for k, v in part.items() if k not in ANNOTATIONS} if isinstance(part, dict) else part
    )


TYPE = AddressType
