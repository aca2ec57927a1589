import pytest

from tests.runtime.replaying.staging import Stage


@pytest.fixture
def stage(request, make_services):
    return Stage(make_services(getattr(request, "param", "sqlite")))
