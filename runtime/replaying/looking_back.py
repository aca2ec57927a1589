"""Past changes of a tool's records, found and judged some records at a time."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from sqlalchemy import Connection

from runtime.access import FormAccess, Person, program
from runtime.compiling.form import CompiledForm
from runtime.compiling.tool import CompiledTool
from runtime.linked import Behind
from runtime.replaying.finding import Report
from runtime.replaying.hindsight import Hindsight, People
from runtime.replaying.past import PastChange, past_changes
from runtime.storage import accounts, past_events
from runtime.storage.database import Database
from runtime.storage.records import RecordReader

_BATCH: Final = 200
"""Records at a time."""

Versions = tuple[CompiledTool, CompiledTool]


def people_of(conn: Connection, tool: str) -> People:
    """Everybody who may have changed something, with the roles that they have in a tool now."""
    held: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for name, _title, role in accounts.members(conn, tool):
        held[name].add((tool, role))
    return People(
        {
            one.name: Person(one.name, one.title, one.is_admin, frozenset(held[one.name]))
            for one in accounts.listed(conn)
        }
    )


class LookingBack:
    """Goes through what was done to the records of one form."""

    def __init__(self, db: Database, versions: Versions, form: str, people: People) -> None:
        self._db = db
        self._reader = RecordReader(db)
        self._key = form
        old, new = (version.forms[form] for version in versions)
        self._hindsight = Hindsight(old, new, versions, people)

    def pieces(self, report: Report, first: int) -> Iterator[None]:
        """Judges the changes from an event on into a report; pauses after some records."""
        for changes in self.batches(report, first):
            self.judge(report, changes)
            yield

    def batches(self, report: Report, first: int) -> Iterator[list[PastChange]]:
        """The changes of some records at a time, behind those that the report knows."""
        with self._db.read() as conn:
            every = past_events.touched(conn, self._hindsight.old.form_id, first)
        ids = every[bisect_right(every, report.after.get(self._key, -1)) :]
        for start in range(0, len(ids), _BATCH):
            some = ids[start : start + _BATCH]
            report.after[self._key] = some[-1]
            yield self._changes(some, first)

    def judge(self, report: Report, changes: list[PastChange]) -> None:
        """Judges some changes into a report."""
        before, after = (
            self._behind(form, changes) for form in (self._hindsight.old, self._hindsight.new)
        )
        for change in changes:
            found = self._hindsight.findings(change, before, after)
            report.see(self._key, change.after.id, found)
        report.records += len(changes)

    def _changes(self, ids: list[int], first: int) -> list[PastChange]:
        number = self._hindsight.old.form_id
        with self._db.read() as conn:
            records = self._reader.get_many(conn, number, ids, include_deleted=True)
            events = past_events.of_records(conn, number, ids, first)
        return [
            change
            for record_id, record in sorted(records.items())
            for change in past_changes(record, events[record_id])
        ]

    def _behind(self, form: CompiledForm, changes: Iterable[PastChange]) -> Behind:
        """What conditions find behind links: the linked records as they are now."""
        behind = Behind(self._reader, self._db.read, FormAccess(form, program("system")))
        behind.load(change.after.document for change in changes)
        return behind
