from collections.abc import Callable

import pytest

from components.base import FieldType
from components.registry import Registry
from form_specs.load import field_spec

REGISTRY = Registry.discover()


@pytest.fixture
def make_field() -> Callable[..., FieldType]:
    """From a type, its options and keywords of the property's schema to the bound field `x`."""

    def make(type_: str, options: dict | None = None, locale: str = "en", **schema) -> FieldType:
        own = REGISTRY.field_types[type_].schema_for(options or {})
        ops = {"type": type_, "options": options or {}, **schema.pop("ops", {})}
        spec = field_spec("x", {"title": "The X", **own, **schema, "x-ops": ops}, required=False)
        return REGISTRY.field(spec, locale)

    return make
