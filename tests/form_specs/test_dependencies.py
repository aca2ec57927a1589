from graphlib import CycleError
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from form_specs.dependencies import circles, in_order

GRAPHS = st.dictionaries(st.sampled_from("abcdef"), st.sets(st.sampled_from("abcdefgh")))


@given(GRAPHS)
def test_either_there_is_an_order_or_there_are_circles(reads):
    found = circles(reads)
    if not found:
        order = in_order(reads)
        assert sorted(order) == sorted(reads)
        assert all(
            order.index(other) < order.index(key)
            for key in reads
            for other in reads[key]
            if other in reads
        )
        return
    with pytest.raises(CycleError):
        in_order(reads)
    for circle in found:
        assert circle[0] == circle[-1]
        assert all(following in reads[key] for key, following in pairwise(circle))


def test_each_circle_is_told_once():
    reads = {"a": ["b"], "b": ["a"], "c": ["c"], "d": ["a", "c"]}
    assert sorted(len(circle) for circle in circles(reads)) == [2, 3]
