"""From records to the rows of a table: each column drawn by its field, here or in a linked record."""

from collections.abc import Iterable, Mapping, Sequence

from form_specs.language import _
from form_specs.model import SYSTEM_FIELDS, ColumnLook
from runtime.access import FormAccess
from runtime.reading import RecordView
from runtime.web.contexts import Row
from runtime.web.forms.fields import people_named
from runtime.web.lists.cells import CellDrawing, CellMaker, look_css
from runtime.web.lists.linked_columns import LinkedColumns
from runtime.web.site.context import here
from runtime.web.titles import Titles, chosen_in


class TableRows:
    """Some records as rows of some columns, for one person."""

    def __init__(
        self,
        access: FormAccess,
        keys: Sequence[str],
        records: Sequence[RecordView],
        looks: Mapping[str, ColumnLook] | None = None,
    ) -> None:
        self._looks = looks or {}
        context = here()
        self.access = access
        self.keys = keys
        self.records = records
        people = context.titles(people_named(access, records, keys))
        titles = Titles(people, chosen_in(context.directory(access), records, keys))
        self._cells = CellDrawing(access, titles, access.now, self._looks)
        self._linked = LinkedColumns(access, keys, records, self._looks)

    def is_linked(self, key: str) -> bool:
        """Whether a column stands in linked records."""
        return key in self._linked

    def heading(self, key: str) -> str:
        """What a column is called."""
        if key in self._linked:
            return self._linked.heading(key)
        field = self.access.form.fields.get(key)
        if field is None:
            return _(SYSTEM_FIELDS[key])
        measured = field.spec.unit and self.access.reads(key)
        return f"{field.spec.title} ({field.spec.unit})" if measured else field.spec.title

    def css(self, key: str) -> str:
        """The classes of a column's cells."""
        if key not in self._linked:
            return self._cells.css(key)
        usual = self._linked.css(key).split()
        place = " ".join(each for each in usual if each != "end")
        return look_css(self._looks.get(key, ColumnLook()), place, at_end="end" in usual)

    def rows(self, urls: Iterable[str]) -> list[Row]:
        """The records as rows that lead to `urls`."""
        makers = [self._maker(key, lead=at == 0) for at, key in enumerate(self.keys)]
        rows = []
        for record, url in zip(self.records, urls, strict=True):
            lead, *cells = [make(record) for make in makers]
            if not lead.text:
                lead = self._cells.reference(record, lead.css)
            rows.append(Row(record.id, url, lead, cells))
        return rows

    def _maker(self, key: str, *, lead: bool) -> CellMaker:
        if key in self._linked:
            return self._linked.maker(key, self.css(key))
        return self._cells.maker(key, lead=lead)
