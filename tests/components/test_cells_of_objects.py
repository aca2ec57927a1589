"""A group in a file has a column for each of its parts; what would be lost there stands as JSON."""

import pytest

from components.base import ABSENT, InvalidValueError
from components.registry import Registry
from form_specs.load import field_spec

REGISTRY = Registry.discover()
CONTACT = {
    "type": "object",
    "title": "Contact",
    "properties": {
        "name": {"type": "string", "title": "Name", "x-ops": {"type": "text"}},
        "credit": {"type": "object", "title": "Credit", "required": ["amount", "currency"],
                   "properties": {"amount": {"type": "string"}, "currency": {"enum": ["EUR"]}},
                   "x-ops": {"type": "money", "options": {"currencies": ["EUR"]}}},
        "since": {"type": "string", "format": "date", "title": "Since", "x-ops": {"type": "date"}},
    },
    "x-ops": {"type": "group"},
}  # fmt: skip


def group(property_):
    return REGISTRY.field(field_spec("contact", property_, required=False))


CONTACTS = group(CONTACT)


def test_each_part_has_its_columns_and_they_are_called_by_its_title():
    assert CONTACTS.columns == ("name", "credit.amount", "credit.currency", "since")
    titles = [CONTACTS.column_title(place) for place in range(4)]
    assert titles == ["Name", "Credit, amount", "Credit, currency", "Since"]


@pytest.mark.parametrize(
    ("value", "cells"),
    [
        ({"name": "Ada", "credit": {"amount": "2.50", "currency": "EUR"}}, ["Ada", "2.50", "EUR", ""]),
        ({"since": "2026-11-24"}, ["", "", "", "2026-11-24"]),
        ({}, ["{}", "", "", ""]),
        ({"name": "Ada", "more": 1}, ['{"name":"Ada","more":1}', "", "", ""]),
    ],
)  # fmt: skip
def test_what_is_written_is_read_again(value, cells):
    assert CONTACTS.to_cells(CONTACTS.parse(value)) == cells
    assert CONTACTS.dump(CONTACTS.from_cells(cells)) == value


def test_what_is_wrong_in_a_part_says_in_which():
    with pytest.raises(InvalidValueError, match="Since: Write a day"):
        CONTACTS.from_cells(["Ada", "", "", "soon"])
    assert CONTACTS.from_cells(["", "", "", ""]) is ABSENT


def test_a_group_with_rows_inside_stays_one_column():
    rows = {"type": "array", "title": "Lines", "x-ops": {"type": "repeat"},
            "items": {"type": "string", "x-ops": {"type": "text"}}}  # fmt: skip
    deep = group({**CONTACT, "properties": {**CONTACT["properties"], "lines": rows}})
    assert deep.columns == ()
    assert deep.to_cells({"lines": ["a"]}) == ['{"lines":["a"]}']
