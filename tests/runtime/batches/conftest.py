"""Files with refunds, brought in by the lead."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from runtime.batches.plans import Plan
from runtime.services import Services
from runtime.storage import batches
from runtime.storage.batches import Batch, Reject
from runtime.storage.records import RecordReader, StoredRecord
from tests.runtime.opening import Desk


class Bench:
    """What a test needs to bring a file in and to look at what came of it."""

    def __init__(self, services: Services, folder: Path) -> None:
        self.services = services
        self.desk = Desk(services)
        self.folder = folder
        self.form_id = self.desk.tool.forms["refund"].form_id

    def draft(self, content: str | bytes, name: str = "refunds.csv", by: str = "lena") -> Batch:
        path = self.folder / "source"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return self.services.batches.draft(self.desk.access(by), path, name)

    def planned(self, batch: Batch, **changes: Any) -> Batch:
        plan = Plan.from_json({**batch.plan, **changes})
        return self.services.batches.change(batch, plan, batch.name)

    def bring_in(self, content: str | bytes, name: str = "refunds.csv", **changes: Any) -> Batch:
        batch = self.planned(self.draft(content, name), **changes)
        assert self.services.batches.start(batch)
        return self.services.batches.run_now(batch)

    def take_back(self, batch: Batch, by: str = "lena", *, force: bool = False) -> Batch:
        made = self.services.batches.revert(self.desk.access(by), batch, force=force)
        return self.services.batches.run_now(made)

    def records(self, batch: Batch) -> list[StoredRecord]:
        with self.services.db.read() as conn:
            found = [
                RecordReader(self.services.db).get(conn, self.form_id, record, include_deleted=True)
                for record, _version in batches.records(conn, batch.id, limit=5000)
            ]
        return [record for record in found if record is not None]

    def rejects(self, batch: Batch) -> list[Reject]:
        with self.services.db.read() as conn:
            return batches.rejects(conn, batch.id)

    def counts(self, batch: Batch) -> tuple[int, int, int]:
        return tuple(batch.result[name] for name in ("added", "updated", "rejected"))  # type: ignore[return-value]


@pytest.fixture
def bench(services: Services, tmp_path: Path) -> Bench:
    return Bench(services, tmp_path)


@pytest.fixture
def make_bench(make_services: Callable[..., Services], tmp_path: Path) -> Callable[..., Bench]:
    def make(dialect: str = "sqlite", **settings: Any) -> Bench:
        return Bench(make_services(dialect, **settings), tmp_path)

    return make
