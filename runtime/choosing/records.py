"""Records of another form as choices: found, named and judged only as far as the person may read them."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from sqlalchemy import Connection

from components.base import FieldType, InvalidValueError, Named, Offers, Wanted
from form_specs.conditions import AllOf, AnyOf, Comparison, Constant, Kind, Predicate
from form_specs.language import _, marked
from form_specs.model import Right, SortKey
from runtime.access import FormAccess
from runtime.choosing.judging import Misfit
from runtime.compiling.conditions import CompiledCondition
from runtime.compiling.form import Broken, CompiledForm
from runtime.linked import LinkedRecords
from runtime.published import sort_term
from runtime.reading import RecordView
from runtime.storage.ids import decoded_ids, encode_id
from runtime.storage.records import ListQuery, RecordReader, SortTerm, StoredRecord

NOT_VISIBLE: Final = marked("Not visible to you")
Address = Callable[[CompiledForm, str], str]
"""From a form and a record's id to where the record is shown."""


@dataclass(frozen=True)
class Target:
    """Of which records a field's values are, and what stands for them."""

    field: FieldType
    access: FormAccess
    """To the form of those records."""
    condition: CompiledCondition | None = None
    """What the field asks of the records."""
    value: str = ""
    """Their field that is stored; none: the record's id."""
    title: str = ""
    match: str = ""

    @classmethod
    def of(cls, access: FormAccess, field: FieldType) -> "Target":
        """Where a field of the form of `access` leads."""
        source = field.spec.source
        condition = access.form.ties.narrowing.get(field)
        link = field.spec.link
        if link is not None:
            return cls(field, access.beside(link.form), condition, match=link.match)
        assert source is not None
        form = access.beside(source.form)
        return cls(field, form, condition, source.value, source.title, source.match)

    @property
    def form(self) -> CompiledForm:
        return self.access.form

    @cached_property
    def title_field(self) -> str:
        return self.title or self.form.spec.title_field or ""

    @cached_property
    def usable(self) -> bool:
        """Whether the person may look these records up.

        Whoever may not ask for a field could else learn of it from what is offered.
        """
        read = {key for key in (self.value, self.title, self.match) if key}
        read |= self.condition.reads if self.condition is not None else frozenset()
        return self.access.can(Right.READ) and all(map(self.access.asks, read))

    def narrowed(self, depends: tuple[str, ...] | None) -> Predicate | None:
        """What holds for all records that fit; none: nothing is asked of them."""
        parts: list[Predicate] = []
        if self.condition is not None:
            parts.append(self.condition.bound(self.access.env))
        if self.match and depends is not None:
            parts.append(self._matching(depends))
        return AllOf(tuple(parts)) if parts else None

    def _matching(self, depends: tuple[str, ...]) -> Predicate:
        """That the field of `match` holds what the field of `depends_on` holds."""
        field = self.form.fields[self.match]
        operator = "has" if field.kind is Kind.LIST else "eq"
        found: list[Predicate] = []
        for text in depends:
            try:
                literal = field.dump(field.parse_text([text]))
                literal = literal[0] if isinstance(literal, list) else literal
                found.append(AllOf(field.comparisons(operator, literal)))
            except InvalidValueError:
                continue
        return AnyOf(tuple(found)) if found else Constant(False)

    def drawn(self, record: RecordView, address: Address | None) -> Named | None:
        """A record as it is offered; none where it has no value to be stored."""
        key = record.id
        if self.value:
            value = record.value(self.value)
            texts = self.form.fields[self.value].to_text(value) if value is not None else []
            if len(texts) != 1 or not texts[0]:
                return None
            key = texts[0]
        title = self.title_of(record)
        url = address(self.form, record.id) if address is not None and not self.value else ""
        return Named(key, title, note=_note(record, title), url=url)

    def title_of(self, record: RecordView) -> str:
        """What the record is called here."""
        if not self.title:
            return record.title
        value = record.value(self.title)
        return self.form.fields[self.title].display(value) if value is not None else record.title


def number_of(record: RecordView) -> str:
    """A record's readable number, where its form has one that may be read; else nothing."""
    for key, field in record.access.form.fields.items():
        if field.name == "sequence" and record.access.reads(key):
            return str(record.stored.document.get(key, ""))
    return ""


