"""Every field type that there is, with the properties that document it."""

import pytest

from components.base import FieldType
from components.registry import Registry
from form_specs.load import field_spec
from tests.contracts.readmes import Readme, readme
from tests.contracts.shade import ShadeType

REGISTRY = Registry.discover().with_types([ShadeType])
READMES = {name: readme(type_) for name, type_ in REGISTRY.field_types.items()}
PROPERTIES = [
    pytest.param((name, each), id=f"{name}-{number}")
    for name, page in READMES.items()
    for number, each in enumerate(page.properties, 1)
]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Runs a test for each type, or for each property that documents one."""
    if "property_" in metafunc.fixturenames:
        metafunc.parametrize("documented", PROPERTIES)
    elif "type_name" in metafunc.fixturenames:
        metafunc.parametrize("type_name", sorted(REGISTRY.field_types))


@pytest.fixture
def registry() -> Registry:
    return REGISTRY


@pytest.fixture
def page(type_name: str) -> Readme:
    return READMES[type_name]


@pytest.fixture
def property_(documented: tuple[str, dict]) -> dict:
    return documented[1]


@pytest.fixture
def field(property_: dict) -> FieldType:
    return REGISTRY.field(field_spec("x", property_, required=False))
