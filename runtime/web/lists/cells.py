"""From records to the cells of a page, each drawn by the macro of its column."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as member
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any, Final, TypeAlias

from components.base import Align, FieldType
from form_specs.language import _, voice
from form_specs.model import ColumnLook
from runtime.access import FormAccess
from runtime.compiling.form import Broken, CompiledForm, read_stored
from runtime.reading import RecordView
from runtime.web.contexts import Cell, CellMacro
from runtime.web.forms.fields import SYSTEM_PEOPLE
from runtime.web.forms.inside import shown_text, spec_shown, value_shown
from runtime.web.site.rendering import cell_macro, system_cell
from runtime.web.site.times import moment, relative
from runtime.web.titles import Chosen, Titles, is_looked_up, who_acted

CellMaker: TypeAlias = Callable[[RecordView], Cell]

_MOMENTS: Final = ("@created_at", "@updated_at")
_HIDDEN: Final = "••••"
_USUAL: Final = ColumnLook()


@dataclass(frozen=True)
class CellDrawing:
    """What all cells of one page share."""

    access: FormAccess
    titles: Mapping[str, str]
    """What people are called, by account name."""
    now: datetime
    looks: Mapping[str, ColumnLook] = member(default_factory=dict)
    """How columns are drawn where it is not the usual way."""

    def maker(self, key: str, *, lead: bool = False) -> CellMaker:
        """What draws the cells of the column `key`; those that lead a row are its link themselves."""
        field = self.access.form.fields.get(key)
        if field is None:
            return self._system(key)
        return self._field(field, lead=lead) if self.access.reads(key) else self._masked(field)

    def css(self, key: str) -> str:
        """The classes of a column's cells: where they stand in the table and on a phone's card."""
        field = self.access.form.fields.get(key)
        if field is None:
            usual, place = key in _MOMENTS, "c-state" if key == "@state" else ""
        else:
            usual = field.align is Align.END
            place = "c-title" if key == self.access.form.spec.title_field else field.card
        return look_css(self.looks.get(key, _USUAL), place, at_end=usual)

    def reference(self, record: RecordView, css: str) -> Cell:
        """The record's number, where the first cell would hold nothing to press on."""
        return Cell(css, record.id, system_cell("reference")(None, record.id, None))

    # -- fields -------------------------------------------------------------------------

    def _field(self, field: FieldType, *, lead: bool) -> CellMaker:
        key, access, css = field.key, self.access, self.css(field.key)
        cells = _FieldCells(field, css)
        if is_looked_up(field):
            return self._chosen(field, css, cells, lead=lead)
        draw = self._person_in(field, css) if field.name == "user" else cells.drawn
        look = self.looks.get(key, _USUAL)
        if look.format in field.formats:
            draw = self._formatted(field, css, look.format, cells)

        def make(record: RecordView) -> Cell:
            stored = record.stored.document.get(key)
            if stored is None:
                return cells.empty
            # Known of other records, since several roles add up, but maybe not of this one.
            if record.access is not access and not record.access.reads(key):
                return cells.masked if record.access.sees(key) else cells.empty
            return draw(stored)

        return make

    def _chosen(self, field: FieldType, css: str, cells: "_FieldCells", *, lead: bool) -> CellMaker:
        """Cells whose texts were looked up: for all records, or as each was saved."""
        key, access, name = field.key, self.access, self.looks.get(field.key, _USUAL).format
        draw = _macro_of(field, name if name in field.formats else "")
        leads_on = field.spec.link is not None and not lead
        chosen = self.titles.chosen if isinstance(self.titles, Titles) else Chosen()

        def make(record: RecordView) -> Cell:
            if key not in record.stored.document:
                return cells.empty
            if record.access is not access and not record.access.reads(key):
                return cells.masked if record.access.sees(key) else cells.empty
            titles = Titles({}, chosen, record.stored.id)
            value = record.value(key)
            text = shown_text(field, value, titles)
            if isinstance(value, Broken):
                return Cell(css, text, system_cell("masked")(None, text, field.spec))
            shown = value_shown(field, value, titles) if leads_on else value
            return Cell(css, text, draw(shown, text, spec_shown(field, titles)))

        return make

    def _formatted(
        self, field: FieldType, css: str, name: str, cells: "_FieldCells"
    ) -> Callable[[Any], Cell]:
        """Cells in one of the formats of the type; each value is written once for the page."""
        draw, now = _macro_of(field, name), self.now
        drawn: dict[Any, Cell] = {}

        def make(stored: Any) -> Cell:
            key = stored if isinstance(stored, str | int) else repr(stored)
            if key not in drawn:
                value = read_stored(field, stored)
                if isinstance(value, Broken):
                    return cells.drawn(stored)
                text = field.formatted(value, name, now)
                drawn[key] = Cell(css, text, draw(value, text, field.spec))
            return drawn[key]

        return make

    def _person_in(self, field: FieldType, css: str) -> Callable[[Any], Cell]:
        draw, titles = cell_macro(field), self.titles
        drawn: dict[Any, Cell] = {}

        def make(stored: Any) -> Cell:
            if stored not in drawn:
                text = titles.get(stored, stored)
                drawn[stored] = Cell(css, text, draw(stored, text, field.spec))
            return drawn[stored]

        return make

    def _masked(self, field: FieldType) -> CellMaker:
        key, cells = field.key, _FieldCells(field, self.css(field.key))
        return lambda record: cells.masked if key in record.stored.document else cells.blank

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
                who = who_acted(person, titles)
                drawn[person] = Cell(css, who.title, draw(who, who.title, None))
            return drawn[person]

        return make


