"""Comments on records."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import BigInteger, ClauseElement, Connection, bindparam, insert, select, update

from runtime.storage.schema import TENANT, CommentRow
from runtime.storage.statements import prepared


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody said about a record."""

    id: int
    form_id: int
    record_id: int
    author: str
    at: int
    body: str


_COMMENT: Final = (
    *(CommentRow.id, CommentRow.form_id, CommentRow.record_id),
    *(CommentRow.author, CommentRow.at, CommentRow.body),
)


def add(conn: Connection, comment: Comment) -> None:
    """A new comment."""
    values = {name: getattr(comment, name) for name in Comment.__dataclass_fields__}
    conn.execute(insert(CommentRow), {"tenant_id": TENANT, **values})


def listed(conn: Connection, form_id: int, record_id: int, *, limit: int = 500) -> list[Comment]:
    """The comments on a record that were not removed, newest first."""
    values = {"form": form_id, "record": record_id, "most": limit}
    return [Comment(*row) for row in _listed(conn).rows(conn, values)]


@prepared
def _listed(_dialect: str) -> ClauseElement:
    return (
        select(*_COMMENT)
        .where(
            CommentRow.tenant_id == TENANT,
            CommentRow.form_id == bindparam("form"),
            CommentRow.record_id == bindparam("record"),
            CommentRow.deleted_at.is_(None),
        )
        .order_by(CommentRow.id.desc())
        .limit(bindparam("most", type_=BigInteger()))
    )


def get(conn: Connection, comment_id: int) -> Comment | None:
    """One comment that was not removed."""
    row = conn.execute(
        select(*_COMMENT).where(
            CommentRow.tenant_id == TENANT,
            CommentRow.id == comment_id,
            CommentRow.deleted_at.is_(None),
        )
    ).one_or_none()
    return None if row is None else Comment(*row)


def remove(conn: Connection, comment_id: int, at: int) -> bool:
    """Take a comment out of sight; false where there is none."""
    done = conn.execute(
        update(CommentRow)
        .where(CommentRow.tenant_id == TENANT, CommentRow.id == comment_id)
        .where(CommentRow.deleted_at.is_(None))
        .values(deleted_at=at)
    )
    return done.rowcount == 1
