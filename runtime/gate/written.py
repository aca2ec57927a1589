"""What is written of a checked change: the record's content, its event, and why it may not be."""

from hashlib import sha256

from form_specs.language import _
from form_specs.model import JsonObject, JsonValue
from runtime.gate.change import Change
from runtime.gate.following import unique_fields
from runtime.gate.refusal import Check, Reason, withheld
from runtime.storage.attachments import Attachment
from runtime.storage.events import Cause
from runtime.storage.ids import encode_id
from runtime.storage.record_writer import Content, UniqueField


def cause_of(change: Change, now: int, data: JsonObject) -> Cause:
    """What the event of a change says of who, when and how."""
    return Cause(
        op=change.op.value,
        actor=change.access.person.name,
        at=now,
        request_id=change.origin.request_id or None,
        data=data,
    )


def content_of(change: Change, unique: tuple[UniqueField, ...] | None = None) -> Content:
    """What the changed record shall hold; `unique` are its form's unique fields, where they are known."""
    form = change.form
    return Content(
        document=change.document,
        state=change.state,
        spec_version=form.tool_version,
        search_text=new_text(change),
        unique=unique_fields(form) if unique is None else unique,
        lifted=form.lifted,
    )


def new_text(change: Change) -> list[str] | None:
    """The texts that a record is found by from now on; none: the same as before."""
    form, before = change.form, change.before
    text = form.search_text(change.document)
    # Another version may find the same record by other fields.
    if before is None or before.deleted_at or before.spec_version != form.tool_version:
        return text
    return None if text == form.search_text(before.document) else text


def event_data(change: Change, comment_id: int | None, text: str) -> JsonObject:
    """What the event keeps of a change beside who and when."""
    if not (change.attachments or change.detached or comment_id or text):
        return change.event_data()
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


def taken(change: Change, key: str) -> Reason:
    """That another record has the value of a field which no two may share."""
    title = change.form.fields[key].spec.title
    text = _("Another record already has this %(title)s", title=title.lower())
    reason = Reason(Check.UNIQUE, "unique", text, key)
    return reason if change.access.sees(key) else withheld(reason)