def _note(record: RecordView, title: str) -> str:
    """The record's number, where its title is another: it tells two of one name apart."""
    number = number_of(record)
    return "" if number == title else number


def told_apart(target: Target, items: Sequence[tuple[RecordView, Named]]) -> list[Named]:
    """Records as they are offered; of those with one title each says more of itself."""
    doubled = Counter(item.title.casefold() for _, item in items)
    said = [
        replace(item, note=_more_of(target, view, item))
        if doubled[item.title.casefold()] > 1
        else item
        for view, item in items
    ]
    same = Counter((item.title.casefold(), item.note) for item in said)
    return [
        replace(item, note=" · ".join(filter(None, (item.note, item.key))))
        if same[item.title.casefold(), item.note] > 1 and item.note != item.key
        else item
        for item in said
    ]


def _more_of(target: Target, view: RecordView, item: Named) -> str:
    """A record's number, its state and the first thing that its card would show."""
    workflow = target.form.workflow
    state = workflow.states.get(view.stored.state or "") if workflow else None
    link = target.field.spec.link
    texts = (_text_of(view, key) for key in (link.show if link else ()))
    shown = next((text for text in texts if text and text != item.title), "")
    return " · ".join(filter(None, (item.note, state.title if state else "", shown)))


def _text_of(view: RecordView, key: str) -> str:
    """What a field says by itself; nothing where its titles stand elsewhere."""
    field = view.access.form.fields.get(key)
    if field is None or field.spec.link or field.spec.source or field.name == "user":
        return ""
    value = view.value(key)
    return "" if value is None or isinstance(value, Broken) else field.display(value)


