"""Uploads on their way to a record: they are part of it before it is judged."""

from contextlib import suppress
from typing import Any

from runtime.gate.change import Change, Upload
from runtime.storage.attachments import Attachment
from runtime.storage.ids import IdMaker, decode_id, encode_id


def attach(change: Change, ids: IdMaker, at: int) -> None:
    """Makes attachments of a change's uploads; those of a field go into the document."""
    made: list[Attachment] = []
    for field, uploads in change.uploads.items():
        for upload in uploads:
            item = _attachment(change, field or None, upload, (ids.next(), at))
            made.append(item)
            if field:
                change.document[field] = [*change.document.get(field, []), _reference(item)]
    change.attachments = tuple(made)


def detached_ids(change: Change) -> list[int]:
    """The attachments that a change takes off: by itself, or out of a field."""
    found = [change.detached.id] if change.detached else []
    for key, field in change.form.fields.items():
        if field.uploads and change.document.get(key) != change.old_document.get(key):
            kept = _ids(change.document.get(key))
            found += [number for number in _ids(change.old_document.get(key)) if number not in kept]
    return found


def _ids(references: Any) -> list[int]:
    """The attachments that a stored files field names, as far as it can be read."""
    found = []
    for item in references if isinstance(references, list) else ():
        with suppress(ValueError, TypeError, KeyError):
            found.append(decode_id(item["id"]))
    return found


def _attachment(
    change: Change, field: str | None, upload: Upload, identity: tuple[int, int]
) -> Attachment:
    return Attachment(
        id=identity[0],
        form_id=change.form.form_id,
        record_id=change.record_id,
        field=field,
        sha256=upload.sha256,
        size=upload.size,
        mime=upload.mime,
        name=upload.name,
        state="stored",
        created_by=change.access.person.name,
        created_at=identity[1],
    )


def _reference(item: Attachment) -> dict[str, Any]:
    """What a files field holds of an attachment."""
    return {
        "id": encode_id(item.id),
        "name": item.name,
        "size": item.size,
        "type": item.mime,
        "sha256": item.sha256,
    }
