"""What happened lately to the records of a tool: to be gone through record by record, newest first."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

from sqlalchemy import Connection, func, select

from runtime.storage.events import Event
from runtime.storage.ids import earliest_id
from runtime.storage.schema import TENANT, EventRow

_EVENT: Final = (
    *(EventRow.seq, EventRow.at, EventRow.form_id, EventRow.record_id, EventRow.version),
    *(EventRow.actor, EventRow.op, EventRow.request_id, EventRow.spec_version, EventRow.data),
)


def last_ones(conn: Connection, forms: Iterable[int], since: int, most: int) -> tuple[int, int]:
    """(seq, number) of the events of some forms from a moment on: where they begin, how many they are.

    Of more than `most` the newest.
    """
    seqs = (
        select(EventRow.seq)
        .where(EventRow.tenant_id == TENANT, EventRow.seq >= earliest_id(since))
        .where(EventRow.form_id.in_([*forms]), EventRow.at >= since)
        .order_by(EventRow.seq.desc())
        .limit(most)
        .subquery()
    )
    first, number = conn.execute(select(func.min(seqs.c.seq), func.count())).one()
    return (first or 0), number


def touched(conn: Connection, form_id: int, first: int) -> list[int]:
    """The ids of a form's records with events from seq `first` on, in their order."""
    rows = conn.execute(
        select(EventRow.record_id)
        .where(EventRow.tenant_id == TENANT, EventRow.seq >= first)
        .where(EventRow.form_id == form_id)
        .distinct()
        .order_by(EventRow.record_id)
    )
    return list(rows.scalars())


def of_records(
    conn: Connection, form_id: int, records: Iterable[int], first: int
) -> Mapping[int, list[Event]]:
    """The events of some records from seq `first` on, by record, newest first."""
    rows = conn.execute(
        select(*_EVENT)
        .where(EventRow.tenant_id == TENANT, EventRow.form_id == form_id)
        .where(EventRow.record_id.in_([*records]), EventRow.seq >= first)
        .order_by(EventRow.record_id, EventRow.seq.desc())
    )
    found = defaultdict(list)
    for row in rows:
        event = Event(*row)
        found[event.record_id].append(event)
    return found
