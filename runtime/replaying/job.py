"""The job that judges a tool's records and their past changes by a draft of it, and writes to none.

A killed process leaves what it found so far; another one goes on after the last record judged.
What is found is kept with the state of the draft that it was found of.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain
from typing import Any, Final

from sqlalchemy import Connection

from components.registry import Registry
from form_specs.compatibility import Change, Comparison, Impact, compare
from form_specs.conditions import Env
from form_specs.hops import is_hop, parted
from form_specs.model import JsonObject
from runtime.compiling.form import CompiledForm
from runtime.compiling.hops import Hops, NoHops
from runtime.compiling.tool import CompiledTool
from runtime.linked import LinkedRecords
from runtime.migrating.counting import counted
from runtime.published import Published
from runtime.replaying.finding import Found, Report
from runtime.replaying.looking_back import LookingBack, people_of
from runtime.replaying.outlook import Outlook
from runtime.replaying.viewing import view_costs
from runtime.storage import jobs, lifts, past_events, tools
from runtime.storage.database import Database
from runtime.storage.ids import IdMaker
from runtime.storage.jobs import Job, NewJob
from runtime.storage.records import RecordReader, StoredRecord
from runtime.turns import Turn, Turns, now

REPLAY: Final = "replay"
_LONG_LEASE: Final = 900_000_000
"""While all records are counted in one go, in microseconds."""
_BATCH: Final = 500
_DAY: Final = 86_400_000_000
MOST_CHANGES: Final = 100_000
"""Past changes that are judged; of more the newest."""
_TOLD_EVERY: Final = 10
"""How many batches are judged between two times that progress is kept."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be judged by."""

    tool: str
    document: JsonObject
    sequence: int
    """The state of the draft."""
    days: int = 0
    """For how many days back past changes are judged too."""


class Replays(Turns):
    """Starts, runs and cancels such jobs; any process may do any of it."""

    kind = REPLAY
    lease = 60_000_000

    def __init__(
        self, db: Database, published: Published, registry: Registry, ids: IdMaker
    ) -> None:
        self.db = db
        self.reader = RecordReader(db)
        self._published = published
        self._registry = registry
        self._ids = ids

    def start(self, wanted: Wanted, by: str) -> int:
        """Makes the job, which then waits for whoever runs it; its number.

        One that still runs for the same tool is asked to end: its draft is another by now.
        """
        job_id = self._ids.next()
        arguments = {
            "tool": wanted.tool,
            "document": wanted.document,
            "sequence": wanted.sequence,
            "days": wanted.days,
        }
        with self.db.write() as conn:
            for job in jobs.active(conn, REPLAY):
                if job.arguments["tool"] == wanted.tool:
                    jobs.ask_to_stop(conn, job.id)
            jobs.add(conn, NewJob(job_id, REPLAY, arguments, by), now())
        return job_id

    def cancel(self, job_id: int) -> bool:
        """Asks for the end of a job; whether it had not ended."""
        with self.db.write() as conn:
            return jobs.ask_to_stop(conn, job_id)

    @staticmethod
    def get(conn: Connection, tool: str, job_id: int) -> Job | None:
        """A replay of a tool by its number."""
        job = jobs.get(conn, job_id)
        mine = job is not None and job.kind == REPLAY and job.arguments["tool"] == tool
        return job if mine else None

    @staticmethod
    def latest(conn: Connection, tool: str) -> Job | None:
        """The last replay of a tool."""
        found = jobs.listed(conn, REPLAY)
        return next((job for job in found if job.arguments["tool"] == tool), None)

    def take(self, turn: Turn) -> None:
        """Goes on with a replay where it was left."""
        _Run(self, turn).go()

    def versions(
        self, conn: Connection, document: JsonObject
    ) -> tuple[CompiledTool, CompiledTool, Comparison]:
        """The tool in force, the one to come, and what lies between them."""
        old = self._published.tool(conn, str(document["key"]))
        if old is None:
            raise LookupError(f"there is no published tool '{document['key']}'")
        forms: Any = document["forms"]
        numbers = {form["key"]: 0 for form in forms} | tools.forms(conn, old.tool_id)
        new = CompiledTool.build(
            document,
            self._registry,
            tool_id=old.tool_id,
            version=old.version + 1,
            form_ids=numbers,
        )
        return old, new, compare(old.spec.document, document, self._registry.catalog())


