"""Tools, their immutable versions, and the numbers of their forms."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson
from sqlalchemy import ClauseElement, Connection, bindparam, func, insert, select, update

from form_specs import exact_json
from runtime.storage.record_table import create_form_table
from runtime.storage.schema import TENANT, FormRow, ToolRow, ToolVersionRow
from runtime.storage.statements import prepared


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool; version 0 is none yet."""

    id: int
    key: str
    title: str
    current_version: int
    created_at: int
    settling: int = 0
    """The job that still puts records into the form of the current version; 0: none."""


@dataclass(frozen=True, slots=True)
class VersionInfo:
    """A published version without its document."""

    tool_id: int
    version: int
    digest: str
    published_at: int
    published_by: str
    note: str


@dataclass(frozen=True, slots=True)
class ToolVersion:
    """A published version: never changed."""

    info: VersionInfo
    document: dict[str, Any]


@dataclass(frozen=True, slots=True)
class NewVersion:
    """What is published."""

    document: Mapping[str, Any]
    digest: str
    title: str
    published_by: str
    note: str = ""
    migration: Mapping[str, Any] | None = None
    """How records follow to it."""


_TOOL: Final = (
    *(ToolRow.id, ToolRow.key, ToolRow.title, ToolRow.current_version, ToolRow.created_at),
    ToolRow.settling,
)
_INFO: Final = (
    *(ToolVersionRow.tool_id, ToolVersionRow.version, ToolVersionRow.digest),
    *(ToolVersionRow.published_at, ToolVersionRow.published_by, ToolVersionRow.note),
)


def listed(conn: Connection) -> list[Tool]:
    """All tools by title."""
    rows = conn.execute(
        select(*_TOOL).where(ToolRow.tenant_id == TENANT).order_by(ToolRow.title, ToolRow.key)
    )
    return [Tool(*row) for row in rows]


def by_key(conn: Connection, key: str) -> Tool | None:
    """The tool of that key."""
    row = conn.execute(
        select(*_TOOL).where(ToolRow.tenant_id == TENANT, ToolRow.key == key)
    ).one_or_none()
    return None if row is None else Tool(*row)


def current(conn: Connection) -> list[tuple[str, int, int]]:
    """(key, tool id, current version) of all published tools, by key."""
    return [(key, tool_id, version) for key, tool_id, version, _ in in_force(conn)]


def in_force(conn: Connection) -> list[tuple[str, int, int, bool]]:
    """As `current`, and whether records still follow to that version."""
    rows = _current(conn).rows(conn, {})
    return [(key, tool_id, version, bool(settling)) for key, tool_id, version, settling in rows]


@prepared
def _current(_dialect: str) -> ClauseElement:
    return (
        select(ToolRow.key, ToolRow.id, ToolRow.current_version, ToolRow.settling)
        .where(ToolRow.tenant_id == TENANT, ToolRow.current_version > 0)
        .order_by(ToolRow.key)
    )


def add(conn: Connection, tool_id: int, key: str, title: str, at: int) -> Tool:
    """A new tool without a version; raises IntegrityError where the key is taken."""
    made = Tool(tool_id, key, title, 0, at)
    conn.execute(
        insert(ToolRow).values(
            tenant_id=TENANT, id=tool_id, key=key, title=title, current_version=0, created_at=at
        )
    )
    return made


def publish(conn: Connection, tool_id: int, new: NewVersion, at: int) -> int:
    """Make a version and the current one; its number.  Publishers of one tool take turns."""
    number = conn.execute(
        update(ToolRow)
        .where(ToolRow.tenant_id == TENANT, ToolRow.id == tool_id)
        .values(current_version=ToolRow.current_version + 1, title=new.title)
        .returning(ToolRow.current_version)
    ).scalar_one()
    conn.execute(
        insert(ToolVersionRow).values(
            tenant_id=TENANT,
            tool_id=tool_id,
            version=number,
            digest=new.digest,
            document=exact_json.dumps(new.document).decode(),
            published_at=at,
            published_by=new.published_by,
            note=new.note,
            migration=orjson.dumps(new.migration).decode() if new.migration else None,
        )
    )
    return number


