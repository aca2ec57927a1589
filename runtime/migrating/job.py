"""The job by which records follow their tool to a new version.

Three phases, each of which goes on where a killed process left it:

prepare  the version before is in force.  Every record is lifted, and the result put beside it.
switch   one transaction in which nobody writes: what changed meanwhile is lifted, then the new
         version is in force.  From here on everybody reads lifted documents.
settle   record by record the lifted document takes the old one's place, with an event each.

Until the switch the job can be cancelled, and then nothing has happened.
"""

import time
from typing import Any

import orjson
from sqlalchemy import Connection

from form_specs.digest import digest
from runtime.gate import Gate
from runtime.migrating.lifting import lift_of
from runtime.migrating.plans import Plan, Planner
from runtime.migrating.rehearsal import MOST_REJECTED
from runtime.published import MIGRATION, Published, demand_quiet
from runtime.storage import jobs, lifts, tools
from runtime.storage.database import Database
from runtime.storage.errors import UniqueViolation
from runtime.storage.ids import IdMaker, encode_id
from runtime.storage.jobs import Job, NewJob
from runtime.storage.lifts import Lift
from runtime.storage.records import RecordReader, StoredRecord
from runtime.storage.tools import NewVersion
from runtime.turns import Turn, Turns, now

_BATCH = 200
_SETTLED_AT_ONCE = 100
_LEFT_FOR_THE_SWITCH = 200
GRACE_SECONDS = 2.0
"""How long requests that began before the switch are given to end, before records change."""


class Migrations(Turns):
    """Starts, runs and cancels such jobs; any process may do any of it."""

    kind = MIGRATION
    lease = 15_000_000

    def __init__(
        self,
        db: Database,
        gate: Gate,
        published: Published,
        planner: Planner,
        ids: IdMaker,
        *,
        grace_seconds: float = GRACE_SECONDS,
    ) -> None:
        self.db = db
        self.gate = gate
        self.published = published
        self.reader = RecordReader(db)
        self.planner = planner
        self._ids = ids
        self.grace = grace_seconds

    # -- asking for it ------------------------------------------------------------------

    def start(self, plan: Plan, by: str, note: str = "") -> int:
        """Makes the job, which then waits for whoever runs it; its number.

        Raises `BetweenVersionsError`, `PublishedMeanwhileError` where another version came.
        """
        job_id = self._ids.next()
        arguments = {
            "tool": plan.key,
            "from": plan.old.version,
            "document": plan.document,
            "migration": plan.migration,
            "note": note,
        }
        with self.db.write() as conn:
            tool = tools.by_key(conn, plan.key)
            assert tool is not None
            demand_quiet(conn, tool)
            jobs.add(conn, NewJob(job_id, MIGRATION, arguments, by), now())
        return job_id

    def cancel(self, job_id: int) -> bool:
        """Asks for the end of a job that has not switched yet; whether it can still be had."""
        with self.db.write() as conn:
            job = jobs.get(conn, job_id)
            if job is None or _phase(job) == "settle":
                return False
            return jobs.ask_to_stop(conn, job_id)

    def get(self, conn: Connection, job_id: int) -> Job | None:
        """A migration by its number."""
        job = jobs.get(conn, job_id)
        return job if job is not None and job.kind == MIGRATION else None

    # -- doing it -----------------------------------------------------------------------

    def take(self, turn: Turn) -> None:
        """Goes on with a migration where it was left."""
        _Run(self, turn).go()

    def failed(self, turn: Turn, error: Exception) -> None:
        """Ends a job that cannot go on; once switched it is tried again, as records wait for it."""
        with self.db.write() as conn:
            job = jobs.get(conn, turn.job.id)
            if job is None or _phase(job) == "settle":
                jobs.tell(conn, turn.job.id, message=f"Trying again: {error}")
                return
            self.forget(conn, job)
            turn.end(conn, "failed", message=str(error))

    def forget(self, conn: Connection, job: Job) -> None:
        """Drops what was prepared for a job."""
        tool = tools.by_key(conn, job.arguments["tool"])
        if tool is not None:
            lifts.clear(conn, tools.forms(conn, tool.id).values())


def _phase(job: Job) -> str:
    return str((job.result or {}).get("phase", "prepare"))


