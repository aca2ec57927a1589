"""Uploads on their way to a record: they are part of it before it is judged."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from components.base.uploads import UploadedType
from runtime.gate.change import Change, Upload
from runtime.storage.attachments import Attachment
from runtime.storage.ids import IdMaker, decode_id, encode_id


def attach(change: Change, ids: IdMaker, at: int) -> None:
    """Makes attachments of a change's uploads; those of a field go into the document."""
    made: list[Attachment] = []
    for field, uploads in change.uploads.items():
        type_ = _uploaded(change, field)
        for upload in uploads[-1:] if type_ and type_.single else uploads:
            item = _attachment(change, field or None, upload, (ids.next(), at))
            made.append(item)
            if type_:
                stored = change.document.get(field)
                change.document[field] = type_.with_file(stored, _reference(item))
    change.attachments = tuple(made)


def _uploaded(change: Change, field: str) -> UploadedType | None:
    """The field that an upload goes to; none: it hangs on the record itself."""
    found = change.form.fields.get(field)
    return found if isinstance(found, UploadedType) else None


def detached_ids(change: Change) -> list[int]:
    """The attachments that a change takes off: by itself, or out of a field."""
    found = [change.detached.id] if change.detached else []
    for key, field in change.form.fields.items():
        old, new = change.old_document.get(key), change.document.get(key)
        if isinstance(field, UploadedType) and old != new:
            kept = _ids(field.references_in(new))
            found += [number for number in _ids(field.references_in(old)) if number not in kept]
    return found


def _ids(references: Iterable[Any]) -> list[int]:
    """The attachments that are referred to, as far as it can be read."""
    found = []
    for item in references:
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
