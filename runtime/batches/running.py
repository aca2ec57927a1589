"""One process's turn at the work of a batch: how far it is, whether it has to end."""

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from runtime.storage import batches
from runtime.storage.batches import Batch
from runtime.turns import Turn

if TYPE_CHECKING:
    from runtime.batches.service import Batches


class Lost(Exception):  # noqa: N818 - named for the condition
    """The work cannot go on; the message says why, for people."""


class BatchTurn:
    """Says how far the work is; the place stands in the same transaction as what was done there."""

    def __init__(self, owner: "Batches", turn: Turn, batch: Batch) -> None:
        self.owner = owner
        self.batch = batch
        self._turn = turn

    def is_at(self, conn: Connection, name: str, place: int, start: int) -> bool:
        """Whether the work is where this process believes it to be, which nobody changes meanwhile.

        One that was slower than its lease finds that another went on.
        """
        found = batches.hold(conn, self.batch.id)
        return (
            found is not None
            and found.status == "running"
            and found.result.get(name, start) == place
        )

    def tell(self, conn: Connection, done: int, total: int, result: dict[str, Any]) -> bool:
        """Notes how far it is; whether the work has to end here."""
        batches.change(conn, self.batch.id, result=result)
        self._turn.tell(conn, progress=done, total=total)
        if self._turn.is_unwanted(conn):
            self._ended(conn, "cancelled", "")
            return True
        return self._turn.stopped()

    def end(self, status: str, *, message: str = "") -> None:
        """The work is over."""
        with self.owner.db.write() as conn:
            self._ended(conn, status, message)
            found = batches.get(conn, self.batch.id)
            if found is not None:
                batches.change(conn, self.batch.id, result=found.result | {"message": message})

    def _ended(self, conn: Connection, status: str, message: str) -> None:
        batches.change(conn, self.batch.id, status=status)
        self._turn.end(conn, status, message=message)
