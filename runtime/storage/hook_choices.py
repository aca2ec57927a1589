"""The last good answers of functions that give choices, for all processes."""

from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, delete, func, select

from runtime.storage.schema import TENANT, HookChoicesRow
from runtime.storage.upsert import upsert

_MOST = 500
"""Answers kept for one function: one for each value that its field depends on."""


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What a function answered, and when (microseconds)."""

    choices: list[dict[str, Any]]
    fetched_at: int


def load(conn: Connection, tool_id: int, hook: str, depends: str) -> StoredAnswer | None:
    """The last good answer, or none."""
    row = conn.execute(
        select(HookChoicesRow.choices, HookChoicesRow.fetched_at).where(
            HookChoicesRow.tenant_id == TENANT,
            HookChoicesRow.tool_id == tool_id,
            HookChoicesRow.hook == hook,
            HookChoicesRow.depends == depends,
        )
    ).one_or_none()
    return None if row is None else StoredAnswer(orjson.loads(row[0]), row[1])


def save(conn: Connection, tool_id: int, hook: str, depends: str, answer: StoredAnswer) -> None:
    """Keep an answer in place of the one before; the oldest go where there are too many."""
    key = {"tenant_id": TENANT, "tool_id": tool_id, "hook": hook, "depends": depends}
    values = {"choices": orjson.dumps(answer.choices).decode(), "fetched_at": answer.fetched_at}
    upsert(conn, HookChoicesRow, key, values)
    of_hook = (HookChoicesRow.tool_id == tool_id) & (HookChoicesRow.hook == hook)
    count = conn.execute(select(func.count()).select_from(HookChoicesRow).where(of_hook)).scalar()
    if (count or 0) > _MOST:
        newest = select(HookChoicesRow.fetched_at).where(of_hook)
        oldest_kept = newest.order_by(HookChoicesRow.fetched_at.desc()).limit(1).offset(_MOST - 1)
        conn.execute(
            delete(HookChoicesRow).where(
                of_hook, HookChoicesRow.fetched_at < oldest_kept.scalar_subquery()
            )
        )
