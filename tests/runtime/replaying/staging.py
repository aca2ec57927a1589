"""The refunds tool with records and drafts of it, to be judged."""

from copy import deepcopy
from typing import Any

import pytest

from runtime.gate import Origin
from runtime.replaying.finding import Effect, Report
from runtime.replaying.job import Replays, Wanted
from tests.runtime.opening import Desk
from tests.runtime.refunds import TOOL, refunds_tool

CLI = Origin("cli")
BOTH = pytest.mark.parametrize("stage", ["sqlite", "postgresql"], indirect=True)


class Stage:
    """The refunds tool with records, and drafts of it."""

    def __init__(self, services: Any) -> None:
        self.services = services
        self.replays: Replays = services.replays
        self.desk = Desk(services)

    def add(self, **data: Any) -> int:
        access = self.desk.program()
        return self.services.gate.create(access, self.desk.typed(**data), CLI).record_id

    def draft(self, change: Any) -> dict[str, Any]:
        document = deepcopy(refunds_tool())
        change(document)
        return document

    def replay(self, change: Any, days: int = 0) -> Any:
        """The job after it ran to its end."""
        job_id = self.replays.start(Wanted(TOOL, self.draft(change), 7, days), "bo")
        self.replays.work()
        with self.services.db.read() as conn:
            return self.replays.get(conn, TOOL, job_id)

    def groups(self, change: Any) -> dict[tuple[Effect, str], int]:
        job = self.replay(change)
        assert job.status == "done", job.message
        report = Report.from_json(job.result)
        return {(g.effect, g.text): g.number for g in report.groups.values()}


def properties(document):
    return document["forms"][0]["schema"]["properties"]


def role(document, key):
    return next(r for r in document["roles"] if r["key"] == key)["grants"][0]
