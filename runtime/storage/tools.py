"""Tools, their immutable versions, and the numbers of their forms."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson
from sqlalchemy import ClauseElement, Connection, and_, bindparam, func, insert, select, update

from form_specs import exact_json
from runtime.storage.pilots import names_from
from runtime.storage.record_table import create_form_table
from runtime.storage.schema import TENANT, FormRow, ToolRow, ToolVersionRow
from runtime.storage.spec_schema import ToolPilotRow
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
    newest_version: int = 0
    """The highest number that was given to a version."""
    pilot_version: int = 0
    """The version that some work by before all do; 0: none."""


@dataclass(frozen=True, slots=True)
class InForce:
    """Which versions of a tool people work by."""

    key: str
    tool_id: int
    version: int
    settling: bool
    """Whether records still follow to that version."""
    pilot: int = 0
    """The version that some have before all others; 0: none."""
    people: frozenset[str] = frozenset()
    """Who has it."""
    share: int = 0
    """Of how many in a hundred records."""
    view: str = ""
    """The list of whose records those are; empty: of all records of the tool."""

    def version_for(self, name: str) -> int:
        """The version that somebody works by."""
        return self.pilot if self.pilot and name in self.people else self.version


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
    *(ToolRow.settling, ToolRow.newest_version, ToolRow.pilot_version),
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


def in_force(conn: Connection) -> list[InForce]:
    """All published tools, by key."""
    return [
        InForce(
            *(row[0], row[1], row[2], bool(row[3])),
            *(row[4], names_from(row[5]), row[6] or 0, row[7] or ""),
        )
        for row in _in_force(conn).rows(conn, {})
    ]


@prepared
def _in_force(_dialect: str) -> ClauseElement:
    row, pilot = ToolRow, ToolPilotRow
    on_trial = and_(
        pilot.tenant_id == TENANT, pilot.tool_id == row.id, pilot.version == row.pilot_version
    )
    versions = (row.key, row.id, row.current_version, row.settling, row.pilot_version)
    return (
        select(*versions, pilot.people, pilot.share, pilot.view)
        .outerjoin(pilot, on_trial)
        .where(row.tenant_id == TENANT, row.current_version > 0)
        .order_by(row.key)
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
    given = ToolRow.newest_version + 1
    return _made(
        conn, tool_id, new, at, newest_version=given, current_version=given, title=new.title
    )


def put_on_trial(conn: Connection, tool_id: int, new: NewVersion, at: int) -> int:
    """Make a version that nobody has but those whom a pilot names; its number."""
    given = ToolRow.newest_version + 1
    return _made(conn, tool_id, new, at, newest_version=given, pilot_version=given)


def _made(conn: Connection, tool_id: int, new: NewVersion, at: int, **columns: Any) -> int:
    number: int = conn.execute(
        update(ToolRow)
        .where(ToolRow.tenant_id == TENANT, ToolRow.id == tool_id)
        .values(**columns)
        .returning(ToolRow.newest_version)
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


def form_names(conn: Connection) -> dict[int, str]:
    """What the forms of all tools are called, as "disputes/dispute", by id."""
    query = (
        select(FormRow.id, ToolRow.key, FormRow.key)
        .join(ToolRow, (ToolRow.id == FormRow.tool_id) & (ToolRow.tenant_id == FormRow.tenant_id))
        .where(FormRow.tenant_id == TENANT)
    )
    return {form_id: f"{tool}/{form}" for form_id, tool, form in conn.execute(query)}


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