class RecordChoices:
    """Looks records up as choices, on one connection."""

    def __init__(
        self, reader: RecordReader, conn: Connection, address: Address | None = None
    ) -> None:
        self._reader = reader
        self._conn = conn
        self._address = address

    def offers(self, target: Target, wanted: Wanted, *, depending: bool) -> Offers:
        """The records that somebody may choose and looks for."""
        if not target.usable:
            plural = target.form.spec.plural.lower()
            return Offers(problem=_("You may not look up %(plural)s", plural=plural))
        depends = wanted.depends if depending else None
        query = self._query(target, wanted, depends)
        if query is None:
            return Offers()
        page = self._reader.page(self._conn, query)
        views = self._views(target.access, page.records)
        drawn = ((view, target.drawn(view, self._address)) for view in views)
        items = {item.key: (view, item) for view, item in drawn if item is not None}
        apart = told_apart(target, [*items.values()])
        return Offers(tuple(apart), complete=page.next_cursor is None)

    def _query(
        self, target: Target, wanted: Wanted, depends: tuple[str, ...] | None
    ) -> ListQuery | None:
        parts = [part for part in (target.narrowed(depends),) if part is not None]
        search = wanted.query.strip()
        by_words = bool(search) and _found_by_words(target)
        if search and not by_words:
            asked = _title_holds(target, search)
            if asked is None:
                return None
            parts.append(asked)
        return ListQuery(
            target.form.form_id,
            rows=target.access.rows,
            filters=AllOf(tuple(parts)) if parts else None,
            search=search if by_words else None,
            sort=() if search else _by_title(target),
            limit=wanted.limit,
            lifted=target.form.lifted,
        )

    def named(
        self, target: Target, keys: Collection[str], *, deleted: bool = True
    ) -> dict[str, Named]:
        """What the records of some ids are called; one that the person may not see is told as such."""
        found = self.found(target.access, keys) if target.access.can(Right.READ) else {}
        names: dict[str, Named] = {}
        for key in keys:
            view = found.get(key)
            names[key] = Named(key, _(NOT_VISIBLE), known=False)
            if view is not None and (deleted or view.stored.deleted_at is None):
                gone = " (deleted)" if view.stored.deleted_at is not None else ""
                url = self._address(target.form, key) if self._address else ""
                title = target.title_of(view)
                names[key] = Named(key, f"{title}{gone}", note=_note(view, title), url=url)
        return names

    def found(self, access: FormAccess, keys: Iterable[str]) -> dict[str, RecordView]:
        """The records of some ids that exist for the person, deleted ones too, in one statement."""
        stored = self._reader.get_many(
            self._conn,
            access.form.form_id,
            decoded_ids(keys),
            rows=access.rows,
            include_deleted=True,
            lifted=access.form.lifted,
        )
        return {view.id: view for view in self._views(access, [*stored.values()])}

    def _views(self, access: FormAccess, records: Sequence[StoredRecord]) -> list[RecordView]:
        linked = LinkedRecords(self._reader, lambda: nullcontext(self._conn), access)
        linked.load((record.document for record in records), access.form.computing.links)
        return [RecordView(access, record, linked) for record in records]

    def misfits(
        self,
        target: Target,
        keys: Collection[str],
        depends: tuple[str, ...] | None,
        *,
        held: bool = False,
    ) -> Iterator[Misfit]:
        """The keys that the person may not choose; what is there for others is not there for them."""
        fitting = self._fitting(target, keys, depends, held=held) if target.usable else {}
        for key in keys:
            if key not in fitting:
                title = target.form.spec.title.lower()
                yield Misfit(
                    key,
                    "choice",
                    _("There is no such %(title)s that can be chosen here", title=title),
                )

    def gone(self, form: CompiledForm, keys: Collection[str]) -> list[str]:
        """The ids that no record has which is not deleted."""
        numbers = list(decoded_ids(keys))
        there = self._reader.get_many(
            self._conn, form.form_id, numbers, held=True, lifted=form.lifted
        )
        return [encode_id(number) for number in numbers if number not in there]

    def titles(
        self, target: Target, keys: Collection[str], depends: tuple[str, ...] | None
    ) -> Mapping[str, str]:
        """What the keys that may be chosen are called now."""
        return self._fitting(target, keys, depends) if target.usable else {}

    def _fitting(
        self,
        target: Target,
        keys: Collection[str],
        depends: tuple[str, ...] | None,
        *,
        held: bool = False,
    ) -> dict[str, str]:
        """Key and title of what may be chosen, in one statement (by value: in one for each)."""
        rows = _together(target.access.rows, target.narrowed(depends))
        if target.value:
            return self._by_value(target, keys, rows)
        stored = self._reader.get_many(
            self._conn,
            target.form.form_id,
            decoded_ids(keys),
            rows=rows,
            held=held,
            lifted=target.form.lifted,
        )
        views = (RecordView(target.access, record) for record in stored.values())
        return {view.id: target.title_of(view) for view in views}

    def _by_value(
        self, target: Target, keys: Collection[str], rows: Predicate | None
    ) -> dict[str, str]:
        field = target.form.fields[target.value]
        found: dict[str, str] = {}
        for key in keys:
            try:
                same = AllOf(field.comparisons("eq", field.dump(field.parse_text([key]))))
            except InvalidValueError:
                continue
            query = ListQuery(
                target.form.form_id, rows=rows, filters=same, limit=1, lifted=target.form.lifted
            )
            for record in self._reader.page(self._conn, query).records:
                found[key] = target.title_of(RecordView(target.access, record))
        return found


def _together(*parts: Predicate | None) -> Predicate | None:
    kept = tuple(part for part in parts if part is not None)
    return AllOf(kept) if kept else None


def _found_by_words(target: Target) -> bool:
    """Whether the search index knows the title; else its text is looked through."""
    return any(field.key == target.title_field for field in target.form.searchable)


def _title_holds(target: Target, text: str) -> Predicate | None:
    """That a record's title holds a text, or none where titles cannot be asked that."""
    field = target.form.fields.get(target.title_field)
    if field is None or field.kind is not Kind.TEXT or not target.access.asks(field.key):
        return None
    return Comparison(field.sort_path, Kind.TEXT, "contains", text)


def _by_title(target: Target) -> tuple[SortTerm, ...]:
    """By title where an index serves that order, else the newest first."""
    field = target.form.fields.get(target.title_field)
    if field is None or not (field.spec.index or field.spec.unique) or not field.sortable:
        return ()
    if not target.access.asks(field.key):
        return ()
    return (sort_term(target.form, SortKey(field.key)),)
