"""Waiting for what other threads and processes do."""

import time

import pytest


def wait_until(condition, seconds=10.0):
    """Wait until `condition()` is true; the test fails where it never is."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.02)
    pytest.fail(f"not within {seconds} s: {condition}")
