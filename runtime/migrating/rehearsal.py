"""The dry run: what a migration would do, with counts, samples and whom it would leave behind."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from form_specs.model import JsonObject
from runtime.compiling.form import CompiledForm
from runtime.migrating.lifting import Lifted, Obstacle
from runtime.migrating.plans import Plan
from runtime.storage.database import Database
from runtime.storage.ids import encode_id
from runtime.storage.records import RecordReader, StoredRecord

_SAMPLES = 10
_BATCH = 500
MOST_REJECTED = 10_000
"""How many rejected records are listed; all are counted."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One record before and after, as far as it changes; absent values are no keys."""

    form: str
    record_id: int
    before: JsonObject
    after: JsonObject


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that stays as it was."""

    form: str
    record_id: int
    obstacles: tuple[Obstacle, ...]

    def as_json(self) -> JsonObject:
        """For the job's result and for machines."""
        reasons: list[Any] = [{"field": o.field, "message": o.message} for o in self.obstacles]
        return {"form": self.form, "id": encode_id(self.record_id), "reasons": reasons}


@dataclass
class Rehearsal:
    """What was found."""

    records: int = 0
    changed: int = 0
    rejected: int = 0
    complete: bool = True
    samples: list[Sample] = field(default_factory=list)
    rejects: list[Rejected] = field(default_factory=list)

    @property
    def words(self) -> str:
        """The counts as a sentence."""
        text = f"{self.changed:,} of {self.records:,} records change"
        text += f", {self.rejected:,} stay as they are because they do not fit"
        return text if self.complete else f"{text}; only the first records were looked at"

    def see(self, form: CompiledForm, key: str, stored: StoredRecord, lifted: Lifted) -> None:
        """Takes one record into account; `form` is the one that it was written for."""
        self.records += 1
        if lifted.obstacles:
            self.rejected += 1
            if len(self.rejects) < MOST_REJECTED:
                self.rejects.append(Rejected(key, stored.id, lifted.obstacles))
        elif lifted.document != stored.document or lifted.state != stored.state:
            self.changed += 1

    def as_json(self) -> JsonObject:
        """For machines."""
        samples: list[Any] = [
            {"form": s.form, "id": encode_id(s.record_id), "before": s.before, "after": s.after}
            for s in self.samples
        ]
        rejects: list[Any] = [reject.as_json() for reject in self.rejects]
        return {
            "records": self.records,
            "changed": self.changed,
            "rejected": self.rejected,
            "complete": self.complete,
            "samples": samples,
            "rejects": rejects,
        }


def rehearsed(db: Database, conn: Connection, plan: Plan, *, most: int | None = None) -> Rehearsal:
    """Lifts the records of a plan (the first `most` of each form) and keeps none of it."""
    found = Rehearsal()
    for key, number in plan.forms.items():
        for stored in _records(db, conn, number, found, most):
            lifted = plan.way(key, stored)(stored)
            found.see(plan.old.forms[key], key, stored, lifted)
            if len(found.samples) < _SAMPLES and not lifted.obstacles:
                found.samples += _samples(plan, key, stored, lifted)
    return found


def _records(
    db: Database, conn: Connection, number: int, found: Rehearsal, most: int | None
) -> Iterator[StoredRecord]:
    reader, after, seen = RecordReader(db), -1, 0
    while batch := reader.scan(conn, number, after, _BATCH):
        if most is not None and seen >= most:
            found.complete = False
            return
        yield from batch
        after, seen = batch[-1].id, seen + len(batch)


def _samples(plan: Plan, key: str, stored: StoredRecord, lifted: Lifted) -> list[Sample]:
    old, new = plan.old.forms[key], plan.new.forms[key]
    before = old.to_record(stored.document) | {"@state": stored.state}
    after = new.to_record(lifted.document) | {"@state": lifted.state}
    keys = [k for k in {**before, **after} if before.get(k) != after.get(k)]
    if not keys:
        return []
    return [
        Sample(
            key,
            stored.id,
            {k: before[k] for k in keys if k in before},
            {k: after[k] for k in keys if k in after},
        )
    ]
