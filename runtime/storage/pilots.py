"""Pilots: a version of a tool that some people, or a share of the records, get before all others."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from zlib import crc32

import orjson
from sqlalchemy import (
    ClauseElement,
    Connection,
    Select,
    and_,
    bindparam,
    delete,
    func,
    literal,
    select,
    update,
)

from runtime.storage.ids import earliest_id
from runtime.storage.schema import TENANT, EventRow, ToolRow
from runtime.storage.spec_schema import PilotRecordRow, PilotRefusalRow, ToolPilotRow
from runtime.storage.statements import prepared
from runtime.storage.upsert import insert_new, upsert


class PilotOutcome(StrEnum):
    """How a pilot ended."""

    RUNNING = ""
    ADOPTED = "adopted"
    """All got the version."""
    WITHDRAWN = "withdrawn"
    """Nobody has it any more."""


@dataclass(frozen=True, slots=True)
class Pilot:
    """A version on trial, and who has it."""

    tool_id: int
    version: int
    people: frozenset[str]
    """Their names."""
    share: int
    """Of each hundred records, from 0 to 100."""
    view: str
    """The key of the list of whose records; empty: of all records of the tool."""
    started_at: int
    started_by: str
    ended_at: int = 0
    """0: it runs."""
    ended_by: str = ""
    outcome: PilotOutcome = PilotOutcome.RUNNING


def takes_record(version: int, share: int, record_id: int) -> bool:
    """Whether a record is in the share of a pilot.

    A record that is in a share is in every greater one too, so that raising it sends none back.
    """
    return crc32(b"%d:%d" % (version, record_id)) % 100 < share


@dataclass(frozen=True, slots=True)
class Refused:
    """How often saves were refused for one reason."""

    version: int
    form: str
    field: str
    """Empty: the record as a whole."""
    check: str
    times: int


_PILOT: Final = tuple(getattr(ToolPilotRow, name) for name in Pilot.__dataclass_fields__)


def listed(conn: Connection, tool_id: int) -> dict[int, Pilot]:
    """All pilots of a tool, by version."""
    rows = conn.execute(select(*_PILOT).where(*_of(tool_id)))
    return {row.version: _pilot(row) for row in rows}


def running(conn: Connection, key: str) -> Pilot | None:
    """The pilot that a tool has now."""
    row = conn.execute(
        select(*_PILOT)
        .join(ToolRow, ToolRow.id == ToolPilotRow.tool_id)
        .where(ToolRow.tenant_id == TENANT, ToolRow.key == key)
        .where(ToolPilotRow.tenant_id == TENANT, ToolPilotRow.version == ToolRow.pilot_version)
    ).one_or_none()
    return None if row is None else _pilot(row)


def save(conn: Connection, pilot: Pilot) -> None:
    """Begins a pilot, or changes who is in it."""
    values = {name: getattr(pilot, name) for name in Pilot.__dataclass_fields__}
    values |= {"people": names_text(pilot.people), "outcome": pilot.outcome.value}
    key = {name: values.pop(name) for name in ("tool_id", "version")}
    upsert(conn, ToolPilotRow, {"tenant_id": TENANT, **key}, values)


def withdraw(conn: Connection, pilot: Pilot, by: str, at: int) -> None:
    """Ends a pilot: its people are back at the version of all others."""
    _end(conn, pilot, PilotOutcome.WITHDRAWN, by, at, pilot_version=0)


def adopt(conn: Connection, pilot: Pilot, by: str, at: int, title: str) -> None:
    """Ends a pilot: its version, in which the tool has that `title`, is that of all from now on."""
    columns = {"current_version": pilot.version, "title": title}
    _end(conn, pilot, PilotOutcome.ADOPTED, by, at, pilot_version=0, **columns)


def _end(
    conn: Connection, pilot: Pilot, outcome: PilotOutcome, by: str, at: int, **columns: Any
) -> None:
    conn.execute(
        update(ToolPilotRow)
        .where(*_of(pilot.tool_id), ToolPilotRow.version == pilot.version)
        .values(ended_at=at, ended_by=by, outcome=outcome.value)
    )
    conn.execute(
        update(ToolRow)
        .where(ToolRow.tenant_id == TENANT, ToolRow.id == pilot.tool_id)
        .values(**columns)
    )
    # All of the tool: a request that began before may have noted one after an earlier end.
    opened = PilotRecordRow
    conn.execute(delete(opened).where(opened.tenant_id == TENANT, opened.tool_id == pilot.tool_id))


def names_text(names: Collection[str]) -> str:
    """Names as a pilot keeps them."""
    return orjson.dumps(sorted(names)).decode()


def names_from(text: str | None) -> frozenset[str]:
    """The names that a pilot keeps."""
    return frozenset(orjson.loads(text)) if text else frozenset()


# -- which records were opened in its list ---------------------------------------------------


def was_opened(conn: Connection, tool_id: int, version: int, record_id: int) -> bool:
    """Whether a record was opened in the list of a pilot since that began."""
    asked = {"tool": tool_id, "pilot": version, "record": record_id}
    return _opened(conn).first(conn, asked) is not None


@prepared
def _opened(_dialect: str) -> ClauseElement:
    row = PilotRecordRow
    return select(row.at).where(
        row.tenant_id == TENANT,
        row.tool_id == bindparam("tool"),
        row.pilot == bindparam("pilot"),
        row.record_id == bindparam("record"),
    )


def note_opened(conn: Connection, tool_id: int, version: int, record_id: int, at: int) -> None:
    """Remembers that a record was opened in the list of a pilot."""
    key = {"tenant_id": TENANT, "tool_id": tool_id, "pilot": version, "record_id": record_id}
    insert_new(conn, PilotRecordRow, {**key, "at": at})


def is_compared(conn: Connection, pilot: Pilot, record_id: int) -> bool:
    """Whether what is done to a record belongs to what is said of a pilot."""
    return not pilot.view or was_opened(conn, pilot.tool_id, pilot.version, record_id)


# -- what happened meanwhile ----------------------------------------------------------------


THE_SAVE: Final = "save"
"""Stands where a check does: counts saves, of which each may have many reasons."""


def note_refusal(
    conn: Connection, pilot: Pilot, version: int, form: str, reasons: Iterable[tuple[str, str]]
) -> None:
    """Counts a refused save, and its reasons: each a field (empty: the whole record) and a check."""
    for field, check in sorted({("", THE_SAVE), *reasons}):
        key = {
            "tenant_id": TENANT,
            "tool_id": pilot.tool_id,
            "pilot": pilot.version,
            "version": version,
            "form": form,
            "field": field,
            "check": check,
        }
        known = conn.execute(
            update(PilotRefusalRow).filter_by(**key).values(times=PilotRefusalRow.times + 1)
        )
        if not known.rowcount:
            upsert(conn, PilotRefusalRow, key, {"times": 1})


def refusals(conn: Connection, pilot: Pilot) -> list[Refused]:
    """What was refused while a pilot ran, by either version, the most frequent first."""
    row = PilotRefusalRow
    rows = conn.execute(
        select(row.version, row.form, row.field, row.check, row.times)
        .where(row.tenant_id == TENANT, row.tool_id == pilot.tool_id, row.pilot == pilot.version)
        .order_by(row.times.desc(), row.form, row.field)
    )
    return [Refused(*found) for found in rows]


@dataclass(frozen=True, slots=True)
class Work:
    """What was done by one version while a pilot ran."""

    version: int
    changes: int
    records: int
    people: int


def work(conn: Connection, pilot: Pilot, forms: Iterable[int]) -> dict[int, Work]:
    """What people did since a pilot began, by the version that they worked by."""
    event = EventRow
    counted = select(
        event.spec_version,
        func.count(),
        func.count(event.record_id.distinct()),
        func.count(event.actor.distinct()),
    ).where(*_since(pilot, forms), event.op.in_(_DONE_BY_PEOPLE))
    rows = conn.execute(_of_its_list(counted, pilot).group_by(event.spec_version))
    return {row[0]: Work(row[0], row[1], row[2], row[3]) for row in rows}


_DONE_BY_PEOPLE: Final = ("create", "update", "transition", "action", "attach", "detach")


@dataclass(frozen=True, slots=True)
class Move:
    """A record that went from one state to another."""

    record_id: int
    at: int
    version: int
    source: str
    target: str


def moves(conn: Connection, form_id: int, record_ids: Iterable[int]) -> list[Move]:
    """All ways that some records of a form ever took, record by record, the oldest first.

    Beginning counts as a way out of no state.
    """
    event = EventRow
    rows = conn.execute(
        select(event.record_id, event.at, event.spec_version, event.data)
        .where(event.tenant_id == TENANT, event.form_id == form_id)
        .where(event.record_id.in_([*record_ids]), event.op.in_(("create", "transition")))
        .order_by(event.record_id, event.seq)
    )
    return [
        Move(record_id, at, version, str(data.get("from") or ""), str(data.get("to") or ""))
        for record_id, at, version, data in rows
    ]


def moved(conn: Connection, pilot: Pilot, form_id: int, most: int) -> dict[int, int]:
    """The records of a form that moved since a pilot began, at most `most`, the latest.

    With each the moment from which on its moves are those of the pilot.
    """
    event = EventRow
    since = func.min(PilotRecordRow.at) if pilot.view else literal(pilot.started_at)
    asked = select(event.record_id, since).where(
        *_since(pilot, [form_id]), event.op == "transition"
    )
    rows = conn.execute(
        _of_its_list(asked, pilot)
        .group_by(event.record_id)
        .order_by(func.max(event.seq).desc())
        .limit(most)
    )
    return {row[0]: row[1] for row in rows}


def _of_its_list(asked: Select[*tuple[Any, ...]], pilot: Pilot) -> Select[*tuple[Any, ...]]:
    """Only what was done to records since they were opened in the list of a pilot, if it has one.

    The others of that list are what its share is compared with.
    """
    if not pilot.view:
        return asked
    event, opened = EventRow, PilotRecordRow
    return asked.join(
        opened,
        and_(
            opened.tenant_id == TENANT,
            opened.tool_id == pilot.tool_id,
            opened.pilot == pilot.version,
            opened.record_id == event.record_id,
            opened.at <= event.at,
        ),
    )


def _since(pilot: Pilot, forms: Iterable[int]) -> tuple[Any, ...]:
    event = EventRow
    until = pilot.ended_at or _FOREVER
    return (
        event.tenant_id == TENANT,
        event.seq >= earliest_id(pilot.started_at),
        event.form_id.in_([*forms]),
        event.at.between(pilot.started_at, until),
    )


_FOREVER: Final = 1 << 62


def _of(tool_id: int) -> tuple[Any, ...]:
    return ToolPilotRow.tenant_id == TENANT, ToolPilotRow.tool_id == tool_id


def _pilot(row: Any) -> Pilot:
    values = dict(row._mapping)
    values |= {
        "people": names_from(values["people"]),
        "outcome": PilotOutcome(values["outcome"]),
    }
    return Pilot(**values)