class _Run:
    """One process's turn at one job."""

    def __init__(self, owner: Migrations, turn: Turn) -> None:
        self.owner = owner
        self.db = owner.db
        self.turn = turn
        self.job = turn.job
        self.stopped = turn.stopped
        self.done = 0
        with self.db.read() as conn:
            self.plan: Plan | None = None
            if _phase(self.job) == "prepare":
                arguments = self.job.arguments
                found = owner.planner.plan(conn, arguments["document"], arguments["migration"])
                self.plan = found

    def go(self) -> None:
        if self.plan is not None and not self._prepared(self.plan):
            return
        if not self.stopped():
            time.sleep(self.owner.grace)
            self._settle()

    # -- prepare ------------------------------------------------------------------------

    def _prepared(self, plan: Plan) -> bool:
        """Lifts everything and switches; false where it was stopped or cancelled."""
        total = self._total(plan)
        while True:
            handled = self._pass(plan, total)
            if handled is None:
                return False
            if handled <= _LEFT_FOR_THE_SWITCH:
                switched = self._switched(plan)
                if switched is not None:
                    return switched

    def _total(self, plan: Plan) -> int:
        with self.db.read() as conn:
            return sum(lifts.size(conn, number) for number in plan.forms.values())

    def _pass(self, plan: Plan, total: int) -> int | None:
        """Once through all records that have no lift yet; how many, or none where it has to end."""
        handled = 0
        for key, number in plan.forms.items():
            after = -1
            while True:
                with self.db.read() as conn:
                    batch = lifts.unprepared(conn, number, self.job.id, after, _BATCH)
                if not batch:
                    break
                found = [self._lift(plan, key, stored) for stored in batch]
                handled, after = handled + len(batch), batch[-1].id
                self.done = min(self.done + len(batch), total)
                with self.db.write() as conn:
                    lifts.put(conn, self.job.id, found)
                    if self._ends(conn, total):
                        return None
        return handled

    def _lift(self, plan: Plan, key: str, stored: StoredRecord) -> Lift:
        lifted = plan.way(key, stored)(stored)
        reasons = [{"field": o.field, "message": o.message} for o in lifted.obstacles]
        return lift_of(stored, lifted, orjson.dumps(reasons).decode() if reasons else None)

    def _ends(self, conn: Connection, total: int) -> bool:
        """Tells how far the job is; whether somebody cancelled it, or this process has to end."""
        if self.turn.is_unwanted(conn):
            self.owner.forget(conn, self.job)
            self.turn.end(conn, "cancelled", message="Cancelled")
            return True
        self.turn.tell(conn, progress=self.done, total=total, message="Preparing records")
        return self.stopped()

    # -- switch -------------------------------------------------------------------------

    def _switched(self, plan: Plan) -> bool | None:
        """Puts the new version in force; false where the job has to end.

        None where so much changed meanwhile that more has to be prepared first.
        """
        with self.db.write() as conn:
            tools.hold_writers(conn, plan.forms.values())
            for key, number in plan.forms.items():
                rest = lifts.unprepared(conn, number, self.job.id, -1, _LEFT_FOR_THE_SWITCH)
                if len(rest) == _LEFT_FOR_THE_SWITCH:
                    return None
                lifts.put(conn, self.job.id, [self._lift(plan, key, stored) for stored in rest])
            if self._ends(conn, self.done):
                return False
            self._reject_doubles(conn, plan)
            self._put_in_force(conn, plan)
        return True

    def _reject_doubles(self, conn: Connection, plan: Plan) -> None:
        """Of records that would share a unique value the oldest has it; the others stay as they were."""
        for key, number in plan.forms.items():
            form, touches = plan.new.forms[key], plan.stages[-1].forms[key].touches
            for field in form.fields.values():
                if not field.spec.unique or field.key not in touches:
                    continue
                reader = self.owner.reader
                found = reader.sharing(conn, number, field.sort_path, field.kind, touches)
                text = f"Another record would have the same {field.spec.title.lower()}"
                why = orjson.dumps([{"field": field.key, "message": text}]).decode()
                doubles = [Lift(number, r, version, None, None, why) for r, version in found]
                lifts.put(conn, self.job.id, doubles)

    def _put_in_force(self, conn: Connection, plan: Plan) -> None:
        document, arguments = plan.document, self.job.arguments
        made = NewVersion(
            document,
            digest(document),
            str(document["title"]),
            self.job.created_by,
            arguments["note"],
            plan.migration,
        )
        published = self.owner.published
        version = published.follow(conn, plan.new.tool_id, made, self.job.id)
        records, changed, rejected = lifts.counts(conn, plan.forms.values())
        result = {
            "phase": "settle",
            "version": version,
            "records": records,
            "changed": changed,
            "rejected": rejected,
        }
        jobs.tell(conn, self.job.id, result=result, progress=0, total=changed)

    # -- settle -------------------------------------------------------------------------

    def _settle(self) -> None:
        with self.db.read() as conn:
            tool = self.owner.published.tool(conn, self.job.arguments["tool"])
            job = jobs.get(conn, self.job.id)
        assert tool is not None
        assert job is not None
        result = dict(job.result or {})
        forms = {form.form_id: form for form in tool.forms.values() if form.lifted}
        total, place = int(result["changed"]), (-1, -1)
        with self.db.read() as conn:
            done = total - lifts.counts(conn, forms)[1]
        while not self.stopped():
            with self.owner.gate.transaction() as conn:
                batch = lifts.waiting(conn, forms, place, _SETTLED_AT_ONCE)
                for number, record_id in batch:
                    self._follow(conn, forms[number], record_id)
                done = min(done + len(batch), total)
                message = "Putting records into their new form"
                self.turn.tell(conn, progress=done, total=total, message=message)
            if batch:
                place = batch[-1]
            else:
                self._finish(tool.tool_id, result, forms)
                return

    def _follow(self, conn: Connection, form: Any, record_id: int) -> None:
        try:
            self.owner.gate.follow(form, record_id)
        except UniqueViolation as violation:
            title = form.fields[violation.path[0]].spec.title.lower()
            reason = {"field": violation.path[0], "message": f"Another record has this {title}"}
            why = orjson.dumps([reason]).decode()
            lifts.put(conn, self.job.id, [Lift(form.form_id, record_id, 0, None, None, why)])

    def _finish(self, tool_id: int, result: dict[str, Any], forms: dict[int, Any]) -> None:
        with self.db.write() as conn:
            found = lifts.rejected(conn, forms, MOST_REJECTED)
            result["rejects"] = [
                {"form": forms[f].key, "id": encode_id(r), "reasons": orjson.loads(why)}
                for f, r, why in found
            ]
            result["rejected"] = lifts.counts(conn, forms)[2]
            lifts.clear(conn, forms)
            tools.settling(conn, tool_id, 0)
            self.turn.end(conn, "done", message="Done", result=result | {"phase": "done"})
