"""Reading records: every query goes through here, and every query has a `FormAccess`.

Sorting, filtering, searching, counting and history obey it as much as the values do: what a
person may not read is unknown to them everywhere.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from sqlalchemy import Connection

from form_specs.conditions import (
    AllOf,
    ConditionError,
    Constant,
    Env,
    Predicate,
    bind,
)
from form_specs.conditions.lowering import ROWS
from form_specs.language import _
from form_specs.model import JsonObject, JsonValue, Right, SortKey, ViewSpec
from form_specs.problem import Severity
from runtime.access import FormAccess
from runtime.compiling.form import Broken
from runtime.compiling.hops import Hops, NoHops
from runtime.compiling.reactions import Finding
from runtime.linked import LinkedRecords
from runtime.published import sort_term
from runtime.storage import events
from runtime.storage.database import Database
from runtime.storage.events import Event
from runtime.storage.ids import encode_id
from runtime.storage.predicates import split_static
from runtime.storage.records import (
    Count,
    ListQuery,
    RecordReader,
    StoredRecord,
    cursors_at,
)


class QueryError(ValueError):
    """A filter, sort, search or cursor that cannot be asked; `parameter` says which one it is.

    `said` is the message for where the field's title stands above it.
    """

    def __init__(self, parameter: str, message: str, said: str = "") -> None:
        super().__init__(message)
        self.parameter = parameter
        self.message = message
        self.said = said or message


@dataclass(frozen=True, slots=True)
class ListRequest:
    """What somebody asks of a form's records; filters are conditions as in a spec."""

    filters: tuple[JsonObject, ...] = ()
    sort: tuple[SortKey, ...] = ()
    search: str = ""
    batch: int | None = None
    """Only records that came by, or were changed by, a batch."""
    cursor: str | None = None
    limit: int = 50
    linking: Predicate | None = None
    """What also holds of the records: that they link to another one."""


