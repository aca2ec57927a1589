"""Sessions of browsers: only the hash of a session's id is stored."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import orjson
from sqlalchemy import Connection, bindparam, delete, update

from runtime.storage.accounts import Account
from runtime.storage.identity import identity, with_identity
from runtime.storage.schema import TENANT, SessionRow
from runtime.storage.statements import Prepared
from runtime.storage.upsert import upsert

_COLUMNS: Final = (
    *(SessionRow.id_hash, SessionRow.data, SessionRow.created_at),
    *(SessionRow.seen_at, SessionRow.expires_at),
)


@dataclass(frozen=True, slots=True)
class Session:
    """A session, whose it is (nobody's before signing in), and what they may do."""

    id_hash: bytes
    account: Account | None
    """None where nobody signed in, or the account is closed."""
    memberships: frozenset[tuple[str, str]]
    """(tool, role) pairs."""
    data: dict[str, Any]
    created_at: int
    seen_at: int
    expires_at: int


def load(conn: Connection, id_hash: bytes, now: int) -> Session | None:
    """The session with account and roles, in one statement; none where unknown or expired."""
    values = {"id_hash": id_hash, "now": now}
    rows = _load(conn.dialect.name).rows(conn, values)
    if not rows:
        return None
    account, held = identity(rows, len(_COLUMNS))
    _, data, created_at, seen_at, expires_at = rows[0][: len(_COLUMNS)]
    return Session(id_hash, account, held, orjson.loads(data), created_at, seen_at, expires_at)


@lru_cache
def _load(dialect: str) -> Prepared:
    statement = with_identity(_COLUMNS, SessionRow.tenant_id, SessionRow.account_id).where(
        SessionRow.tenant_id == TENANT,
        SessionRow.id_hash == bindparam("id_hash"),
        SessionRow.expires_at > bindparam("now"),
    )
    return Prepared(statement, dialect, planned_once=True)


def save(
    conn: Connection,
    id_hash: bytes,
    account_id: int | None,
    data: dict[str, Any],
    now: int,
    expires_at: int,
) -> None:
    """Make the session or replace what it holds."""
    values = {
        "account_id": account_id,
        "data": orjson.dumps(data).decode(),
        "seen_at": now,
        "expires_at": expires_at,
    }
    upsert(conn, SessionRow, {"tenant_id": TENANT, "id_hash": id_hash}, values, {"created_at": now})


def touch(conn: Connection, id_hash: bytes, now: int, expires_at: int) -> None:
    """Note that the session was used."""
    conn.execute(
        update(SessionRow)
        .where(SessionRow.tenant_id == TENANT, SessionRow.id_hash == id_hash)
        .values(seen_at=now, expires_at=expires_at)
    )


def remove(conn: Connection, id_hash: bytes) -> None:
    """End a session."""
    conn.execute(
        delete(SessionRow).where(SessionRow.tenant_id == TENANT, SessionRow.id_hash == id_hash)
    )


def remove_for_account(conn: Connection, account_id: int) -> None:
    """End all sessions of an account."""
    conn.execute(
        delete(SessionRow).where(
            SessionRow.tenant_id == TENANT, SessionRow.account_id == account_id
        )
    )


def purge(conn: Connection, now: int) -> int:
    """Remove expired sessions; how many."""
    return conn.execute(delete(SessionRow).where(SessionRow.expires_at <= now)).rowcount
