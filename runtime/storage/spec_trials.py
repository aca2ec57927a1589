"""Who tries which draft where: one row for each builder and tool.

A preview is a database of its own (`trial_places`) that this table only names, so that every
process finds it.  Without its row a place is nobody's.
"""

from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import Connection, delete, select, update

from runtime.storage.schema import TENANT
from runtime.storage.spec_schema import SpecTrialRow
from runtime.storage.upsert import upsert


@dataclass(frozen=True, slots=True)
class SpecTrial:
    """The preview that somebody has of the draft of a tool."""

    tool: str
    account: str
    place: str
    basis: str
    """What the copies were made by: the version in force and the person's rights then."""
    shown: str
    """The state of the draft that runs there."""
    role: str
    """In which role it is tried; empty: in all of them."""
    records: int
    """How many were copied; 0: those that are there are made up."""
    made_at: int
    used_at: int


_TRIAL: Final = tuple(getattr(SpecTrialRow, name) for name in SpecTrial.__dataclass_fields__)
_KEY: Final = ("tool", "account")


def find(conn: Connection, tool: str, account: str) -> SpecTrial | None:
    """The preview of somebody."""
    row = conn.execute(select(*_TRIAL).where(*_of(tool, account))).one_or_none()
    return None if row is None else SpecTrial(*row)


def listed(conn: Connection) -> list[SpecTrial]:
    """All previews there are."""
    rows = conn.execute(select(*_TRIAL).where(SpecTrialRow.tenant_id == TENANT))
    return [SpecTrial(*row) for row in rows]


def save(conn: Connection, trial: SpecTrial) -> None:
    """Makes it the preview that somebody has."""
    values = {name: getattr(trial, name) for name in SpecTrial.__dataclass_fields__}
    key = {"tenant_id": TENANT} | {name: values.pop(name) for name in _KEY}
    upsert(conn, SpecTrialRow, key, values)


def change(conn: Connection, trial: SpecTrial, **columns: str | int) -> SpecTrial:
    """The preview with other columns, unless another place took its place meanwhile."""
    row = SpecTrialRow
    conn.execute(
        update(row)
        .where(*_of(trial.tool, trial.account), row.place == trial.place)
        .values(**columns)
    )
    return replace(trial, **columns)  # type: ignore[arg-type]


def remove(conn: Connection, tool: str, account: str) -> None:
    """Somebody has no preview any more."""
    conn.execute(delete(SpecTrialRow).where(*_of(tool, account)))


def _of(tool: str, account: str) -> tuple[Any, ...]:
    row = SpecTrialRow
    return row.tenant_id == TENANT, row.tool == tool, row.account == account
