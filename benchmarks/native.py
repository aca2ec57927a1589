"""The claims in a table made by hand: native columns, and the indexes that the tool asks for."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Date,
    DateTime,
    Index,
    Integer,
    MetaData,
    Numeric,
    Table,
    Text,
)

from benchmarks.records import Claim, batches, make_claims
from runtime.storage.bulk import insert_rows
from runtime.storage.database import Database, open_database

CLAIMS: Final = Table(
    "claim",
    MetaData(),
    Column("id", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True),
    Column("reference", Text, nullable=False, unique=True),
    Column("merchant", Text, nullable=False),
    Column("amount", Numeric(11, 2), nullable=False),
    Column("currency", Text, nullable=False),
    Column("network", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("due_by", DateTime(timezone=True), nullable=False),
    Column("opened_on", Date, nullable=False),
    Column("owner", Text),
    Column("priority", Text, nullable=False),
    Column("likelihood", Integer),
    Column("region", Text, nullable=False),
    Column("margin", Integer, nullable=False),
    Column("card_last4", Text, nullable=False),
    Column("cardholder_email", Text, nullable=False),
    Column("notes", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("updated_by", Text, nullable=False),
)
_INDEXED: Final = (
    *(("merchant",), ("amount",), ("network",), ("reason",), ("opened_on",), ("owner",)),
    *(("due_by",), ("status", "due_by"), ("updated_at",)),
)
for _names in _INDEXED:
    Index(f"claim_{'_'.join(_names)}", *(CLAIMS.c[name] for name in _names), CLAIMS.c.id)


def fill_native(url: str, records: int) -> None:
    """Makes the table in the database at `url` and writes the claims into it."""
    db = open_database(url)
    try:
        _write(db, records)
    finally:
        db.close()


def _write(db: Database, records: int) -> None:
    with db.write() as conn:
        CLAIMS.create(conn)
    number = 0
    for batch in batches(make_claims(records)):
        with db.write() as conn:
            rows = [native_row(conn, number + place, claim) for place, claim in enumerate(batch, 1)]
            insert_rows(conn, CLAIMS.name, CLAIMS.columns.keys(), rows)
        number += len(batch)
    if db.dialect == "sqlite":
        with db.write() as conn:
            conn.exec_driver_sql("ANALYZE")
        return
    with db.autocommit() as conn:
        conn.exec_driver_sql("SET statement_timeout = 0")
        conn.exec_driver_sql("VACUUM ANALYZE")


def native_row(conn: Connection, number: int, claim: Claim) -> tuple[Any, ...]:
    """A claim as the table has it."""
    values: list[Any] = [number, *claim]
    if conn.dialect.name == "sqlite":
        # As SQLAlchemy and Django both keep them there.
        values[3] = claim.amount / 100
        values[8] = _sqlite_moment(claim.due_by)
        values[9] = claim.opened_on.isoformat()
    else:
        values[3] = Decimal(claim.amount).scaleb(-2)
    return (*values, 1, 0, "cli", number, "cli")


def _sqlite_moment(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S.%f")
