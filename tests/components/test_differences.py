import pytest

from components.base import ABSENT
from components.differences import MOST, differences
from components.nested.containers import plain_json, shown
from components.registry import Registry
from form_specs.load import load
from tests.holds import holds_tool

FIELDS = {
    key: Registry.discover().field(spec)
    for key, spec in load(holds_tool()).forms["hold"].fields.items()
}
LINES = [{"payout": "a", "value": "10.00"}, {"payout": "b"}, {"payout": "c"}]


def told(key, before, after):
    field = FIELDS[key]
    old, new = (ABSENT if side is None else field.parse(side) for side in (before, after))
    found = differences(
        field, old, new, lambda of, v: plain_json(v) if of is None else shown(of, v)
    )
    return [str(one) for one in found]


@pytest.mark.parametrize(("key", "before", "after", "words"), [
    ("lines", LINES, LINES, []),
    ("lines", LINES, [{"payout": "a", "value": "12.00"}, *LINES[1:]], ["row 1, Value: 10.00 → 12.00"]),
    ("lines", LINES, [*LINES, {"payout": "d"}], ["1 row added"]),
    ("lines", LINES, LINES[1:], ["1 row removed"]),
    ("lines", LINES, [LINES[2], *LINES[:2]], ["1 row moved"]),
    ("lines", LINES, [{"payout": "x"}, LINES[1]], ["row 1, Payout: a → x", "row 1, Value: 10.00 → removed", "1 row removed"]),
    ("lines", None, LINES, ["3 rows"]),
    ("lines", LINES, None, ["3 rows → removed"]),
    ("serials", ["a", "b"], ["a", "c"], ["row 2: b → c"]),
    ("limits", {"RO": 5, "DE": 1}, {"RO": 6, "FR": 2}, ["RO: 5 → 6", "DE: 1 → removed", "FR: 2"]),
    ("contact", {"name": "Ada"}, {"name": "Ada", "credit": "5.00"}, ["Credit: 5.00"]),
    ("contact", {"?": 1}, {"?": True}, ["?: 1 → true"]),
    ("payment", {"kind": "card", "holder": "Ada"}, {"kind": "card", "holder": "Bo"}, ["Card, Holder: Ada → Bo"]),
    ("payment", {"kind": "card", "holder": "Ada"}, {"kind": "account", "holder": "Ada"}, ["Card: Ada → Account: Ada"]),
])  # fmt: skip
def test_what_changed_is_told_part_by_part(key, before, after, words):
    assert told(key, before, after) == words


def test_the_value_itself_is_told_where_it_has_no_parts():
    assert told("merchant", "Acme", "Acme Ltd") == ["Acme → Acme Ltd"]


def test_of_many_changes_the_first_are_told():
    before = {str(number): number for number in range(20)}
    found = told("limits", before, {key: value + 1 for key, value in before.items()})
    assert found[-1] == "8 more changes"
    assert len(found) == MOST + 1
