"""The verbs of the gate: each proposes a `Change`, has it checked, and commits it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import orjson
from sqlalchemy import Connection

from components.base import ABSENT, RunHook, SetValues
from form_specs.conditions.binding import microseconds
from form_specs.model import CommentRule, Right
from runtime.access import FormAccess
from runtime.gate import checks
from runtime.gate.acting import (
    action_obstacles,
    apply_answer,
    asked_hook,
    planned,
    typed_values,
)
from runtime.gate.attaching import attach
from runtime.gate.change import Change, Op, Origin, Outcome, Upload, Wanted
from runtime.gate.commit import Commit, packed, replayed
from runtime.gate.hooking import ask_before_hooks
from runtime.gate.merging import base_document, merge, stale
from runtime.gate.refusal import Check, Reason, RecordNotFoundError, RefusedError, StaleError
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


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Gate:
    """Checks changes to records and commits them; safe for many threads."""

    def __init__(
        self,
        db: Database,
        writer: RecordWriter,
        ids: IdMaker,
        hooks: HookRunner,
        clock: Callable[[], datetime] = _utc_now,
    ) -> None:
        self._db = db
        self._hooks = hooks
        self._ids = ids
        self._clock = clock
        self._reader = RecordReader(db)
        self._commit = Commit(writer, ids, hooks, clock)
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

    # -- verbs --------------------------------------------------------------------------

    def create(
        self,
        access: FormAccess,
        values: Mapping[str, Any],
        origin: Origin,
        *,
        uploads: Mapping[str, Sequence[Upload]] | None = None,
    ) -> Outcome:
        """A new record with the typed `values` (defaults fill what is not named at all).

        Raises `RefusedError`, `SameKeyError`.
        """
        asked = _asked(Op.CREATE, access, None, values, origin, uploads=uploads)
        answer = self._answered(origin, asked)
        if answer is not None:
            return answer
        document = access.form.to_document(access.form.initial(access.env) | dict(values))
        change = Change(Op.CREATE, access, origin, self._ids.next(), None, document, values=values)
        change.uploads = uploads or {}
        change.asked = asked
        return self._through(change)

    def update(  # noqa: PLR0913 - what is asked, of what, by whom, based on what
        self,
        access: FormAccess,
        record_id: int,
        values: Mapping[str, Any],
        origin: Origin,
        *,
        version: int,
        merge: bool = False,
        uploads: Mapping[str, Sequence[Upload]] | None = None,
    ) -> Outcome:
        """Sets typed `values` (`ABSENT` clears) on the record that the person saw at `version`.

        With `merge`, a record that moved on meanwhile takes the change as long as nobody else
        set the same fields.  Raises `RefusedError`, `StaleError`, `RecordNotFoundError`.
        """
        asked = _asked(Op.UPDATE, access, record_id, values, origin, uploads=uploads)
        wanted = Wanted(values, version, merge=merge, uploads=uploads or {})
        return self._updated(access, record_id, wanted, origin, asked)

    def _updated(
        self,
        access: FormAccess,
        record_id: int,
        wanted: Wanted,
        origin: Origin,
        asked: bytes,
    ) -> Outcome:
        values = wanted.values

        def propose(before: StoredRecord) -> Change:
            cleared = {key for key, value in values.items() if value is ABSENT}
            document = {k: v for k, v in before.document.items() if k not in cleared}
            document |= access.form.to_document(values)
            change = Change(Op.UPDATE, access, origin, before.id, before, document, values=values)
            change.uploads, change.action = wanted.uploads, wanted.action
            if before.version != wanted.version:
                self._reconcile(change, wanted.version, merging=wanted.merge)
            return change

        return self._changed(access, record_id, propose, origin, asked)

    def transition(  # noqa: PLR0913 - as above
        self,
        access: FormAccess,
        record_id: int,
        name: str,
        origin: Origin,
        *,
        version: int | None = None,
        values: Mapping[str, Any] | None = None,
        comment: str | None = None,
    ) -> Outcome:
        """Takes the record along the transition `name`, setting `values` on the way.

        Raises `RefusedError` with every reason against it, `StaleError` where `version` is
        given and not the record's any more, `RecordNotFoundError`.
        """
        workflow = access.form.workflow
        found = workflow.transitions.get(name) if workflow else None
        if found is None:
            raise RefusedError([Reason(Check.STATE, "unknown", f"There is no transition '{name}'")])
        taken = found.comment is not CommentRule.NONE or access.can(Right.COMMENT)

        def propose(before: StoredRecord) -> Change:
            if version is not None and version != before.version:
                raise StaleError(before, dict(before.document), dict(values or {}), ())
            document = {**before.document, **access.form.to_document(values or {})}
            for key, value in (values or {}).items():
                if value is ABSENT:
                    document.pop(key, None)
            change = Change(
                Op.TRANSITION, access, origin, before.id, before, document, values=values or {}
            )
            change.transition, change.comment = found, comment if taken else None
            return change

        asked = _asked(Op.TRANSITION, access, record_id, values or {}, origin, name, comment)
        return self._changed(access, record_id, propose, origin, asked)

    def delete(
        self,
        access: FormAccess,
        record_id: int,
        origin: Origin,
        *,
        version: int | None = None,
        reason: str | None = None,
    ) -> Outcome:
        """Deletes a record softly: it is gone for everybody and can be restored."""

        def propose(before: StoredRecord) -> Change:
            if version is not None and version != before.version:
                raise StaleError(before, dict(before.document), {}, ())
            change = _unchanged(Op.DELETE, access, origin, before)
            change.reason = reason
            return change

        asked = _asked(Op.DELETE, access, record_id, {}, origin, reason)
        return self._changed(access, record_id, propose, origin, asked)

    def restore(self, access: FormAccess, record_id: int, origin: Origin) -> Outcome:
        """Brings a deleted record back as it was."""

        def propose(before: StoredRecord) -> Change:
            return _unchanged(Op.RESTORE, access, origin, before)

        asked = _asked(Op.RESTORE, access, record_id, {}, origin)
        return self._changed(access, record_id, propose, origin, asked, deleted=True)

    def comment(self, access: FormAccess, record_id: int, text: str, origin: Origin) -> Outcome:
        """Adds a comment to a record."""

        def propose(before: StoredRecord) -> Change:
            change = _unchanged(Op.COMMENT, access, origin, before)
            change.comment = text
            return change

        asked = _asked(Op.COMMENT, access, record_id, {}, origin, text)
        return self._changed(access, record_id, propose, origin, asked)

    def attach(
        self, access: FormAccess, record_id: int, uploads: Sequence[Upload], origin: Origin
    ) -> Outcome:
        """Adds files to a record."""

        def propose(before: StoredRecord) -> Change:
            change = _unchanged(Op.ATTACH, access, origin, before)
            change.uploads = {"": uploads}
            return change

        asked = _asked(Op.ATTACH, access, record_id, {}, origin, uploads={"": uploads})
        return self._changed(access, record_id, propose, origin, asked)

    def detach(
        self, access: FormAccess, record_id: int, attachment_id: int, origin: Origin
    ) -> Outcome:
        """Takes a file off a record; its bytes stay until no record holds them.

        Files of a field are part of its value and change with it.  Raises `RecordNotFoundError`
        where the record has no such file.
        """

        def propose(before: StoredRecord) -> Change:
            change = _unchanged(Op.DETACH, access, origin, before)
            change.detached = self._loose_file(before, attachment_id)
            return change

        asked = _asked(Op.DETACH, access, record_id, {}, origin, str(attachment_id))
        return self._changed(access, record_id, propose, origin, asked)

    def act(
        self,
        access: FormAccess,
        record_id: int,
        key: str,
        origin: Origin,
        *,
        version: int | None = None,
    ) -> Outcome:
        """Runs the action `key` on a record, once per idempotency key; raises as the other verbs do."""
        asked = _asked(Op.ACTION, access, record_id, {}, origin, key)
        answer = self._answered(origin, asked)
        if answer is not None:
            return answer
        record = self.record(access, record_id)
        access = access.over(record)
        if version is not None and version != record.version:
            raise StaleError(record, dict(record.document), {}, ())
        plan = planned(access, record, key)
        if isinstance(plan, SetValues):
            values = typed_values(access.form, plan.values)
            wanted = Wanted(values, record.version, action=key)
            return self._updated(access, record_id, wanted, origin, asked)
        change = _unchanged(Op.ACTION, access, origin, record)
        change.action, change.asked = key, asked
        return self._hook_run(change, plan)

    def _hook_run(self, change: Change, plan: RunHook) -> Outcome:
        """Asks the hook of an action, then writes in one transaction who asked it and its answer.

        The idempotency key is taken before, since what the hook does outside cannot be undone.
        """
        key, now = change.origin.idempotency_key, microseconds(self._clock())
        if key is None:
            return self._hook_answered(change, plan)
        with self._writing() as conn:
            replay = idempotency.begin(conn, key, change.asked, now)
        if replay is not None:
            return replayed(replay)
        try:
            return self._hook_answered(change, plan)
        except BaseException:
            with self._writing() as conn:
                idempotency.forget(conn, key)
            raise

    def _hook_answered(self, change: Change, plan: RunHook) -> Outcome:
        form, before, origin = change.form, change.before, change.origin
        assert before is not None
        answer = asked_hook(self._hooks, change.access, before, plan)
        change.origin = replace(origin, idempotency_key=None)
        with self._writing() as conn, self.within(conn):
            self._commit(conn, change)
            outcome = apply_answer(self, form, before, plan.name, answer, change.origin)
            if origin.idempotency_key is not None:
                idempotency.finish(conn, origin.idempotency_key, 200, packed(outcome))
        return outcome

    def record(self, access: FormAccess, record_id: int) -> StoredRecord:
        """The record as it stands; raises `RecordNotFoundError` where it is not for this person."""
        return self._visible(access, record_id, deleted=False)

    def action_obstacles(self, access: FormAccess, record: StoredRecord, key: str) -> list[Reason]:
        """Why an action cannot be run on a record; empty: it can be tried."""
        return action_obstacles(access.over(record), record, key)

    def obstacles(self, access: FormAccess, record: StoredRecord, name: str) -> list[Reason]:
        """Why the transition `name` cannot be taken as things stand; empty: it can be tried."""
        assert access.form.workflow is not None
        change = _unchanged(Op.TRANSITION, access.over(record), Origin("page"), record)
        change.transition = access.form.workflow.transitions[name]
        return checks.obstacles(change)

    # -- the way through ----------------------------------------------------------------

    def _changed(
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
        answer = self._answered(origin, asked)
        if answer is not None:
            return answer
        for _ in range(_ATTEMPTS):
            before = self._visible(access, record_id, deleted=deleted)
            change = propose(before)
            change.access, change.asked = access.over(before), asked
            try:
                return self._through(change)
            except StaleRecord:
                continue
        raise StaleError(before, dict(before.document), {}, ())

    def _visible(self, access: FormAccess, record_id: int, *, deleted: bool) -> StoredRecord:
        """The record, if it exists for this person."""
        with self._reading() as conn:
            record = self._reader.get(
                conn, access.form.form_id, record_id, rows=access.rows, include_deleted=deleted
            )
        if record is None or (deleted and record.deleted_at is None):
            raise RecordNotFoundError
        return record

    def _answered(self, origin: Origin, asked: bytes) -> Outcome | None:
        """The answer that the request's idempotency key got the first time, if it had one."""
        if origin.idempotency_key is None:
            return None
        with self._reading() as conn:
            replay = idempotency.peek(conn, origin.idempotency_key, asked)
        return replayed(replay) if replay else None

    def _reconcile(self, change: Change, version: int, *, merging: bool) -> None:
        """Merges a change that was made on an older version, or raises `StaleError`."""
        assert change.before is not None
        with self._reading() as conn:
            known = events.history(conn, change.form.form_id, change.before.id, limit=_HISTORY)
        later = [event for event in known if event.version > version]
        base = base_document(change, later)
        too_old = len(later) == _HISTORY
        if not merging or too_old or version > change.before.version:
            raise stale(change, base)
        merge(change, base)

    def _through(self, change: Change) -> Outcome:
        """All checks, then the before-hooks, then the commit."""
        attach(change, self._ids, microseconds(self._clock()))
        reasons = checks.reasons(change) or self._hooked(change)
        if reasons:
            raise RefusedError(reasons)
        with self._writing() as conn:
            return self._commit(conn, change)

    def _loose_file(self, record: StoredRecord, attachment_id: int) -> Attachment:
        """A file that hangs on the record itself, not in one of its fields."""
        with self._reading() as conn:
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
    def _writing(self) -> Iterator[Connection]:
        """A write transaction of its own, or a part of the shared one that is undone by itself."""
        shared = self._shared.get()
        if shared is None:
            with self._db.write() as conn:
                yield conn
            return
        with shared.begin_nested():
            yield shared

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        shared = self._shared.get()
        if shared is not None:
            yield shared
            return
        with self._db.read() as conn:
            yield conn


def _unchanged(op: Op, access: FormAccess, origin: Origin, before: StoredRecord) -> Change:
    """A change that leaves the record's document as it is."""
    return Change(op, access, origin, before.id, before, dict(before.document))


def _asked(
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
