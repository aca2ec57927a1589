"""From a table view to its page: one query, then plain tuples for the template."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, TypeAlias
from urllib.parse import urlencode

from flask import request, url_for

from components.base import Align, FieldType
from form_specs.model import SYSTEM_FIELDS, FieldSpec, Right, SortKey, ViewSpec
from runtime.compiled import Broken
from runtime.filters import filter_words
from runtime.reading import ListRequest, QueryError, RecordPage, RecordView
from runtime.storage.errors import InvalidCursor
from runtime.storage.records import Count
from runtime.web.context import FormPlace, here
from runtime.web.contexts import (
    Cell,
    CellMacro,
    Column,
    EmptyState,
    FilterChip,
    Link,
    Row,
    TablePage,
    ViewTab,
)
from runtime.web.fields import people_named
from runtime.web.filter_menu import filter_menu
from runtime.web.list_query import ListAddress, list_request
from runtime.web.rendering import cell_macro, system_cell
from runtime.web.times import moment, relative

if TYPE_CHECKING:
    from datetime import datetime

    from runtime.access import FormAccess

CellMaker: TypeAlias = Callable[[RecordView], Cell]
_MOMENTS = ("@created_at", "@updated_at")
_PEOPLE = ("@created_by", "@updated_by")


@dataclass(frozen=True)
class ColumnPlan:
    """One column: how it is headed, and how a record becomes its cell."""

    column: Column
    cell: CellMaker


class TableDrawing:
    """Draws one view for one person."""

    def __init__(self, place: FormPlace, view: ViewSpec) -> None:
        self.place = place
        self.view = view
        self.access: FormAccess = place.access
        self.address = ListAddress.of_request()
        self.error = ""
        self.reference = system_cell("reference")
        self._query()

    def _query(self) -> None:
        """Reads the page; where the address makes no sense, the unfiltered one and a sentence."""
        context = here()
        try:
            self.asked = list_request(self.access, self.address)
            self.found = self._found(self.asked)
        except (QueryError, InvalidCursor) as error:
            self.error = str(error)
            self.asked = ListRequest()
            self.found = self._found(self.asked)
        self.count: Count = context.records.count(context.conn, self.access, self.asked, self.view)
        self.titles = context.titles(people_named(self.access, self.found.records))
        self.now: datetime = self.access.now

    def _found(self, asked: ListRequest) -> RecordPage:
        return here().records.page(here().conn, self.access, asked, self.view)

    def page(self) -> TablePage:
        """The page's context."""
        spec = self.place.form.spec
        plans = [self._plan(key) for key in self._keys()]
        rows = self._rows(plans)
        narrowed = self.address.narrowed
        return TablePage(
            title=self.place.tool.spec.title,
            url=self.address.url(*self._cursor_pair()),
            search_action=self.address.path,
            search_hidden=[pair for pair in self.address.pairs() if pair.name != "q"],
            search=self.address.search,
            tabs=self._tabs(),
            chips=self._chips(),
            filters=filter_menu(self.access, self.view, self.address),
            columns=[plan.column for plan in plans],
            rows=rows,
            total=counted(self.count),
            plural=spec.plural.lower(),
            range=self._range(len(rows)),
            clear_url=self.address.cleared().url() if narrowed else "",
            previous_url=self._beside(self.found.previous_cursor),
            next_url=self._beside(self.found.next_cursor),
            create=self._create_link(),
            empty=self._empty() if not rows else None,
            sort_menu=self._sort_menu(plans),
            error=self.error,
        )

    def _cursor_pair(self) -> list[tuple[str, str]]:
        cursor = request.args.get("cursor", "")
        return [("cursor", cursor)] if cursor else []

    def _beside(self, cursor: str | None) -> str:
        return self.address.url(("cursor", cursor)) if cursor else ""

    def _range(self, rows: int) -> str:
        if request.args.get("cursor"):
            return f"{rows} of {counted(self.count)}"
        return f"1\N{EN DASH}{rows} of {counted(self.count)}" if rows else ""

    # -- columns and cells --------------------------------------------------------------

    def _keys(self) -> list[str]:
        return [key for key in self.view.columns if self.access.sees(key)]

    def _plan(self, key: str) -> ColumnPlan:
        field = self.place.form.fields.get(key)
        return self._system_plan(key) if field is None else self._field_plan(field)

    def _column(
        self, key: str, title: str, draw: CellMacro, spec: FieldSpec | None, css: str
    ) -> Column:
        current = next(iter(self.asked.sort or self.view.sort), None)
        sorted_here = current is not None and current.field == key
        descending = sorted_here and current is not None and current.descending
        field = self.place.form.fields.get(key)
        sorts = self.access.reads(key) and (field is None or field.sortable)
        direction: Literal["", "ascending", "descending"] = (
            "" if not sorted_here else "descending" if descending else "ascending"
        )
        following = SortKey(key, descending=sorted_here and not descending)
        return Column(
            key=key,
            title=title,
            draw=draw,
            spec=spec,
            css=css,
            sort_url=self.address.sorted_by(str(following)).url() if sorts else "",
            sorted=direction,
        )

    def _field_plan(self, field: FieldType) -> ColumnPlan:
        css = " ".join(filter(None, (_align(field), self._place_on_card(field))))
        if not self.access.reads(field.key):
            draw = system_cell("masked")
            column = self._column(field.key, field.spec.title, draw, field.spec, css)
            return ColumnPlan(column, _masked_cell(field, draw, css))
        draw = cell_macro(field)
        column = self._column(field.key, _heading(field), draw, field.spec, css)
        return ColumnPlan(column, _field_cell(field, draw, css, self.titles))

    def _place_on_card(self, field: FieldType) -> str:
        """Where the column stands on a phone's card."""
        if field.key == self.place.form.spec.title_field:
            return "c-title"
        if field.name == "money":
            return "c-value"
        places = {"user": "c-who", "date": "c-meta", "datetime": "c-meta"}
        return places.get(field.name, "")

    def _system_plan(self, key: str) -> ColumnPlan:
        make, draw, css = self._system_cell(key)
        column = self._column(key, SYSTEM_FIELDS[key], draw, None, css)
        return ColumnPlan(column, make)

    def _system_cell(self, key: str) -> tuple[CellMaker, CellMacro, str]:
        if key == "@state":
            draw = system_cell("state")
            return self._state_cell(draw), draw, "c-state"
        if key in _MOMENTS:
            draw = system_cell("moment")
            return self._moment_cell(key, draw), draw, "end"
        if key in _PEOPLE:
            draw = system_cell("person")
            return self._person_cell(key, draw), draw, ""
        draw = system_cell("reference")
        return self._plain_cell(key, draw), draw, ""

    def _state_cell(self, draw: CellMacro) -> CellMaker:
        workflow = self.place.form.workflow
        states = {
            key: Cell("c-state", draw, state.color.value, state.title, None)
            for key, state in (workflow.states.items() if workflow else ())
        }

        def make(record: RecordView) -> Cell:
            key = record.stored.state or ""
            return states.get(key) or Cell("c-state", draw, "gray", key, None)

        return make

    def _moment_cell(self, key: str, draw: CellMacro) -> CellMaker:
        name, now = key.removeprefix("@"), self.now

        def make(record: RecordView) -> Cell:
            at = moment(getattr(record.stored, name))
            return Cell("end", draw, at, relative(at, now), None)

        return make

    def _person_cell(self, key: str, draw: CellMacro) -> CellMaker:
        name, titles = key.removeprefix("@"), self.titles

        def make(record: RecordView) -> Cell:
            person = getattr(record.stored, name)
            return Cell("", draw, person, titles.get(person, person), None)

        return make

    def _plain_cell(self, key: str, draw: CellMacro) -> CellMaker:
        def make(record: RecordView) -> Cell:
            text = record.id if key == "@id" else str(record.stored.version)
            return Cell("", draw, text, text, None)

        return make

    def _rows(self, plans: Sequence[ColumnPlan]) -> list[Row]:
        """The records as rows; each links to its page, which then knows the list and the place in it."""
        path = url_for("web.tool", tool=self.place.tool.key) + f"f/{self.place.form.key}"
        query = urlencode([("view", self.view.key), *self.address.pairs()])
        counting = "" if request.args.get("cursor") else "&n="
        rows = []
        for number, record in enumerate(self.found.records, 1):
            lead, *cells = [plan.cell(record) for plan in plans]
            if not lead.text:
                lead = Cell(lead.css, self.reference, record.id, record.id, None)
            ordinal = f"{counting}{number}" if counting else ""
            rows.append(Row(record.id, f"{path}/{record.id}?{query}{ordinal}", lead, cells))
        return rows

    # -- around the table ---------------------------------------------------------------

    def _tabs(self) -> list[ViewTab]:
        return [
            ViewTab(
                view.title,
                url_for("web.view", tool=self.place.tool.key, view=view.key),
                active=view.key == self.view.key,
                count=counted(self.count)
                if view.key == self.view.key and not self.address.narrowed
                else "",
            )
            for view in self.access.views()
        ]

    def _chips(self) -> list[FilterChip]:
        chips = []
        for index, condition in enumerate(self.asked.filters):
            words = filter_words(self.access, condition)
            field = condition.get("field")
            chips.append(
                FilterChip(
                    words.field,
                    words.operator,
                    words.value,
                    remove_url=self.address.without_filter(index).url(),
                    edit_url=self.address.url(("edit", field)) if isinstance(field, str) else "",
                )
            )
        return chips

    def _create_link(self) -> Link | None:
        if not self.access.can(Right.CREATE):
            return None
        url = url_for("web.create", tool=self.place.tool.key, form=self.place.form.key)
        return Link(f"New {self.place.form.spec.title.lower()}", url, "plus")

    def _empty(self) -> EmptyState:
        plural = self.place.form.spec.plural.lower()
        if not self.access.can(Right.READ):
            text = "Ask an administrator for a role that may read them"
            return EmptyState("no_permission", f"You may not see {plural}", text)
        if self.address.narrowed:
            clear = Link("Clear filters", self.address.cleared().url())
            return EmptyState(
                "no_match", f"No {plural} match", "Take a filter away or search for less", clear
            )
        text = f"When there are {plural} in {self.view.title}, they stand here"
        return EmptyState("nothing", "All done here", text, self._create_link())

    def _sort_menu(self, plans: Iterable[ColumnPlan]) -> list[Link]:
        return [
            Link(plan.column.title, plan.column.sort_url, active=bool(plan.column.sorted))
            for plan in plans
            if plan.column.sort_url
        ]


