"""The last step of the gate: record, event, comment, files and outbox in one transaction."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection

from components.base import NumberedFieldType
from form_specs.conditions.binding import microseconds
from form_specs.model import JsonObject
from runtime.gate.change import Change, Op, Outcome, Upload
from runtime.gate.hooking import after_hooks, hook_context
from runtime.gate.refusal import Check, Reason, RefusedError, SameKeyError
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
            idempotency.finish(conn, key, 200, _packed(outcome))
        return outcome

    def _written(self, conn: Connection, change: Change, now: int) -> Outcome:
        self._number(conn, change)
        record_id = change.before.id if change.before else self._ids.next()
        attached = self._attach(conn, change, record_id, now)
        comment_id = self._comment(conn, change, record_id, now)
        cause = Cause(
            op=change.op.value,
            actor=change.access.person.name,
            at=now,
            request_id=change.origin.request_id or None,
            data=_event_data(change, attached, comment_id),
        )
        try:
            record = self._store(conn, change, record_id, cause)
        except UniqueViolation as violation:
            raise RefusedError([_taken(change, violation)]) from violation
        self._enqueue(conn, change, record, now)
        return Outcome(
            record_id,
            record.version,
            merged=change.merged,
            comment_id=comment_id,
            attachment_ids=tuple(item.id for item in attached),
        )

    def _store(
        self, conn: Connection, change: Change, record_id: int, cause: Cause
    ) -> StoredRecord:
        form, before = change.form, change.before
        content = Content(
            document=change.document,
            state=change.state,
            spec_version=form.tool_version,
            search_text=form.search_text(change.document),
            unique=tuple(
                UniqueField(field.sort_path, field.kind)
                for field in form.fields.values()
                if field.spec.unique
            ),
        )
        if before is None:
            return self._writer.insert(
                self._permit, conn, form.form_id, content, cause, record_id=record_id
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

    def _attach(
        self, conn: Connection, change: Change, record_id: int, now: int
    ) -> list[Attachment]:
        """Makes rows of the uploads, and puts references to them into their fields."""
        if change.detached is not None:
            attachments.remove(conn, change.detached, now)
        made: list[Attachment] = []
        for field, uploads in change.uploads.items():
            for upload in uploads:
                item = self._attachment(change, record_id, field, upload, now)
                attachments.add(conn, item)
                made.append(item)
                if field:
                    held = [*change.document.get(field, []), _reference(item)]
                    change.document[field] = held
        return made

    def _attachment(
        self, change: Change, record_id: int, field: str, upload: Upload, now: int
    ) -> Attachment:
        return Attachment(
            id=self._ids.next(),
            form_id=change.form.form_id,
            record_id=record_id,
            field=field or None,
            sha256=upload.sha256,
            size=upload.size,
            mime=upload.mime,
            name=upload.name,
            state="stored",
            created_by=change.access.person.name,
            created_at=now,
        )

    def _comment(self, conn: Connection, change: Change, record_id: int, now: int) -> int | None:
        text = (change.comment or "").strip()
        if not text:
            return None
        comment = Comment(
            id=self._ids.next(),
            form_id=change.form.form_id,
            record_id=record_id,
            author=change.access.person.name,
            at=now,
            body=text,
        )
        comments.add(conn, comment)
        return comment.id

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


def replayed(replay: idempotency.Replay) -> Outcome:
    """The first answer that an idempotency key got; raises `SameKeyError` for another request."""
    if not replay.same:
        raise SameKeyError("This idempotency key was used for another request")
    packed = orjson.loads(replay.body or b"{}")
    return Outcome(packed["id"], packed["version"], replayed=True)


def _packed(outcome: Outcome) -> bytes:
    return orjson.dumps({"id": outcome.record_id, "version": outcome.version})


def _reference(item: Attachment) -> dict[str, Any]:
    """What a files field holds of an attachment."""
    return {
        "id": encode_id(item.id),
        "name": item.name,
        "size": item.size,
        "type": item.mime,
        "sha256": item.sha256,
    }


def _event_data(
    change: Change, attached: Iterable[Attachment], comment_id: int | None
) -> JsonObject:
    files: list[Any] = [{"id": encode_id(item.id), "name": item.name} for item in attached]
    optional: JsonObject = {
        "files": files or None,
        "comment_id": encode_id(comment_id) if comment_id else None,
        "detached": encode_id(change.detached) if change.detached else None,
    }
    return change.event_data() | {key: value for key, value in optional.items() if value}


def _taken(change: Change, violation: UniqueViolation) -> Reason:
    key = violation.path[0]
    title = change.form.fields[key].spec.title
    return Reason(Check.UNIQUE, "unique", f"Another record already has this {title.lower()}", key)
