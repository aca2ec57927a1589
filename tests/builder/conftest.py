"""The whole application over the refunds tool, with somebody who may build."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from opswright.application import create_app
from runtime.access import BUILDER, EVERY_TOOL
from runtime.accounts import Joining
from runtime.services import Services
from tests.runtime.browsing import Browser
from tests.runtime.opening import PASSWORD, furnished_url, open_refunds
from tests.runtime.refunds import TOOL


@pytest.fixture(scope="session")
def staffed_file(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A SQLite file with the refunds tool and its builders: hashing passwords takes long."""
    folder = tmp_path_factory.mktemp("staffed")
    found = open_refunds(furnished_url("sqlite", folder, str), folder)
    found.accounts.add(Joining("bo", PASSWORD, title="Bo Builder", roles=((EVERY_TOOL, BUILDER),)))
    found.accounts.add(Joining("rex", PASSWORD, title="Rex Refunds", roles=((TOOL, BUILDER),)))
    found.close()
    return (folder / "opswright.db").read_bytes()


@pytest.fixture
def refunds(tmp_path: Path, staffed_file: bytes) -> Iterator[Services]:
    """Services with the refunds tool; `bo` builds everything, `rex` the refunds tool alone."""
    (tmp_path / "opswright.db").write_bytes(staffed_file)
    found = open_refunds("", tmp_path)
    yield found
    found.close()


@pytest.fixture
def browser_of(refunds: Services) -> Callable[[str], Browser]:
    app = create_app(refunds)
    app.testing = True
    return lambda name: Browser(app, name)