class RecordView:
    """One record as one person may see it."""

    def __init__(
        self, access: FormAccess, stored: StoredRecord, linked: LinkedRecords | None = None
    ) -> None:
        self.access = access.over(stored)
        """What the person may do with this very record."""
        self.kept = stored
        """The record as the store holds it."""
        self.hops: Hops = linked.hops(self.access) if linked else NoHops()
        """What the person may know behind its links; without `linked` nothing."""
        document = access.form.reactions.live(stored.document, access.now, self.hops)
        self.stored = stored if document is stored.document else replace(stored, document=document)
        """The record with its live values."""

    @cached_property
    def id(self) -> str:
        return encode_id(self.stored.id)

    @property
    def title(self) -> str:
        """What the record is called; its id where the title may not be read."""
        key = self.access.form.spec.title_field
        if key is None or not self.access.reads(key):
            return self.id
        return self.access.form.title_of(self.stored.document, self.id)

    def value(self, key: str) -> Any:
        """The typed value (or `Broken`) of one field that the person may read; none where absent.

        For lists: the rest of the document is left unread.
        """
        stored = self.stored.document.get(key)
        if stored is None or not (self.access.knows_all or self.access.reads(key)):
            return None
        return self.access.form.value(key, stored)

    @cached_property
    def values(self) -> dict[str, Any]:
        """Typed values of the fields that the person may read."""
        document = self.stored.document
        if not self.access.knows_all:
            fields = self.access.form.fields
            # Properties outside the schema have no right of their own: only who knows all sees them.
            document = {k: v for k, v in document.items() if k in fields and self.access.reads(k)}
        return self.access.form.values(document)

    @property
    def masked(self) -> frozenset[str]:
        """Fields that hold a value which the person may know of, but not read."""
        return frozenset(
            key
            for key in self.access.form.fields
            if key in self.stored.document and self.access.sees(key) and not self.access.reads(key)
        )

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What rules warn of in the record as it is, as far as the person may know what they ask."""
        access, stored = self.access, self.stored
        if not access.form.reactions.warns:
            return ()
        found = access.form.evaluate(stored.document, access.env, self.hops, stored)
        return found.known(Severity.WARNING, access.reads)

    def data(self) -> JsonObject:
        """The JSON record, as far as the person may read it."""
        fields = self.access.form.fields
        found: JsonObject = {}
        for key, value in self.values.items():
            if isinstance(value, Broken):
                found[key] = value.stored
            else:
                found[key] = fields[key].dump(value) if key in fields else value
        return found


@dataclass(frozen=True, slots=True)
class Shares:
    """How many of the newest records there are, and how many of them meet each of some conditions."""

    number: int
    met: tuple[int, ...]
    capped: bool
    """There may be more records than were looked at."""


@dataclass(frozen=True)
class RecordPage:
    """Some records of a list, and the cursors of the pages beside it."""

    records: Sequence[RecordView]
    next_cursor: str | None
    previous_cursor: str | None


class Records:
    """Reads the records of any form as a `FormAccess` allows."""

    def __init__(self, db: Database) -> None:
        self._reader = RecordReader(db)

    def get(
        self, conn: Connection, access: FormAccess, record_id: int, *, include_deleted: bool = False
    ) -> RecordView | None:
        """One record, or none where it does not exist for the person."""
        if not access.can(Right.READ):
            return None
        stored = self._reader.get(
            conn,
            access.form.form_id,
            record_id,
            rows=access.rows,
            include_deleted=include_deleted,
            lifted=access.form.lifted,
        )
        return self.view(conn, access, stored) if stored else None

    def named(self, conn: Connection, access: FormAccess, ids: Iterable[int]) -> list[RecordView]:
        """Those of some records that exist for the person."""
        if not access.can(Right.READ):
            return []
        form = access.form
        found = self._reader.get_many(conn, form.form_id, ids, rows=access.rows, lifted=form.lifted)
        return [self.view(conn, access, stored) for stored in found.values()]

    def linked(self, conn: Connection, access: FormAccess) -> LinkedRecords:
        """What the links of a form's records lead to."""
        return LinkedRecords(self._reader, lambda: nullcontext(conn), access)

    def view(self, conn: Connection, access: FormAccess, stored: StoredRecord) -> RecordView:
        """A record that was read already, as the person may see it."""
        return RecordView(access, stored, self.linked(conn, access))

    def page(
        self,
        conn: Connection,
        access: FormAccess,
        request: ListRequest,
        view: ViewSpec | None = None,
        linked: LinkedRecords | None = None,
    ) -> RecordPage:
        """One page of a view (or of all records), filtered and sorted as asked.

        What its records' links lead to is read with it, once, as far as the form's live formulas
        ask it; `linked` keeps it for those who show more of it.  Raises `QueryError`, and the storage's `InvalidCursor`.
        """
        found = self._reader.page(conn, query_of(access, request, view))
        linked = linked or self.linked(conn, access)
        linked.load((r.document for r in found.records), access.form.computing.links)
        records = [RecordView(access, stored, linked) for stored in found.records]
        return RecordPage(records, found.next_cursor, found.previous_cursor)

    def count(
        self,
        conn: Connection,
        access: FormAccess,
        request: ListRequest,
        view: ViewSpec | None = None,
        *,
        cap: int = 1000,
    ) -> Count:
        """How many records a list holds, counted no further than `cap`."""
        return self._reader.count(conn, query_of(access, request, view), cap)

    def counts(
        self, conn: Connection, views: Iterable[tuple[FormAccess, ViewSpec]], *, cap: int = 1000
    ) -> list[Count]:
        """The number of records in each view, in one statement."""
        queries = [query_of(access, ListRequest(), view) for access, view in views]
        return self._reader.counts(conn, queries, cap) if queries else []

    def shares(
        self,
        conn: Connection,
        access: FormAccess,
        asked: Sequence[tuple[JsonObject, Env]],
        *,
        most: int = 10_000,
    ) -> Shares:
        """How many of the newest records meet each of some conditions, asked as others would ask them.

        Which records there are is the person's own; with the names of fields that they may not
        read, or with a condition that is none, raises `QueryError`.
        """
        predicates = [_filter(access, raw, env) for raw, env in asked]
        query = query_of(access, ListRequest(), None)
        number, met = self._reader.shares(conn, query, predicates, most)
        return Shares(number, tuple(met), capped=number == most)

    def beside(
        self,
        conn: Connection,
        access: FormAccess,
        record: RecordView,
        request: ListRequest,
        view: ViewSpec,
    ) -> tuple[int | None, int | None]:
        """The ids of the records before and after one in a list."""
        query = replace(query_of(access, request, view), cursor=None, limit=1)
        before, after = cursors_at(query, record.stored)
        found = (
            self._reader.page(conn, replace(query, cursor=cursor)).records
            for cursor in (before, after)
        )
        previous, following = (records[0].id if records else None for records in found)
        return previous, following

    def history(
        self,
        conn: Connection,
        record: RecordView,
        *,
        limit: int = 50,
        before: int | None = None,
    ) -> list[Event]:
        """A record's events, newest first, without what the person may not read."""
        access = record.access
        found = events.history(
            conn, access.form.form_id, record.stored.id, limit=limit, before=before
        )
        return found if access.knows_all else [_redacted(access, event) for event in found]


