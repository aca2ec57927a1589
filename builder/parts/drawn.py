"""A view of a draft drawn on the records that there are, by what draws it when it is published.

Only the person's own access to what is in force is asked: a draft's roles give nobody anything,
and its filter and sorting may name only what the person may ask about.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Final, Literal

from flask import url_for

from builder.bench import Bench
from builder.parts.fields import FormFields
from builder.parts.looks import looks_of
from form_specs.checks.raw import object_at, text, texts
from form_specs.language import _, counted
from form_specs.load import sort_key
from form_specs.model import SYSTEM_FIELDS, SortKey
from runtime.access import FormAccess
from runtime.reading import ListRequest, QueryError
from runtime.storage.records import Count
from runtime.web.contexts import Cell, Column, EmptyState, Row
from runtime.web.lists import tables
from runtime.web.lists.table_rows import TableRows
from runtime.web.site.context import here
from runtime.web.site.rendering import system_cell

SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class DrawnView:
    """A view with its first records; what a view type's template draws is called as there."""

    columns: Sequence[Column]
    rows: Sequence[Row] = ()
    total: str = ""
    plural: str = ""
    empty: EmptyState | None = None
    words: str = ""
    """How many there are and how long reading them took."""
    notes: Sequence[str] = ()
    """What is not as it will be once the view is published."""
    pinned: bool = False


class ViewDrawing:
    """Draws one view of a draft for the builder who looks at it."""

    def __init__(self, bench: Bench, name: str, view: Mapping[str, Any]) -> None:
        self.bench = bench
        self.name = name
        self.view = view
        self.form = text(view, "form") or ""
        self.fields = FormFields.of(bench.examined.tool, self.form)
        self.columns = [path for _at, path in texts(view, "columns", "")]
        self.notes: list[str] = []

    def drawn(self) -> DrawnView:
        """The view, or why its records are not shown."""
        access = self._access()
        if access is None:
            return self._without(*self._why_not())
        wanted = self._filter()
        if wanted is None:
            said = _("Once the filter is right, the records stand here")
            return self._without(_("No records without a filter"), said)
        request = ListRequest(filters=wanted, sort=self._sort(access), limit=SHOWN)
        try:
            return self._read(access, request)
        except QueryError as error:
            return self._without(_("These records cannot be shown to you"), error.message)

    # -- what is asked --------------------------------------------------------------------

    def _access(self) -> FormAccess | None:
        tool = next((tool for tool in here().tools if tool.key == self.bench.tool), None)
        return here().access.form(tool, self.form) if tool else None

    def _why_not(self) -> tuple[str, str]:
        if not self.bench.standing.version:
            said = _("Publish the tool and bring records in; then the view is drawn with them")
            return _("No records yet"), said
        said = _("Either the form is not published yet, or you have no role that may read them")
        return _("No records that you may see"), said

    def _filter(self) -> tuple[Any, ...] | None:
        """The view's filter as something the person asks; none where it is wrong."""
        if "filter" not in self.view:
            return ()
        wrong = self.bench.examined.problems_at("views", self.name, "filter")
        raw = self.view["filter"]
        return (raw,) if isinstance(raw, dict) and not wrong else None

    def _sort(self, access: FormAccess) -> tuple[SortKey, ...]:
        keys = [sort_key(term) for _at, term in texts(self.view, "sort", "")]
        known = [key for key in keys if self._sorts(access, key.field)]
        for key in keys:
            if key not in known:
                title = self.fields.title(key.field)
                self.notes.append(_("Not sorted by %(field)s yet", field=title))
        return tuple(known)

    @staticmethod
    def _sorts(access: FormAccess, path: str) -> bool:
        field = access.form.fields.get(path)
        known = field.sortable if field else path in SYSTEM_FIELDS
        return known and access.asks(path)

    # -- reading and drawing --------------------------------------------------------------

    def _read(self, access: FormAccess, request: ListRequest) -> DrawnView:
        context = here()
        begun = perf_counter()
        found = context.records.page(
            context.conn, access, request, None, context.linked(access)
        ).records
        count = context.records.count(context.conn, access, request)
        milliseconds = round((perf_counter() - begun) * 1000)
        shown = [path for path in self.columns if _is_drawn(access, path)]
        table = TableRows(access, shown or ["@id"], found, looks_of(self.view))
        path = url_for("web.tool", tool=self.bench.tool) + f"f/{self.form}"
        rows = table.rows(f"{path}/{record.id}" for record in found)
        self._tell_of_others(shown)
        return DrawnView(
            columns=[self._column(key, table, shown) for key in self.columns],
            rows=[self._row(row, shown) for row in rows],
            total=tables.counted(count),
            plural=access.form.spec.plural.lower(),
            empty=None if rows else EmptyState("nothing", _("No records"), _("None fits now")),
            words=_words(len(rows), count, milliseconds),
            notes=self.notes,
            pinned=object_at(self.view, "options").get("pinned") is True,
        )

    def _tell_of_others(self, shown: Sequence[str]) -> None:
        others = [self.fields.title(path) for path in self.columns if path not in shown]
        if others:
            said = _("Empty here, as it is not published yet or not yours to see: %(columns)s")
            self.notes.append(said % {"columns": ", ".join(others)})

    def _column(self, key: str, table: TableRows | None, shown: Sequence[str]) -> Column:
        first = next((sort_key(term) for _at, term in texts(self.view, "sort", "")), None)
        direction: Literal["ascending", "descending"] = (
            "descending" if first and first.descending else "ascending"
        )
        css = table.css(key) if table and key in shown else ""
        is_sorted = first is not None and first.field == key
        return Column(key, self.fields.title(key), css, "", direction if is_sorted else "")

    def _row(self, row: Row, shown: Sequence[str]) -> Row:
        """The row with an empty cell for each column that holds nothing yet."""
        if len(shown) == len(self.columns):
            return row
        cells = dict(zip(shown, [row.lead, *row.cells], strict=True)) if shown else {}
        blank = Cell("", "", system_cell("plain")(None, "", None))
        lead, *others = [cells.get(key, blank) for key in self.columns]
        if not lead.text:
            lead = Cell("", row.id, system_cell("reference")(None, row.id, None))
        return Row(row.id, row.url, lead, others)

    def _without(self, title: str, said: str) -> DrawnView:
        return DrawnView(
            columns=[self._column(key, None, ()) for key in self.columns],
            empty=EmptyState("no_permission", title, said),
        )


def _is_drawn(access: FormAccess, path: str) -> bool:
    """Whether what is in force knows a column, and the person may see it."""
    form = access.form
    known = path in form.fields or path in SYSTEM_FIELDS or form.ties.links.at(path) is not None
    return known and access.sees(form.owner_of(path))


def _words(shown: int, count: Count, milliseconds: int) -> str:
    said = counted("One record", "%(num)s records", count.number, num=tables.counted(count))
    took = _("read in %(number)s ms", number=milliseconds)
    if shown < count.number:
        first = _("the first %(number)s shown", number=shown)
        return f"{said}, {first}, {took}"
    return f"{said}, {took}"
