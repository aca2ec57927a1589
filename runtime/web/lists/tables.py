"""From a table view to its page: one query, then plain tuples for the template."""

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from flask import g, request, url_for

from form_specs.language import _, digits
from form_specs.model import JsonObject, Right, SortKey, ViewSpec
from runtime.batches.exporting import may_export
from runtime.filters import FilterWords, asked_at, filter_words
from runtime.reading import ListRequest, QueryError, RecordPage
from runtime.storage import batches
from runtime.storage.errors import InvalidCursor
from runtime.storage.records import Count
from runtime.web.contexts import (
    Column,
    EmptyState,
    FilterChip,
    Link,
    ListFiles,
    Row,
    TablePage,
    ViewTab,
)
from runtime.web.lists.filter_menu import filter_menu
from runtime.web.lists.list_query import ListAddress, list_request
from runtime.web.lists.table_rows import TableRows
from runtime.web.site.context import FormPlace, here
from runtime.web.titles import is_looked_up

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
        self.table = TableRows(self.access, self._keys(), self.found.records, self.view.looks)

    def _found(self, asked: ListRequest) -> RecordPage:
        context = here()
        linked = context.linked(self.access)
        return context.records.page(context.conn, self.access, asked, self.view, linked)

    def page(self) -> TablePage:
        """The page's context."""
        spec = self.place.form.spec
        keys = self._keys()
        columns = [self._column(key) for key in keys]
        rows = self._rows()
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
            plural=(spec.title if self.count.number == 1 else spec.plural).lower(),
            range=self._range(len(rows)),
            clear_url=self.address.cleared().url() if narrowed else "",
            previous_url=self._beside(self.found.previous_cursor),
            next_url=self._beside(self.found.next_cursor),
            create=self._create_link(),
            empty=self._empty() if not rows else None,
            sort_menu=self._sort_menu(columns),
            error=self.error,
            notice=self._notice(),
            files=self._files(),
            pinned=self.view.options.get("pinned") is True,
        )

    def _notice(self) -> str:
        """While records follow the tool to a new version, the search index holds their former words."""
        searches = bool(self.asked.search) and bool(self.place.form.searchable)
        if not (searches and self.place.form.lifted):
            return ""
        return _(
            "Records are following this tool to its new version. Until that has ended, "
            "some are found by the words they held before."
        )

    def _cursor_pair(self) -> list[tuple[str, str]]:
        cursor = request.args.get("cursor", "")
        return [("cursor", cursor)] if cursor else []

    def _beside(self, cursor: str | None) -> str:
        return self.address.url(("cursor", cursor)) if cursor else ""

    def _range(self, rows: int) -> str:
        if request.args.get("cursor"):
            return _("%(number)s of %(all)s", number=rows, all=counted(self.count))
        return _("1–%(number)s of %(all)s", number=rows, all=counted(self.count)) if rows else ""

    # -- columns and cells --------------------------------------------------------------

    def _keys(self) -> list[str]:
        owner = self.access.form.owner_of
        return [key for key in self.view.columns if self.access.sees(owner(key))] or ["@id"]

    def _column(self, key: str) -> Column:
        current = next(iter(self.asked.sort or self.view.sort), None)
        sorted_here = current is not None and current.field == key
        descending = sorted_here and current is not None and current.descending
        field = self.place.form.fields.get(key)
        linked = self.table.is_linked(key)
        sorts = not linked and self.access.asks(key) and (field is None or field.sortable)
        direction: Literal["", "ascending", "descending"] = (
            "" if not sorted_here else "descending" if descending else "ascending"
        )
        following = SortKey(key, descending=sorted_here and not descending)
        return Column(
            key=key,
            title=self.table.heading(key),
            css=self.table.css(key),
            sort_url=self.address.sorted_by(str(following)).url() if sorts else "",
            sorted=direction,
        )

    def _rows(self) -> list[Row]:
        """The records as rows; each links to its page, which then knows the list and the place in it."""
        path = url_for("web.tool", tool=self.place.tool.key) + f"f/{self.place.form.key}"
        query = "&".join(filter(None, (f"view={self.view.key}", self.address.query)))
        counting = not request.args.get("cursor")
        urls = (
            f"{path}/{record.id}?{query}{f'&n={number}' if counting else ''}"
            for number, record in enumerate(self.found.records, 1)
        )
        return self.table.rows(urls)

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
        chips = self._batch_chip()
        for index, condition in enumerate(self.asked.filters):
            words = self._words(condition)
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

    def _batch_chip(self) -> list[FilterChip]:
        if self.asked.batch is None:
            return []
        found = batches.get(here().conn, self.asked.batch)
        mine = found is not None and found.form_id == self.place.form.form_id
        name = found.name if found is not None and mine else self.address.batch
        remove = self.address.without_batch().url()
        return [FilterChip(_("Import"), _("is"), name, remove_url=remove)]

    def _files(self) -> ListFiles:
        """What leads to files: in, and out; while a draft is tried there are none."""
        if g.get("trial"):
            return ListFiles()
        place: dict[str, Any] = {"tool": self.place.tool.key, "form": self.place.form.key}
        able = self.access.can(Right.IMPORT)
        exports = ""
        if may_export(self.access):
            exports = url_for("web.export_view", tool=self.place.tool.key, view=self.view.key)
        return ListFiles(
            import_url=url_for("web.import_file", **place) if able else "",
            imports_url=url_for("web.imports", **place) if able else "",
            export_url=exports,
            hidden=self.address.pairs(),
        )

    def _words(self, condition: JsonObject) -> FilterWords:
        """What a filter says; keys by the titles that stand elsewhere."""
        words = filter_words(self.access, condition)
        access, key = asked_at(self.access, str(condition.get("field")))
        field = access.form.fields.get(key)
        value = condition.get("value")
        if field is None or not is_looked_up(field) or value is None:
            return words
        keys = [str(key) for key in (value if isinstance(value, list) else [value])]
        names = here().directory(access).named(field, keys)
        titles = (names[key].title if key in names else key for key in keys)
        return replace(words, value=", ".join(titles))

    def _create_link(self) -> Link | None:
        if not self.access.can(Right.CREATE):
            return None
        url = url_for("web.create", tool=self.place.tool.key, form=self.place.form.key)
        return Link(_("New %(title)s", title=self.place.form.spec.title.lower()), url, "plus")

    def _empty(self) -> EmptyState:
        plural = self.place.form.spec.plural.lower()
        if not self.access.can(Right.READ):
            text = _("Ask an administrator for a role that may read them")
            return EmptyState("no_permission", _("You may not see %(plural)s", plural=plural), text)
        if self.address.narrowed:
            clear = Link(_("Clear filters"), self.address.cleared().url())
            return EmptyState(
                "no_match",
                _("No %(plural)s match", plural=plural),
                _("Take a filter away or search for less"),
                clear,
            )
        text = _(
            "When there are %(plural)s in %(title)s, they stand here",
            plural=plural,
            title=self.view.title,
        )
        return EmptyState("nothing", _("All done here"), text, self._create_link())

    def _sort_menu(self, columns: Iterable[Column]) -> list[Link]:
        return [
            Link(column.title, column.sort_url, active=bool(column.sorted))
            for column in columns
            if column.sort_url
        ]


def counted(count: Count) -> str:
    """A count as people read it: "128", "1,000+"."""
    return f"{digits(count.number)}{'+' if count.capped else ''}"
