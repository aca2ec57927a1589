"""The collector of cycles waits while rows come in, however many threads bring some."""

import gc

import pytest

from runtime.batches.collecting import collecting_later


def test_it_is_off_until_the_last_one_leaves():
    assert gc.isenabled()
    with collecting_later():
        with collecting_later():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_is_on_again_after_a_failure():
    with pytest.raises(KeyError), collecting_later():
        raise KeyError
    assert gc.isenabled()


def test_it_stays_off_where_somebody_else_turned_it_off():
    gc.disable()
    try:
        with collecting_later():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
