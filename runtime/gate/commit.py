"""The last step of the gate: record, event, comment, files and outbox in one transaction."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

import orjson
from sqlalchemy import Connection

from components.base import NumberedFieldType
from form_specs.conditions.binding import microseconds
from form_specs.language import _
from runtime.access import FormAccess
from runtime.choosing import Directory
from runtime.compiling.form import CompiledForm
from runtime.gate.attaching import detached_ids
from runtime.gate.change import Change, Op, Outcome, remark
from runtime.gate.checks import known
from runtime.gate.choosing import link_reasons, needs_directory
from runtime.gate.deriving import derive_from
from runtime.gate.following import Following, demand_current
from runtime.gate.hooking import after_hooks, hook_context
from runtime.gate.linking import Unlinking, lost_links
from runtime.gate.owed import Owed
from runtime.gate.refusal import Check, Reason, RefusedError, SameKeyError
from runtime.gate.together import Together
from runtime.gate.written import cause_of, content_of, event_data, taken
from runtime.hooks.runner import HookRunner
from runtime.storage import attachments, comments, counters, idempotency, kept_titles, outbox
from runtime.storage.comments import Comment
from runtime.storage.errors import UniqueViolation
from runtime.storage.events import Cause
from runtime.storage.ids import IdMaker, encode_id
from runtime.storage.outbox import NewDelivery
from runtime.storage.permit import WritePermit
from runtime.storage.record_writer import RecordWriter
from runtime.storage.records import StoredRecord

_REWRITING = (Op.UPDATE, Op.TRANSITION, Op.DELETE, Op.RESTORE)


class Commit:
    """Writes a checked change; the only holder of a `WritePermit`."""

    def __init__(
        self,
        writer: RecordWriter,
        ids: IdMaker,
        hooks: HookRunner,
        clock: Callable[[], datetime],
        directory: Callable[[Connection, FormAccess], Directory],
        owed: Owed,
    ) -> None:
        self._directory = directory
        self._unlinking = Unlinking(writer.reader)
        self._owed = owed
        self._writer = writer
        self._ids = ids
        self._hooks = hooks
        self._clock = clock
        self._permit = WritePermit()
        self._following = Following(writer.reader, writer, self._permit)
        self._together = Together(writer, self._permit, self._owing, self._owes)

    def __call__(self, conn: Connection, change: Change) -> Outcome:
        """Writes `change` inside the transaction of `conn`, once per idempotency key.

        Raises `StaleRecord` where the record moved on, `RefusedError` where a unique value is
        taken, `SameKeyError` where the idempotency key came with another request.
        """
        now = microseconds(self._clock())
        demand_current(conn, change.form)
        key = change.origin.idempotency_key
        if key is not None:
            replay = idempotency.begin(conn, key, change.asked, now)
            if replay is not None:
                return replayed(replay)
        outcome = self._written(conn, change, now)
        if key is not None:
            idempotency.finish(conn, key, 200, packed(outcome))
        return outcome

    def together(
        self, conn: Connection, changes: Sequence[Change], directory: Directory
    ) -> list[Outcome | RefusedError]:
        """Writes many new records of one form inside the transaction of `conn`: of each its outcome.

        What may be linked is looked up in `directory`, on the same connection.  Raises
        `UniqueViolation` where somebody else was faster with a value that no two records share.
        """
        demand_current(conn, changes[0].form)
        return self._together(conn, changes, directory, microseconds(self._clock()))

    def follow(self, conn: Connection, form: CompiledForm, record_id: int) -> bool:
        """Puts a record into the form of its tool's version, if it waits for that; whether it did."""
        return self._following(conn, form, record_id, microseconds(self._clock()))

    def copy(self, conn: Connection, form: CompiledForm, records: Sequence[StoredRecord]) -> None:
        """Takes records of another database in as they stand there."""
        made = (replace(record, spec_version=form.tool_version) for record in records)
        copied = [(record, form.search_text(record.document)) for record in made]
        self._writer.copy_many(self._permit, conn, form.form_id, copied)

    def _written(self, conn: Connection, change: Change, now: int) -> Outcome:
        self._keep_links(conn, change)
        self._number(conn, change)
        if change.before is not None and change.op in _REWRITING:
            self._following(conn, change.form, change.before.id, now)
        text = remark(change.comment)
        comment_id = self._ids.next() if text else None
        cause = cause_of(change, now, event_data(change, comment_id, text))
        try:
            record = self._store(conn, change, cause)
        except UniqueViolation as violation:
            raise RefusedError([taken(change, violation.path[0])]) from violation
        self._attach(conn, change, now)
        kept_titles.keep(conn, record.form_id, record.id, change.titles)
        if change.op is Op.DELETE:
            for cleared in self._unlinking.clearing(conn, change):
                self._written(conn, cleared, now)
        if comment_id is not None:
            author = change.access.person.name
            comments.add(conn, Comment(comment_id, record.form_id, record.id, author, now, text))
        self._enqueue(conn, change, record, now)
        return Outcome(
            record.id,
            record.version,
            merged=change.merged,
            comment_id=comment_id,
            attachment_ids=tuple(item.id for item in change.attachments),
            warnings=change.warnings,
            record=record,
        )

    def held(self, conn: Connection, change: Change) -> list[Reason]:
        """Why a record cannot go to which others link."""
        return [known(change, reason) for reason in self._unlinking.reasons(conn, change)]

    def _keep_links(self, conn: Connection, change: Change) -> None:
        """Makes sure that all links lead somewhere when the transaction ends; raises `RefusedError`."""
        reasons: list[Reason] = []
        if change.op is Op.DELETE and change.form.ties.linked_from:
            self._unlinking.lock(conn, change)
            reasons = list(self._unlinking.reasons(conn, change))
        elif change.op is Op.RESTORE and change.form.ties.linking:
            reasons = list(lost_links(self._directory(conn, change.access), change))
        elif change.form.ties.linking and needs_directory(change):
            reasons = list(link_reasons(self._directory(conn, change.access), change))
        if reasons:
            raise RefusedError([known(change, reason) for reason in reasons])

    def _store(self, conn: Connection, change: Change, cause: Cause) -> StoredRecord:
        form, before = change.form, change.before
        content = content_of(change)
        if before is None:
            return self._writer.insert(
                self._permit, conn, form.form_id, content, cause, record_id=change.record_id
            )
        if change.op in (Op.UPDATE, Op.TRANSITION):
            return self._writer.update(self._permit, conn, before, content, cause)
        if change.op is Op.DELETE:
            return self._writer.delete(self._permit, conn, before, cause)
        if change.op is Op.RESTORE:
            return self._writer.restore(self._permit, conn, before, content, cause)
        return self._writer.note(self._permit, conn, before, cause)

    def _number(self, conn: Connection, change: Change) -> None:
        """Gives a new record the next value of each of its sequences."""
        if change.op is not Op.CREATE:
            return
        given: set[str] = set()
        for field in change.form.fields.values():
            if isinstance(field, NumberedFieldType) and field.key not in change.document:
                number = counters.next_number(conn, change.form.form_id, field.key)
                change.document[field.key] = field.to_store(field.next_value(number))
                given.add(field.key)
        derive_from(change, given)

    def _attach(self, conn: Connection, change: Change, now: int) -> None:
        for attachment_id in detached_ids(change):
            attachments.remove(conn, attachment_id, now)
        for item in change.attachments:
            attachments.add(conn, item)

    def _enqueue(self, conn: Connection, change: Change, record: StoredRecord, now: int) -> None:
        """One outbox row per after-hook: the truth of what has still to be done."""
        outbox.enqueue_all(conn, self._owing(change, record), now)

    def _owes(self, change: Change) -> bool:
        """Whether any after-hook hears of a change."""
        return bool(after_hooks(self._hooks, change))

    def _owing(self, change: Change, record: StoredRecord) -> list[NewDelivery]:
        """What a written change owes to after-hooks, and the steps of a new record's way."""
        own = self._owing_of(change, record)
        return own + [new for step in change.way for new in self._owing_of(step, record)]

    def _owing_of(self, change: Change, record: StoredRecord) -> list[NewDelivery]:
        names = after_hooks(self._hooks, change)
        payload = hook_context(change, record.id) | {"version": record.version} if names else {}
        found = []
        for name in names:
            delivery_id = self._ids.next()
            self._owed.add(delivery_id)
            found.append(
                NewDelivery(
                    id=delivery_id,
                    event_seq=record.last_event,
                    tool=change.form.tool_key,
                    form_id=change.form.form_id,
                    record_id=record.id,
                    hook=name,
                    payload=payload,
                    idempotency_key=encode_id(delivery_id),
                )
            )
        return found


def replayed(replay: idempotency.Replay) -> Outcome:
    """The first answer that an idempotency key got; raises `SameKeyError` for another request."""
    if not replay.same:
        raise SameKeyError(_("This idempotency key was used for another request"))
    if replay.body is None:
        raise RefusedError([Reason(Check.STATE, "busy", _("This is being done already"))])
    first = orjson.loads(replay.body)
    return Outcome(first["id"], first["version"], replayed=True)


def packed(outcome: Outcome) -> bytes:
    """What is kept of an outcome for those who ask again."""
    return orjson.dumps({"id": outcome.record_id, "version": outcome.version})