def migrations(conn: Connection, tool_id: int) -> dict[int, dict[str, Any]]:
    """The migrations of a tool, by the version that each leads to, in that order."""
    rows = conn.execute(
        select(ToolVersionRow.version, ToolVersionRow.migration)
        .where(ToolVersionRow.tenant_id == TENANT, ToolVersionRow.tool_id == tool_id)
        .where(ToolVersionRow.migration.is_not(None))
        .order_by(ToolVersionRow.version)
    )
    return {number: orjson.loads(text) for number, text in rows if text is not None}


def settling(conn: Connection, tool_id: int, job_id: int, migrated: int | None = None) -> None:
    """Says that a job puts records into the form of version `migrated`; job 0: that it is done."""
    values: dict[str, Any] = {"settling": job_id}
    if migrated is not None:
        values["migrated_version"] = migrated
    conn.execute(
        update(ToolRow).where(ToolRow.tenant_id == TENANT, ToolRow.id == tool_id).values(**values)
    )


def migrated_version(conn: Connection, key: str) -> int:
    """The last version of a tool that records had to follow; 0: none."""
    row = _migrated(conn).first(conn, {"key": key})
    return int(row[0]) if row else 0


@prepared
def _migrated(_dialect: str) -> ClauseElement:
    return select(ToolRow.migrated_version).where(
        ToolRow.tenant_id == TENANT, ToolRow.key == bindparam("key")
    )


def hold_writers(conn: Connection, form_ids: Iterable[int]) -> None:
    """Waits for all who write records of these forms and lets nobody begin until the transaction ends."""
    if conn.dialect.name == "postgresql":  # SQLite's writers take turns anyway
        conn.exec_driver_sql("SET LOCAL statement_timeout = 0")
        for number in sorted(form_ids):
            conn.exec_driver_sql(
                "SELECT pg_advisory_xact_lock(7304, %(form)s::int)", {"form": number}
            )


def enter_as_writer(conn: Connection, form_id: int) -> None:
    """Says that a record of the form is written, until the transaction ends (see `hold_writers`)."""
    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql(
            "SELECT pg_advisory_xact_lock_shared(7304, %(form)s::int)", {"form": form_id}
        )


def version(conn: Connection, tool_id: int, number: int) -> ToolVersion | None:
    """One version with its document."""
    row = conn.execute(
        select(*_INFO, ToolVersionRow.document).where(
            ToolVersionRow.tenant_id == TENANT,
            ToolVersionRow.tool_id == tool_id,
            ToolVersionRow.version == number,
        )
    ).one_or_none()
    if row is None:
        return None
    info: list[Any] = list(row[:-1])
    # Not by orjson, which makes floats of integers over 64 bits.
    return ToolVersion(VersionInfo(*info), json.loads(row[-1]))


def versions(conn: Connection, tool_id: int) -> list[VersionInfo]:
    """The versions of a tool, newest first."""
    rows = conn.execute(
        select(*_INFO)
        .where(ToolVersionRow.tenant_id == TENANT, ToolVersionRow.tool_id == tool_id)
        .order_by(ToolVersionRow.version.desc())
    )
    return [VersionInfo(*row) for row in rows]


def forms(conn: Connection, tool_id: int) -> dict[str, int]:
    """The numbers of a tool's forms, by key."""
    rows = conn.execute(
        select(FormRow.key, FormRow.id).where(
            FormRow.tenant_id == TENANT, FormRow.tool_id == tool_id
        )
    )
    return {row[0]: row[1] for row in rows}


def ensure_forms(conn: Connection, tool_id: int, keys: Iterable[str]) -> dict[str, int]:
    """The numbers of all forms of a tool; those that are new get one, and their tables."""
    have = forms(conn, tool_id)
    missing = [key for key in keys if key not in have]
    if missing and conn.dialect.name == "postgresql":
        # Numbers are short because they stand in names of tables: one publisher at a time counts.
        conn.exec_driver_sql("SELECT pg_advisory_xact_lock(7303, -1)")
    for key in missing:
        highest = conn.execute(select(func.max(FormRow.id))).scalar()
        have[key] = (highest or 0) + 1
        conn.execute(
            insert(FormRow).values(tenant_id=TENANT, id=have[key], tool_id=tool_id, key=key)
        )
        create_form_table(conn, have[key])
    return have
