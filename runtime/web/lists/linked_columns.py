"""The columns of a list that stand in linked records: read for all its rows at once, drawn as there."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from form_specs.model import ColumnLook
from runtime.access import FormAccess
from runtime.reading import RecordView
from runtime.web.contexts import Cell
from runtime.web.forms.fields import people_named
from runtime.web.lists.cells import CellDrawing, CellMaker
from runtime.web.site.context import here
from runtime.web.site.rendering import system_cell
from runtime.web.titles import Titles, chosen_in


@dataclass(frozen=True)
class LinkedColumn:
    """One column: the link that leads to its records, and the field there."""

    link: str
    field: str
    there: FormAccess


class LinkedColumns:
    """The linked columns among some, over the records of one page."""

    def __init__(
        self,
        access: FormAccess,
        keys: Iterable[str],
        records: Sequence[RecordView],
        looks: Mapping[str, ColumnLook] | None = None,
    ) -> None:
        self._access = access
        self._looks = looks or {}
        self._columns = {key: found for key in keys if (found := _column(access, key))}
        linked = here().linked(access)
        links = {column.link for column in self._columns.values()}
        linked.load((record.stored.document for record in records), links)
        self._views: dict[tuple[str, str], RecordView] = {}
        for column in self._columns.values():
            for record in records:
                key = record.stored.document.get(column.link, "")
                behind = linked.record(column.link, key)
                if behind is not None:
                    self._views[column.link, key] = RecordView(column.there, behind.stored)
        self._drawings = {link: self._drawing(link) for link in links}

    def _drawing(self, link: str) -> CellDrawing:
        """What draws the cells of all columns over one link."""
        columns = [column for column in self._columns.values() if column.link == link]
        keys, there = [column.field for column in columns], columns[0].there
        views = [view for (of, _key), view in self._views.items() if of == link]
        people = here().titles(people_named(there, views, keys))
        titles = Titles(people, chosen_in(here().directory(there), views, keys))
        return CellDrawing(there, titles, self._access.now, self._formats(link))

    def _formats(self, link: str) -> dict[str, ColumnLook]:
        """In which format each field over a link is written; where its column stands is the list's."""
        return {
            column.field: ColumnLook(format=self._looks[key].format)
            for key, column in self._columns.items()
            if column.link == link and key in self._looks
        }

    def __contains__(self, key: str) -> bool:
        return key in self._columns

    def heading(self, key: str) -> str:
        """The title of a column: "Merchant's country", with the unit where there is one."""
        column = self._columns[key]
        title = self._access.form.title_at(key)
        field = column.there.form.fields.get(column.field)
        measured = field is not None and field.spec.unit and column.there.reads(column.field)
        return f"{title} ({field.spec.unit})" if field is not None and measured else title

    def css(self, key: str) -> str:
        """The classes of a column's cells: what titles the linked record does not title the row."""
        column = self._columns[key]
        return self._drawings[column.link].css(column.field).replace("c-title", "c-meta")

    def maker(self, key: str, css: str) -> CellMaker:
        """What draws the cells of a column; nothing where the linked record is out of sight."""
        column = self._columns[key]
        draw = self._drawings[column.link].maker(column.field)
        empty = Cell(css, "", system_cell("plain")(None, "", None))

        def make(record: RecordView) -> Cell:
            if not record.access.reads(column.link):
                return empty
            view = self._views.get((column.link, record.stored.document.get(column.link, "")))
            return empty if view is None else draw(view)._replace(css=css)

        return make


def _column(access: FormAccess, path: str) -> LinkedColumn | None:
    found = access.form.ties.links.at(path)
    return found and LinkedColumn(found[0], found[2], access.beside(found[1].key))
