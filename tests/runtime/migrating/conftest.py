"""The refunds tool with records, and the way to a next version of it."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from form_specs.check import check
from form_specs.migrations import check_migration
from runtime.gate import Origin
from runtime.migrating.job import Migrations
from runtime.migrating.plans import Plan, Planner
from runtime.services import Services
from tests.runtime.opening import Desk
from tests.runtime.refunds import REFUND, TOOL, refunds_tool

CLI = Origin("cli")


class Workshop:
    """Services whose refunds tool is about to change."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.desk = Desk(services)
        self.planner = Planner(services.published, services.registry)
        self.migrations = self.opened()

    def opened(self) -> Migrations:
        """The jobs as another process sees them."""
        s = self.services
        return Migrations(s.db, s.gate, s.published, self.planner, s.ids, grace_seconds=0.0)

    def add(self, **data: Any) -> int:
        """A record, as the tool in force takes it."""
        access = self.desk.program()
        return self.services.gate.create(access, self.desk.typed(**data), CLI).record_id

    def plan(self, change: Callable[[dict[str, Any]], object], *steps: dict[str, Any]) -> Plan:
        """The plan of a change to the tool's document with steps for its records."""
        with self.services.db.read() as conn:
            tool = self.services.published.tool(conn, TOOL)
            assert tool is not None
            document = deepcopy(dict(tool.spec.document))
            change(document)
            migration = {
                "ops": "1",
                "kind": "migration",
                "tool": TOOL,
                "from": tool.version,
                "to": tool.version + 1,
                "steps": [{"form": REFUND, **step} for step in steps],
            }
            catalog = self.services.registry.catalog()
            assert [p for p in check(document, catalog) if p.severity == "error"] == []
            plan = self.planner.plan(conn, document, migration)
            assert check_migration(migration, plan.old.spec, plan.new.spec, catalog) == []
            return plan

    def migrate(self, change: Callable[[dict[str, Any]], object], *steps: dict[str, Any]) -> int:
        """Runs a migration to its end; the job's number."""
        job_id = self.migrations.start(self.plan(change, *steps), "bo", "Because")
        self.migrations.run(job_id)
        return job_id

    def job(self, job_id: int) -> Any:
        with self.services.db.read() as conn:
            return self.migrations.get(conn, job_id)

    def data(self, record_id: int) -> dict[str, Any]:
        """A record as the tool in force shows it."""
        access = self.desk.program()
        record = self.services.gate.record(access, record_id)
        return access.form.to_record(record.document)


def fields(tool: dict[str, Any]) -> dict[str, Any]:
    """The properties of the refund form in a document."""
    found: dict[str, Any] = tool["forms"][0]["schema"]["properties"]
    return found


@pytest.fixture
def workshop(request: pytest.FixtureRequest, make_services: Any) -> Workshop:
    return Workshop(make_services(getattr(request, "param", "sqlite")))


BOTH = pytest.mark.parametrize("workshop", ["sqlite", "postgresql"], indirect=True)
"""Runs a test on either database."""

__all__ = ["BOTH", "Workshop", "fields", "refunds_tool"]