class _Run:
    """One process's turn at one job."""

    def __init__(self, owner: Replays, turn: Turn) -> None:
        self.owner = owner
        self.db = owner.db
        self.turn = turn
        job = turn.job
        self.found = Found.from_json(job.result or {})
        with self.db.read() as conn:
            document = job.arguments["document"]
            self.old, self.new, self.comparison = owner.versions(conn, document)
            self.forms = [key for key in self.old.forms if key in self.new.forms]
            numbers = [self.old.forms[key].form_id for key in self.forms]
            self.total = sum(lifts.size(conn, number) for number in numbers)
            if self.found.past is None:
                since = now() - int(job.arguments.get("days", 0)) * _DAY
                self.found.look_back(*past_events.last_ones(conn, numbers, since, MOST_CHANGES))
            self.people = people_of(conn, self.old.key)

    def go(self) -> None:
        pieces = chain(self._records(), self._changes(), self._views())
        for number, _piece in enumerate(pieces, 1):
            if number % _TOLD_EVERY == 0 and self._ends():
                return
        if not self._ends():
            self._finish()

    def _records(self) -> Iterator[None]:
        """Judges the records of each form."""
        env = Env("", frozenset(), datetime.now(UTC))
        report = self.found.records
        for key in self.forms:
            outlook = Outlook(self.old.forms[key], self.new.forms[key], env)
            while batch := self._batch(key):
                judge(self.owner, report, outlook, batch)
                yield

    def _batch(self, key: str) -> list[StoredRecord]:
        number, after = self.old.forms[key].form_id, self.found.records.after.get(key, -1)
        with self.db.read() as conn:
            return self.owner.reader.scan(conn, number, after, _BATCH)

    def _changes(self) -> Iterator[None]:
        """Judges what was done to them lately."""
        past, versions = self.found.past, (self.old, self.new)
        if past is not None and past.number:
            for key in self.forms:
                looking = LookingBack(self.db, versions, key, self.people)
                yield from looking.pieces(past.report, past.first)

    def _views(self) -> Iterator[None]:
        """Reads each view as whoever may least."""
        for cost in view_costs(self.db, self.new, len(self.found.views)):
            self.found.views.append(cost)
            yield

    def _ends(self) -> bool:
        """Keeps what was found; whether somebody cancelled the job, or this process has to end."""
        with self.db.write() as conn:
            if self.turn.is_unwanted(conn):
                self.turn.end(conn, "cancelled")
                return True
            self._tell(conn)
        return self.turn.stopped()

    def _tell(self, conn: Connection, lease: int | None = None) -> None:
        done = self.found.judged
        self.turn.tell(
            conn,
            lease=lease,
            progress=done,
            total=max(self.total + self.found.changes, done),
            result=self.found.as_json(),
        )

    def _finish(self) -> None:
        with self.db.write() as conn:
            self._tell(conn, _LONG_LEASE)
        with self.db.read() as conn:
            found = counted(self.db, conn, self.old, self.comparison)
        result = self.found.as_json() | {"version": self.old.version, "counts": _counts(found)}
        with self.db.write() as conn:
            self.turn.end(conn, "done", result=result, total=self.found.judged)


def _counts(comparison: Comparison) -> JsonObject:
    """What counting all records said of each change."""
    return {
        change.pointer: {
            "count": change.count,
            "number": change.number,
            "impact": change.impact.value,
            "lowered_from": change.lowered_from.value if change.lowered_from else None,
        }
        for change in comparison.changes
        if change.affected is not None
    }


def as_counted(comparison: Comparison, known: Mapping[str, Any]) -> Comparison:
    """A comparison with what a replay counted; classes are only ever lowered by it."""
    return comparison.with_changes(
        [_as_counted(c, known.get(c.pointer)) for c in comparison.changes]
    )


def _as_counted(change: Change, known: Mapping[str, Any] | None) -> Change:
    if known is None:
        return change
    lowered = Impact(known["lowered_from"]) if known["lowered_from"] else None
    impact = Impact(known["impact"]) if lowered is change.impact else change.impact
    return replace(
        change,
        count=known["count"],
        number=known["number"],
        impact=impact,
        lowered_from=lowered if lowered is change.impact else None,
    )


def judge(owner: Replays, report: Report, outlook: Outlook, batch: list[StoredRecord]) -> None:
    """Judges some records of a form into a report."""
    key = outlook.old.key
    before, after = (_hops(owner, form, batch) for form in (outlook.old, outlook.new))
    for stored in batch:
        report.see(key, stored.id, outlook.findings(stored, before, after))
    report.records += len(batch)
    report.after[key] = batch[-1].id


def _hops(owner: Replays, form: CompiledForm, batch: list[StoredRecord]) -> Hops:
    """What the records link to, as far as the form asks about it."""
    links = {parted(read)[0] for read in _asked(form) if is_hop(read)}
    if not links:
        return NoHops()
    linked = LinkedRecords.knowing_all(owner.reader, owner.db.read, form)
    documents: list[Mapping[str, Any]] = [stored.document for stored in batch]
    linked.load(documents, links)
    return linked.hops()


def _asked(form: CompiledForm) -> frozenset[str]:
    """Everything that the form's conditions and formulas ask about."""
    tests = [c for c in (*form.rows.values(), *form.view_filters.values()) if c is not None]
    tests += [condition for guards in form.guards.values() for condition, _said in guards]
    return form.reactions.asked.union(*(test.reads for test in tests))
