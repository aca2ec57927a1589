"""Comments and files against the hashes in the events that brought them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Connection, select

from runtime.storage.files import FileStore
from runtime.storage.findings import Finding, Report
from runtime.storage.ids import decode_id
from runtime.storage.schema import TENANT, AttachmentRow, CommentRow, EventRow

_BATCH: Final = 1000
_CHUNK: Final = 1 << 20


@dataclass(slots=True)
class _Told:
    """What the events tell: by id, the digest of a comment, the digest and name of a file."""

    comments: dict[int, tuple[str, int, int, int]] = field(default_factory=dict)
    """Digest, form, record and event."""
    files: dict[int, tuple[str, str, int, int, int]] = field(default_factory=dict)
    """Digest, name, form, record and event."""


def check_contents(conn: Connection, files: FileStore | None, report: Report) -> None:
    """Notes each comment and file that is not what its event says."""
    told = _Told()
    for seq, form, record, data in _events(conn):
        if "comment_id" in data:
            told.comments[decode_id(data["comment_id"])] = (
                *(data.get("comment_sha256", ""), form, record, seq),
            )
        for file in data.get("files", ()):
            told.files[decode_id(file["id"])] = (file["sha256"], file["name"], form, record, seq)
    _check_comments(conn, told, report)
    _check_files(conn, told, files, report)


def _events(conn: Connection) -> Iterator[tuple[int, int, int, dict[str, Any]]]:
    after = -1
    while True:
        rows = conn.execute(
            select(EventRow.seq, EventRow.form_id, EventRow.record_id, EventRow.data)
            .where(EventRow.tenant_id == TENANT, EventRow.seq > after)
            .order_by(EventRow.seq)
            .limit(_BATCH)
        ).all()
        for row in rows:
            yield row[0], row[1], row[2], row[3]
        if len(rows) < _BATCH:
            return
        after = rows[-1][0]


def _check_comments(conn: Connection, told: _Told, report: Report) -> None:
    waiting = dict(told.comments)
    rows = conn.execute(
        select(CommentRow.id, CommentRow.form_id, CommentRow.record_id, CommentRow.body).where(
            CommentRow.tenant_id == TENANT
        )
    )
    for number, form, record, body in rows:
        known = waiting.pop(number, None)
        if known is None:
            report.add(Finding("comment added past the log", form, record))
        elif known[:3] != (sha256(body.encode()).hexdigest(), form, record):
            report.add(Finding("comment altered past the log", *known[1:]))
    for _digest, form, record, seq in waiting.values():
        report.add(Finding("comment removed past the log", form, record, seq))


def _check_files(conn: Connection, told: _Told, files: FileStore | None, report: Report) -> None:
    waiting, seen = dict(told.files), set[str]()
    columns = (AttachmentRow.id, AttachmentRow.form_id, AttachmentRow.record_id)
    rows = conn.execute(
        select(*columns, AttachmentRow.sha256, AttachmentRow.name, AttachmentRow.deleted_at).where(
            AttachmentRow.tenant_id == TENANT, AttachmentRow.record_id.is_not(None)
        )
    )
    for number, form, record, digest, name, deleted_at in rows:
        known = waiting.pop(number, None)
        if known is None:
            report.add(Finding("file added past the log", form, record))
        elif known[:4] != (digest, name, form, record):
            report.add(Finding("file altered past the log", *known[2:]))
        elif files is not None and deleted_at is None and digest not in seen:
            seen.add(digest)
            if problem := _bytes_problem(files, digest):
                report.add(Finding(problem, *known[2:], detail=name))
    for _digest, _name, form, record, seq in waiting.values():
        report.add(Finding("file removed past the log", form, record, seq))


def _bytes_problem(files: FileStore, digest: str) -> str:
    found = sha256()
    try:
        with files.open(digest) as stream:
            while chunk := stream.read(_CHUNK):
                found.update(chunk)
    except FileNotFoundError:
        return "file missing from the file store"
    except OSError as error:
        return f"file cannot be read ({error.strerror})"
    return "" if found.hexdigest() == digest else "bytes of a file altered past the log"
