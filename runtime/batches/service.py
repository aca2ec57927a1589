"""Batches: made from files, checked, brought in, taken back.  Any process may do any of it."""

import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection

from form_specs.language import _
from form_specs.model import Right
from runtime.access import FormAccess
from runtime.batches.checking import Checked, RowCheck
from runtime.batches.columns import (
    Target,
    known_names,
    matched,
    system_columns,
    targets,
)
from runtime.batches.importing import ImportRun, bring_in
from runtime.batches.people import access_now, acting
from runtime.batches.plans import Plan, with_ways
from runtime.batches.reverting import RevertRun
from runtime.batches.running import BatchTurn, Lost
from runtime.batches.unpacking import unpack
from runtime.gate import Gate
from runtime.published import Published
from runtime.storage import batches, jobs
from runtime.storage.batches import Batch
from runtime.storage.database import Database
from runtime.storage.files import FileStore
from runtime.storage.ids import IdMaker, decode_id, encode_id
from runtime.storage.jobs import NewJob
from runtime.storage.records import RecordReader
from runtime.turns import Turn, Turns, now

BATCH: Final = "batch"
"""The kind of the jobs that do the work of batches."""
IMPORT: Final = "import"
REVERT: Final = "revert"
_LONGEST_NAME: Final = 120
_PAUSE: Final = 0.3
"""Seconds between two looks at what another process does."""
_KEPT_DRAFTS: Final = 7 * 24 * 3600 * 1_000_000


