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


@pytest.fixture
def refunds(tmp_path: Path) -> Iterator[Services]:
    """Services with the refunds tool; `bo` builds everything, `rex` the refunds tool alone."""
    found = open_refunds(furnished_url("sqlite", tmp_path, str), tmp_path)
    found.accounts.add(Joining("bo", PASSWORD, title="Bo Builder", roles=((EVERY_TOOL, BUILDER),)))
    found.accounts.add(Joining("rex", PASSWORD, title="Rex Refunds", roles=((TOOL, BUILDER),)))
    yield found
    found.close()


@pytest.fixture
def browser_of(refunds: Services) -> Callable[[str], Browser]:
    app = create_app(refunds)
    app.testing = True
    return lambda name: Browser(app, name)
