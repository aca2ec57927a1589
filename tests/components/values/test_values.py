from copy import copy, deepcopy

from components.values import ABSENT, Absent


def test_there_is_one_absent_value():
    assert Absent() is copy(ABSENT) is deepcopy({"a": ABSENT})["a"] is ABSENT
    assert not ABSENT
    assert repr(ABSENT) == "ABSENT"
