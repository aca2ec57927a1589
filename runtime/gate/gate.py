"""The verbs of the gate: each proposes a `Change`, has it checked, and commits it."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from itertools import repeat
from typing import Any

from sqlalchemy import Connection

from components.base import ABSENT, RunHook, SetValues
from form_specs.conditions.binding import microseconds
from form_specs.language import _
from form_specs.model import CommentRule, Right
from runtime.access import FormAccess
from runtime.choosing import Directory
from runtime.choosing.records import Address
from runtime.compiling.form import CompiledForm
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
from runtime.gate.following import since_asked_for
from runtime.gate.owed import Owed
from runtime.gate.passage import Passage, RefusalListener, asked_of
from runtime.gate.refusal import Check, Reason, RefusedError, StaleError
from runtime.gate.settling import settle
from runtime.hooks.runner import HookRunner
from runtime.linked import Behind
from runtime.storage import idempotency
from runtime.storage.database import Database
from runtime.storage.ids import IdMaker
from runtime.storage.record_writer import RecordWriter
from runtime.storage.records import StoredRecord


def utc_now() -> datetime:
    """What time it is."""
    return datetime.now(UTC)


class Gate:
    """Checks changes to records and commits them; safe for many threads."""

    def __init__(
        self,
        db: Database,
        writer: RecordWriter,
        ids: IdMaker,
        hooks: HookRunner,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._ids = ids
        self._hooks = hooks
        self._clock = clock
        self._way = Passage(db, writer, ids, hooks, clock)

    @property
    def owed(self) -> Owed:
        """Whom to tell, after each commit, of the after-hooks that it owes."""
        return self._way.owed

    def tell_of_refusals(self, listener: RefusalListener) -> None:
        """Who is told from now on of single changes that were refused; it must not raise."""
        self._way.on_refusal = listener

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
        document = access.form.to_document(
            access.form.initial(access.env, page=False) | dict(values)
        )
        change = Change(Op.CREATE, access, origin, self._ids.next(), None, document, values=values)
        change.uploads = uploads or {}
        change.asked = asked
        return self._way.through(change)

    def create_many(
        self,
        access: FormAccess,
        rows: Sequence[Mapping[str, Any]],
        origin: Origin,
        states: Sequence[str | None] = (),
    ) -> list[Outcome | RefusedError]:
        """New records by the thousand, each checked as `create` checks one: of each what came of it.

        `states` says of each the state that it is to begin in, none: as all do (see `beginning`).
        One that is refused keeps no other back.  Idempotency is the caller's business, who may
        write how far it is in the same transaction.  Raises `RefusedError` where nothing of it
        can be done, since the tool was changed meanwhile.
        """
        changes = self._new_ones(access, rows, origin, states)
        return self._way.through_together(changes) if changes else []

    def create_many_obstacles(
        self,
        access: FormAccess,
        rows: Sequence[Mapping[str, Any]],
        origin: Origin,
        states: Sequence[str | None] = (),
    ) -> list[list[Reason]]:
        """What speaks against each of many new records, before hooks are asked; nothing is written."""
        changes = self._new_ones(access, rows, origin, states)
        if not changes:
            return []
        found = self._way.judged_together(changes, hooks=False)
        doubled = self._way.doubles(changes)
        return [
            [*reasons, *(doubled[c.record_id].reasons if c.record_id in doubled else ())]
            for c, reasons in zip(changes, found, strict=True)
        ]

    def update_obstacles(
        self,
        access: FormAccess,
        record: StoredRecord,
        values: Mapping[str, Any],
        origin: Origin,
    ) -> list[Reason]:
        """What speaks against setting `values` on a record, before hooks are asked; nothing is written."""
        cleared = {key for key, value in values.items() if value is ABSENT}
        document = {k: v for k, v in record.document.items() if k not in cleared}
        document |= access.form.to_document(values)
        document |= since_asked_for(access, record, document)
        change = Change(
            *(Op.UPDATE, access.over(record), origin, record.id, record, document), values=values
        )
        self._way.prepare(change)
        return self._way.judged(change)

    def asks_hooks(self, form: CompiledForm) -> bool:
        """Whether new or changed records of a form are shown to hooks before they are written."""
        ops = (Op.CREATE.value, Op.UPDATE.value)
        return any(self._hooks.has_before(op, form.tool_key, form.key, None) for op in ops)

    def _new_ones(
        self,
        access: FormAccess,
        rows: Sequence[Mapping[str, Any]],
        origin: Origin,
        states: Sequence[str | None],
    ) -> list[Change]:
        form, initial = access.form, access.form.initial(access.env, page=False)
        return [
            Change(
                *(Op.CREATE, access, origin, self._ids.next(), None),
                form.to_document({**initial, **values}),
                values=values,
                begins=state,
            )
            for values, state in zip(rows, states or repeat(None, len(rows)), strict=True)
        ]

    def create_obstacles(
        self, access: FormAccess, values: Mapping[str, Any], origin: Origin
    ) -> list[Reason]:
        """What speaks against a new record with these values, before hooks are asked; nothing is written."""
        document = access.form.to_document(
            access.form.initial(access.env, page=False) | dict(values)
        )
        change = Change(Op.CREATE, access, origin, 0, None, document, values=values)
        self._way.prepare(change)
        return self._way.judged(change)

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
        seen: StoredRecord | None = None,
    ) -> Outcome:
        """Sets typed `values` (`ABSENT` clears) on the record that the person saw at `version`.

        With `merge`, a record that moved on meanwhile takes the change as long as nobody else
        set the same fields.  `seen` is the record where it has just been read with `access`.  Raises `RefusedError`, `StaleError`, `RecordNotFoundError`.
        """
        asked = asked_of(Op.UPDATE, access, record_id, values, origin, uploads=uploads)
        wanted = Wanted(values, version, merge=merge, uploads=uploads or {}, seen=seen)
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
            document |= since_asked_for(access, before, document)
            change = Change(Op.UPDATE, access, origin, before.id, before, document, values=values)
            change.uploads, change.action = wanted.uploads, wanted.action
            if before.version != wanted.version:
                self._way.reconcile(change, wanted.version, merging=wanted.merge)
            return change

        return self._way.changed(access, record_id, propose, origin, asked, seen=wanted.seen)

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
            raise RefusedError(
                [Reason(Check.STATE, "unknown", _("There is no transition '%(name)s'", name=name))]
            )
        taken = found.comment is not CommentRule.NONE or access.can(Right.COMMENT)

        def propose(before: StoredRecord) -> Change:
            if version is not None and version != before.version:
                raise StaleError(before, dict(before.document), dict(values or {}), ())
            document = {**before.document, **access.form.to_document(values or {})}
            for key, value in (values or {}).items():
                if value is ABSENT:
                    document.pop(key, None)
            document |= since_asked_for(access, before, document)
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
        plan = planned(access, record, key, self.behind(access))
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

    def directory(
        self, conn: Connection, access: FormAccess, address: Address | None = None
    ) -> Directory:
        """What the fields of a form offer to somebody; `address` says where records are shown."""
        return Directory(self._way.reader, conn, access, self._way.answers, address=address)

    def follow(self, form: CompiledForm, record_id: int) -> bool:
        """Puts a record into the form of its tool's version, if it waits for that; whether it did.

        What it is to become was judged when it was prepared; it has been shown so since then.
        """
        return self._way.follow(form, record_id)

    def copy(self, form: CompiledForm, records: Sequence[StoredRecord]) -> None:
        """Takes records of another database in as they stand there, for a copy to be tried on.

        They were judged where they come from; nobody hears of it.
        """
        with self._way.writing() as conn:
            self._way.commit.copy(conn, form, records)

    def record(self, access: FormAccess, record_id: int) -> StoredRecord:
        """The record as it stands; raises `RecordNotFoundError` where it is not for this person."""
        return self._way.visible(access, record_id, deleted=False)

    def behind(self, access: FormAccess, conn: Connection | None = None) -> Behind:
        """What conditions find behind the links of a form's records, read on `conn` if it is given.

        Whoever asks about several steps keeps it, so that each linked record is read once.
        """
        if conn is None:
            return self._way.behind(access)
        return Behind(self._way.reader, lambda: nullcontext(conn), access)

    def action_obstacles(
        self, access: FormAccess, record: StoredRecord, key: str, behind: Behind | None = None
    ) -> list[Reason]:
        """Why an action cannot be run on a record; empty: it can be tried."""
        behind = behind or self.behind(access)
        return action_obstacles(access.over(record), record, key, behind, foreseen=True)

    def delete_obstacles(
        self, access: FormAccess, record: StoredRecord, conn: Connection | None = None
    ) -> list[Reason]:
        """Why a record cannot be deleted, before hooks are asked; nothing is written.

        Without `conn` whether others link to it is not looked up.
        """
        change = _unchanged(Op.DELETE, access.over(record), Origin("page"), record)
        change.behind = self.behind(access, conn)
        settle(change)
        found = checks.reasons(change)
        return found if found or conn is None else self._way.commit.held(conn, change)

    def obstacles(
        self, access: FormAccess, record: StoredRecord, name: str, behind: Behind | None = None
    ) -> list[Reason]:
        """Why the transition `name` cannot be taken as things stand; empty: it can be tried."""
        assert access.form.workflow is not None
        change = _unchanged(Op.TRANSITION, access.over(record), Origin("page"), record)
        change.transition = access.form.workflow.transitions[name]
        change.behind, change.foreseen = behind or self.behind(access), True
        settle(change)
        return checks.obstacles(change)


def _unchanged(op: Op, access: FormAccess, origin: Origin, before: StoredRecord) -> Change:
    """A change that leaves the record's document as it is."""
    return Change(op, access, origin, before.id, before, dict(before.document))
