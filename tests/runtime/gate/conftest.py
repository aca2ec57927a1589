"""Records of the refunds tool, made and looked at without any page."""

from collections.abc import Callable
from typing import Any

import pytest

from runtime.gate import Origin
from runtime.storage import events
from runtime.storage.events import Event
from runtime.storage.records import RecordReader, StoredRecord
from tests.runtime.opening import Desk

PAGE = Origin("page")


@pytest.fixture
def make_refund(desk: Desk) -> Callable[..., StoredRecord]:
    """`make(by="olga", **data)`: a refund of somebody, from the JSON of a record."""

    def make(by: str = "olga", **data: Any) -> StoredRecord:
        values = desk.typed(**{"merchant": "Corner shop", **data})
        outcome = desk.gate.create(desk.access(by), values, PAGE)
        return stored(desk, outcome.record_id)

    return make


def stored(desk: Desk, record_id: int) -> StoredRecord:
    """A record as it stands, deleted or not."""
    with desk.services.db.read() as conn:
        found = RecordReader(desk.services.db).get(
            conn, desk.tool.forms[desk.form].form_id, record_id, include_deleted=True
        )
    assert found is not None
    return found


def history(desk: Desk, record_id: int) -> list[Event]:
    """What happened to a record, oldest first."""
    with desk.services.db.read() as conn:
        return events.history(conn, desk.tool.forms[desk.form].form_id, record_id)[::-1]


def codes(refused: pytest.ExceptionInfo[Any]) -> list[tuple[str, str, str | None]]:
    """The reasons of a refusal, as programs read them."""
    return [(reason.check.value, reason.code, reason.field) for reason in refused.value.reasons]
