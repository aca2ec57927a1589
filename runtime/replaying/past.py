"""Records as they stood before and after each of their past changes.

An event keeps what differed, so the past of a record is its document with the later differences
undone, one after the other.  That ends where the record came into the form of another version.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from runtime.gate import Op
from runtime.storage.events import Event
from runtime.storage.records import StoredRecord


@dataclass(frozen=True, slots=True)
class PastChange:
    """One change of a record as it was made."""

    event: Event
    op: Op
    before: StoredRecord | None
    """None: it made the record."""
    after: StoredRecord

    @property
    def changed(self) -> Iterable[str]:
        """The fields that it set or cleared."""
        if self.op is Op.CREATE:
            return self.after.document.keys()
        diff: Mapping[str, Any] = self.event.data.get("diff", {})
        return diff.keys()


def past_changes(record: StoredRecord, events: Iterable[Event]) -> Iterator[PastChange]:
    """What was done to a record, newest first; `events` are its last ones in that order."""
    # What came after the record was read is no part of it yet.
    known = [event for event in events if event.version <= record.version]
    stands = record
    for event, older in zip(known, (*known[1:], None), strict=True):
        if event.op == Op.FOLLOW:
            return
        before = None if event.op == Op.CREATE else _undone(stands, event, older)
        yield PastChange(event, Op(event.op), before, stands)
        if before is None:
            return
        stands = before


def _undone(after: StoredRecord, event: Event, older: Event | None) -> StoredRecord:
    """The record before an event; who changed it before that is known as far as `older` tells."""
    if event.version == after.version and event.op in _NOTES:
        return after
    at, by = (older.at, older.actor) if older else (after.created_at, after.created_by)
    return replace(
        after,
        version=event.version - 1,
        state=event.data.get("from", after.state),
        document=_without(after.document, event.data.get("diff", {})),
        updated_at=at,
        updated_by=by,
        deleted_at=event.at if event.op == Op.RESTORE else None,
    )


_NOTES = (Op.COMMENT, Op.ATTACH, Op.DETACH, Op.ACTION)
"""What leaves the record as it is."""


def _without(document: Mapping[str, Any], diff: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(document)
    for key, (old, _new) in diff.items():
        if old is None:
            found.pop(key, None)
        else:
            found[key] = old
    return found
