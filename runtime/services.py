"""What one process has: opened once, handed to pages, API, command line and background."""

from dataclasses import dataclass
from hashlib import sha256

from components.registry import Registry
from runtime.accounts import Accounts
from runtime.config import Settings
from runtime.deliveries import HookAnswers
from runtime.gate import Gate
from runtime.hooks.runner import HookRunner
from runtime.published import Published
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
    accounts: Accounts
    answers: HookAnswers
    audit_key: bytes

    def close(self) -> None:
        """Ends child processes and connections."""
        self.hooks.close()
        self.db.close()


def derived_key(settings: Settings, purpose: str) -> bytes:
    """A key of its own for each purpose, all from the one secret."""
    return sha256(f"{purpose}:{settings.secret_key}".encode()).digest()


def open_services(settings: Settings, *, with_hooks: bool = True) -> Services:
    """Opens the database (bringing it up to date) and everything that stands on it."""
    db = open_database(settings.database)
    db.migrate()
    registry = Registry.discover()
    ids = IdMaker.for_process()
    hooks = HookRunner.from_settings(settings) if with_hooks else HookRunner.none()
    audit_key = derived_key(settings, "audit")
    writer = RecordWriter(db, ids, audit_key)
    gate = Gate(db, writer, ids, hooks)
    published = Published(db, registry, ids)
    return Services(
        settings=settings,
        db=db,
        registry=registry,
        ids=ids,
        files=FileStore(settings.files_folder),
        hooks=hooks,
        gate=gate,
        published=published,
        accounts=Accounts(db, ids),
        answers=HookAnswers(gate, published),
        audit_key=audit_key,
    )
