"""Sealing the event log: batches of events, hashed, chained and signed, off the write path.

An event is protected by its own authentication code from the moment it is written, by a seal
about a second later, and by the records themselves, each of which names its last event.  What a
seal covers is decided by (transaction, position): below the oldest running transaction nothing
can appear any more.
"""

import hashlib
import hmac
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, insert, select, tuple_

from runtime.storage.database import Database
from runtime.storage.events import SIGNED, signed_event
from runtime.storage.schema import TENANT, EventRow, SealRow

GENESIS: Final = bytes(32)
LEAF: Final = 40
_LOCK: Final = "SELECT pg_advisory_xact_lock(7303, 2)"
_HORIZON: Final = (
    "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint + opswright_clock_offset()"
)
_BEHIND: Final = (
    "SELECT (SELECT coalesce(max(txid), 0) FROM event) "
    ">= (SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint + opswright_clock_offset())"
)
_REBASE: Final = """
DO $$
DECLARE
  latest bigint := (SELECT coalesce(max(txid), 0) FROM event);
BEGIN
  EXECUTE format(
    'CREATE OR REPLACE FUNCTION opswright_clock_offset() RETURNS bigint LANGUAGE sql IMMUTABLE '
    'AS ''SELECT %%s::bigint''', greatest(latest - pg_current_xact_id()::text::bigint + 1, 0));
END $$
"""


@dataclass(frozen=True, slots=True)
class Seal:
    """A batch of events and its place in the chain."""

    id: int
    upto_txid: int
    upto_position: int
    events: int
    leaves: bytes
    prev_hash: bytes
    hash: bytes
    signature: bytes
    sealed_at: int

    def computed_hash(self) -> bytes:
        """What `hash` must be."""
        head = f"{TENANT}/{self.id}/{self.upto_txid}/{self.upto_position}/{self.events}"
        head = f"{head}/{self.sealed_at}"
        return hashlib.sha256(head.encode() + self.prev_hash + self.leaves).digest()

    def is_signed(self, key: bytes) -> bool:
        """Whether somebody who knew the key made it."""
        return hmac.compare_digest(self.signature, signature(self.hash, key))


def signature(digest: bytes, key: bytes) -> bytes:
    """What a seal or checkpoint is signed with."""
    return hmac.digest(key, b"seal" + digest, "sha256")


_SEAL: Final = (
    *(SealRow.id, SealRow.upto_txid, SealRow.upto_position, SealRow.events, SealRow.leaves),
    *(SealRow.prev_hash, SealRow.hash, SealRow.signature, SealRow.sealed_at),
)


def seals(conn: Connection, *, after: int = 0, limit: int | None = None) -> list[Seal]:
    """The seals in order."""
    statement = select(*_SEAL).where(SealRow.tenant_id == TENANT, SealRow.id > after)
    return [_seal(row) for row in conn.execute(statement.order_by(SealRow.id).limit(limit))]


def last_seal(conn: Connection) -> Seal | None:
    """The newest seal."""
    row = conn.execute(
        select(*_SEAL).where(SealRow.tenant_id == TENANT).order_by(SealRow.id.desc()).limit(1)
    ).one_or_none()
    return None if row is None else _seal(row)


def _seal(row: Sequence[Any]) -> Seal:
    number, txid, position, count, leaves, prev_hash, digest, signed, at = row
    return Seal(
        *(number, txid, position, count, bytes(leaves), bytes(prev_hash), bytes(digest)),
        *(bytes(signed), at),
    )


def seal(db: Database, key: bytes, limit: int = 1000) -> int:
    """Seal one batch; how many events it holds, 0 where all are sealed."""
    with db.read() as conn:
        if not _unsealed(conn, last_seal(conn), 1):
            return 0
    with db.write() as conn:
        if db.dialect == "postgresql":
            conn.exec_driver_sql(_LOCK)
        before = last_seal(conn)
        rows = _unsealed(conn, before, limit)
        if not rows:
            return 0
        made = _made(before, rows, key)
        values = {name: getattr(made, name) for name in Seal.__dataclass_fields__}
        conn.execute(insert(SealRow).values(tenant_id=TENANT, **values))
    return made.events


def _made(before: Seal | None, rows: Sequence[Sequence[Any]], key: bytes) -> Seal:
    unsigned = Seal(
        id=1 if before is None else before.id + 1,
        upto_txid=rows[-1][0],
        upto_position=rows[-1][1],
        events=len(rows),
        leaves=b"".join(signed_event(row[2:]).leaf for row in rows),
        prev_hash=GENESIS if before is None else before.hash,
        hash=b"",
        signature=b"",
        sealed_at=time.time_ns() // 1000,
    )
    digest = unsigned.computed_hash()
    fields = {name: getattr(unsigned, name) for name in Seal.__dataclass_fields__}
    return Seal(**{**fields, "hash": digest, "signature": signature(digest, key)})


def _unsealed(conn: Connection, before: Seal | None, limit: int) -> Sequence[Sequence[Any]]:
    statement = select(EventRow.txid, EventRow.position, *SIGNED)
    if before is not None:
        place = tuple_(EventRow.txid, EventRow.position)
        statement = statement.where(place > tuple_(before.upto_txid, before.upto_position))
    if conn.dialect.name == "postgresql":
        horizon = conn.exec_driver_sql(_HORIZON).scalar_one()
        statement = statement.where(EventRow.txid < horizon)
    return conn.execute(statement.order_by(EventRow.txid, EventRow.position).limit(limit)).all()


def checkpoint(db: Database, key: bytes) -> dict[str, Any]:
    """What to keep outside the database: the newest seal, signed.  `verify` takes it back."""
    with db.read() as conn:
        newest = last_seal(conn)
    digest = GENESIS if newest is None else newest.hash
    return {
        "opswright": "audit checkpoint",
        "seal": 0 if newest is None else newest.id,
        "hash": digest.hex(),
        "signature": signature(digest, key).hex(),
        "at": time.time_ns() // 1000,
    }


def is_behind(conn: Connection) -> bool:
    """Whether new events would stand before old ones: after a restore into another PostgreSQL cluster.

    Its transaction numbers start lower, so those events would never be sealed.
    """
    if conn.dialect.name != "postgresql":
        return False
    return bool(conn.exec_driver_sql(_BEHIND).scalar_one())


def rebase(conn: Connection) -> None:
    """Lets new events follow the old ones where they would not (see `is_behind`).

    Nobody writes events until the transaction ends.
    """
    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql("LOCK TABLE event IN SHARE ROW EXCLUSIVE MODE")
        if is_behind(conn):
            conn.exec_driver_sql(_REBASE)
