"""The tool of the other tests of specs, as often as it is asked for."""

from copy import deepcopy

import pytest

from tests.form_specs.conftest import TOOL


@pytest.fixture
def make_tool():
    return lambda: deepcopy(TOOL)
