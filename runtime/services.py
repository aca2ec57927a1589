"""What one process has: opened once, handed to pages, API, command line and background."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from components.registry import Registry
from runtime.accounts import Accounts
from runtime.batches.service import Batches
from runtime.config import Settings
from runtime.deliveries import HookAnswers
from runtime.gate import Gate
from runtime.gate.gate import utc_now
from runtime.gate.owed import Owed
from runtime.hooks.runner import HookRunner
from runtime.migrating.job import Migrations
from runtime.migrating.plans import Planner
from runtime.pilot_records import PilotRecords
from runtime.piloting import Piloting
from runtime.published import Published
from runtime.replaying.job import Replays
from runtime.storage.database import Database, open_database
from runtime.storage.files import FileStore
from runtime.storage.ids import IdMaker
from runtime.storage.record_writer import RecordWriter


@dataclass(frozen=True)
class Services:
    """The long-lived parts; all of them are safe for many threads."""

    settings: Settings
    db: Database
    registry: Registry
    ids: IdMaker
    files: FileStore
    hooks: HookRunner
    gate: Gate
    published: Published
    piloting: Piloting
    pilot_records: PilotRecords
    accounts: Accounts
    answers: HookAnswers
    migrations: Migrations
    batches: Batches
    replays: Replays
    audit_key: bytes
    closing: list[Callable[[], None]] = field(default_factory=list)
    """What else ends with them."""

    @property
    def owed(self) -> Owed:
        """Whom to tell of after-hooks that a commit owes."""
        return self.gate.owed

    def close(self) -> None:
        """Ends child processes and connections."""
        for close in self.closing:
            close()
        self.hooks.close()
        self.db.close()


def derived_key(settings: Settings, purpose: str) -> bytes:
    """A key of its own for each purpose, all from the one secret."""
    return sha256(f"{purpose}:{settings.secret_key}".encode()).digest()


def open_services(
    settings: Settings,
    *,
    with_hooks: bool = True,
    hooks: HookRunner | None = None,
    registry: Registry | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> Services:
    """Opens the database (bringing it up to date) and everything that stands on it.

    Without `hooks` they are those that the settings name, or none.  Without a `registry`, types are
    those that are built in or installed.  `clock` says what time it
    is for records and tools.
    """
    db = open_database(settings.database)
    db.migrate()
    registry = registry or Registry.discover()
    ids = IdMaker.for_process()
    if hooks is None:
        hooks = HookRunner.from_settings(settings) if with_hooks else HookRunner.none()
    audit_key = derived_key(settings, "audit")
    writer = RecordWriter(db, ids, audit_key)
    gate = Gate(db, writer, ids, hooks, clock)
    published = Published(db, registry, ids, clock, hooks)
    piloting = Piloting(db, published, registry, clock)
    gate.tell_of_refusals(piloting.refused)
    files = FileStore(settings.files_folder)
    return Services(
        settings=settings,
        db=db,
        registry=registry,
        ids=ids,
        files=files,
        hooks=hooks,
        gate=gate,
        published=published,
        piloting=piloting,
        pilot_records=PilotRecords(db, published, clock),
        accounts=Accounts(db, ids),
        answers=HookAnswers(gate, published),
        batches=Batches(db, gate, published, files, ids),
        migrations=Migrations(db, gate, published, Planner(published, registry), ids),
        replays=Replays(db, published, registry, ids),
        audit_key=audit_key,
    )
