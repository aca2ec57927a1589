"""A real application with the refunds tool, on SQLite and, where storage matters, on PostgreSQL."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from opswright.application import create_app
from runtime.services import Services
from tests.runtime.browsing import Browser
from tests.runtime.opening import Desk, furnished_url, open_refunds
from tests.runtime.refunds import refunds_tool

BOTH = pytest.mark.parametrize("services", ["sqlite", "postgresql"], indirect=True, scope="module")
"""Runs a module's tests on either database."""


@pytest.fixture(scope="module")
def services(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Services]:
    """Everything that one process has, on a database that the tests of a module share."""
    folder = tmp_path_factory.mktemp("refunds")
    dialect = getattr(request, "param", "sqlite")
    url = furnished_url(dialect, folder, lambda: request.getfixturevalue("postgres_url"))
    found = open_refunds(url, folder)
    yield found
    found.close()


@pytest.fixture
def make_services(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Callable[..., Services]]:
    """`make(dialect, hooks=code, **settings)`: services on a database of the test's own."""
    made: list[Services] = []

    def make(dialect: str = "sqlite", **settings: Any) -> Services:
        folder = tmp_path / f"own{len(made)}"
        folder.mkdir()
        url = furnished_url(dialect, folder, lambda: request.getfixturevalue("postgres_url"))
        made.append(open_refunds(url, folder, **settings))
        return made[-1]

    yield make
    for services in made:
        services.close()


@pytest.fixture(scope="module")
def app(services: Services) -> Flask:
    found = create_app(services)
    found.testing = True
    return found


@pytest.fixture(scope="module")
def client_of(app: Flask) -> Callable[[str | None], Browser]:
    """From a name to a browser in which that person is signed in; none: nobody is."""
    return lambda name: Browser(app, name)


@pytest.fixture
def make_tool() -> Callable[..., dict[str, Any]]:
    """`make(change)`: the refunds tool after a change to its document."""

    def make(change: Callable[[dict[str, Any]], object] = lambda _tool: None) -> dict[str, Any]:
        document = deepcopy(refunds_tool())
        change(document)
        return document

    return make


@pytest.fixture
def desk(services: Services) -> Desk:
    return Desk(services)
