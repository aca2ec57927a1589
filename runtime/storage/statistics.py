"""What SQLite's planner knows of forms that have grown; PostgreSQL looks by itself.

A form that is filled after its indexes were built is planned as if it were empty: SQLite then
takes the index of a filter and sorts half a million records, where it should walk the list's own
index and stop after fifty.
"""

from typing import Final

from sqlalchemy import Connection, select

from runtime.storage.database import Database
from runtime.storage.schema import TENANT, IndexRow

_FEW: Final = 1_000
"""Records that are read fast enough by any plan."""


def refresh_statistics(db: Database) -> list[int]:
    """Looks anew at each form that has more than doubled since the last time; which forms."""
    if db.dialect != "sqlite":
        return []
    with db.read() as conn:
        grown = [form_id for form_id in _forms(conn) if _has_doubled(conn, form_id)]
    for form_id in grown:
        with db.write() as conn:
            conn.exec_driver_sql(f"ANALYZE rec_{form_id:d}")
            # Other connections read the statistics again when the schema has changed.
            conn.exec_driver_sql("CREATE TABLE fresh_statistics (form_id)")
            conn.exec_driver_sql("DROP TABLE fresh_statistics")
    return grown


def _forms(conn: Connection) -> list[int]:
    """The forms that have indexes to choose from."""
    found = select(IndexRow.form_id).where(IndexRow.tenant_id == TENANT, IndexRow.state == "ready")
    return sorted(conn.execute(found.distinct()).scalars())


def _has_doubled(conn: Connection, form_id: int) -> bool:
    enough = 2 * _known(conn, form_id) + _FEW
    counted = conn.exec_driver_sql(
        f"SELECT count(*) FROM (SELECT 1 FROM rec_{form_id:d} WHERE deleted_at IS NULL LIMIT ?)",  # noqa: S608
        (enough + 1,),
    )
    return int(counted.scalar_one()) > enough


def _known(conn: Connection, form_id: int) -> int:
    """How many records the form had when it was looked at last."""
    kept = conn.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat1'")
    if kept.first() is None:
        return 0
    # The first number of each line is that of the rows.
    rows = conn.exec_driver_sql(
        "SELECT max(CAST(stat AS INTEGER)) FROM sqlite_stat1 WHERE tbl = ?", (f"rec_{form_id:d}",)
    ).scalar()
    return int(rows or 0)
