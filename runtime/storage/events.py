"""Events: what happened to each record, appended with every change and never altered."""

import hashlib
import hmac
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

import orjson
from sqlalchemy import BigInteger, ClauseElement, Connection, Text, bindparam, cast, select

from form_specs.exact_json import dumps, loads
from runtime.storage.records import StoredRecord
from runtime.storage.schema import TENANT, EventRow
from runtime.storage.statements import PLANNED_ONCE, prepared


@dataclass(frozen=True, slots=True)
class Cause:
    """Who changed a record, when and how: what the event says beside the difference."""

    op: str
    """create, update, transition, delete, restore, comment, attach, detach, action or follow."""
    actor: str
    at: int
    request_id: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    """For example `transition`, `from`, `to`, `comment`, `reason`."""


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of a record's history."""

    seq: int
    at: int
    form_id: int
    record_id: int
    version: int
    actor: str
    op: str
    request_id: str | None
    spec_version: int
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class SignedEvent:
    """An event with what proves it."""

    event: Event
    document_hash: bytes
    mac: bytes

    @property
    def leaf(self) -> bytes:
        """What a seal holds of the event: its seq and its hash, 40 bytes."""
        content = _canonical(self.event, self.document_hash)
        return self.event.seq.to_bytes(8) + hashlib.sha256(content + self.mac).digest()


def sign(event: Event, document_hash: bytes, key: bytes) -> SignedEvent:
    """The event with its authentication code."""
    return SignedEvent(event, document_hash, _mac(event, document_hash, key))


def is_authentic(signed: SignedEvent, key: bytes) -> bool:
    """Whether the event is as it was written by somebody who knew the key."""
    return hmac.compare_digest(signed.mac, _mac(signed.event, signed.document_hash, key))


def document_hash(document: Mapping[str, Any], state: str | None, *, deleted: bool) -> bytes:
    """The digest of a record as it stands, equal however a database writes its numbers."""
    return hashlib.sha256(_bytes([document, state, deleted])).digest()


def _mac(event: Event, digest: bytes, key: bytes) -> bytes:
    return hmac.digest(key, _canonical(event, digest), "sha256")


def _canonical(event: Event, digest: bytes) -> bytes:
    return _bytes(
        [
            *(TENANT, event.seq, event.at, event.form_id, event.record_id, event.version),
            *(event.actor, event.op, event.request_id, event.spec_version, event.data),
            digest.hex(),
        ]
    )


_THE_SAME: Final = frozenset({str, int, bool, type(None)})
"""Types whose values every database gives back as they were."""
_OBJECTS: Final = {dict}


def _bytes(value: Any) -> bytes:
    return dumps(_same_numbers(value), option=orjson.OPT_SORT_KEYS)


