"""Every field type that there is, with the property that documents it."""

import json
import re
from pathlib import Path

import pytest

from components.base import FieldType
from components.registry import Registry
from form_specs.load import field_spec
from tests.contracts.shade import PROPERTY, ShadeType

PAGE = Path(__file__).parents[2] / "docs" / "builders" / "field-types.md"
_SECTION = re.compile(r"^## (\w+)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_EXAMPLE = re.compile(r"```json\n(.*?)```", re.DOTALL)

REGISTRY = Registry.discover().with_types([ShadeType])


def documented() -> dict[str, list[dict]]:
    """The example properties of each section of the page, by type."""
    sections = _SECTION.findall(PAGE.read_text(encoding="utf-8"))
    return {name: [json.loads(text) for text in _EXAMPLE.findall(body)] for name, body in sections}


PROPERTIES = {name: examples[0] for name, examples in documented().items()} | {"shade": PROPERTY}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "type_name" in metafunc.fixturenames:
        metafunc.parametrize("type_name", sorted(REGISTRY.field_types))


@pytest.fixture
def registry() -> Registry:
    return REGISTRY


@pytest.fixture
def property_(type_name: str) -> dict:
    return PROPERTIES[type_name]


@pytest.fixture
def field(type_name: str, property_: dict) -> FieldType:
    return REGISTRY.field(field_spec("x", property_, required=False))
