"""What can go wrong in the store, in the product's own words."""

import sqlite3

from sqlalchemy.engine import ExceptionContext


class StorageError(Exception):
    """The database could not do what was asked; the cause is chained."""


class StorageBusy(StorageError):  # noqa: N818 - named for the condition, as all of these
    """Somebody else holds what is needed; the same call may work in a moment."""


class StorageFull(StorageError):  # noqa: N818
    """No space is left: nothing was written, reading goes on."""


class StorageUnavailable(StorageError):  # noqa: N818
    """The database does not answer, or its files cannot be used."""


class StaleRecord(Exception):  # noqa: N818
    """The record changed, or went, since the version that an update started from."""

    def __init__(self, form_id: int, record_id: int) -> None:
        super().__init__(f"record {record_id} of form {form_id} is no longer at that version")
        self.form_id = form_id
        self.record_id = record_id


class UniqueViolation(Exception):  # noqa: N818
    """Another record of the form holds the same value in a unique field."""

    def __init__(self, form_id: int, path: tuple[str, ...]) -> None:
        super().__init__(f"{'.'.join(path)} is taken in form {form_id}")
        self.form_id = form_id
        self.path = path


class InvalidCursor(ValueError):  # noqa: N818
    """A page cursor that was not made for this list and order."""


class TooLarge(ValueError):  # noqa: N818
    """A stream holds more bytes than allowed."""


_SQLITE = {
    sqlite3.SQLITE_BUSY: StorageBusy,
    sqlite3.SQLITE_LOCKED: StorageBusy,
    sqlite3.SQLITE_INTERRUPT: StorageBusy,
    sqlite3.SQLITE_FULL: StorageFull,
    sqlite3.SQLITE_IOERR: StorageUnavailable,
    sqlite3.SQLITE_CANTOPEN: StorageUnavailable,
    sqlite3.SQLITE_CORRUPT: StorageUnavailable,
    sqlite3.SQLITE_NOTADB: StorageUnavailable,
    sqlite3.SQLITE_READONLY: StorageUnavailable,
}
_POSTGRESQL = {
    "53100": StorageFull,
    "53200": StorageBusy,
    "53300": StorageBusy,
    "55P03": StorageBusy,  # lock_timeout
    "57014": StorageBusy,  # statement_timeout
    "40001": StorageBusy,
    "40P01": StorageBusy,
    "25P03": StorageUnavailable,  # idle in transaction for too long
}
_POSTGRESQL_CLASSES = {"08": StorageUnavailable, "57": StorageUnavailable, "58": StorageUnavailable}


def storage_error(error: BaseException) -> StorageError | None:
    """The store's word for a driver's error, or none where it is a mistake of ours."""
    kind = _sqlite_kind(error) if isinstance(error, sqlite3.Error) else _postgresql_kind(error)
    return None if kind is None else kind(str(error))


def _sqlite_kind(error: sqlite3.Error) -> type[StorageError] | None:
    code = getattr(error, "sqlite_errorcode", None)
    return None if code is None else _SQLITE.get(code & 0xFF)


def _postgresql_kind(error: BaseException) -> type[StorageError] | None:
    # On SQLite no start waits for this driver.
    from psycopg import Error, OperationalError  # noqa: PLC0415

    if not isinstance(error, Error):
        return None
    if error.sqlstate is None:
        return StorageUnavailable if isinstance(error, OperationalError) else None
    return _POSTGRESQL.get(error.sqlstate) or _POSTGRESQL_CLASSES.get(error.sqlstate[:2])


def on_driver_error(context: ExceptionContext) -> BaseException | None:
    """SQLAlchemy's `handle_error` listener: raises ours in place of the driver's."""
    if context.is_pre_ping:
        # The pool is asking whether a connection still lives, and opens another where not.
        return None
    found = storage_error(context.original_exception)
    if found is not None:
        found.__cause__ = context.original_exception
    return found
