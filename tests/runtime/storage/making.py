"""How tests of the store make databases and records."""

import tempfile
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

from form_specs.conditions import Kind
from runtime.storage.database import Database, open_database
from runtime.storage.events import Cause
from runtime.storage.ids import IdMaker
from runtime.storage.permit import WritePermit
from runtime.storage.record_table import create_form_table
from runtime.storage.record_writer import Content, RecordWriter, UniqueField
from runtime.storage.records import RecordReader, StoredRecord

AUDIT_KEY = b"audit key of the tests"
UNIQUE_REF = (UniqueField(("ref",), Kind.TEXT),)
_DATABASES = count(1)
_FORMS = count(100)


@lru_cache
def migrated_file() -> bytes:
    """A SQLite file with the fixed tables: copying it is faster than migrating."""
    with tempfile.TemporaryDirectory() as folder:
        db = open_database(f"sqlite:///{folder}/empty.db")
        db.migrate()
        db.close()
        return (Path(folder) / "empty.db").read_bytes()


@lru_cache
def migrated_template(server: str) -> str:
    """The name of a database with the fixed tables, to be copied."""
    with psycopg.connect(server, autocommit=True) as conn:
        conn.execute("CREATE DATABASE storage_template")
    db = open_database(server.replace("/postgres?", "/storage_template?"))
    db.migrate()
    db.close()
    return "storage_template"


def fresh_url(dialect: str, folder: Path, request: pytest.FixtureRequest) -> str:
    """The URL of a migrated database that nobody else uses."""
    if dialect == "sqlite":
        (folder / "records.db").write_bytes(migrated_file())
        return f"sqlite:///{folder}/records.db"
    server: str = request.getfixturevalue("postgres_url")
    template, name = migrated_template(server), f"storage_{next(_DATABASES)}"
    with psycopg.connect(server, autocommit=True) as conn:
        conn.execute(f"CREATE DATABASE {name} TEMPLATE {template}")  # type: ignore[call-overload]
    return server.replace("/postgres?", f"/{name}?")


class Records:
    """The records of one fresh form, written as the gate would."""

    def __init__(self, db: Database, form_id: int) -> None:
        self.db = db
        self.form_id = form_id
        self.ids = IdMaker(1)
        self.writer = RecordWriter(db, self.ids, AUDIT_KEY)
        self.reader = RecordReader(db)
        self.permit = WritePermit()
        self.clock = count(1_800_000_000_000_000)

    def cause(self, op: str, **data: Any) -> Cause:
        return Cause(op, "maya", next(self.clock), "request-1", data)

    def content(self, document: dict[str, Any], **options: Any) -> Content:
        options.setdefault("state", "new")
        return Content(document, options.pop("state"), 1, **options)

    def add(self, document: dict[str, Any], **options: Any) -> StoredRecord:
        with self.db.write() as conn:
            return self.writer.insert(
                self.permit,
                conn,
                self.form_id,
                self.content(document, **options),
                self.cause("create"),
            )

    def add_many(self, documents: list[dict[str, Any]], **options: Any) -> list[int]:
        contents = [self.content(document, **options) for document in documents]
        with self.db.write() as conn:
            made = self.writer.insert_many(
                self.permit, conn, self.form_id, contents, self.cause("create")
            )
        return [record.id for record in made]

    def change(
        self, before: StoredRecord, document: dict[str, Any], **options: Any
    ) -> StoredRecord:
        options.setdefault("state", before.state)
        with self.db.write() as conn:
            return self.writer.update(
                self.permit, conn, before, self.content(document, **options), self.cause("update")
            )

    def remove(self, before: StoredRecord) -> StoredRecord:
        with self.db.write() as conn:
            return self.writer.delete(self.permit, conn, before, self.cause("delete"))

    def note(self, before: StoredRecord, op: str = "comment", **data: Any) -> StoredRecord:
        with self.db.write() as conn:
            return self.writer.note(self.permit, conn, before, self.cause(op, **data))

    def get(self, record_id: int, **options: Any) -> StoredRecord | None:
        with self.db.read() as conn:
            return self.reader.get(conn, self.form_id, record_id, **options)


def make_form(db: Database) -> Records:
    form_id = next(_FORMS)
    with db.write() as conn:
        create_form_table(conn, form_id)
    return Records(db, form_id)
