"""What is done with a form as a whole, as events in its log: records taken out, looking as somebody."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from runtime.storage.events import Cause, Event, append, document_hash, sign

EXPORT = "export"
VIEW_AS = "view_as"
"""Whoever builds the tool looks at its pages as a role or a person."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the log it stands."""

    form_id: int
    number: int
    """Its own, and no record's."""
    seq: int
    spec_version: int


def note(conn: Connection, place: Place, cause: Cause, key: bytes) -> None:
    """Writes the event; `key` proves it."""
    data: dict[str, Any] = dict(cause.data)
    event = Event(
        *(place.seq, cause.at, place.form_id, place.number, 0, cause.actor, cause.op),
        *(cause.request_id, place.spec_version, data),
    )
    append(conn, sign(event, document_hash(data, None, deleted=False), key))
