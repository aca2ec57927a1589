"""The way through the gate, the same for every verb: seen, proposed, checked, hooked, committed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson
from sqlalchemy import Connection

from components.base import ABSENT
from form_specs.conditions.binding import microseconds
from runtime.access import FormAccess
from runtime.gate import checks
from runtime.gate.attaching import attach
from runtime.gate.change import Change, Op, Origin, Outcome, Upload
from runtime.gate.commit import Commit, replayed
from runtime.gate.hooking import ask_before_hooks
from runtime.gate.merging import base_document, merge, stale
from runtime.gate.refusal import Reason, RecordNotFoundError, RefusedError, StaleError
from runtime.hooks.runner import HookRunner
from runtime.storage import attachments, events, idempotency
from runtime.storage.attachments import Attachment
from runtime.storage.database import Database
from runtime.storage.errors import StaleRecord
from runtime.storage.ids import IdMaker
from runtime.storage.record_writer import RecordWriter
from runtime.storage.records import RecordReader, StoredRecord

_ATTEMPTS = 3
"""How often a change is tried again when somebody was faster between check and commit."""

_HISTORY = 500
"""How many events back a stale save is still compared field by field."""


class Passage:
    """Takes proposed changes through the checks and hooks to the commit."""

    def __init__(
        self,
        db: Database,
        writer: RecordWriter,
        ids: IdMaker,
        hooks: HookRunner,
        clock: Callable[[], datetime],
    ) -> None:
        self._db = db
        self._ids = ids
        self._hooks = hooks
        self._clock = clock
        self._reader = RecordReader(db)
        self.commit = Commit(writer, ids, hooks, clock)
        self._shared: ContextVar[Connection | None] = ContextVar("gate_transaction", default=None)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """All calls of this thread inside it share one write transaction, as imports want."""
        with self._db.write() as conn, self.within(conn):
            yield conn

    @contextmanager
    def within(self, conn: Connection) -> Iterator[None]:
        """All calls of this thread inside it are part of the write transaction of `conn`."""
        token = self._shared.set(conn)
        try:
            yield
        finally:
            self._shared.reset(token)

    def changed(
        self,
        access: FormAccess,
        record_id: int,
        propose: Callable[[StoredRecord], Change],
        origin: Origin,
        asked: bytes,
        *,
        deleted: bool = False,
    ) -> Outcome:
        """Loads the record as the person may see it, proposes the change and takes it through."""
        answer = self.answered(origin, asked)
        if answer is not None:
            return answer
        for _ in range(_ATTEMPTS):
            before = self.visible(access, record_id, deleted=deleted)
            change = propose(before)
            change.access, change.asked = access.over(before), asked
            try:
                return self.through(change)
            except StaleRecord:
                continue
        raise StaleError(before, dict(before.document), {}, ())

    def visible(self, access: FormAccess, record_id: int, *, deleted: bool) -> StoredRecord:
        """The record, if it exists for this person."""
        with self.reading() as conn:
            record = self._reader.get(
                conn, access.form.form_id, record_id, rows=access.rows, include_deleted=deleted
            )
        if record is None or (deleted and record.deleted_at is None):
            raise RecordNotFoundError
        return record

    def answered(self, origin: Origin, asked: bytes) -> Outcome | None:
        """The answer that the request's idempotency key got the first time, if it had one."""
        if origin.idempotency_key is None:
            return None
        with self.reading() as conn:
            replay = idempotency.peek(conn, origin.idempotency_key, asked)
        return replayed(replay) if replay else None

    def reconcile(self, change: Change, version: int, *, merging: bool) -> None:
        """Merges a change that was made on an older version, or raises `StaleError`."""
        assert change.before is not None
        with self.reading() as conn:
            known = events.history(conn, change.form.form_id, change.before.id, limit=_HISTORY)
        later = [event for event in known if event.version > version]
        base = base_document(change, later)
        too_old = len(later) == _HISTORY
        if not merging or too_old or version > change.before.version:
            raise stale(change, base)
        merge(change, base)

    def through(self, change: Change) -> Outcome:
        """All checks, then the before-hooks, then the commit."""
        attach(change, self._ids, microseconds(self._clock()))
        reasons = checks.reasons(change) or self._hooked(change)
        if reasons:
            raise RefusedError(reasons)
        with self.writing() as conn:
            return self.commit(conn, change)

    def loose_file(self, record: StoredRecord, attachment_id: int) -> Attachment:
        """A file that hangs on the record itself, not in one of its fields."""
        with self.reading() as conn:
            found = attachments.get(conn, attachment_id)
        if found is None or (found.form_id, found.record_id) != (record.form_id, record.id):
            raise RecordNotFoundError
        if found.field is not None:
            raise RecordNotFoundError
        return found

    def _hooked(self, change: Change) -> list[Reason]:
        """What before-hooks have against a change; what they amended is judged like the rest."""
        document = dict(change.document)
        reasons = ask_before_hooks(self._hooks, change)
        if reasons or document == change.document:
            return reasons
        return checks.reasons(change)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A write transaction of its own, or a part of the shared one that is undone by itself."""
        shared = self._shared.get()
        if shared is None:
            with self._db.write() as conn:
                yield conn
            return
        with shared.begin_nested():
            yield shared

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees what the shared transaction has written so far."""
        shared = self._shared.get()
        if shared is not None:
            yield shared
            return
        with self._db.read() as conn:
            yield conn


def asked_of(
    op: Op,
    access: FormAccess,
    record_id: int | None,
    values: Mapping[str, Any],
    origin: Origin,
    *words: str | None,
    uploads: Mapping[str, Sequence[Upload]] | None = None,
) -> bytes:
    """A digest of a request: equal for the same request, however often it comes."""
    files = {key: [item.sha256 for item in items] for key, items in (uploads or {}).items()}
    who = (access.form.form_id, record_id, access.person.name)
    # Written as ASCII: what cannot be kept is refused with words, later.
    asked: list[Any] = [op.value, *who, ascii(words), files]
    if origin.sent:
        asked.append(origin.sent.hex())
    else:
        cleared = sorted(key for key, value in values.items() if value is ABSENT)
        asked += [access.form.to_document(values), cleared]
    return sha256(orjson.dumps(asked, option=orjson.OPT_SORT_KEYS)).digest()
