"""The cases tool on SQLite and PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.runtime.cases import HOOKS, Cases, open_cases
from tests.runtime.opening import fresh_url


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def cases(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Cases]:
    """The tool on a database that the tests of a module share."""
    folder = tmp_path_factory.mktemp("cases")
    url = fresh_url(request.param, lambda: request.getfixturevalue("postgres_url"))
    services = open_cases(url, folder, hooks=HOOKS)
    yield Cases(services)
    services.close()


@pytest.fixture
def own_cases(tmp_path: Path) -> Iterator[Cases]:
    """The tool on a database of the test's own, with a hook file that the test may change."""
    services = open_cases("", tmp_path, hooks=HOOKS)
    yield Cases(services)
    services.close()
