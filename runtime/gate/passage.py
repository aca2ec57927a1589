"""The way through the gate, the same for every verb: seen, proposed, checked, hooked, committed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson
from sqlalchemy import Connection

from components.base import ABSENT
from form_specs.conditions.binding import microseconds
from form_specs.exact_json import dumps
from runtime.access import FormAccess
from runtime.choosing import ChoiceAnswers, Directory, RememberingDirectory
from runtime.compiling.form import CompiledForm
from runtime.gate import checks
from runtime.gate.attaching import attach
from runtime.gate.beginning import Ways
from runtime.gate.change import Change, Op, Origin, Outcome, Upload
from runtime.gate.choosing import choice_reasons, needs_directory, titles_to_keep
from runtime.gate.commit import Commit, replayed
from runtime.gate.hooking import ask_before_hooks, asks_before_hooks
from runtime.gate.merging import base_document, merge, stale
from runtime.gate.owed import Owed
from runtime.gate.refusal import Check, Reason, RecordNotFoundError, RefusedError, StaleError
from runtime.gate.settling import settle, settle_again
from runtime.gate.stamping import stamp
from runtime.gate.together import doubles
from runtime.hooks.runner import HookRunner
from runtime.linked import Behind
from runtime.storage import attachments, events, idempotency
from runtime.storage.attachments import Attachment
from runtime.storage.database import Database
from runtime.storage.errors import StaleRecord, UniqueViolation
from runtime.storage.ids import IdMaker
from runtime.storage.record_writer import RecordWriter
from runtime.storage.records import RecordReader, StoredRecord

RefusalListener = Callable[[Change, Sequence[Reason]], object]
"""Who is told of a single change that was refused, and why; it must not raise."""

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
        self.reader = RecordReader(db)
        self.answers = ChoiceAnswers(db, hooks, clock)
        self.owed = Owed()
        self.on_refusal: RefusalListener = lambda _change, _reasons: None
        self.commit = Commit(writer, ids, hooks, clock, self.directory, self.owed)
        self._shared: ContextVar[Connection | None] = ContextVar("gate_transaction", default=None)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """All calls of this thread inside it share one write transaction, as imports want."""
        with self.owed.told_after(), self._db.write() as conn, self.within(conn):
            yield conn

    @contextmanager
    def within(self, conn: Connection) -> Iterator[None]:
        """All calls of this thread inside it are part of the write transaction of `conn`."""
        token = self._shared.set(conn)
        try:
            yield
        finally:
            self._shared.reset(token)

    def changed(  # noqa: PLR0913 - what is asked, of what, by whom, and what is known of it
        self,
        access: FormAccess,
        record_id: int,
        propose: Callable[[StoredRecord], Change],
        origin: Origin,
        asked: bytes,
        *,
        deleted: bool = False,
        seen: StoredRecord | None = None,
    ) -> Outcome:
        """Loads the record as the person may see it, proposes the change and takes it through.

        `seen` is that record where it has just been read: what is written is of that version, or
        it is loaded again.
        """
        answer = self.answered(origin, asked)
        if answer is not None:
            return answer
        for _ in range(_ATTEMPTS):
            before, seen = seen or self.visible(access, record_id, deleted=deleted), None
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
            record = self.reader.get(
                conn,
                access.form.form_id,
                record_id,
                rows=access.rows,
                include_deleted=deleted,
                lifted=access.form.lifted,
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

    def follow(self, form: CompiledForm, record_id: int) -> bool:
        """Puts a record into the form of its tool's version, if it waits for that."""
        with self.writing() as conn:
            return self.commit.follow(conn, form, record_id)

    def reconcile(self, change: Change, version: int, *, merging: bool) -> None:
        """Merges a change that was made on an older version, or raises `StaleError`."""
        assert change.before is not None
        with self.reading() as conn:
            known = events.history(conn, change.form.form_id, change.before.id, limit=_HISTORY)
        later = [e for e in known if e.version > version and e.op != Op.FOLLOW]
        base = base_document(change, later)
        too_old = len(later) == _HISTORY
        if not merging or too_old or version > change.before.version:
            raise stale(change, base)
        merge(change, base)

    def through(self, change: Change) -> Outcome:
        """What conditions make of it, all checks, then the before-hooks, then the commit."""
        try:
            self.prepare(change)
            reasons = self.judged(change) or self.hooked(change)
            if reasons:
                raise RefusedError(reasons)
            with self.writing() as conn:
                return self.commit(conn, change)
        except RefusedError as refused:
            if self._shared.get() is None:  # who shares a transaction is no person at a page
                self.on_refusal(change, refused.reasons)
            raise

    def through_together(self, changes: Sequence[Change]) -> list[Outcome | RefusedError]:
        """New records of one form, each checked like one that comes alone; of each what came of it."""
        found: dict[int, Outcome | RefusedError] = {}
        for change, reasons in zip(changes, self.judged_together(changes, hooks=True), strict=True):
            if reasons:
                found[change.record_id] = RefusedError(reasons)
        left = [change for change in changes if change.record_id not in found]
        written = self._commit_together(left) if left else []
        found |= {c.record_id: outcome for c, outcome in zip(left, written, strict=True)}
        return [found[change.record_id] for change in changes]

    def judged_together(self, changes: Sequence[Change], *, hooks: bool) -> list[list[Reason]]:
        """Everything that speaks against each of many changes of one form; `hooks`: also before-hooks."""
        found = []
        with self.reading() as conn:
            access = changes[0].access
            directory = self._remembering(conn, access)
            behind = Behind(self.reader, lambda: nullcontext(conn), access)
            behind.load(change.document for change in changes)
            ways = self._ways(access, directory, hooks=hooks)
            asking = hooks and asks_before_hooks(self._hooks, changes[0])
            for change in changes:
                change.behind = behind
                self.prepare(change)
                reasons = self.judged(change, directory)
                if asking and not reasons:
                    reasons = self.hooked(change, directory)
                found.append(reasons or ways.take(change))
        return found

    def _ways(self, access: FormAccess, directory: Directory, *, hooks: bool) -> Ways:
        def judged(step: Change) -> list[Reason]:
            return self.judged(step, directory)

        def hooked(step: Change) -> list[Reason]:
            return self.hooked(step, directory)

        return Ways(access, self._hooks, judged, hooked if hooks else None)

    def _commit_together(self, changes: Sequence[Change]) -> list[Outcome | RefusedError]:
        """All in one go; one by one where somebody else was faster with a unique value."""
        documents = [change.document for change in changes]
        try:
            with self.writing() as conn:
                directory = self._remembering(conn, changes[0].access)
                return self.commit.together(conn, changes, directory)
        except UniqueViolation:
            return [
                self._alone(c, document) for c, document in zip(changes, documents, strict=True)
            ]

    def _alone(self, change: Change, document: dict[str, Any]) -> Outcome | RefusedError:
        change.document = document
        try:
            with self.writing() as conn:
                return self.commit(conn, change)
        except RefusedError as error:
            return error

    def _remembering(self, conn: Connection, access: FormAccess) -> Directory:
        shared = self._shared.get()
        return RememberingDirectory(self.reader, conn, access, self.answers, writing=conn is shared)

    def doubles(self, changes: Sequence[Change]) -> dict[int, RefusedError]:
        """Those of many new records that would share a value which no two may share, by their ids."""
        with self.reading() as conn:
            return doubles(self.reader, conn, changes)

    def prepare(self, change: Change) -> None:
        """Gives a proposed change its files, its stamps and what conditions make of it."""
        change.behind = change.behind or self.behind(change.access)
        if change.uploads or change.form.stamping:
            now = self._clock()
            attach(change, self._ids, microseconds(now))
            stamp(change, now)
        settle(change)

    def behind(self, access: FormAccess) -> Behind:
        """What conditions find behind the links of a form's records."""
        return Behind(self.reader, self.reading, access)

    def loose_file(self, record: StoredRecord, attachment_id: int) -> Attachment:
        """A file that hangs on the record itself, not in one of its fields."""
        with self.reading() as conn:
            found = attachments.get(conn, attachment_id)
        if found is None or (found.form_id, found.record_id) != (record.form_id, record.id):
            raise RecordNotFoundError
        if found.field is not None:
            raise RecordNotFoundError
        return found

    def hooked(self, change: Change, directory: Directory | None = None) -> list[Reason]:
        """What before-hooks have against a change; what they amended is judged like the rest."""
        document = dict(change.document)
        reasons = ask_before_hooks(self._hooks, change)
        if reasons or document == change.document:
            return reasons
        settle_again(change)
        return self.judged(change, directory)

    def judged(self, change: Change, directory: Directory | None = None) -> list[Reason]:
        """Everything that speaks against a change, what it chooses included.

        Without a `directory` what may be chosen is looked up for this change alone.
        """
        reasons = checks.reasons(change)
        if any(r.check is Check.ROLE for r in reasons):
            return reasons
        if directory is not None:
            return reasons + self._chosen(change, directory, reasons)
        if not needs_directory(change):
            return reasons
        with self.reading() as conn:
            return reasons + self._chosen(change, self.directory(conn, change.access), reasons)

    @staticmethod
    def _chosen(change: Change, directory: Directory, found: list[Reason]) -> list[Reason]:
        """What speaks against what a change chooses, but for fields that were found wrong already."""
        barred = {reason.field for reason in found}
        chosen = [r for r in choice_reasons(directory, change) if r.field not in barred]
        change.titles = {} if chosen else titles_to_keep(directory, change)
        return [checks.known(change, reason) for reason in chosen]

    def directory(self, conn: Connection, access: FormAccess) -> Directory:
        """What the fields of a form offer to somebody, looked up on `conn`."""
        shared = self._shared.get()
        return Directory(self.reader, conn, access, self.answers, writing=conn is shared)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A write transaction of its own, or a part of the shared one that is undone by itself."""
        shared = self._shared.get()
        if shared is None:
            with self.owed.told_after(), self._db.write() as conn:
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
    return sha256(dumps(asked, option=orjson.OPT_SORT_KEYS)).digest()
