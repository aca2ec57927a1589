"""The first events of many records are signed at once, and say what single ones would."""

from decimal import Decimal

from runtime.storage.events import Cause, Event, NewRecords, document_hash, event_values, sign
from runtime.storage.records import StoredRecord

KEY = b"k" * 32
CAUSE = Cause("create", "lena", 17, "req", {"source": "import", "batch": "b"})
DOCUMENTS = (
    {"b": 1, "a": "x"},
    {"a": "x", "b": 1},
    {"b": 1.0, "n": {"amount": 1250, "rows": [1.5, {"z": 2.0}]}},
    {"b": 1, "a": "y"},
    {"d": Decimal("1.50"), "big": 2**70, "none": None},
    {},
)


def test_each_is_signed_as_if_it_had_come_alone():
    many = NewRecords(CAUSE, 5, KEY)
    for number, document in enumerate(DOCUMENTS * 2):
        more = {"to": "open", "way": ["start"]} if number % 2 else {}
        record = StoredRecord(
            *(number, 5, 1, 3, "open" if more else "new", 17, "lena", 17, "lena", None),
            *(100 + number, document),
        )
        data = {**CAUSE.data, **more, "fields": sorted(document)}
        event = Event(100 + number, 17, 5, number, 1, "lena", "create", "req", 3, data)
        digest = document_hash(document, record.state, deleted=False)
        assert many.values(record, more) == event_values(sign(event, digest, KEY))