def _macro_of(field: FieldType, format_: str) -> CellMacro:
    """What draws the values of a field in one of its formats."""
    own = {"text": "plain", "badge": "badge"}
    return system_cell(own[format_]) if format_ in own else cell_macro(field)


def look_css(look: ColumnLook, place: str, *, at_end: bool) -> str:
    """The classes of a column's cells."""
    end = look.align == "end" or (at_end and look.align != "start")
    width = f"w-{look.width}" if look.width in ("narrow", "wide") else ""
    return " ".join(filter(None, ("end" if end else "", width, place)))


class _FieldCells:
    """The cells of one field: of a value, and of the lack of one."""

    def __init__(self, field: FieldType, css: str) -> None:
        self._field = field
        self._css = css
        self._draw = cell_macro(field)
        self._voice = voice()

    @cached_property
    def masked(self) -> Cell:
        """Of a value that may be known of, but not read."""
        return Cell(self._css, _HIDDEN, system_cell("masked")(None, _HIDDEN, self._field.spec))

    @cached_property
    def blank(self) -> Cell:
        """Of nothing that may be told."""
        return Cell(self._css, "", system_cell("plain")(None, "", self._field.spec))

    @cached_property
    def empty(self) -> Cell:
        """Of no value."""
        if self._field.name != "user":
            return self.blank
        return Cell(self._css, "", self._draw(None, "", self._field.spec))

    def drawn(self, stored: Any) -> Cell:
        """The cell of a stored value."""
        draw = _drawn_before if type(stored) in _PLAIN else _drawn
        return draw(self._draw, self._field, self._css, stored, self._voice)


def _drawn(draw: CellMacro, field: FieldType, css: str, stored: Any, _voice: object) -> Cell:
    value = read_stored(field, stored)
    if isinstance(value, Broken):
        text = _("Unreadable")
        return Cell(css, text, system_cell("masked")(None, text, field.spec))
    text = field.display(value)
    return Cell(css, text, draw(value, text, field.spec))


_PLAIN: Final = (str, int)
"""Stored values of these types that are equal look alike; `True` and `1.0` are none of them."""
_drawn_before: Final = lru_cache(maxsize=4096)(_drawn)
"""Lists are drawn again and again with mostly the same values.  A cell depends on nothing but its
value, its column in their published version and the language it is said in."""


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
