"""Refunds as pages make and show them."""

from collections.abc import Callable
from typing import Any

import pytest

from runtime.gate import Origin
from runtime.services import Services
from runtime.storage import events
from runtime.storage.events import Event
from runtime.storage.ids import decode_id, encode_id
from runtime.storage.records import RecordReader, StoredRecord
from tests.runtime.opening import Desk

FORM = "/t/refunds/f/refund"


@pytest.fixture
def make_refund(services: Services) -> Callable[..., str]:
    """`make(by="lena", **data)`: the path of a new refund."""

    def make(by: str = "lena", **data: Any) -> str:
        desk = Desk(services)
        values = desk.typed(**{"merchant": "Corner shop", **data})
        outcome = desk.gate.create(desk.access(by), values, Origin("seed"))
        return f"{FORM}/{encode_id(outcome.record_id)}"

    return make


def stored(services: Services, path: str) -> StoredRecord:
    """The record at a path, as it stands."""
    desk = Desk(services)
    with services.db.read() as conn:
        found = RecordReader(services.db).get(
            conn,
            desk.tool.forms["refund"].form_id,
            decode_id(path.split("/")[5][:13]),
            include_deleted=True,
        )
    assert found is not None
    return found


def history(services: Services, path: str) -> list[Event]:
    """What happened to the record at a path, oldest first."""
    record = stored(services, path)
    with services.db.read() as conn:
        return events.history(conn, record.form_id, record.id)[::-1]
