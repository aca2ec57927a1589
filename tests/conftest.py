"""Fixtures for all tests: a private PostgreSQL cluster, started once per worker and only when asked for."""

from collections.abc import Iterator

import pytest

from tests.cluster import postgresql_is_installed, private_cluster

# A test cluster may lose its data with the power: what it must not lose is time.
_SETTINGS = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=100")


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """URL of the maintenance database of a fresh cluster, which ends with the tests."""
    if not postgresql_is_installed():
        pytest.skip("PostgreSQL is not installed")
    with private_cluster(*_SETTINGS) as url:
        yield url
