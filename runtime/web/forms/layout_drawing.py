"""From a layout to what a page draws of it: sections, tabs and notes, as far as they are shown.

In a form that somebody fills in, what may appear is drawn as well, but not shown: its inputs
stay where they are when it comes and goes.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any
from zlib import crc32

from markupsafe import Markup

from components.base import ABSENT, FieldType
from form_specs.hops import is_hop, parted
from form_specs.model import Layout, Note, Placement, Section, Step, Tab
from runtime.access import FormAccess
from runtime.compiling.form import Broken, read_stored
from runtime.compiling.hops import followed
from runtime.compiling.layouts import Conditional, conditional_parts
from runtime.storage.records import StoredRecord
from runtime.web.contexts import (
    FieldView,
    NoteView,
    PartState,
    PartView,
    SectionView,
    TabsView,
    TabView,
)
from runtime.web.forms.fields import FORM_PREFIX, FormDrawing
from runtime.web.forms.inside import shown_text
from runtime.web.site.context import here
from runtime.web.titles import is_looked_up

PART = "@part:"
"""What the markers of parts of a layout begin with."""


@dataclass(frozen=True)
class Standing:
    """How a form stands: what would be stored, and what people are called in it."""

    access: FormAccess
    document: Mapping[str, Any]
    record: StoredRecord | None
    titles: Mapping[str, str]

    @classmethod
    def of(cls, drawing: FormDrawing, record: StoredRecord | None = None) -> "Standing":
        """How the form stands that is being drawn."""
        form, access = drawing.access.form, drawing.access
        if drawing.reacting is not None:
            settled = drawing.reacting.evaluation.document
        else:
            typed = {**drawing.values, **drawing.form.posted()}
            known = {k: v for k, v in typed.items() if not isinstance(v, Broken)}
            emptied = {key for key, value in known.items() if value is ABSENT}
            base = record.document if record else {}
            found = {key: value for key, value in base.items() if key not in emptied}
            found |= form.to_document(known)
            hops = here().hops(access)
            settled = form.evaluate(found, access.env, hops, record, access.reads).document
        document = form.reactions.live(dict(settled), access.now, here().hops(access))
        return cls(access, document, record, drawing.titles)

    def shows(self, part: Conditional) -> bool:
        """Whether a part of a layout is drawn."""
        form, access = self.access.form, self.access
        facts = {**self.document, **form.system_facts(self.record)}
        knows = here().linked(access).knows(facts, access)
        return form.layouts.shows(
            part, followed(facts, form.operands.steps, here().hops(access)), access.env, knows
        )

    def html(self, note: Note) -> Markup:
        """What a note says; nothing where it is not shown."""
        if not self.shows(note):
            return Markup("")
        form, access = self.access.form, self.access
        values: dict[str, Any] = {}
        shown: dict[str, str] = {}
        for key in form.layouts.note_reads(note):
            field, stored = self._read(key)
            if field is None or stored is None:
                continue
            value = read_stored(field, stored)
            if not (is_hop(key) and is_looked_up(field)):
                shown[key] = shown_text(field, value, self.titles)
            values[key] = None if isinstance(value, Broken) else field.to_formula(value)
        return form.layouts.note(
            note, values, form.computing.environment(access.now, live=True), shown
        )

    def _read(self, key: str) -> tuple[FieldType | None, Any]:
        """The field of something that a note reads, with its stored value; none where it may not be known."""
        form, access = self.access.form, self.access
        if not is_hop(key):
            known = access.reads(key)
            return (form.fields[key], self.document.get(key)) if known else (None, None)
        link, there = parted(key)
        found = here().hops(access).follow(link, self.document.get(link))
        return form.ties.links.forms[link].fields[there], found.get(there) if found else None


@dataclass(frozen=True)
class Parts:
    """The parts of one layout with their ids, and how those stand that may come and go."""

    layout: Layout
    standing: Standing
    prefix: str = FORM_PREFIX

    @cached_property
    def _numbers(self) -> dict[int, int]:
        return {id(part): number for number, part in enumerate(conditional_parts(self.layout))}

    def id_of(self, part: Conditional) -> str:
        """The id of a part in the page."""
        before = "" if self.prefix == FORM_PREFIX else f"{self.prefix}-"
        kind = (
            "section" if isinstance(part, Section) else "note" if isinstance(part, Note) else "tab"
        )
        return f"{before}{kind}-{self._numbers[id(part)]}"

    def state_of(self, part: Conditional) -> str:
        """How a part is drawn, as its marker says it; empty: as without any condition."""
        if not self.standing.access.form.layouts.reacts(part):
            return ""
        if not self.standing.shows(part):
            return "h"
        return f"{crc32(self.standing.html(part).encode()):x}" if isinstance(part, Note) else ""

    def state(self, part: Conditional) -> PartState | None:
        """Whether a part is shown; none where that never changes."""
        if not self.standing.access.form.layouts.reacts(part):
            return None
        name, state = self.id_of(part), self.state_of(part)
        return PartState(name, state == "h", f"{PART}{name}={state}" if state else "")

    def note(self, note: Note, state: PartState | None) -> NoteView:
        """A note as it is drawn."""
        return NoteView(self.standing.html(note), note.tone, state)

    def changed(self, drawn: Mapping[str, str], within: Layout) -> Iterator[PartState | NoteView]:
        """The parts in some of the layout that are not drawn any more as they stand now."""
        for part in conditional_parts(within):
            if self.state_of(part) == drawn.get(f"{PART}{self.id_of(part)}", ""):
                continue
            state = self.state(part)
            if isinstance(part, Note):
                yield self.note(part, state)
            elif state is not None:
                yield state


@dataclass(frozen=True)
class LayoutDrawing:
    """Draws the parts of a layout with the fields of one form."""

    drawing: FormDrawing
    known: Parts

    @classmethod
    def of(
        cls, drawing: FormDrawing, layout: Layout, record: StoredRecord | None = None
    ) -> "LayoutDrawing":
        """For a form that is being drawn, of a record or of one to be."""
        return cls(drawing, Parts(layout, Standing.of(drawing, record), drawing.prefix))

    @property
    def _changes(self) -> bool:
        """Whether the form is asked how it stands while it is filled in."""
        reacting = self.drawing.reacting
        return self.drawing.editable and reacting is not None and bool(reacting.refresh_url)

    def _is_drawn(self, part: Conditional) -> bool:
        return self._changes or self.known.standing.shows(part)

    def _state(self, part: Conditional) -> PartState | None:
        return self.known.state(part) if self._changes else None

    def parts(self) -> list[PartView]:
        """What is drawn from top to bottom; steps stand beside each other as tabs do."""
        found: list[PartView] = []
        drawn = (part for part in self.known.layout if self._is_drawn(part))
        for behind_tabs, run in groupby(drawn, lambda part: isinstance(part, Tab | Step)):
            if behind_tabs:
                found += self._tabs([part for part in run if not isinstance(part, Section)])
            else:
                found += self.sections(part for part in run if isinstance(part, Section))
        return found

    def sections(self, sections: Iterable[Section]) -> list[SectionView]:
        """The sections that hold something which exists for the person."""
        drawn = [self._section(section) for section in sections if self._is_drawn(section)]
        return [section for section in drawn if section.fields]

    def with_others(self) -> list[PartView]:
        """As `parts`, and below them what no field shows, folded as long as it is empty."""
        view = self.drawing.others()
        if view is None:
            return self.parts()
        held = view.control is not None and bool(view.control.text)
        section = SectionView(
            id="section-others",
            title=view.spec.title,
            columns=2,
            fields=[view],
            folds=not held,
            open=bool(view.errors),
        )
        return [*self.parts(), section]

    def _tabs(self, parts: Iterable[Tab | Step]) -> list[TabsView]:
        found = [(part, self.sections(part.sections)) for part in parts]
        tabs = [
            TabView(self.known.id_of(part), part.title, sections, self._state(part))
            for part, sections in found
            if sections
        ]
        return [TabsView(f"{tabs[0].id}-strip", tabs)] if tabs else []

    def _section(self, section: Section) -> SectionView:
        views = [*self._items(section)]
        wrong = any(isinstance(view, FieldView) and view.errors for view in views)
        return SectionView(
            id=self.known.id_of(section),
            title=section.title,
            columns=section.columns,
            description=section.description,
            fields=views,
            folds=section.collapsed,
            open=wrong,
            state=self._state(section),
        )

    def _items(self, section: Section) -> Iterator[FieldView | NoteView]:
        for item in section.items:
            if isinstance(item, Placement):
                yield from self.drawing.fields([item])
            elif self._is_drawn(item):
                yield self.known.note(item, self._state(item))
