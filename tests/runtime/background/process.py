"""What one process has, that keeps answers as comments: enough to see what is delivered."""

import itertools
import sys
from functools import cache
from pathlib import Path

from components.registry import Registry
from runtime.background.deliverer import Deliverer, now
from runtime.background.lifecycle import Background, run_worker
from runtime.config import Settings
from runtime.gate import Gate
from runtime.hooks.answers import HookFailed
from runtime.hooks.runner import HookRunner
from runtime.migrating.job import Migrations
from runtime.migrating.plans import Planner
from runtime.published import Published
from runtime.storage import comments, outbox
from runtime.storage.comments import Comment
from runtime.storage.database import open_database
from runtime.storage.files import FileStore
from runtime.storage.ids import IdMaker
from runtime.storage.outbox import NewDelivery
from runtime.storage.record_writer import RecordWriter

FORM = 7
_ids = itertools.count(1)


def store_answer(conn, row, answer):
    """Store each answer as one comment of the record; the value "refuse me" is refused."""
    if answer.values.get("note") == "refuse me":
        raise HookFailed(row.hook, "its value was refused: note", final=True)
    if answer.values.get("note") == "break":
        raise RuntimeError("no such table")
    body = " ".join(answer.comments)
    comments.add(conn, Comment(row.id, row.form_id, row.record_id, row.hook, now(), body))


@cache
def registry():
    return Registry.discover()


class Process:
    def __init__(self, settings, db=None):
        self.settings = settings
        self.db = db or open_database(settings.database)
        self.hooks = HookRunner.from_settings(settings)
        self.answers = store_answer
        self.audit_key = b"audit key of the tests"
        self.deliverer = Deliverer(
            self.db,
            self.hooks,
            self.answers,
        )
        ids = IdMaker.for_process()
        gate = Gate(self.db, RecordWriter(self.db, ids, self.audit_key), ids, self.hooks)
        published = Published(self.db, registry(), ids)
        planner = Planner(published, registry())
        self.owed = gate.owed
        self.files = FileStore(settings.files_folder)
        self.migrations = Migrations(self.db, gate, published, planner, ids)
        self.background = None

    def owe(self, hook="hooks.after", record_id=1, tool="disputes", at=None, **context):
        """An outbox row as the gate would write it; its id."""
        given = {"event": "update", "tool": tool, "form": "dispute", "record": {"amount": "1.00"}}
        delivery_id = next(_ids)
        new = NewDelivery(
            id=delivery_id,
            event_seq=1,
            tool=tool,
            form_id=FORM,
            record_id=record_id,
            hook=hook,
            payload=given | context,
            idempotency_key=f"key-{delivery_id}",
        )
        with self.db.write() as conn:
            outbox.enqueue(conn, new, at if at is not None else now())
        return delivery_id

    def start(self, **options):
        self.background = Background(self, **options)
        self.background.start()
        return self.background

    def counts(self):
        with self.db.read() as conn:
            return outbox.counts(conn)

    def listed(self, status):
        with self.db.read() as conn:
            return outbox.listed(conn, status)

    def comments(self, record_id=1):
        with self.db.read() as conn:
            return sorted(item.body for item in comments.listed(conn, FORM, record_id))

    def close(self):
        if self.background is not None:
            self.background.stop(5)
        self.hooks.close()


if __name__ == "__main__":
    data, hooks, database, redis_url, seconds = sys.argv[1:]
    process = Process(
        Settings(
            data=Path(data),
            hooks=Path(hooks),
            database_url=database,
            redis_url=redis_url,
            after_hook_seconds=float(seconds),
        )
    )
    drained = run_worker(process, workers=2)
    process.hooks.close()
    sys.exit(0 if drained else 3)
