"""Lists of choices as editors left them: one row for each list that was ever changed."""

from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import ClauseElement, Connection, bindparam, select

from runtime.storage.events import Cause, Event, append, document_hash, sign
from runtime.storage.schema import TENANT, ChoiceListRow
from runtime.storage.statements import prepared
from runtime.storage.upsert import upsert

EVENTS_OF_LISTS = 0
"""Stands in events for the form: a list belongs to none."""


@dataclass(frozen=True, slots=True)
class StoredList:
    """A changed list; `choices` as a spec writes them, in their order."""

    key: str
    id: int
    version: int
    choices: list[dict[str, Any]]
    updated_at: int
    updated_by: str


def of_tool(conn: Connection, tool_id: int) -> dict[str, StoredList]:
    """The changed lists of a tool by key, in one statement."""
    rows = _of_tool(conn).rows(conn, {"tool": tool_id})
    return {
        key: StoredList(key, id_, version, orjson.loads(choices), at, by)
        for key, id_, version, choices, at, by in rows
    }


@prepared
def _of_tool(_dialect: str) -> ClauseElement:
    row = ChoiceListRow
    return select(
        *(row.key, row.id, row.version, row.choices, row.updated_at, row.updated_by)
    ).where(row.tenant_id == TENANT, row.tool_id == bindparam("tool"))


def hold(conn: Connection) -> None:
    """Keep other writers of lists out until the transaction ends (SQLite: all are)."""
    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql("SELECT pg_advisory_xact_lock(7303, -1)")


@dataclass(frozen=True, slots=True)
class ListEvent:
    """What is noted beside a list's new content: the event's number, what proves it, what it says."""

    seq: int
    key: bytes
    cause: Cause
    spec_version: int


def save(conn: Connection, tool_id: int, new: StoredList, event: ListEvent) -> None:
    """Write a list with the event that says who changed what."""
    upsert(
        conn,
        ChoiceListRow,
        {"tenant_id": TENANT, "tool_id": tool_id, "key": new.key},
        {
            "version": new.version,
            "choices": orjson.dumps(new.choices).decode(),
            "updated_at": new.updated_at,
            "updated_by": new.updated_by,
        },
        only_new={"id": new.id},
    )
    cause = event.cause
    written = Event(
        *(event.seq, cause.at, EVENTS_OF_LISTS, new.id, new.version, cause.actor, cause.op),
        *(cause.request_id, event.spec_version, dict(cause.data)),
    )
    digest = document_hash({"choices": new.choices}, None, deleted=False)
    append(conn, sign(written, digest, event.key))
