"""Long jobs and how far they are."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, case, func, insert, select, update

from runtime.storage.schema import TENANT, JobRow


@dataclass(frozen=True, slots=True)
class Job:
    """A job: waiting, running, stopping (somebody wants it to end), done, failed or cancelled."""

    id: int
    kind: str
    arguments: dict[str, Any]
    status: str
    progress: int
    total: int | None
    message: str
    result: dict[str, Any] | None
    created_by: str
    created_at: int
    started_at: int | None
    done_at: int | None
    lease_until: int | None = None


@dataclass(frozen=True, slots=True)
class NewJob:
    """What a job is made from."""

    id: int
    kind: str
    arguments: dict[str, Any]
    created_by: str


_JOB: Final = (
    *(JobRow.id, JobRow.kind, JobRow.arguments, JobRow.status, JobRow.progress, JobRow.total),
    *(JobRow.message, JobRow.result, JobRow.created_by, JobRow.created_at),
    *(JobRow.started_at, JobRow.done_at, JobRow.lease_until),
)


_ACTIVE: Final = ("waiting", "running", "stopping")


def add(conn: Connection, new: NewJob, at: int) -> None:
    """A waiting job."""
    conn.execute(
        insert(JobRow).values(
            tenant_id=TENANT,
            id=new.id,
            kind=new.kind,
            arguments=new.arguments,
            created_by=new.created_by,
            created_at=at,
            status="waiting",
            progress=0,
            message="",
        )
    )


def get(conn: Connection, job_id: int) -> Job | None:
    """The job of that id."""
    row = conn.execute(
        select(*_JOB).where(JobRow.tenant_id == TENANT, JobRow.id == job_id)
    ).one_or_none()
    return None if row is None else Job(*row)


def waiting(conn: Connection, limit: int = 10) -> list[int]:
    """The ids of jobs that nobody started, oldest first."""
    rows = conn.execute(
        select(JobRow.id)
        .where(JobRow.tenant_id == TENANT, JobRow.status == "waiting")
        .order_by(JobRow.id)
        .limit(limit)
    )
    return list(rows.scalars())


def active(conn: Connection, kind: str) -> list[Job]:
    """The jobs of a kind that have not ended, oldest first."""
    rows = conn.execute(
        select(*_JOB)
        .where(JobRow.tenant_id == TENANT, JobRow.kind == kind, JobRow.status.in_(_ACTIVE))
        .order_by(JobRow.id)
    )
    return [Job(*row) for row in rows]


def listed(conn: Connection, kind: str, limit: int = 100) -> list[Job]:
    """The jobs of a kind, newest first."""
    rows = conn.execute(
        select(*_JOB)
        .where(JobRow.tenant_id == TENANT, JobRow.kind == kind)
        .order_by(JobRow.id.desc())
        .limit(limit)
    )
    return [Job(*row) for row in rows]


def claim(conn: Connection, job_id: int, at: int, lease: int) -> bool:
    """Take a job that nobody runs (any more) for `lease` microseconds; false where somebody does."""
    done = conn.execute(
        update(JobRow)
        .where(JobRow.tenant_id == TENANT, JobRow.id == job_id, JobRow.status.in_(_ACTIVE))
        .where((JobRow.lease_until.is_(None)) | (JobRow.lease_until <= at))
        .values(
            status=case((JobRow.status == "waiting", "running"), else_=JobRow.status),
            started_at=func.coalesce(JobRow.started_at, at),
            lease_until=at + lease,
        )
    )
    return done.rowcount == 1


def renew(conn: Connection, job_id: int, until: int | None) -> None:
    """Believe whoever runs a job to be alive until then; none gives it back."""
    conn.execute(
        update(JobRow)
        .where(JobRow.tenant_id == TENANT, JobRow.id == job_id)
        .values(lease_until=until)
    )


def ask_to_stop(conn: Connection, job_id: int) -> bool:
    """Ask for the end of a job; false where it has ended, or has been asked."""
    done = conn.execute(
        update(JobRow)
        .where(JobRow.tenant_id == TENANT, JobRow.id == job_id)
        .where(JobRow.status.in_(("waiting", "running")))
        .values(status="stopping")
    )
    return done.rowcount == 1


def tell(conn: Connection, job_id: int, **values: Any) -> None:
    """Set columns of a job that has not ended: progress, total, message, result, status, done_at."""
    conn.execute(
        update(JobRow)
        .where(JobRow.tenant_id == TENANT, JobRow.id == job_id, JobRow.status.in_(_ACTIVE))
        .values(**values)
    )


def start(conn: Connection, job_id: int, at: int) -> bool:
    """Take a waiting job; false where somebody else did."""
    return _set(conn, job_id, "waiting", {"status": "running", "started_at": at})


def progress(
    conn: Connection, job_id: int, done: int, total: int | None = None, message: str = ""
) -> bool:
    """Tell how far a running job is."""
    return _set(conn, job_id, "running", {"progress": done, "total": total, "message": message})


def finish(conn: Connection, job_id: int, result: dict[str, Any], at: int) -> bool:
    """Mark a running job as done."""
    return _set(conn, job_id, "running", {"status": "done", "result": result, "done_at": at})


def fail(conn: Connection, job_id: int, message: str, at: int) -> bool:
    """Mark a running job as failed, with the reason."""
    return _set(conn, job_id, "running", {"status": "failed", "message": message, "done_at": at})


def _set(conn: Connection, job_id: int, status: str, values: dict[str, Any]) -> bool:
    """Change a job that is in a status; false where it is not."""
    done = conn.execute(
        update(JobRow)
        .where(JobRow.tenant_id == TENANT, JobRow.id == job_id)
        .where(JobRow.status == status)
        .values(**values)
    )
    return done.rowcount == 1
