"""Drafts: what somebody typed and did not save yet."""

from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import ClauseElement, Connection, Text, bindparam, cast, delete, select

from runtime.storage.schema import TENANT, DraftRow
from runtime.storage.statements import prepared
from runtime.storage.upsert import upsert


@dataclass(frozen=True, slots=True)
class Draft:
    """Typed values of one person in one form."""

    account: str
    scope: str
    """Where they were typed, e.g. `disputes/dispute/new`."""
    data: dict[str, Any]
    base_version: int | None
    """The record's version they were typed over."""
    updated_at: int


def save(conn: Connection, draft: Draft) -> None:
    """Keep a draft in place of the one before."""
    upsert(
        conn,
        DraftRow,
        {"tenant_id": TENANT, "account": draft.account, "scope": draft.scope},
        {
            "data": orjson.dumps(draft.data).decode(),
            "base_version": draft.base_version,
            "updated_at": draft.updated_at,
        },
    )


def load(conn: Connection, account: str, scope: str) -> Draft | None:
    """The draft of that place."""
    return load_pair(conn, account, (scope, scope)).get(scope)


def load_pair(conn: Connection, account: str, scopes: tuple[str, str]) -> dict[str, Draft]:
    """The drafts of two places that stand on one page, by place."""
    one, other = scopes
    rows = _load(conn).rows(conn, {"account": account, "one": one, "other": other})
    return {
        scope: Draft(account, scope, orjson.loads(data), base_version, updated_at)
        for scope, data, base_version, updated_at in rows
    }


@prepared
def _load(_dialect: str) -> ClauseElement:
    row = DraftRow
    return select(row.scope, cast(row.data, Text), row.base_version, row.updated_at).where(
        row.tenant_id == TENANT,
        row.account == bindparam("account"),
        row.scope.in_((bindparam("one"), bindparam("other"))),
    )


def begun(conn: Connection, account: str, start: str, most: int = 100) -> list[tuple[str, int]]:
    """Scope and time of somebody's drafts whose scope starts with `start`, the latest first."""
    query = (
        select(DraftRow.scope, DraftRow.updated_at)
        .where(
            DraftRow.tenant_id == TENANT,
            DraftRow.account == account,
            DraftRow.scope.startswith(start, autoescape=True),
        )
        .order_by(DraftRow.updated_at.desc(), DraftRow.scope)
        .limit(most)
    )
    return [(scope, at) for scope, at in conn.execute(query)]


def remove(conn: Connection, account: str, scope: str) -> None:
    """Forget a draft."""
    conn.execute(
        delete(DraftRow).where(
            DraftRow.tenant_id == TENANT, DraftRow.account == account, DraftRow.scope == scope
        )
    )


def purge(conn: Connection, before: int) -> int:
    """Forget drafts that nobody touched since `before`; how many."""
    return conn.execute(delete(DraftRow).where(DraftRow.updated_at < before)).rowcount
