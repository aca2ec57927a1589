"""Waiting for what other threads and processes do."""

import time

import pytest

_SECONDS = 60.0
"""Enough for a busy machine; only what never comes takes that long."""


def wait_until(condition):
    """Wait until `condition()` is true; the test fails where it never is."""
    deadline = time.monotonic() + _SECONDS
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.02)
    pytest.fail(f"not within {_SECONDS} s: {condition}")
