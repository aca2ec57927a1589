"""The last step of the gate: record, event, comment, files and outbox in one transaction."""

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256

import orjson
from sqlalchemy import Connection

from components.base import NumberedFieldType
from form_specs.conditions.binding import microseconds
from form_specs.model import JsonObject, JsonValue
from runtime.gate.attaching import detached_ids
from runtime.gate.change import Change, Op, Outcome, remark
from runtime.gate.hooking import after_hooks, hook_context
from runtime.gate.refusal import Check, Reason, RefusedError, SameKeyError, withheld
from runtime.hooks.runner import HookRunner
from runtime.storage import attachments, comments, counters, idempotency, outbox
from runtime.storage.attachments import Attachment
from runtime.storage.comments import Comment
from runtime.storage.errors import UniqueViolation
from runtime.storage.events import Cause
from runtime.storage.ids import IdMaker, encode_id
from runtime.storage.outbox import NewDelivery
from runtime.storage.permit import WritePermit
from runtime.storage.record_writer import Content, RecordWriter, UniqueField
from runtime.storage.records import StoredRecord


class Commit:
    """Writes a checked change; the only holder of a `WritePermit`."""

    def __init__(
        self,
        writer: RecordWriter,
        ids: IdMaker,
        hooks: HookRunner,
        clock: Callable[[], datetime],
    ) -> None:
        self._writer = writer
        self._ids = ids
        self._hooks = hooks
        self._clock = clock
        self._permit = WritePermit()

    def __call__(self, conn: Connection, change: Change) -> Outcome:
        """Writes `change` inside the transaction of `conn`, once per idempotency key.

        Raises `StaleRecord` where the record moved on, `RefusedError` where a unique value is
        taken, `SameKeyError` where the idempotency key came with another request.
        """
        now = microseconds(self._clock())
        key = change.origin.idempotency_key
        if key is not None:
            replay = idempotency.begin(conn, key, change.asked, now)
            if replay is not None:
                return replayed(replay)
        outcome = self._written(conn, change, now)
        if key is not None:
            idempotency.finish(conn, key, 200, packed(outcome))
        return outcome

    def _written(self, conn: Connection, change: Change, now: int) -> Outcome:
        self._number(conn, change)
        text = remark(change.comment)
        comment_id = self._ids.next() if text else None
        cause = Cause(
            op=change.op.value,
            actor=change.access.person.name,
            at=now,
            request_id=change.origin.request_id or None,
            data=_event_data(change, comment_id, text),
        )
        try:
            record = self._store(conn, change, cause)
        except UniqueViolation as violation:
            raise RefusedError([_taken(change, violation)]) from violation
        self._attach(conn, change, now)
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
        )

    def _store(self, conn: Connection, change: Change, cause: Cause) -> StoredRecord:
        form, before = change.form, change.before
        content = Content(
            document=change.document,
            state=change.state,
            spec_version=form.tool_version,
            search_text=_new_text(change),
            unique=tuple(
                UniqueField(field.sort_path, field.kind)
                for field in form.fields.values()
                if field.spec.unique
            ),
        )
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
        for field in change.form.fields.values():
            if isinstance(field, NumberedFieldType) and field.key not in change.document:
                number = counters.next_number(conn, change.form.form_id, field.key)
                change.document[field.key] = field.to_store(field.next_value(number))

    def _attach(self, conn: Connection, change: Change, now: int) -> None:
        for attachment_id in detached_ids(change):
            attachments.remove(conn, attachment_id, now)
        for item in change.attachments:
            attachments.add(conn, item)

    def _enqueue(self, conn: Connection, change: Change, record: StoredRecord, now: int) -> None:
        """One outbox row per after-hook: the truth of what has still to be done."""
        names = after_hooks(self._hooks, change)
        payload = hook_context(change, record.id) | {"version": record.version} if names else {}
        for name in names:
            delivery_id = self._ids.next()
            outbox.enqueue(
                conn,
                NewDelivery(
                    id=delivery_id,
                    event_seq=record.last_event,
                    tool=change.form.tool_key,
                    form_id=change.form.form_id,
                    record_id=record.id,
                    hook=name,
                    payload=payload,
                    idempotency_key=encode_id(delivery_id),
                ),
                now,
            )


def _new_text(change: Change) -> list[str] | None:
    """The texts that a record is found by from now on; none: the same as before."""
    form, before = change.form, change.before
    text = form.search_text(change.document)
    # Another version may find the same record by other fields.
    if before is None or before.deleted_at or before.spec_version != form.tool_version:
        return text
    return None if text == form.search_text(before.document) else text


def replayed(replay: idempotency.Replay) -> Outcome:
    """The first answer that an idempotency key got; raises `SameKeyError` for another request."""
    if not replay.same:
        raise SameKeyError("This idempotency key was used for another request")
    if replay.body is None:
        raise RefusedError([Reason(Check.STATE, "busy", "This is being done already")])
    first = orjson.loads(replay.body)
    return Outcome(first["id"], first["version"], replayed=True)


def packed(outcome: Outcome) -> bytes:
    """What is kept of an outcome for those who ask again."""
    return orjson.dumps({"id": outcome.record_id, "version": outcome.version})


def _event_data(change: Change, comment_id: int | None, text: str) -> JsonObject:
    files: list[JsonValue] = [_file_data(item) for item in change.attachments]
    optional: JsonObject = {
        "files": files or None,
        "comment_id": encode_id(comment_id) if comment_id else None,
        # The text itself may have to be erased one day; its digest proves what it was.
        "comment_sha256": sha256(text.encode()).hexdigest() if text else None,
        "detached": _file_data(change.detached) if change.detached else None,
    }
    return change.event_data() | {key: value for key, value in optional.items() if value}


def _file_data(item: Attachment) -> JsonObject:
    """What the event keeps of a file; `field` says who may know of it."""
    found: JsonObject = {
        "id": encode_id(item.id),
        "name": item.name,
        "sha256": item.sha256,
    }
    return found | ({"field": item.field} if item.field else {})


def _taken(change: Change, violation: UniqueViolation) -> Reason:
    key = violation.path[0]
    title = change.form.fields[key].spec.title
    text = f"Another record already has this {title.lower()}"
    reason = Reason(Check.UNIQUE, "unique", text, key)
    return reason if change.access.sees(key) else withheld(reason)
