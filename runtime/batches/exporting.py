"""Records go out as rows of texts, as far as somebody may read them.

What a list shows goes out in its order.  A field is written as its type writes cells, so that
the file can come in again.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection

from components.base import FieldType
from form_specs.conditions.binding import microseconds
from form_specs.language import _
from form_specs.model import Right, ViewSpec
from runtime.access import FormAccess
from runtime.compiling.form import Broken
from runtime.filters import format_filter
from runtime.reading import ListRequest, Records, RecordView
from runtime.storage import exports
from runtime.storage.database import Database
from runtime.storage.events import Cause
from runtime.storage.ids import IdMaker

_AT_ONCE: Final = 200
_FIRST: Final = ("@id", "@state")
_LAST: Final = ("@created_at", "@created_by", "@updated_at", "@updated_by", "@version")


class TooManyError(Exception):
    """There is more than may go out at once; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants as a file."""

    request: ListRequest = field(default_factory=ListRequest)
    view: ViewSpec | None = None
    """None: all records of the form."""
    everything: bool = False
    """All columns there are, not only those of the view."""
    format: str = "csv"


class Export:
    """One file for one person; its rows are read while they are sent."""

    def __init__(self, db: Database, access: FormAccess, wish: Wish) -> None:
        self._db = db
        self._access = access
        self._wish = wish
        self._records = Records(db)
        self._keys = tuple(self._shown())

    def _shown(self) -> Iterator[str]:
        access, view = self._access, self._wish.view
        if view is not None and not self._wish.everything:
            yield from (key for key in view.columns if access.sees(key))
            return
        stated = access.form.workflow is not None
        yield from (key for key in _FIRST if stated or key != "@state")
        yield from (key for key in access.form.fields if access.sees(key))
        yield from _LAST

    @property
    def fields(self) -> tuple[FieldType | None, ...]:
        """The field of each column; none for a system column."""
        fields = self._access.form.fields
        return tuple(fields.get(key) for key in self._keys for _ in _names(fields.get(key), key))

    @property
    def header(self) -> list[str]:
        """What the columns are called: by keys, which never change."""
        fields = self._access.form.fields
        return [name for key in self._keys for name in _names(fields.get(key), key)]

    def count(self, conn: Connection, most: int) -> int:
        """How many records there are; raises `TooManyError` above `most`, `QueryError`."""
        wish = self._wish
        found = self._records.count(conn, self._access, wish.request, wish.view, cap=most)
        if found.capped:
            text = _("More than %(most)s records: filter the list first", most=f"{most:,}")
            raise TooManyError(text)
        return found.number

    def rows(self) -> Iterator[list[str]]:
        """Each record as cells, on a connection of its own."""
        makers = [self._maker(key) for key in self._keys]
        with self._db.read() as conn:
            cursor: str | None = None
            while True:
                asked = replace(self._wish.request, cursor=cursor, limit=_AT_ONCE)
                page = self._records.page(conn, self._access, asked, self._wish.view)
                for record in page.records:
                    yield [cell for make in makers for cell in make(record)]
                cursor = page.next_cursor
                if cursor is None:
                    return

    def _maker(self, key: str) -> Callable[[RecordView], Sequence[str]]:
        of = self._access.form.fields.get(key)
        return _system(key) if of is None else _field(of)

    def note(
        self, conn: Connection, ids: IdMaker, key: bytes, *, rows: int, request_id: str
    ) -> None:
        """Says in the log who takes what out."""
        wish, access = self._wish, self._access
        data: dict[str, Any] = {
            "format": wish.format,
            "columns": list(self._keys),
            "rows": rows,
            "view": wish.view.key if wish.view else None,
            "filters": [format_filter(access, raw) for raw in wish.request.filters],
            "sort": [str(term) for term in wish.request.sort],
            "search": wish.request.search,
        }
        told = {name: value for name, value in data.items() if value or name == "rows"}
        at = microseconds(datetime.now(UTC))
        cause = Cause(exports.EXPORT, access.person.name, at, request_id or None, told)
        form = access.form
        place = exports.Place(form.form_id, ids.next(), ids.next(), form.tool_version)
        exports.note(conn, place, cause, key)


def may_export(access: FormAccess) -> bool:
    """Whether somebody may take records of a form out as files."""
    return access.can(Right.EXPORT) and access.can(Right.READ)


def _names(of: FieldType | None, key: str) -> list[str]:
    return [f"{key}.{part}" for part in of.columns] if of is not None and of.columns else [key]


def _field(of: FieldType) -> Callable[[RecordView], Sequence[str]]:
    key, width = of.key, max(len(of.columns), 1)
    empty = [""] * width

    def make(record: RecordView) -> Sequence[str]:
        if key not in record.stored.document or not record.access.sees(key):
            return empty
        if not record.access.reads(key):
            value = record.access.form.value(key, record.stored.document[key])
            shown = of.mask(None if isinstance(value, Broken) else value)
            return [shown, *empty[1:]]
        value = record.value(key)
        return empty if isinstance(value, Broken) else of.to_cells(value)

    return make


def _system(key: str) -> Callable[[RecordView], Sequence[str]]:
    name = key.removeprefix("@")
    if name == "id":
        return lambda record: [record.id]
    if name.endswith("_at"):
        return lambda record: [_moment(getattr(record.stored, name))]
    return lambda record: [str(getattr(record.stored, name) or "")]


def _moment(at: int) -> str:
    return datetime.fromtimestamp(at / 1_000_000, UTC).isoformat(timespec="seconds")
