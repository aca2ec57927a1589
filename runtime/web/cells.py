"""From records to the cells of a page: what equals is drawn once, by the macro of its column."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeAlias

from components.base import Align, FieldType
from runtime.access import FormAccess
from runtime.compiled import Broken, CompiledForm
from runtime.reading import RecordView
from runtime.web.contexts import Cell
from runtime.web.fields import SYSTEM_PEOPLE
from runtime.web.rendering import cell_macro, system_cell
from runtime.web.times import moment, relative

CellMaker: TypeAlias = Callable[[RecordView], Cell]

_MOMENTS: Final = ("@created_at", "@updated_at")
_ON_CARD: Final = {"money": "c-value", "user": "c-who", "date": "c-meta", "datetime": "c-meta"}
_HIDDEN: Final = "••••"


@dataclass(frozen=True)
class CellDrawing:
    """What all cells of one page share."""

    access: FormAccess
    titles: Mapping[str, str]
    """What people are called, by account name."""
    now: datetime

    def maker(self, key: str) -> CellMaker:
        """What draws the cells of the column `key`."""
        field = self.access.form.fields.get(key)
        if field is None:
            return self._system(key)
        return self._field(field) if self.access.reads(key) else self._masked(field)

    def css(self, key: str) -> str:
        """The classes of a column's cells: where they stand in the table and on a phone's card."""
        field = self.access.form.fields.get(key)
        if field is None:
            return "c-state" if key == "@state" else "end" if key in _MOMENTS else ""
        place = "c-title" if key == self.access.form.spec.title_field else _ON_CARD.get(field.name)
        return " ".join(filter(None, ("end" if field.align is Align.END else "", place)))

    def reference(self, record: RecordView, css: str) -> Cell:
        """The record's number, where the first cell would hold nothing to press on."""
        return Cell(css, record.id, system_cell("reference")(None, record.id, None))

    # -- fields -------------------------------------------------------------------------

    def _field(self, field: FieldType) -> CellMaker:
        key, access, draw = field.key, self.access, _FieldCells(field, self.titles, self.css)
        drawn: dict[str, Cell] = {}

        def make(record: RecordView) -> Cell:
            stored = record.stored.document.get(key)
            if stored is None:
                return draw.empty
            # Known of other records, since several roles add up, but maybe not of this one.
            if record.access is not access and not record.access.reads(key):
                return draw.masked if record.access.sees(key) else draw.empty
            if type(stored) is not str:
                return draw(access.form, stored)
            cell = drawn.get(stored)
            if cell is None:
                cell = drawn[stored] = draw(access.form, stored)
            return cell

        return make

    def _masked(self, field: FieldType) -> CellMaker:
        key, draw = field.key, _FieldCells(field, self.titles, self.css)
        return lambda record: draw.masked if key in record.stored.document else draw.blank

    # -- system columns -----------------------------------------------------------------

    def _system(self, key: str) -> CellMaker:
        css = self.css(key)
        if key == "@state":
            return _state_cell(self.access.form, css)
        if key in _MOMENTS:
            return self._moment(key.removeprefix("@"), css)
        if key in SYSTEM_PEOPLE:
            return self._person(SYSTEM_PEOPLE[key], css)
        if key == "@id":
            return lambda record: self.reference(record, css)
        draw = system_cell("reference")

        def version(record: RecordView) -> Cell:
            text = str(record.stored.version)
            return Cell(css, text, draw(text, text, None))

        return version

    def _moment(self, name: str, css: str) -> CellMaker:
        draw, now = system_cell("moment"), self.now

        def make(record: RecordView) -> Cell:
            at = moment(getattr(record.stored, name))
            text = relative(at, now)
            return Cell(css, text, draw(at, text, None))

        return make

    def _person(self, name: str, css: str) -> CellMaker:
        draw, titles = system_cell("person"), self.titles
        drawn: dict[str, Cell] = {}

        def make(record: RecordView) -> Cell:
            person = getattr(record.stored, name)
            if person not in drawn:
                text = titles.get(person, person)
                drawn[person] = Cell(css, text, draw(person, text, None))
            return drawn[person]

        return make


class _FieldCells:
    """The cells of one field: of a value, and of the lack of one."""

    def __init__(
        self, field: FieldType, titles: Mapping[str, str], css: Callable[[str], str]
    ) -> None:
        self._field = field
        self._titles = titles
        self._css = css(field.key)
        self._draw = cell_macro(field)
        hidden = system_cell("masked")
        self.blank = self._cell("", system_cell("plain")(None, "", field.spec))
        self.empty = self.blank
        if field.name == "user":
            self.empty = self._cell("", self._draw(None, "", field.spec))
        self.masked = self._cell(_HIDDEN, hidden(None, _HIDDEN, field.spec))

    def __call__(self, form: CompiledForm, stored: Any) -> Cell:
        """The cell of a stored value."""
        field = self._field
        value = form.value(field.key, stored)
        if isinstance(value, Broken):
            text = "Unreadable"
            return self._cell(text, system_cell("masked")(None, text, field.spec))
        text = self._titles.get(value, value) if field.name == "user" else field.display(value)
        return self._cell(text, self._draw(value, text, field.spec))

    def _cell(self, text: str, html: Any) -> Cell:
        return Cell(self._css, text, html)


def _state_cell(form: CompiledForm, css: str) -> CellMaker:
    draw = system_cell("state")
    states = form.workflow.states if form.workflow else {}
    drawn: dict[str, Cell] = {}

    def make(record: RecordView) -> Cell:
        key = record.stored.state or ""
        if key not in drawn:
            state = states.get(key)
            text, color = (state.title, state.color.value) if state else (key, "gray")
            drawn[key] = Cell(css, text, draw(color, text, None))
        return drawn[key]

    return make