def counted(count: Count) -> str:
    """A count as people read it: "128", "1,000+"."""
    return f"{count.number:,}{'+' if count.capped else ''}"


def _align(field: FieldType) -> str:
    return "end" if field.align is Align.END else ""


def _heading(field: FieldType) -> str:
    return f"{field.spec.title} ({field.spec.unit})" if field.spec.unit else field.spec.title


def _masked_cell(field: FieldType, draw: CellMacro, css: str) -> CellMaker:
    empty = Cell(css, draw, None, "", field.spec)
    masked = Cell(css, draw, None, "••••", field.spec)
    key = field.key
    return lambda record: masked if key in record.stored.document else empty


def _field_cell(
    field: FieldType, draw: CellMacro, css: str, titles: Mapping[str, str]
) -> CellMaker:
    key, spec, display = field.key, field.spec, field.display
    empty = Cell(css, system_cell("plain"), None, "", spec)
    broken = system_cell("masked")
    is_user = field.name == "user"

    def make(record: RecordView) -> Cell:
        value: Any = record.value(key)
        if value is None:
            return empty
        if isinstance(value, Broken):
            return Cell(css, broken, None, "Unreadable", spec)
        text = titles.get(value, value) if is_user else display(value)
        return Cell(css, draw, value, text, spec)

    return make
