"""Long jobs that any process may go on with: each claims one for a while and tells how far it is.

A killed process leaves what it kept; another one takes its turn when the lease is over.  Whoever
asks for the end of a job is heard at the next thing that is told.
"""

import logging
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar

from sqlalchemy import Connection

from runtime.storage import jobs
from runtime.storage.database import Database
from runtime.storage.errors import StorageError
from runtime.storage.ids import encode_id
from runtime.storage.jobs import Job

log = logging.getLogger("opswright.turns")

Stopped = Callable[[], bool]
"""Whether this process has to end, so that its turn is over after the piece in hand."""


def now() -> int:
    """This moment in microseconds."""
    return time.time_ns() // 1000


class Turn:
    """One process's turn at one job."""

    def __init__(self, db: Database, job: Job, stopped: Stopped, lease: int) -> None:
        self.db = db
        self.job = job
        self.stopped = stopped
        self._lease = lease

    def tell(self, conn: Connection, *, lease: int | None = None, **values: Any) -> None:
        """Keeps how far the job is, and that somebody is at it for another `lease` microseconds."""
        until = now() + (lease or self._lease)
        jobs.tell(conn, self.job.id, lease_until=until, **values)

    def is_unwanted(self, conn: Connection) -> bool:
        """Whether somebody asked for the end of the job."""
        job = jobs.get(conn, self.job.id)
        return job is None or job.status == "stopping"

    def end(self, conn: Connection, status: str, **values: Any) -> None:
        """The job is over."""
        jobs.tell(conn, self.job.id, status=status, done_at=now(), lease_until=None, **values)

    def give_back(self) -> None:
        """Lets another process go on where this one stopped."""
        with self.db.write() as conn:
            jobs.renew(conn, self.job.id, None)


class Turns(ABC):
    """The jobs of one kind."""

    kind: ClassVar[str]
    lease: ClassVar[int]
    """For how many microseconds whoever took one is believed to be at it."""
    db: Database

    @abstractmethod
    def take(self, turn: Turn) -> None:
        """Goes on with a job to its end, or to the piece after which it has to stop."""

    def failed(self, turn: Turn, error: Exception) -> None:
        """A job cannot go on; one that is not ended here is tried again when the lease is over."""
        with self.db.write() as conn:
            turn.end(conn, "failed", message=str(error))

    def work(self, stopped: Stopped = lambda: False) -> None:
        """Runs what waits, and what somebody began who is gone."""
        with self.db.read() as conn:
            waiting = [job.id for job in jobs.active(conn, self.kind)]
        for job_id in waiting:
            if not stopped():
                self.run(job_id, stopped)

    def run(self, job_id: int, stopped: Stopped = lambda: False) -> None:
        """Runs a job as far as this process may; nothing where another runs it."""
        with self.db.write() as conn:
            if not jobs.claim(conn, job_id, now(), self.lease):
                return
            job = jobs.get(conn, job_id)
        assert job is not None
        turn = Turn(self.db, job, stopped, self.lease)
        try:
            self.take(turn)
        except StorageError:
            turn.give_back()
            raise
        except Exception as error:
            log.exception("%s %s failed", self.kind, encode_id(job_id))
            self.failed(turn, error)
        else:
            turn.give_back()