class Batches(Turns):
    """The batches of all forms; safe for many threads."""

    kind = BATCH
    lease = 60_000_000

    def __init__(
        self, db: Database, gate: Gate, published: Published, files: FileStore, ids: IdMaker
    ) -> None:
        self.db = db
        self.gate = gate
        self.published = published
        self.files = files
        self.reader = RecordReader(db)
        self._ids = ids

    # -- before it begins ---------------------------------------------------------------

    def draft(
        self, access: FormAccess, source: Path, name: str, *, header: int | None = None
    ) -> Batch:
        """A batch of the rows of a file, with a guess for each column; raises `UnreadableSheet`."""
        with self.db.read() as conn:
            names = self._names(conn, access)
        found = unpack(self.files, source, name, names, header=header)
        able = targets(access)
        plan = Plan(
            file=found.sha256,
            name=name,
            titles=found.titles,
            samples=found.samples,
            rows=found.rows,
            notes=[(note.text, dict(note.values)) for note in found.notes],
            targets=matched(found.titles, names, (*able, *system_columns(access))),
        )
        plan = with_ways(plan, {key: target.field for key, target in able.items()})
        made = Batch(
            id=self._ids.next(),
            form_id=access.form.form_id,
            name=Path(name).stem[:_LONGEST_NAME] or _("Import"),
            kind=IMPORT,
            status="draft",
            plan=plan.to_json(),
            result={},
            created_by=access.person.name,
            created_at=now(),
        )
        with self.db.write() as conn:
            batches.forget_drafts(conn, now() - _KEPT_DRAFTS)
            batches.add(conn, made)
        return made

    def _names(self, conn: Connection, access: FormAccess) -> dict[str, str]:
        """What headings may be called, in every language of the tool."""
        forms = [access.form]
        tool = self.published.tool(conn, access.form.tool_key)
        for locale in tool.spec.locales if tool else ():
            spoken = next(
                (t for t in self.published.tools(conn, locale) if t.key == access.form.tool_key),
                None,
            )
            if spoken is not None and access.form.key in spoken.forms:
                forms.append(spoken.forms[access.form.key])
        return known_names(forms)

    def change(self, batch: Batch, plan: Plan, name: str) -> Batch:
        """The draft with another plan and name; what was found out by a check is forgotten."""
        kept = name.strip()[:_LONGEST_NAME] or batch.name
        with self.db.write() as conn:
            batches.change(conn, batch.id, plan=plan.to_json(), name=kept, result={})
        return replace(batch, plan=plan.to_json(), name=kept, result={})

    def check(self, access: FormAccess, batch: Batch, most: int | None = None) -> Checked:
        """What would become of the rows (the first `most`); nothing is written but the answer."""
        found = RowCheck(self, access, Plan.from_json(batch.plan)).go(most)
        with self.db.write() as conn:
            batches.change(conn, batch.id, result={"checked": found.to_json()})
        return found

    def discard(self, batch: Batch) -> bool:
        """Forgets a draft; whether it was one."""
        with self.db.write() as conn:
            return batches.discard(conn, batch.id)

    # -- asking for it ------------------------------------------------------------------

    def start(self, batch: Batch) -> bool:
        """Lets the rows of a draft come in; false where somebody started it already."""
        with self.db.write() as conn:
            if not batches.start(conn, batch.id):
                return False
            self._add_job(conn, batch.id, batch.created_by, {})
        return True

    def revert(self, access: FormAccess, batch: Batch, *, force: bool = False) -> Batch:
        """A batch that takes another one back, on its way; `force`: also what was changed since."""
        made = Batch(
            id=self._ids.next(),
            form_id=batch.form_id,
            name=_("Taken back: %(name)s", name=batch.name)[:_LONGEST_NAME],
            kind=REVERT,
            status="waiting",
            plan={"force": force},
            result={},
            created_by=access.person.name,
            created_at=now(),
            reverts=batch.id,
        )
        with self.db.write() as conn:
            batches.add(conn, made)
            self._add_job(conn, made.id, made.created_by, {})
        return made

    def _add_job(self, conn: Connection, batch_id: int, by: str, result: dict[str, Any]) -> None:
        job_id = self._ids.next()
        jobs.add(conn, NewJob(job_id, BATCH, {"batch": encode_id(batch_id)}, by), now())
        batches.change(conn, batch_id, result={**result, "job": encode_id(job_id)})

    def cancel(self, batch: Batch) -> bool:
        """Asks for the end of what is running; what came in so far stays, and can be taken back."""
        job = batch.result.get("job")
        if not job:
            return False
        with self.db.write() as conn:
            return jobs.ask_to_stop(conn, decode_id(job))

    def with_columns(
        self, batch: Batch, more: Mapping[Target, str]
    ) -> tuple[Batch, dict[int, str]]:
        """The batch with columns that its file does not have, and the cells of one row in them."""
        if not more:
            return batch, {}
        plan = Plan.from_json(batch.plan)
        titles, names = [*plan.titles], [*plan.targets]
        cells: dict[int, str] = {}
        for target, value in more.items():
            if target.name not in names:
                titles.append(target.title)
                names.append(target.name)
            cells[names.index(target.name)] = value
        plan = replace(plan, titles=titles, targets=names)
        with self.db.write() as conn:
            batches.change(conn, batch.id, plan=plan.to_json())
        return replace(batch, plan=plan.to_json()), cells

    def fix(
        self,
        access: FormAccess,
        batch: Batch,
        line: int,
        cells: Mapping[int, str],
        request_id: str = "",
    ) -> str:
        """Sends a refused row again with other cells; what became of it: added, updated, same or rejected.

        Raises `Lost` where the row is not there any more.
        """
        with self.gate.transaction() as conn:
            reject = batches.reject(conn, batch.id, line)
            if reject is None or not batches.settle_reject(conn, batch.id, line):
                raise Lost(_("Somebody else put this row right"))
            width = max([len(reject.cells), *(place + 1 for place in cells)])
            known = [*reject.cells, *[""] * (width - len(reject.cells))]
            put_right = [cells.get(place, cell) for place, cell in enumerate(known)]
            found = bring_in(self, conn, access, batch, [(line, put_right)], request_id)
            fresh = batches.get(conn, batch.id)
            assert fresh is not None
            result = dict(fresh.result)
            for name, number in found.items():
                result[name] = result.get(name, 0) + number - (name == "rejected")
            batches.change(conn, batch.id, result=result)
        return next((name for name, number in found.items() if number), "rejected")

    # -- doing it -----------------------------------------------------------------------

    def run_now(self, batch: Batch) -> Batch:
        """Does the work of a batch at once, unless another process does it already."""
        with self.db.read() as conn:
            found = batches.get(conn, batch.id)
        assert found is not None
        if job := found.result.get("job"):
            self.run(decode_id(job))
        with self.db.read() as conn:
            found = batches.get(conn, batch.id)
        assert found is not None
        return found

    def wait(self, batch: Batch) -> Batch:
        """The batch when it has ended, whoever does its work."""
        while True:
            found = self.run_now(batch)
            if found.status not in ("waiting", "running"):
                return found
            time.sleep(_PAUSE)

    def take(self, turn: Turn) -> None:
        """Does the work of the batch that a job is about."""
        with self.db.write() as conn:
            batch = self._batch(conn, turn)
            if batch is None:
                turn.end(conn, "failed", message="no batch")
                return
            batches.change(conn, batch.id, status="running")
        mine = BatchTurn(self, turn, batch)
        try:
            (RevertRun if batch.kind == REVERT else ImportRun)(mine).go()
        except Lost as error:
            mine.end("failed", message=str(error))

    def failed(self, turn: Turn, error: Exception) -> None:
        """Ends the batch as well."""
        with self.db.read() as conn:
            batch = self._batch(conn, turn)
        if batch is not None:
            BatchTurn(self, turn, batch).end("failed", message=str(error))

    @staticmethod
    def _batch(conn: Connection, turn: Turn) -> Batch | None:
        return batches.get(conn, decode_id(turn.job.arguments["batch"]))

    def access(self, conn: Connection, batch: Batch) -> FormAccess:
        """What the maker of a batch may do now; raises `Lost`."""
        person = acting(conn, batch.created_by)
        if person is None:
            raise Lost(_("%(name)s may not sign in any more", name=batch.created_by))
        found = access_now(self.published.tools(conn), person, batch.form_id)
        if found is None or not found.can(Right.IMPORT):
            raise Lost(_("%(name)s may not import any more", name=person.title))
        return found
