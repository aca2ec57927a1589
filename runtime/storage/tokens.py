"""API tokens: only the hash of a token is stored."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from sqlalchemy import Connection, bindparam, insert, or_, select, update

from runtime.storage.accounts import Account
from runtime.storage.identity import identity, with_identity
from runtime.storage.schema import TENANT, TokenRow
from runtime.storage.statements import Prepared


@dataclass(frozen=True, slots=True)
class NewToken:
    """What a token is made from."""

    id: int
    account_id: int
    token_hash: bytes
    title: str
    expires_at: int | None = None


@dataclass(frozen=True, slots=True)
class Token:
    """A token as its owner sees it."""

    id: int
    account_id: int
    title: str
    created_at: int
    expires_at: int | None
    last_used_at: int | None
    revoked_at: int | None


@dataclass(frozen=True, slots=True)
class TokenUse:
    """A valid token in a request: whose it is and what they may do."""

    token_id: int
    account: Account
    memberships: frozenset[tuple[str, str]]
    last_used_at: int | None


_TOKEN: Final = (
    *(TokenRow.id, TokenRow.account_id, TokenRow.title, TokenRow.created_at),
    *(TokenRow.expires_at, TokenRow.last_used_at, TokenRow.revoked_at),
)
_USED: Final = (TokenRow.id, TokenRow.last_used_at)


def add(conn: Connection, new: NewToken, at: int) -> None:
    """A new token."""
    conn.execute(
        insert(TokenRow).values(
            tenant_id=TENANT,
            id=new.id,
            account_id=new.account_id,
            token_hash=new.token_hash,
            title=new.title,
            created_at=at,
            expires_at=new.expires_at,
        )
    )


def load(conn: Connection, token_hash: bytes, now: int) -> TokenUse | None:
    """The token with account and roles, in one statement; none where unknown, expired, revoked or closed."""
    values = {"token_hash": token_hash, "now": now}
    rows = _load(conn.dialect.name).rows(conn, values)
    if not rows:
        return None
    account, held = identity(rows, len(_USED))
    return None if account is None else TokenUse(rows[0][0], account, held, rows[0][1])


@lru_cache
def _load(dialect: str) -> Prepared:
    statement = with_identity(_USED, TokenRow.tenant_id, TokenRow.account_id).where(
        TokenRow.tenant_id == TENANT,
        TokenRow.token_hash == bindparam("token_hash"),
        TokenRow.revoked_at.is_(None),
        or_(TokenRow.expires_at.is_(None), TokenRow.expires_at > bindparam("now")),
    )
    return Prepared(statement, dialect, planned_once=True)


def used(conn: Connection, token_id: int, at: int) -> None:
    """Note that the token was used; call it seldom."""
    conn.execute(
        update(TokenRow)
        .where(TokenRow.tenant_id == TENANT, TokenRow.id == token_id)
        .values(last_used_at=at)
    )


def revoke(conn: Connection, token_id: int, at: int) -> bool:
    """End a token; false where there is none that still holds."""
    done = conn.execute(
        update(TokenRow)
        .where(TokenRow.tenant_id == TENANT, TokenRow.id == token_id)
        .where(TokenRow.revoked_at.is_(None))
        .values(revoked_at=at)
    )
    return done.rowcount == 1


def listed(conn: Connection, account_id: int) -> list[Token]:
    """The tokens of an account, newest first."""
    rows = conn.execute(
        select(*_TOKEN)
        .where(TokenRow.tenant_id == TENANT, TokenRow.account_id == account_id)
        .order_by(TokenRow.id.desc())
    )
    return [Token(*row) for row in rows]
