import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.storage import ids
from runtime.storage.ids import IdMaker, decode_id, encode_id


@given(st.integers(0, 2**63 - 1), st.integers(0, 2**63 - 1))
def test_ids_are_read_back_and_sort_like_their_numbers(one: int, two: int):
    assert decode_id(encode_id(one)) == one
    assert len(encode_id(one)) == 13
    assert (encode_id(one) < encode_id(two)) == (one < two)


BAD = ["", "0", "8000000000000", "0" * 14, "000000000000I", "000000000000l", "000000000000u"]


@pytest.mark.parametrize(
    "text", [*BAD, "000000000000A", "000000000000٣", "000000000000 ", "../../etc/pass"]
)
def test_other_texts_are_no_ids(text: str):
    with pytest.raises(ValueError, match="no record id"):
        decode_id(text)


@pytest.mark.parametrize("number", [-1, 2**63])
def test_other_numbers_have_no_text(number: int):
    with pytest.raises(ValueError, match="64-bit"):
        encode_id(number)


def test_ids_of_many_threads_are_distinct_and_grow():
    maker, found = IdMaker(3), []

    def make() -> None:
        own = [maker.next() for _ in range(3000)]
        assert own == sorted(own)
        found.extend(own)

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 12_000
    assert {number >> 12 & 1023 for number in found} == {3}


def test_ids_grow_while_the_clock_goes_back(monkeypatch: pytest.MonkeyPatch):
    clock = iter([2_000_000_000_000_000_000, 1_900_000_000_000_000_000] * 5000)
    monkeypatch.setattr(ids.time, "time_ns", lambda: next(clock))
    maker = IdMaker(0)
    made = [maker.next() for _ in range(9000)]
    assert made == sorted(set(made))


@pytest.mark.parametrize("node", [-1, 1024])
def test_a_node_is_ten_bits(node: int):
    with pytest.raises(ValueError, match="node"):
        IdMaker(node)


def test_processes_choose_nodes():
    assert IdMaker.for_process().next() > 0
