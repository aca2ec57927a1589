"""What is known of attached files; their bytes are in `files`."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ClauseElement, Connection, bindparam, insert, select, update

from runtime.storage.schema import TENANT, AttachmentRow
from runtime.storage.statements import prepared


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a record; `record_id` is none while the record is not saved yet."""

    id: int
    form_id: int
    record_id: int | None
    field: str | None
    sha256: str
    size: int
    mime: str
    name: str
    state: str
    created_by: str
    created_at: int


_ATTACHMENT: Final = (
    *(AttachmentRow.id, AttachmentRow.form_id, AttachmentRow.record_id, AttachmentRow.field),
    *(AttachmentRow.sha256, AttachmentRow.size, AttachmentRow.mime, AttachmentRow.name),
    *(AttachmentRow.state, AttachmentRow.created_by, AttachmentRow.created_at),
)


def add(conn: Connection, attachment: Attachment) -> None:
    """A new attachment, whose file is in the file store already."""
    values = {name: getattr(attachment, name) for name in Attachment.__dataclass_fields__}
    conn.execute(insert(AttachmentRow), {"tenant_id": TENANT, **values})


def get(conn: Connection, attachment_id: int) -> Attachment | None:
    """One attachment that was not removed."""
    found = get_many(conn, (attachment_id,))
    return found[0] if found else None


def get_many(conn: Connection, ids: Iterable[int]) -> list[Attachment]:
    """Those of the named attachments that were not removed, by id."""
    rows = conn.execute(
        select(*_ATTACHMENT)
        .where(
            AttachmentRow.tenant_id == TENANT,
            AttachmentRow.id.in_(list(ids)),
            AttachmentRow.deleted_at.is_(None),
        )
        .order_by(AttachmentRow.id)
    )
    return [Attachment(*row) for row in rows]


def listed(conn: Connection, form_id: int, record_id: int) -> list[Attachment]:
    """The files of a record, oldest first."""
    values = {"form": form_id, "record": record_id}
    return [Attachment(*row) for row in _listed(conn).rows(conn, values)]


@prepared
def _listed(_dialect: str) -> ClauseElement:
    return (
        select(*_ATTACHMENT)
        .where(
            AttachmentRow.tenant_id == TENANT,
            AttachmentRow.form_id == bindparam("form"),
            AttachmentRow.record_id == bindparam("record"),
            AttachmentRow.deleted_at.is_(None),
        )
        .order_by(AttachmentRow.id)
    )


def bind(conn: Connection, ids: Iterable[int], form_id: int, record_id: int) -> int:
    """Give files that were uploaded before the record existed to it; how many were free to take."""
    done = conn.execute(
        update(AttachmentRow)
        .where(
            AttachmentRow.tenant_id == TENANT,
            AttachmentRow.id.in_(list(ids)),
            AttachmentRow.form_id == form_id,
            AttachmentRow.record_id.is_(None),
            AttachmentRow.deleted_at.is_(None),
        )
        .values(record_id=record_id)
    )
    return done.rowcount


def remove(conn: Connection, attachment_id: int, at: int) -> bool:
    """Take a file off its record; false where there is none."""
    done = conn.execute(
        update(AttachmentRow)
        .where(AttachmentRow.tenant_id == TENANT, AttachmentRow.id == attachment_id)
        .where(AttachmentRow.deleted_at.is_(None))
        .values(deleted_at=at)
    )
    return done.rowcount == 1


def referenced(conn: Connection, since: int = 0) -> set[str]:
    """The hashes of all files that a record holds, or that were taken off one after `since`."""
    held = AttachmentRow.deleted_at.is_(None) | (AttachmentRow.deleted_at > since)
    return set(
        conn.execute(
            select(AttachmentRow.sha256).where(AttachmentRow.tenant_id == TENANT, held).distinct()
        ).scalars()
    )
