"""Every test here runs on a real SQLite file and on a real PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime.storage.database import Database, open_database
from tests.runtime.storage.making import Records, fresh_url, make_form


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def db(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """A migrated database that the tests of a module share."""
    found = open_database(fresh_url(request.param, tmp_path_factory.mktemp("db"), request))
    yield found
    found.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def own_db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A migrated database of the test's own, which it may damage."""
    found = open_database(fresh_url(request.param, tmp_path, request))
    yield found
    found.close()


@pytest.fixture
def records(db: Database) -> Records:
    """A form of its own for each test."""
    return make_form(db)