def query_of(access: FormAccess, request: ListRequest, view: ViewSpec | None) -> ListQuery:
    """The storage query for what somebody asks; raises `QueryError` for what they may not."""
    form = access.form
    where, dynamic = None, None
    condition = form.view_filters[view.key] if view else None
    if condition is not None:
        where, dynamic = split_static(condition.predicate)
    parts = [_filter(access, raw) for raw in request.filters]
    if request.linking is not None:
        parts.append(request.linking)
    if dynamic is not None:
        parts.append(bind(dynamic, access.env))
    if not access.can(Right.READ):
        parts.append(Constant(False))
    keys = request.sort or (view.sort if view else ())
    return ListQuery(
        form_id=form.form_id,
        where=where,
        rows=access.rows,
        filters=AllOf(tuple(parts)) if parts else None,
        search=request.search.strip() or None,
        batch=request.batch,
        sort=tuple(sort_term(form, _sortable(access, key)) for key in keys),
        cursor=request.cursor,
        limit=request.limit,
        lifted=form.lifted,
    )


def _filter(access: FormAccess, raw: JsonObject, env: Env | None = None) -> Predicate:
    """A user's filter as a bound predicate; fields they may not read are unknown to it.

    That is seen before anything else is: what is wrong with a filter would tell of its field.
    """
    for path in _asked(raw):
        if path not in access.form.operands or not access.asks(path):
            raise QueryError("filter", _("there is no field '%(path)s'", path=path))
    try:
        return access.form.condition(raw).bound(env or access.env)
    except ConditionError as error:
        raise QueryError("filter", str(error)) from error


def _asked(node: JsonValue) -> Iterator[str]:
    """Every field that a condition as written names."""
    if isinstance(node, list):
        for item in node:
            yield from _asked(item)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key in ("field", "is", *ROWS) and isinstance(value, str):
                yield value
            # What is asked of a row are the row's own fields.
            elif key != "match":
                yield from _asked(value)


def _sortable(access: FormAccess, key: SortKey) -> SortKey:
    field, hops = access.form.fields.get(key.field), access.form.operands.hops(key.field)
    known = field is not None or (key.field[:1] == "@" and key.field in access.form.operands)
    if not (known or hops) or not access.asks(key.field):
        raise QueryError("sort", _("there is no field '%(path)s'", path=key.field))
    if hops or (field is not None and not field.sortable):
        raise QueryError("sort", _("'%(path)s' cannot be sorted by", path=key.field))
    return key


def _redacted(access: FormAccess, event: Event) -> Event:
    """An event without the fields that the person may not read."""
    data = dict(event.data)
    if "diff" in data:
        data["diff"] = {k: v for k, v in data["diff"].items() if access.reads_former(k)}
    for name in ("fields", "merged", "cleared"):
        if name in data:
            data[name] = [key for key in data[name] if access.reads_former(key)]
    if "files" in data:
        data["files"] = [file for file in data["files"] if access.reads(file.get("field", "@"))]
    # How many fields were ignored, or what a hook logged, may tell of hidden ones.
    data.pop("ignored", None)
    return replace(event, data=data)
