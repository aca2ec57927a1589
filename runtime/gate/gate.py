"""The verbs of the gate: each proposes a `Change`, has it checked, and commits it."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

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
from runtime.gate.change import Change, Op, Origin, Outcome, Upload, Wanted
from runtime.gate.commit import packed, replayed
from runtime.gate.passage import Passage, asked_of
from runtime.gate.refusal import Check, Reason, RefusedError, StaleError
from runtime.hooks.runner import HookRunner
from runtime.storage import idempotency
from runtime.storage.database import Database
from runtime.storage.ids import IdMaker
from runtime.storage.record_writer import RecordWriter
from runtime.storage.records import StoredRecord


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
        self._ids = ids
        self._hooks = hooks
        self._clock = clock
        self._way = Passage(db, writer, ids, hooks, clock)

    def transaction(self) -> AbstractContextManager[Connection]:
        """All calls of this thread inside it share one write transaction, as imports want."""
        return self._way.transaction()

    def within(self, conn: Connection) -> AbstractContextManager[None]:
        """All calls of this thread inside it are part of the write transaction of `conn`."""
        return self._way.within(conn)

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
        asked = asked_of(Op.CREATE, access, None, values, origin, uploads=uploads)
        answer = self._way.answered(origin, asked)
        if answer is not None:
            return answer
        document = access.form.to_document(access.form.initial(access.env) | dict(values))
        change = Change(Op.CREATE, access, origin, self._ids.next(), None, document, values=values)
        change.uploads = uploads or {}
        change.asked = asked
        return self._way.through(change)

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
        asked = asked_of(Op.UPDATE, access, record_id, values, origin, uploads=uploads)
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
                self._way.reconcile(change, wanted.version, merging=wanted.merge)
            return change

        return self._way.changed(access, record_id, propose, origin, asked)

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

        asked = asked_of(Op.TRANSITION, access, record_id, values or {}, origin, name, comment)
        return self._way.changed(access, record_id, propose, origin, asked)

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

        asked = asked_of(Op.DELETE, access, record_id, {}, origin, reason)
        return self._way.changed(access, record_id, propose, origin, asked)

    def restore(self, access: FormAccess, record_id: int, origin: Origin) -> Outcome:
        """Brings a deleted record back as it was."""

        def propose(before: StoredRecord) -> Change:
            return _unchanged(Op.RESTORE, access, origin, before)

        asked = asked_of(Op.RESTORE, access, record_id, {}, origin)
        return self._way.changed(access, record_id, propose, origin, asked, deleted=True)

    def comment(self, access: FormAccess, record_id: int, text: str, origin: Origin) -> Outcome:
        """Adds a comment to a record."""

        def propose(before: StoredRecord) -> Change:
            change = _unchanged(Op.COMMENT, access, origin, before)
            change.comment = text
            return change

        asked = asked_of(Op.COMMENT, access, record_id, {}, origin, text)
        return self._way.changed(access, record_id, propose, origin, asked)

    def attach(
        self, access: FormAccess, record_id: int, uploads: Sequence[Upload], origin: Origin
    ) -> Outcome:
        """Adds files to a record."""

        def propose(before: StoredRecord) -> Change:
            change = _unchanged(Op.ATTACH, access, origin, before)
            change.uploads = {"": uploads}
            return change

        asked = asked_of(Op.ATTACH, access, record_id, {}, origin, uploads={"": uploads})
        return self._way.changed(access, record_id, propose, origin, asked)

    def detach(
        self, access: FormAccess, record_id: int, attachment_id: int, origin: Origin
    ) -> Outcome:
        """Takes a file off a record; its bytes stay until no record holds them.

        Files of a field are part of its value and change with it.  Raises `RecordNotFoundError`
        where the record has no such file.
        """

        def propose(before: StoredRecord) -> Change:
            change = _unchanged(Op.DETACH, access, origin, before)
            change.detached = self._way.loose_file(before, attachment_id)
            return change

        asked = asked_of(Op.DETACH, access, record_id, {}, origin, str(attachment_id))
        return self._way.changed(access, record_id, propose, origin, asked)

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
        asked = asked_of(Op.ACTION, access, record_id, {}, origin, key)
        answer = self._way.answered(origin, asked)
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
        with self._way.writing() as conn:
            replay = idempotency.begin(conn, key, change.asked, now)
        if replay is not None:
            return replayed(replay)
        try:
            return self._hook_answered(change, plan)
        except BaseException:
            with self._way.writing() as conn:
                idempotency.forget(conn, key)
            raise

    def _hook_answered(self, change: Change, plan: RunHook) -> Outcome:
        form, before, origin = change.form, change.before, change.origin
        assert before is not None
        answer = asked_hook(self._hooks, change.access, before, plan)
        change.origin = replace(origin, idempotency_key=None)
        with self._way.writing() as conn, self.within(conn):
            self._way.commit(conn, change)
            outcome = apply_answer(self, form, before, plan.name, answer, change.origin)
            if origin.idempotency_key is not None:
                idempotency.finish(conn, origin.idempotency_key, 200, packed(outcome))
        return outcome

    def record(self, access: FormAccess, record_id: int) -> StoredRecord:
        """The record as it stands; raises `RecordNotFoundError` where it is not for this person."""
        return self._way.visible(access, record_id, deleted=False)

    def action_obstacles(self, access: FormAccess, record: StoredRecord, key: str) -> list[Reason]:
        """Why an action cannot be run on a record; empty: it can be tried."""
        return action_obstacles(access.over(record), record, key)

    def obstacles(self, access: FormAccess, record: StoredRecord, name: str) -> list[Reason]:
        """Why the transition `name` cannot be taken as things stand; empty: it can be tried."""
        assert access.form.workflow is not None
        change = _unchanged(Op.TRANSITION, access.over(record), Origin("page"), record)
        change.transition = access.form.workflow.transitions[name]
        return checks.obstacles(change)


def _unchanged(op: Op, access: FormAccess, origin: Origin, before: StoredRecord) -> Change:
    """A change that leaves the record's document as it is."""
    return Change(op, access, origin, before.id, before, dict(before.document))
