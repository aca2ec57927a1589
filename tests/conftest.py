"""For all tests: their order, and a private PostgreSQL cluster, started once per worker and only when asked for."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
import structlog
from hypothesis import HealthCheck, settings

from tests.cluster import postgresql_is_installed, private_cluster

# A test cluster may lose its data with the power: what it must not lose is time.
# Nor is anything counted behind a test's back: what the product does not analyse, nobody does.
_SETTINGS = (
    *("fsync=off", "full_page_writes=off", "synchronous_commit=off"),
    *("max_connections=100", "autovacuum=off"),
)
# How long examples take says how busy the machine is, not whether they hold; and what a fixture
# gives to all examples of a test may be shared by them, as tests of a module share it.
settings.register_profile(
    "any machine",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("any machine")
# A traceback with all local variables, as structlog draws it by default, takes seconds.
structlog.configure(
    processors=[
        *structlog.get_config()["processors"][:-1],
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
    ]
)
_LONG: Final = tuple(
    Path(__file__).parent / name
    for name in (
        *("journeys", "docs/test_pages.py", "runtime/test_noninterference.py"),
        *("runtime/background", "opswright/cli", "house/test_wheel.py", "runtime/api/test_fuzz.py"),
        *("runtime/storage", "form_specs/compatibility", "runtime/web", "builder/test_forms.py"),
        *("runtime/gate/test_write_paths.py", "runtime/test_routes.py"),
    )
)
"""Files that take a worker long: browsers, processes, many examples."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files begin, so that at the end short ones are left to share between the workers."""
    items.sort(key=lambda item: not any(map(item.path.is_relative_to, _LONG)))


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """URL of the maintenance database of a fresh cluster, which ends with the tests."""
    if not postgresql_is_installed():
        pytest.skip("PostgreSQL is not installed")
    with private_cluster(*_SETTINGS) as url:
        yield url
