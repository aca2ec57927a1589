"""Writing records: each change and its event in one transaction, each under a permit of the gate."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from form_specs.conditions import Kind
from runtime.storage import events, indexes
from runtime.storage.bulk import RECORD_COLUMNS, insert_rows, insert_rows_as_made, record_values
from runtime.storage.database import Database
from runtime.storage.errors import StaleRecord, UniqueViolation
from runtime.storage.events import Cause, Event, SignedEvent, document_hash
from runtime.storage.ids import IdMaker
from runtime.storage.permit import WritePermit
from runtime.storage.records import RecordReader, StoredRecord
from runtime.storage.schema import TENANT
from runtime.storage.statements import PLANNED_ONCE
from runtime.storage.words import words_of

_ABSENT: Final = object()
_NOTHING: Final[Mapping[str, Any]] = {}


@dataclass(frozen=True, slots=True)
class UniqueField:
    """A field whose value no two records of the form may share."""

    path: tuple[str, ...]
    kind: Kind


class Content(NamedTuple):
    """What a record shall hold."""

    document: dict[str, Any]
    """In store form; absent values have no key."""
    state: str | None
    spec_version: int
    search_text: Sequence[str] | None = ()
    """The texts it is found by; none: as before."""
    unique: tuple[UniqueField, ...] = ()
    lifted: frozenset[str] = frozenset()
    """What other records have to be compared by in their lifted form (see `record_table`)."""


@dataclass(frozen=True, slots=True)
class Told:
    """Of one of many new records: its id, and what its event says beside what all of them say."""

    record_id: int
    data: Mapping[str, Any]


class RecordWriter:
    """Writes records of one database.

    Every function takes the gate's permit first and a connection in a write transaction second,
    appends exactly one event per record, and returns the record as it then stands.
    """

    def __init__(self, db: Database, ids: IdMaker, audit_key: bytes) -> None:
        self._dialect = db.dialect
        self.reader = self._reader = RecordReader(db)
        self._ids = ids
        self._key = audit_key

    def insert(
        self,
        permit: WritePermit,
        conn: Connection,
        form_id: int,
        content: Content,
        cause: Cause,
        record_id: int | None = None,
    ) -> StoredRecord:
        """A new record; raises `UniqueViolation`."""
        _demand(permit)
        number = self._ids.next() if record_id is None else record_id
        self._check_unique(conn, form_id, number, content, {})
        record = self._new(form_id, number, content, cause)
        signed = events.NewRecords(cause, form_id, self._key).values(record, {})
        with _unique_race(form_id, content.unique):
            _sql(_INSERT, form_id, self._dialect, conn, _named(record))
        events.append_values(conn, signed)
        self._write_text(conn, record, content.search_text)
        return record

    def insert_many(
        self,
        permit: WritePermit,
        conn: Connection,
        form_id: int,
        contents: Sequence[Content],
        cause: Cause,
        told: Iterable[Told] | None = None,
    ) -> list[StoredRecord]:
        """Many new records at the driver's fastest; raises `UniqueViolation`.

        `told` says of each its id and what its event says beside the cause's data; it is asked
        while records are written, so it must not use the connection.
        """
        _demand(permit)
        if not contents:
            return []
        if told is None:
            told = (Told(self._ids.next(), _NOTHING) for _ in contents)
        self._check_all_unique(conn, form_id, contents)
        made: list[StoredRecord] = []
        signed: list[tuple[Any, ...]] = []
        found_by: list[tuple[int, list[str]]] = []
        first = events.NewRecords(cause, form_id, self._key)

        def rows() -> Iterator[tuple[Any, ...]]:
            for content, one in zip(contents, told, strict=True):
                record = self._new(form_id, one.record_id, content, cause)
                made.append(record)
                yield record_values(record)
                # What else there is to work out is so while the server keeps the indexes.
                signed.append(first.values(record, one.data))
                found_by.append((record.id, words_of(content.search_text or ())))

        with _unique_race(form_id, contents[0].unique):
            insert_rows_as_made(conn, f"rec_{int(form_id)}", RECORD_COLUMNS, rows())
        insert_rows(conn, "event", events.EVENT_COLUMNS, signed)
        _insert_words(conn, form_id, found_by)
        return made

    def copy_many(
        self,
        permit: WritePermit,
        conn: Connection,
        form_id: int,
        copied: Sequence[tuple[StoredRecord, Sequence[str]]],
    ) -> None:
        """Records of another database as they stand there, each with the texts it is found by.

        The one event of each says who made it, and when.
        """
        _demand(permit)
        made = [
            replace(record, form_id=form_id, version=1, last_event=self._ids.next())
            for record, _texts in copied
        ]
        insert_rows(conn, f"rec_{int(form_id)}", RECORD_COLUMNS, map(record_values, made))
        causes = (Cause("create", record.created_by, record.created_at) for record in made)
        signed = (self._signed(*pair) for pair in zip(made, causes, strict=True))
        insert_rows(conn, "event", events.EVENT_COLUMNS, map(events.event_values, signed))
        _insert_words(conn, form_id, ((record.id, words_of(texts)) for record, texts in copied))

    def _check_all_unique(
        self, conn: Connection, form_id: int, contents: Sequence[Content]
    ) -> None:
        """As `_check_unique`, of records that are written together; raises `UniqueViolation`."""
        unique = contents[0].unique if contents else ()
        # What an index guards need not be looked for, record by record.
        guarded = indexes.ready_unique_paths(conn, form_id) if unique else frozenset()
        left = tuple(field for field in unique if field.path not in guarded)
        seen: set[tuple[tuple[str, ...], Any]] = set()
        for content in contents:
            _check_among(form_id, content, seen)
        for unlike in left:
            self._lock_value(conn, form_id, unlike)
            values = {_at(content.document, unlike.path) for content in contents} - {_ABSENT}
            lifted = contents[0].lifted
            if self._reader.holding(conn, form_id, unlike.path, unlike.kind, values, lifted=lifted):
                raise UniqueViolation(form_id, unlike.path)

    def _lock_value(self, conn: Connection, form_id: int, field: UniqueField) -> None:
        """Holds off other writers of a unique field that no index guards yet (SQLite: all are)."""
        if self._dialect == "postgresql":
            name = f"{form_id}/{'/'.join(field.path)}"
            conn.exec_driver_sql(
                "SELECT pg_advisory_xact_lock(hashtextextended(%(name)s, 7303))", {"name": name}
            )

    def update(
        self,
        permit: WritePermit,
        conn: Connection,
        before: StoredRecord,
        content: Content,
        cause: Cause,
    ) -> StoredRecord:
        """The record with new content; raises `StaleRecord` where `before` is no longer current, `UniqueViolation`."""
        _demand(permit)
        self._check_unique(conn, before.form_id, before.id, content, before.document)
        after = replace(
            self._next(before, cause),
            spec_version=content.spec_version,
            state=content.state,
            document=content.document,
        )
        data = {**cause.data, "diff": _difference(before.document, after.document)}
        after = self._change(conn, before, after, replace(cause, data=data), content.unique)
        self._write_text(conn, after, content.search_text)
        return after

    def follow(
        self,
        permit: WritePermit,
        conn: Connection,
        before: StoredRecord,
        content: Content,
        cause: Cause,
    ) -> StoredRecord:
        """The record in the form of a new version of its tool; its own version and dates stay.

        Whoever looks at it meanwhile has seen it in that form already, so nobody's save becomes
        stale.  Raises `StaleRecord`, `UniqueViolation`.
        """
        _demand(permit)
        self._check_unique(conn, before.form_id, before.id, content, before.document)
        after = replace(
            before,
            last_event=self._ids.next(),
            spec_version=content.spec_version,
            state=content.state,
            document=content.document,
        )
        data = {**cause.data, "diff": _difference(before.document, after.document)}
        after = self._change(conn, before, after, replace(cause, data=data), content.unique)
        self._write_text(conn, after, content.search_text, again=True)
        return after

    def delete(
        self, permit: WritePermit, conn: Connection, before: StoredRecord, cause: Cause
    ) -> StoredRecord:
        """The record marked as deleted: no longer found, still there.  Raises `StaleRecord`."""
        _demand(permit)
        after = replace(self._next(before, cause), deleted_at=cause.at)
        return self._change(conn, before, after, cause, ())

    def restore(
        self,
        permit: WritePermit,
        conn: Connection,
        before: StoredRecord,
        content: Content,
        cause: Cause,
    ) -> StoredRecord:
        """A deleted record back in the lists.  Raises `StaleRecord`, `UniqueViolation`."""
        _demand(permit)
        self._check_unique(conn, before.form_id, before.id, content, {})
        after = replace(
            self._next(before, cause),
            deleted_at=None,
            spec_version=content.spec_version,
            state=content.state,
            document=content.document,
        )
        after = self._change(conn, before, after, cause, content.unique)
        self._write_text(conn, after, content.search_text)
        return after

    def note(
        self, permit: WritePermit, conn: Connection, before: StoredRecord, cause: Cause
    ) -> StoredRecord:
        """An event that changes nothing in the record (a comment, a file): its version stays.

        Raises `StaleRecord` where the record is gone.
        """
        _demand(permit)
        after = replace(before, last_event=self._ids.next())
        values = {"id": after.id, "last_event": after.last_event, "version": before.version}
        done = _sql(_NOTE, after.form_id, self._dialect, conn, values)
        if done != 1:
            raise StaleRecord(before.form_id, before.id)
        events.append(conn, self._signed(after, cause))
        return after

    # -- parts of it --------------------------------------------------------------------

    def _new(self, form_id: int, number: int, content: Content, cause: Cause) -> StoredRecord:
        return StoredRecord(
            id=number,
            form_id=form_id,
            version=1,
            spec_version=content.spec_version,
            state=content.state,
            created_at=cause.at,
            created_by=cause.actor,
            updated_at=cause.at,
            updated_by=cause.actor,
            deleted_at=None,
            last_event=self._ids.next(),
            document=content.document,
        )

    def _next(self, before: StoredRecord, cause: Cause) -> StoredRecord:
        return replace(
            before,
            version=before.version + 1,
            updated_at=cause.at,
            updated_by=cause.actor,
            last_event=self._ids.next(),
        )

    def _change(
        self,
        conn: Connection,
        before: StoredRecord,
        after: StoredRecord,
        cause: Cause,
        unique: tuple[UniqueField, ...],
    ) -> StoredRecord:
        values = {**_named(after), "before": before.version}
        with _unique_race(after.form_id, unique):
            done = _sql(_UPDATE, after.form_id, self._dialect, conn, values)
        if done != 1:
            raise StaleRecord(before.form_id, before.id)
        events.append(conn, self._signed(after, cause))
        return after

    def _signed(
        self, record: StoredRecord, cause: Cause, data: dict[str, Any] | None = None
    ) -> SignedEvent:
        event = Event(
            seq=record.last_event,
            at=cause.at,
            form_id=record.form_id,
            record_id=record.id,
            version=record.version,
            actor=cause.actor,
            op=cause.op,
            request_id=cause.request_id,
            spec_version=record.spec_version,
            data=dict(cause.data) if data is None else data,
        )
        deleted = record.deleted_at is not None
        digest = document_hash(record.document, record.state, deleted=deleted)
        return events.sign(event, digest, self._key)

    def _check_unique(
        self,
        conn: Connection,
        form_id: int,
        record_id: int,
        content: Content,
        before: Mapping[str, Any],
    ) -> None:
        """Looks for the values elsewhere; until their index is ready, holds other writers off."""
        changed = [
            (field, value)
            for field in content.unique
            if (value := _at(content.document, field.path)) is not _ABSENT
            and value != _at(before, field.path)
        ]
        if changed and self._dialect == "postgresql":
            guarded = indexes.ready_unique_paths(conn, form_id)
            for field in sorted((f for f, _ in changed), key=lambda field: field.path):
                if field.path not in guarded:
                    self._lock_value(conn, form_id, field)
        for field, value in changed:
            if self._reader.exists_value(
                *(conn, form_id, field.path, field.kind, value, record_id), lifted=content.lifted
            ):
                raise UniqueViolation(form_id, field.path)

    def _write_text(
        self,
        conn: Connection,
        record: StoredRecord,
        texts: Sequence[str] | None,
        *,
        again: bool = False,
    ) -> None:
        if texts is None:
            return
        words = words_of(texts)
        values: dict[str, Any] = {"id": record.id}
        if self._dialect == "sqlite":
            if again or record.version > 1:
                _sql(_FORGET_WORDS, record.form_id, self._dialect, conn, values)
            values["words"] = " ".join(words)
        else:
            values["words"] = words
        _sql(_WRITE_WORDS, record.form_id, self._dialect, conn, values)


def _insert_words(conn: Connection, form_id: int, words: Iterable[tuple[int, list[str]]]) -> None:
    """The words of records that are new, all at once."""
    if conn.dialect.name == "sqlite":
        rows: list[tuple[Any, ...]] = [(number, " ".join(listed)) for number, listed in words]
        insert_rows(conn, f"fts_{int(form_id)}", ("rowid", "words"), rows)
        return
    vectors = [(TENANT, form_id, number, _vector(listed)) for number, listed in words]
    columns = ("tenant_id", "form_id", "id", "words")
    insert_rows(conn, f"rec_text_{int(form_id)}", columns, vectors)


def _vector(words: Iterable[str]) -> str:
    """Words, which hold letters and digits only, as PostgreSQL writes a tsvector."""
    return " ".join(f"'{word}'" for word in words)


def _demand(permit: WritePermit) -> None:
    if type(permit) is not WritePermit:
        raise TypeError("records are written by the write gate only")


def _check_among(form_id: int, content: Content, seen: set[tuple[tuple[str, ...], Any]]) -> None:
    """Unique values among records that are written together."""
    for field in content.unique:
        value = _at(content.document, field.path)
        if (field.path, value) in seen:
            raise UniqueViolation(form_id, field.path)
        if value is not _ABSENT:
            seen.add((field.path, value))


def _difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Old and new value of each key that changed; null stands for absent."""
    keys = [*before, *(key for key in after if key not in before)]
    return {
        key: [before.get(key), after.get(key)] for key in keys if before.get(key) != after.get(key)
    }


