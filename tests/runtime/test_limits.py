"""Limits when Redis is gone: nobody is turned away by an error, and each process counts for itself."""

import pytest

from runtime.config import load_settings
from runtime.limits import Limits
from tests.runtime.opening import KEY


@pytest.fixture
def limits(tmp_path):
    wanted = {
        "data": tmp_path,
        "secret_key": KEY,
        "redis_url": "redis://127.0.0.1:1/0",
        "sign_in_limit": "2 per 5 minutes",
    }
    return Limits(load_settings({}, wanted))


def test_who_tries_too_often_is_stopped_without_redis_too(limits):
    assert limits.allows(limits.sign_in, "olga")
    assert [limits.hit(limits.sign_in, "olga") for _ in range(3)] == [True, True, False]
    assert not limits.allows(limits.sign_in, "olga")
    assert limits.allows(limits.sign_in, "lena")
    assert limits.reset_at(limits.sign_in, "olga") > 0


def test_a_redis_that_is_gone_is_asked_once_and_then_left_alone(limits, caplog):
    for _ in range(5):
        assert limits.hit(limits.api, "a token")
    assert [record.name for record in caplog.records] == ["opswright.limits"]
