"""Many new records of one form in one go: the last step of the gate where records come in batches."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from sqlalchemy import Connection

from components.base import NumberedFieldType
from runtime.choosing import Directory
from runtime.gate.change import Change, Outcome
from runtime.gate.checks import known
from runtime.gate.choosing import link_reasons, needs_directory
from runtime.gate.deriving import derive_from
from runtime.gate.following import unique_fields
from runtime.gate.refusal import RefusedError
from runtime.gate.written import cause_of, content_of, event_data, taken
from runtime.storage import counters, kept_titles, outbox
from runtime.storage.outbox import NewDelivery
from runtime.storage.permit import WritePermit
from runtime.storage.record_writer import RecordWriter, Told
from runtime.storage.records import RecordReader, StoredRecord

Refused: TypeAlias = dict[int, RefusedError]
"""By the id that the record would have had."""
_ABSENT: Final = object()


class Together:
    """Writes what passed all checks; what turns out to be refused only now keeps no other back."""

    def __init__(
        self,
        writer: RecordWriter,
        permit: WritePermit,
        owing: Callable[[Change, StoredRecord], list[NewDelivery]],
        owes: Callable[[Change], bool],
    ) -> None:
        self._writer = writer
        self._permit = permit
        self._owing = owing
        self._owes = owes

    def __call__(
        self, conn: Connection, changes: Sequence[Change], directory: Directory, now: int
    ) -> list[Outcome | RefusedError]:
        """The outcome of each, in their order; raises `UniqueViolation` after a lost race."""
        refused = _unlinked(changes, directory)
        refused |= doubles(self._writer.reader, conn, _without(changes, refused))
        refused |= _number(conn, _without(changes, refused))
        left = _without(changes, refused)
        written = self._write(conn, left, now) if left else {}
        return [refused.get(c.record_id) or written[c.record_id] for c in changes]

    def _write(
        self, conn: Connection, changes: Sequence[Change], now: int
    ) -> dict[int, Outcome | RefusedError]:
        first, unique = changes[0], unique_fields(changes[0].form)
        # Who hears of one hears of all, but for the steps of their ways.
        quiet = not self._owes(first)
        records = self._writer.insert_many(
            self._permit,
            conn,
            first.form.form_id,
            [content_of(change, unique) for change in changes],
            cause_of(first, now, {}),
            (Told(change.record_id, event_data(change, None, "")) for change in changes),
        )
        owed: list[NewDelivery] = []
        found: dict[int, Outcome | RefusedError] = {}
        for change, record in zip(changes, records, strict=True):
            if change.titles:
                kept_titles.keep(conn, record.form_id, record.id, change.titles)
            if change.way or not quiet:
                owed += self._owing(change, record)
            found[record.id] = Outcome(record.id, 1, warnings=change.warnings, record=record)
        outbox.enqueue_all(conn, owed, now)
        return found


def _without(changes: Sequence[Change], refused: Refused) -> list[Change]:
    return [change for change in changes if change.record_id not in refused]


def _unlinked(changes: Sequence[Change], directory: Directory) -> Refused:
    """Those that link to what is not there; what the others link to is held until the transaction ends."""
    if not changes[0].form.ties.linking:
        return {}
    found: Refused = {}
    for change in filter(needs_directory, changes):
        if reasons := list(link_reasons(directory, change)):
            found[change.record_id] = RefusedError([known(change, reason) for reason in reasons])
    return found


def doubles(reader: RecordReader, conn: Connection, changes: Sequence[Change]) -> Refused:
    """Those with a value that another record has, or one before them, and that no two may share."""
    found: Refused = {}
    if not changes:
        return found
    form = changes[0].form
    for field in unique_fields(form):
        values = {change.record_id: _at(change.document, field.path) for change in changes}
        there = {value for value in values.values() if value is not _ABSENT}
        holding = reader.holding(
            conn, form.form_id, field.path, field.kind, there, lifted=form.lifted
        )
        seen = {_at(record.document, field.path) for record in holding}
        for change in changes:
            value = values[change.record_id]
            if value is _ABSENT or change.record_id in found:
                continue
            if value in seen:
                found[change.record_id] = RefusedError([taken(change, field.path[0])])
            seen.add(value)
    return found


def _at(document: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        if not isinstance(document, Mapping) or key not in document:
            return _ABSENT
        document = document[key]
    return document


def _number(conn: Connection, changes: Sequence[Change]) -> Refused:
    """Gives new records the next values of each of their sequences; those that do not fit with them."""
    found: Refused = {}
    for field in _numbered(changes):
        lacking = [change for change in changes if field.key not in change.document]
        numbers = counters.next_numbers(conn, changes[0].form.form_id, field.key, len(lacking))
        for change, number in zip(lacking, numbers, strict=True):
            try:
                value = field.to_store(field.next_value(number))
                change.document = {**change.document, field.key: value}
                derive_from(change, {field.key})
            except RefusedError as error:
                found[change.record_id] = error
    return found


def _numbered(changes: Sequence[Change]) -> Iterable[NumberedFieldType]:
    fields = changes[0].form.fields.values() if changes else ()
    return [field for field in fields if isinstance(field, NumberedFieldType)]
