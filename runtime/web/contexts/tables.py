"""A view of many records."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from markupsafe import Markup

from components.base import FilterInput
from runtime.filters import BARE
from runtime.web.contexts.frame import Hidden, Link, Option


@dataclass(frozen=True, slots=True)
class ViewTab:
    """One view of the form, as a tab."""

    title: str
    url: str
    active: bool = False
    count: str = ""
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class FilterChip:
    """One filter that is on, as a sentence: field, operator, value."""

    field: str
    operator: str
    value: str
    remove_url: str
    edit_url: str = ""
    """The same page with this filter's editor open; empty: it belongs to the view and stays."""


@dataclass(frozen=True, slots=True)
class FilterEditor:
    """The form that sets one filter.  Posts by GET: `field`, `op`, `value` (repeated), `to`."""

    field: str
    title: str
    input: FilterInput
    operators: Sequence[Option]
    action: str
    hidden: Sequence[Hidden]
    """The rest of the query: the other filters, sort and search."""
    back_url: str
    """The list of fields again."""
    options: Sequence[Option] = ()
    """What to tick, for `options` and `user`."""
    value: str = ""
    to: str = ""
    """The upper end, for `between`."""
    error: str = ""
    hint: str = ""
    bare: str = " ".join(BARE)
    """Operators that take no value."""


@dataclass(frozen=True, slots=True)
class FilterMenu:
    """What the Filter button opens: the fields, or the editor of one."""

    quick: Sequence[Link]
    """The fields that the view puts first."""
    fields: Sequence[Link]
    """All others."""
    editor: FilterEditor | None = None
    open: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table."""

    key: str
    title: str
    css: str
    """Classes of its cells: `end` for numbers, and the place on a phone's card: `c-title` (first
    line), `c-value` (first line, at the end), `c-state`, `c-meta` (second line), `c-who` (second
    line, at the end, as a picture).  Of each the first column counts; without one of these a
    column is left out there.  Without `c-title` the first column is the title."""
    sort_url: str = ""
    """Empty: the column does not sort."""
    sorted: Literal["", "ascending", "descending"] = ""


class Cell(NamedTuple):
    """One cell: a plain tuple, since a page has hundreds."""

    css: str
    text: str
    """What it says, without markup; empty: nothing."""
    html: Markup
    """The same as its column's macro drew it."""


class Row(NamedTuple):
    """One record of the table; the first cell holds the link that opens it."""

    id: str
    url: str
    lead: Cell
    cells: Sequence[Cell]
    """The rest, without the lead."""

    @property
    def rest(self) -> Markup:
        """These cells as they stand in the row; a page has hundreds, too many for a template to go through."""
        found = [
            f'<td class="{css}">{html}</td>' if css else f"<td>{html}</td>"
            for css, _text, html in self.cells
        ]
        return Markup("".join(found))  # noqa: S704 - classes are ours, and each cell is Markup


@dataclass(frozen=True, slots=True)
class EmptyState:
    """Why there are no rows, and what to do about it."""

    kind: Literal["nothing", "no_match", "no_permission"]
    title: str
    text: str
    action: Link | None = None


@dataclass(frozen=True, slots=True)
class ListFiles:
    """Where a list's records come in as files and go out; empty: not for this person."""

    import_url: str = ""
    imports_url: str = ""
    export_url: str = ""
    """Takes POST with `format` and `columns`, and the list's query."""
    hidden: Sequence[Hidden] = ()


@dataclass(frozen=True, slots=True)
class TablePage:
    """A view of many records."""

    title: str
    """Of the tool or form."""
    url: str
    """Of this view with its whole query: the list refreshes itself from here."""
    search_action: str
    search_hidden: Sequence[Hidden]
    search: str
    tabs: Sequence[ViewTab]
    chips: Sequence[FilterChip]
    filters: FilterMenu
    columns: Sequence[Column]
    rows: Sequence[Row]
    total: str
    """"128" or "1,000+"."""
    plural: str
    range: str = ""
    """Where we are, in words: "First 50", "Next 50"."""
    clear_url: str = ""
    """Without search and filters; empty: there are none."""
    previous_url: str = ""
    next_url: str = ""
    create: Link | None = None
    empty: EmptyState | None = None
    sort_menu: Sequence[Link] = ()
    """For phones, where there are no column headers."""
    error: str = ""
    """A filter in the address that makes no sense, in words."""
    notice: str = ""
    """Why a search may find less than there is."""
    files: ListFiles = ListFiles()
    pinned: bool = False
    """The first column stays in sight."""