def _same_numbers(value: Any) -> Any:
    """Whole floats as integers, no zeros at the end: PostgreSQL gives 1e16 back as 10000000000000000."""
    if isinstance(value, dict):
        if _are_same(value.values()):
            return value
        return {key: _same_numbers(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [item if type(item) in _THE_SAME else _same_numbers(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Decimal):
        digits = format(value, "f")
        return orjson.Fragment(digits.rstrip("0").rstrip(".") if "." in digits else digits)
    return value


def _are_same(values: Collection[Any]) -> bool:
    """Whether every database gives some values back as they were, and what is inside them."""
    others = set(map(type, values)) - _THE_SAME
    return not others or (
        others == _OBJECTS and all(_are_same(v.values()) for v in values if type(v) is dict)
    )


# -- writing ----------------------------------------------------------------------------

EVENT_COLUMNS: Final = (
    *("tenant_id", "seq", "at", "form_id", "record_id", "version", "actor", "op"),
    *("request_id", "spec_version", "data", "document_hash", "mac"),
)
_INSERTS: Final = {
    "sqlite": (
        f"INSERT INTO event ({', '.join(EVENT_COLUMNS)}) VALUES "  # noqa: S608 - names of this module
        f"({', '.join(':' + name for name in EVENT_COLUMNS)})"
    ),
    "postgresql": (
        f"INSERT INTO event ({', '.join(EVENT_COLUMNS)}) VALUES "  # noqa: S608
        f"({', '.join(f'%({name})s' for name in EVENT_COLUMNS)})"
    ),
}


def append(conn: Connection, signed: SignedEvent) -> None:
    """Write one event."""
    append_values(conn, event_values(signed))


def append_values(conn: Connection, signed: Sequence[Any]) -> None:
    """Write what `EVENT_COLUMNS` are given of one event."""
    values = dict(zip(EVENT_COLUMNS, signed, strict=True))
    conn.exec_driver_sql(_INSERTS[conn.dialect.name], values, PLANNED_ONCE)


def event_values(signed: SignedEvent) -> tuple[Any, ...]:
    """What `EVENT_COLUMNS` are given."""
    event = signed.event
    return (
        *(TENANT, event.seq, event.at, event.form_id, event.record_id, event.version),
        *(event.actor, event.op, event.request_id, event.spec_version),
        *(dumps(event.data).decode(), signed.document_hash, signed.mac),
    )


class NewRecords:
    """Signs the first events of many records that one cause makes.

    They differ in little: what is the same in many of them is written as JSON once.
    """

    def __init__(self, cause: Cause, form_id: int, key: bytes) -> None:
        self._cause = cause
        self._form_id = form_id
        self._mac = hmac.new(key, digestmod="sha256")
        self._known: dict[tuple[Any, ...], tuple[str, orjson.Fragment]] = {}

    def values(self, record: StoredRecord, more: Mapping[str, Any]) -> tuple[Any, ...]:
        """What `EVENT_COLUMNS` are given for a record; `more` its event says beside the cause."""
        cause, seq = self._cause, record.last_event
        data, canonical = self._data(record.document, more)
        head = (
            *(TENANT, seq, cause.at, self._form_id, record.id, record.version, cause.actor),
            *(cause.op, cause.request_id, record.spec_version),
        )
        digest = document_hash(record.document, record.state, deleted=False)
        mac = self._mac.copy()
        mac.update(dumps([*head, canonical, digest.hex()]))
        return (*head, data, digest, mac.digest())

    def _data(
        self, document: Mapping[str, Any], more: Mapping[str, Any]
    ) -> tuple[str, orjson.Fragment]:
        """What an event says, as it is kept and as it is signed."""
        known = (dumps(more), *document)
        found = self._known.get(known)
        if found is None:
            data = {**self._cause.data, **more, "fields": sorted(document)}
            found = self._known[known] = dumps(data).decode(), orjson.Fragment(_bytes(data))
        return found


# -- reading ----------------------------------------------------------------------------

_SELECTED: Final = (
    *(EventRow.seq, EventRow.at, EventRow.form_id, EventRow.record_id, EventRow.version),
    *(EventRow.actor, EventRow.op, EventRow.request_id, EventRow.spec_version, EventRow.data),
)
SIGNED: Final = (*_SELECTED, EventRow.document_hash, EventRow.mac)
"""What a `SignedEvent` is read from."""
_NO_SEQ: Final = 2**63 - 1
"""Above every seq."""


def history(
    conn: Connection, form_id: int, record_id: int, *, limit: int = 50, before: int | None = None
) -> list[Event]:
    """What happened to a record, newest first; `before` is the seq where the last page ended."""
    values = {"form": form_id, "record": record_id, "most": limit}
    values["before"] = _NO_SEQ if before is None else before
    return [_event(row) for row in _history(conn).rows(conn, values)]


def _event(row: Sequence[Any]) -> Event:
    fields = [*row[:9], loads(row[9])]
    return Event(*fields)


@prepared
def _history(_dialect: str) -> ClauseElement:
    return (
        select(*_SELECTED[:9], cast(EventRow.data, Text))
        .where(
            EventRow.tenant_id == TENANT,
            EventRow.form_id == bindparam("form"),
            EventRow.record_id == bindparam("record"),
            EventRow.seq < bindparam("before"),
        )
        .order_by(EventRow.seq.desc())
        .limit(bindparam("most", type_=BigInteger()))
    )


def recent(
    conn: Connection, form_id: int, *, limit: int = 50, before: int | None = None
) -> list[Event]:
    """What happened to the records of a form, newest first."""
    statement = select(*_SELECTED).where(EventRow.tenant_id == TENANT, EventRow.form_id == form_id)
    if before is not None:
        statement = statement.where(EventRow.seq < before)
    rows = conn.execute(statement.order_by(EventRow.seq.desc()).limit(limit))
    return [Event(*row) for row in rows]


def signed_event(row: Sequence[Any]) -> SignedEvent:
    """From a row of `SIGNED` to the event."""
    *event, digest, mac = row
    return SignedEvent(Event(*event), bytes(digest), bytes(mac))


def signed_events(rows: Iterable[Sequence[Any]]) -> list[SignedEvent]:
    """From rows of `SIGNED` to events."""
    return [signed_event(row) for row in rows]
