from datetime import UTC, datetime
from decimal import Decimal

import pytest
from marshmallow import ValidationError

from components.base import ABSENT
from components.fields.money import Money
from components.marshalling import record_schema
from components.registry import Registry
from form_specs.load import field_spec

REGISTRY = Registry.discover()


def _schema(*, open_=False, **types):
    fields = [
        REGISTRY.field(field_spec(key, {"x-ops": {"type": type_}}, required=False))
        for key, type_ in types.items()
    ]
    return record_schema(fields, open=open_)()


def test_records_become_typed_and_json_again():
    schema = _schema(amount="money", due="datetime", rate="decimal", note="text")
    record = {
        "amount": {"amount": "99999999999999.99", "currency": "EUR"},
        "due": "2026-11-24T17:00:00Z",
        "rate": "0.10",
    }
    typed = schema.load(record)
    assert typed == {
        "amount": Money(Decimal("99999999999999.99"), "EUR"),
        "due": datetime(2026, 11, 24, 17, tzinfo=UTC),
        "rate": Decimal("0.10"),
    }
    assert schema.dump(typed) == record


def test_every_wrong_field_has_its_message():
    with pytest.raises(ValidationError) as caught:
        _schema(a="integer", b="date", c="text").load(
            {"a": "1", "b": "x", "c": "fine", "d": 1, "as": 2}
        )
    assert caught.value.messages == {
        "a": ["This must be a whole number"],
        "b": ['This must be a day written like "2026-11-24"'],
        "d": ["There is no field 'd'. There are a, b, c"],
        "as": ["There is no field 'as'. Did you mean 'a'?"],
    }


def test_null_takes_a_value_away():
    assert _schema(a="text", b="text").load({"a": None}) == {"a": ABSENT}
    assert _schema(a="text").dump({"a": ABSENT}) == {}


def test_null_is_a_value_of_json_fields():
    schema = _schema(a="json")
    assert schema.dump(schema.load({"a": None})) == {"a": None}


@pytest.mark.parametrize(
    "key", ["items", "keys", "load", "fields", "dump", "context", "Meta", "open"]
)
def test_fields_may_be_called_like_anything_in_a_mapping_or_a_schema(key):
    schema = _schema(**{key: "text"})
    assert schema.dump({}) == {}
    assert schema.dump(schema.load({key: "x"})) == {key: "x"}


@pytest.mark.parametrize("record", [[], "x", 1, None])
def test_a_record_is_an_object(record):
    with pytest.raises(ValidationError, match="A record is an object"):
        _schema(a="text").load(record)


def test_open_forms_keep_what_they_do_not_know():
    schema = _schema(open_=True, a="integer")
    record = {"a": 1, "more": {"x": [None, "", []]}}
    assert schema.load(record) == record
    assert schema.dump(schema.load(record)) == record


def test_open_forms_keep_only_what_can_be_stored():
    with pytest.raises(ValidationError) as caught:
        _schema(open_=True, a="integer").load({"a": "x", "more": "\ud800", "nul": {"\x00": 1}})
    assert caught.value.messages.keys() == {"a", "more", "nul"}
