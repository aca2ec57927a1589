"""What becomes of the links to a record that is deleted, and of the links of one that comes back."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from components.base import ABSENT, FieldType
from form_specs.language import _, counted
from form_specs.model import OnDelete, Right
from runtime.access import FormAccess, program
from runtime.choosing import Directory
from runtime.compiling.form import CompiledForm
from runtime.compiling.inside import changed_in
from runtime.gate.change import Change, Op, Origin
from runtime.gate.refusal import Check, Reason
from runtime.storage.ids import encode_id
from runtime.storage.records import ListQuery, RecordReader, StoredRecord

MOST_CLEARED = 500
"""How many records a deletion changes beside the one that is deleted."""
_PAGE = 200


def holding(form: CompiledForm, field: FieldType, record_id: int) -> ListQuery:
    """The records of a form whose field links to a record."""
    links = form.ties.holds(field, encode_id(record_id))
    return ListQuery(form.form_id, filters=links, lifted=form.lifted)


class Unlinking:
    """Looks for the records that link to one which goes, inside the transaction that deletes it."""

    def __init__(self, reader: RecordReader) -> None:
        self._reader = reader

    def reasons(self, conn: Connection, change: Change) -> Iterator[Reason]:
        """Why the record cannot go: others hold on to it."""
        for form, field in change.form.ties.linked_from:
            link = field.spec.link
            query = holding(form, field, change.record_id)
            if link is None or link.on_delete is OnDelete.KEEP:
                continue
            if link.on_delete is OnDelete.CLEAR:
                if self._reader.count(conn, query, MOST_CLEARED).capped:
                    yield _too_many(form)
            elif self._reader.count(conn, query, 1).number:
                yield self._restricted(conn, change, form, field, query)

    def _restricted(
        self,
        conn: Connection,
        change: Change,
        form: CompiledForm,
        field: FieldType,
        query: ListQuery,
    ) -> Reason:
        """How many the person sees hold on to it; of others no more than that there are some."""
        access = change.access.beside(form.key)
        seen = 0
        if access.can(Right.READ) and access.asks(form.ties.all[field].owner):
            seen = self._reader.count(conn, replace(query, rows=access.rows), 100).number
        if not seen:
            return Reason(Check.STATE, "linked", _("Other records link to it, so it must stay"))
        noun = form.spec.title if seen == 1 else form.spec.plural
        text = counted(
            "%(number)s %(noun)s links to it in %(field)s. Change that first",
            "%(number)s %(noun)s link to it in %(field)s. Change that first",
            seen,
            number=seen if seen < 100 else _("100 or more"),
            noun=noun.lower(),
            field=field.spec.title,
        )
        return Reason(Check.STATE, "linked", text)

    def clearing(self, conn: Connection, change: Change) -> Iterator[Change]:
        """The changes that take the links away which may be taken."""
        for form, field in change.form.ties.linked_from:
            if field.spec.link is None or field.spec.link.on_delete is not OnDelete.CLEAR:
                continue
            for record in self._all(conn, holding(form, field, change.record_id)):
                held = self._reader.lock(conn, form.form_id, record.id, form.lifted)
                if held is not None and held.deleted_at is None:
                    yield _without(change, form, field, held)

    def _all(self, conn: Connection, query: ListQuery) -> list[StoredRecord]:
        found: list[StoredRecord] = []
        cursor: str | None = None
        while True:
            page = self._reader.page(conn, replace(query, limit=_PAGE, cursor=cursor))
            found += page.records
            cursor = page.next_cursor
            if cursor is None:
                return found

    def lock(self, conn: Connection, change: Change) -> None:
        """Holds the record, so that nobody links to it before it is gone."""
        if change.form.ties.linked_from:
            self._reader.lock(conn, change.form.form_id, change.record_id)


def _too_many(form: CompiledForm) -> Reason:
    text = _(
        "More than %(limit)s %(plural)s link to it. Change some of them first",
        limit=MOST_CLEARED,
        plural=form.spec.plural.lower(),
    )
    return Reason(Check.STATE, "linked", text)


def _without(change: Change, form: CompiledForm, field: FieldType, record: StoredRecord) -> Change:
    """The change that takes one link away, made by whoever deletes the linked record."""
    document: dict[str, Any] = dict(record.document)
    owner, gone = form.ties.all[field].owner, encode_id(change.record_id)

    def left(value: Any) -> Any:
        if isinstance(value, list):
            return [key for key in value if key != gone] or ABSENT
        return ABSENT if value == gone else value

    stored = document.pop(owner)
    value = changed_in(form.fields[owner], form.readable(owner, stored), field, left)
    if value is not ABSENT:
        document[owner] = form.fields[owner].to_store(value)
    access = FormAccess(form, program(change.access.person.name), change.access.all_roles)
    origin = Origin(change.origin.source, change.origin.request_id)
    found = Change(Op.UPDATE, access, origin, record.id, record, document)
    found.reason = f"The linked {change.form.spec.title.lower()} was deleted"
    return found


def lost_links(directory: Directory, change: Change) -> Iterator[Reason]:
    """The links of a record that comes back which lead to records that are gone by now."""
    ties = change.form.ties
    for field in ties.linking:
        if field.spec.link is None or field.spec.link.on_delete is OnDelete.KEEP:
            continue
        held = ties.held(change.document, (field,))
        keys = dict.fromkeys(key for each in held for key in field.keys(each.value))
        for _key in directory.gone(field, keys):
            title = field.spec.title
            text = _(
                "What %(title)s links to was deleted meanwhile. Restore that first", title=title
            )
            yield Reason(Check.STATE, "linked", text)
            break
