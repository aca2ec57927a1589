"""Tools, their immutable versions, and the numbers of their forms."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson
from sqlalchemy import ClauseElement, Connection, func, insert, select, update

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


_TOOL: Final = (
    *(ToolRow.id, ToolRow.key, ToolRow.title, ToolRow.current_version, ToolRow.created_at),
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
    return [(key, tool_id, version) for key, tool_id, version in _current(conn).rows(conn, {})]


@prepared
def _current(_dialect: str) -> ClauseElement:
    return (
        select(ToolRow.key, ToolRow.id, ToolRow.current_version)
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
            document=orjson.dumps(new.document).decode(),
            published_at=at,
            published_by=new.published_by,
            note=new.note,
        )
    )
    return number


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
    return ToolVersion(VersionInfo(*info), orjson.loads(row[-1]))


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