def _at(document: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        if not isinstance(document, Mapping) or key not in document:
            return _ABSENT
        document = document[key]
    return document


@contextmanager
def _unique_race(form_id: int, unique: tuple[UniqueField, ...]) -> Iterator[None]:
    """A unique index refuses what another transaction committed after our look."""
    try:
        yield
    except (IntegrityError, sqlite3.IntegrityError) as error:
        text = str(error)
        for field in unique:
            if indexes.unique_label(form_id, field.path) in text:
                raise UniqueViolation(form_id, field.path) from error
        raise


# -- statements -------------------------------------------------------------------------

_INSERT: Final = (
    f"INSERT INTO {{table}} ({', '.join(RECORD_COLUMNS)}) VALUES "  # noqa: S608 - names of ours
    f"({', '.join(f'[{name}]' for name in RECORD_COLUMNS)})"
)
_UPDATE: Final = (
    "UPDATE {table} SET version = [version], spec_version = [spec_version], state = [state], "
    "updated_at = [updated_at], updated_by = [updated_by], deleted_at = [deleted_at], "
    "last_event = [last_event], data = [data] WHERE {key} AND version = [before]"
)
_NOTE: Final = "UPDATE {table} SET last_event = [last_event] WHERE {key} AND version = [version]"
_FORGET_WORDS: Final = "DELETE FROM {text} WHERE rowid = [id]"
_WRITE_WORDS: Final = "{write_words}"
_SQLITE_WORDS: Final = "INSERT INTO fts_{0} (rowid, words) VALUES ([id], [words])"
_POSTGRESQL_WORDS: Final = (
    "INSERT INTO rec_text_{0} (tenant_id, form_id, id, words) "
    "VALUES ({1}, {0}, [id], array_to_tsvector([words]::text[])) "
    "ON CONFLICT (tenant_id, form_id, id) DO UPDATE SET words = excluded.words"
)


def _sql(
    template: str, form_id: int, dialect: str, conn: Connection, values: Mapping[str, Any]
) -> int:
    """Run a statement of this module on a form's tables; how many rows it touched."""
    sql = _text(template, form_id, dialect)
    return conn.exec_driver_sql(sql, values, PLANNED_ONCE).rowcount


@lru_cache(maxsize=8192)
def _text(template: str, form_id: int, dialect: str) -> str:
    number = int(form_id)
    words = _SQLITE_WORDS if dialect == "sqlite" else _POSTGRESQL_WORDS
    key = "id = [id]"
    if dialect == "postgresql":
        key = f"tenant_id = {TENANT} AND form_id = {number} AND id = [id]"
    text = template.format(
        table=f"rec_{number}",
        text=f"fts_{number}",
        key=key,
        write_words=words.format(number, TENANT),
    )
    opening, closing = (":", "") if dialect == "sqlite" else ("%(", ")s")
    # "text[]" is PostgreSQL's own; every other bracket marks a value.
    text = text.replace("text[]", "text\0").replace("[", opening).replace("]", closing)
    return text.replace("\0", "[]")


def _named(record: StoredRecord) -> dict[str, Any]:
    return dict(zip(RECORD_COLUMNS, record_values(record), strict=True))
