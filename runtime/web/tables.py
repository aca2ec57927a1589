"""From a table view to its page: one query, then plain tuples for the template."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal

from flask import request, url_for

from components.base import FieldType
from form_specs.model import SYSTEM_FIELDS, Right, SortKey, ViewSpec
from runtime.filters import filter_words
from runtime.reading import ListRequest, QueryError, RecordPage
from runtime.storage.errors import InvalidCursor
from runtime.storage.records import Count
from runtime.web.cells import CellDrawing
from runtime.web.context import FormPlace, here
from runtime.web.contexts import (
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

if TYPE_CHECKING:
    from runtime.access import FormAccess


class TableDrawing:
    """Draws one view for one person."""

    def __init__(self, place: FormPlace, view: ViewSpec) -> None:
        self.place = place
        self.view = view
        self.access: FormAccess = place.access
        self.address = ListAddress.of_request()
        self.error = ""
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
        titles = context.titles(people_named(self.access, self.found.records, self._keys()))
        self.cells = CellDrawing(self.access, titles, self.access.now)

    def _found(self, asked: ListRequest) -> RecordPage:
        return here().records.page(here().conn, self.access, asked, self.view)

    def page(self) -> TablePage:
        """The page's context."""
        spec = self.place.form.spec
        keys = self._keys()
        columns = [self._column(key) for key in keys]
        rows = self._rows(keys)
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
            columns=columns,
            rows=rows,
            total=counted(self.count),
            plural=spec.plural.lower(),
            range=self._range(len(rows)),
            clear_url=self.address.cleared().url() if narrowed else "",
            previous_url=self._beside(self.found.previous_cursor),
            next_url=self._beside(self.found.next_cursor),
            create=self._create_link(),
            empty=self._empty() if not rows else None,
            sort_menu=self._sort_menu(columns),
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
        return [key for key in self.view.columns if self.access.sees(key)] or ["@id"]

    def _column(self, key: str) -> Column:
        current = next(iter(self.asked.sort or self.view.sort), None)
        sorted_here = current is not None and current.field == key
        descending = sorted_here and current is not None and current.descending
        field = self.place.form.fields.get(key)
        sorts = self.access.asks(key) and (field is None or field.sortable)
        direction: Literal["", "ascending", "descending"] = (
            "" if not sorted_here else "descending" if descending else "ascending"
        )
        following = SortKey(key, descending=sorted_here and not descending)
        return Column(
            key=key,
            title=self._heading(key, field),
            css=self.cells.css(key),
            sort_url=self.address.sorted_by(str(following)).url() if sorts else "",
            sorted=direction,
        )

    def _heading(self, key: str, field: FieldType | None) -> str:
        if field is None:
            return SYSTEM_FIELDS[key]
        measured = field.spec.unit and self.access.reads(key)
        return f"{field.spec.title} ({field.spec.unit})" if measured else field.spec.title

    def _rows(self, keys: Sequence[str]) -> list[Row]:
        """The records as rows; each links to its page, which then knows the list and the place in it."""
        path = url_for("web.tool", tool=self.place.tool.key) + f"f/{self.place.form.key}"
        query = "&".join(filter(None, (f"view={self.view.key}", self.address.query)))
        counting = "" if request.args.get("cursor") else "&n="
        makers = [self.cells.maker(key) for key in keys]
        rows = []
        for number, record in enumerate(self.found.records, 1):
            record_id = record.id
            lead, *cells = [make(record) for make in makers]
            if not lead.text:
                lead = self.cells.reference(record, lead.css)
            ordinal = f"{counting}{number}" if counting else ""
            rows.append(Row(record_id, f"{path}/{record_id}?{query}{ordinal}", lead, cells))
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

    def _sort_menu(self, columns: Iterable[Column]) -> list[Link]:
        return [
            Link(column.title, column.sort_url, active=bool(column.sorted))
            for column in columns
            if column.sort_url
        ]


def counted(count: Count) -> str:
    """A count as people read it: "128", "1,000+"."""
    return f"{count.number:,}{'+' if count.capped else ''}"
