"""Idempotency keys: a request that is sent twice is answered twice, but done once."""

from dataclasses import dataclass

from sqlalchemy import ClauseElement, Connection, bindparam, delete, select, update

from runtime.storage.schema import TENANT, IdempotencyRow
from runtime.storage.statements import prepared
from runtime.storage.upsert import insert_new


@dataclass(frozen=True, slots=True)
class Replay:
    """What is known of a key that was used before."""

    same: bool
    """Whether the request was the same; if not, the key is misused."""
    status: int | None
    """The answer's status; none while the first request is still at work."""
    body: bytes | None


def begin(conn: Connection, key: str, request_hash: bytes, now: int) -> Replay | None:
    """Claim a key as the first act of a write transaction; none: it is new, go on.

    On PostgreSQL the second of two requests at once waits here for the first.
    """
    row = {
        "tenant_id": TENANT,
        "key": key,
        "request_hash": request_hash,
        "created_at": now,
    }
    return None if insert_new(conn, IdempotencyRow, row) else peek(conn, key, request_hash)


def peek(conn: Connection, key: str, request_hash: bytes) -> Replay | None:
    """What is known of a key, without claiming it; none: nothing."""
    found = _peek(conn).first(conn, {"key": key})
    if found is None:
        return None
    known_hash, status, body = found
    return Replay(known_hash == request_hash, status, body)


@prepared
def _peek(_dialect: str) -> ClauseElement:
    return select(IdempotencyRow.request_hash, IdempotencyRow.status, IdempotencyRow.body).where(
        IdempotencyRow.tenant_id == TENANT, IdempotencyRow.key == bindparam("key")
    )


def finish(conn: Connection, key: str, status: int, body: bytes) -> None:
    """Keep the answer, in the transaction that `begin` was called in."""
    _finish(conn).run(conn, {"of_key": key, "status": status, "body": body})


@prepared
def _finish(_dialect: str) -> ClauseElement:
    return (
        update(IdempotencyRow)
        .where(IdempotencyRow.tenant_id == TENANT, IdempotencyRow.key == bindparam("of_key"))
        .values(status=bindparam("status"), body=bindparam("body"))
    )


def forget(conn: Connection, key: str) -> None:
    """Give up a claim whose request came to nothing."""
    conn.execute(
        delete(IdempotencyRow).where(IdempotencyRow.tenant_id == TENANT, IdempotencyRow.key == key)
    )


def purge(conn: Connection, before: int) -> int:
    """Forget keys older than `before`; how many."""
    return conn.execute(delete(IdempotencyRow).where(IdempotencyRow.created_at < before)).rowcount
