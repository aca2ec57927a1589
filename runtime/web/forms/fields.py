"""From a form, its layout and a person's rights to the fields that a page draws."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final

from flask import url_for

from components.base import ABSENT, FieldType
from components.controls.control import Input
from components.forms import RecordForm
from components.nested.containers import ContainerType, shown
from components.values import Kept
from form_specs.language import _
from form_specs.model import Placement
from runtime.access import FormAccess
from runtime.compiling.form import Broken
from runtime.reading import RecordView
from runtime.web.contexts import (
    ChoosingUi,
    FieldReaction,
    FieldView,
    FileItem,
    FormReaction,
    InputUi,
    Mode,
    Person,
    Uploaded,
)
from runtime.web.forms.choosing import Choosing
from runtime.web.forms.inside import part_text, read_inside, shown_text, spec_shown, value_shown
from runtime.web.forms.kept import carried, carried_inside
from runtime.web.forms.reacting import Reacting
from runtime.web.site.context import here
from runtime.web.site.rendering import detail_macro, form_macro

FORM_PREFIX = "f"
STEP_PREFIX = "step"
"""What the ids of a form's inputs start with: those of the record, those of a transition's dialog."""

_WIDE: Final = ("long_text", "markdown", "json", "multi_choice")
"""The types that take a whole line of a group."""
_UNFIT: Final = re.compile(r"[\s%]")

SYSTEM_PEOPLE: Final = {"@created_by": "created_by", "@updated_by": "updated_by"}
"""The system fields that hold account names, and the columns they stand in."""


@dataclass(frozen=True)
class FormDrawing:
    """Everything that drawing one form takes."""

    access: FormAccess
    form: RecordForm
    values: Mapping[str, Any]
    masked: frozenset[str] = frozenset()
    editable: bool = True
    note: str = ""
    """Why nothing is editable."""
    people: Sequence[tuple[str, str]] = ()
    """(name, title) of whom a user field may name."""
    titles: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, Sequence[FileItem]] = field(default_factory=dict)
    """By files field."""
    upload_limit: int = 0
    upload_url: str = ""
    """Where a script sends files at once; empty: they go with the form."""
    required: frozenset[str] = frozenset()
    """Fields that this form asks for beyond those the schema requires."""
    choosing: Choosing | None = None
    """What the inputs offer that do not say it themselves."""
    refresh_url: str = ""
    """Where the form is drawn again with what stands in it."""
    prefix: str = FORM_PREFIX
    """Of the inputs' ids: a dialog's inputs are others than those of the page below it."""
    reacting: Reacting | None = None
    """What conditions make of the form; none: all of it is drawn as it is."""
    anew: bool = False
    """It is drawn for a page that stands already."""
    left_out: frozenset[str] = frozenset()
    """Fields that are not drawn here."""
    document: Mapping[str, Any] | None = None
    """The stored document that the form changes; none for a record to be."""

    @cached_property
    def computed(self) -> Mapping[str, Any] | None:
        """What computed fields would hold after saving what stands in the form; none: as it is stored."""
        if self.reacting is not None:
            return (
                self.reacting.computed if self.reacting.typed or not self.reacting.saved else None
            )
        typed = self.form.posted()
        if self.document is None:
            values = {k: v for k, v in self.values.items() if not isinstance(v, Broken)}
            typed = {**values, **typed}
        elif not typed:
            return None
        return self.access.form.computing.preview(
            self.document or {}, typed, self.access.now, here().hops(self.access)
        )

    def reaction(self, keys: Iterable[str]) -> FormReaction:
        """What the form is drawn with beside the fields `keys`."""
        if self.reacting is None:
            return FormReaction()
        return self.reacting.form(keys, editable=self.editable, prefix=self.prefix)

    def fields(self, placements: Iterable[Placement]) -> list[FieldView]:
        """The fields of some placements that exist for the person."""
        drawn = (
            self.field(self.access.form.fields[place.field], place.span)
            for place in placements
            if self.access.sees(place.field)
            and place.field not in self.left_out
            and not self._is_past(place.field)
        )
        return [view for view in drawn if view is not None]

    def _is_past(self, key: str) -> bool:
        """Whether a field is no longer used, and this record does without it."""
        spec = self.access.form.fields[key].spec
        return spec.deprecated and not spec.required and key not in self.values

    def field(self, field: FieldType, span: int) -> FieldView | None:
        """One field; none where a condition hides it and nobody can make it appear."""
        mode = self._mode(field)
        if mode == "hidden" and not self.editable:
            return None
        reaction = None
        if self.reacting is not None:
            # What was typed before it was hidden or read-only stays for when it is free again.
            kept = () if mode == "edit" else carried(self.form, field.key)
            reaction = self.reacting.of_field(field.key, kept, oob=self.anew)
        control = self.form.control(field.key)
        if mode == "edit":
            return self._edited(field, span, control, reaction)
        if mode == "read":
            return self._shown(field, span, control, reaction)
        if mode == "masked":
            return self._masked(field, span, control, reaction)
        return self._hidden(field, span, control, reaction)

    def _mode(self, field: FieldType) -> Mode:
        if self.reacting is not None and self.reacting.hides(field.key):
            return "hidden"
        if not self.access.reads(field.key):
            return "masked"
        locked = self.reacting is not None and self.reacting.locks(field.key)
        return "edit" if self.editable and self.access.writes(field.key) and not locked else "read"

    def others(self) -> FieldView | None:
        """What shows the properties that are no fields; none where there can be none for the person."""
        field = self.form.others
        if field is None or not self.access.extends(""):
            return None
        control = self.form.control(field.key)
        held = control.data is not ABSENT
        if self.editable:
            view = self._edited(field, 2, control)
            return replace(view, value=control.data)
        held_here = replace(self, values={**self.values, **field.of(self.values)})
        return held_here._shown(field, 2, control) if held else None

    def _ui(
        self, field: FieldType, control: Input, reaction: FieldReaction | None = None
    ) -> InputUi:
        name = control_id(control.name, self.prefix)
        described = [f"{name}-hint"] if field.spec.description else []
        if control.errors:
            described.append(f"{name}-error")
        if reaction is not None and (reaction.changes or reaction.notes):
            described.append(f"{name}-notes")
        return InputUi(
            id=name,
            name=control.name,
            required=field.spec.required or control.name in self.required,
            invalid=bool(control.errors),
            described_by=" ".join(described),
            users=[Person(name, title) for name, title in self.people]
            if field.name == "user"
            else (),
            files=self.files.get(field.key, ()),
            upload_url=self._upload_url(field),
            max_bytes=self.upload_limit if field.uploads else 0,
            preview_url=self._preview_url(field),
            words_url=self._words_url(field),
            inner=self._entries(control),
            keys=[self.inside(key) for key in control.keys],
            holds=isinstance(field, ContainerType),
            choosing=self._choosing(field, control),
            refresh_url=self.refresh_url,
            wide=isinstance(field, ContainerType) and field.wide,
        )

    def _choosing(self, field: FieldType, control: Input) -> ChoosingUi | None:
        """What a field offers that does not say it itself."""
        if self.choosing is None or field not in self.access.form.ties.all:
            return None
        return self.choosing.of(field, control, self.form)

    def _entries(self, control: Input) -> list[FieldView]:
        """What is drawn inside a field: of rows the cells of each."""
        views = [self.inside(entry) for entry in control.drawn]
        if not control.field_type.counts_rows:
            return views
        return [_with_cells(view) for view in views]

    def inside(self, control: Input) -> FieldView:
        """A field inside another one: as an input where that is edited, unless something speaks against it."""
        how = self.reacting.inside if self.reacting is not None else None
        fixed = control.field_type.spec.computed is not None
        if how is None or control.name not in how.ways:
            return (
                self._read_inside(control, control.data) if fixed else self._edited_inside(control)
            )
        if how.hides(control.name):
            view = replace(self._read_inside(control, ABSENT), mode="hidden")
        elif how.is_given(control.name) or how.locks(control.name):
            view = self._read_inside(control, how.value(control.name))
        else:
            view = self._edited_inside(control)
        kept = () if view.mode == "edit" else carried_inside(self.form, control)
        return _with_reaction(view, how.of(control, kept))

    def part(self, control: Input) -> FieldView:
        """The same as it stands in its row, if it stands in one."""
        around = self.form.around(control)
        view = self.inside(control)
        rows = len(around) > 1 and around[-2].field_type.counts_rows
        if not rows or not around[-1].field_type.side_by_side:
            return view
        row = around[-1].label.text
        return replace(view, cell=", ".join(filter(None, (row, view.spec.title))))

    def _read_inside(self, control: Input, value: Any) -> FieldView:
        """A field inside another one as what it says."""
        field = control.field_type
        readable = value is not ABSENT and value is not None and not isinstance(value, Kept)
        return FieldView(
            spec=spec_shown(field, self.titles),
            mode="read",
            span=self._span(field),
            ui=InputUi(control_id(control.name, self.prefix), control.name),
            type=field,
            text=part_text(field, value, self.titles),
            value=self._read(field, value) if readable else value,
            detail=detail_macro(field) if readable else None,
            control=control,
            errors=list(control.errors),
            label=control.label.text,
        )

    @staticmethod
    def _span(field: FieldType) -> int:
        return 2 if isinstance(field, ContainerType) or field.spec.type in _WIDE else 1

    def _edited_inside(self, control: Input) -> FieldView:
        field = control.field_type
        if isinstance(control.object_data, Kept) and not control.posted:
            text = shown(field, control.object_data)
            if text:
                control.add_error(_("%(text)s. Type it anew", text=text))
        return FieldView(
            spec=field.spec,
            mode="edit",
            span=self._span(field),
            ui=self._ui(field, control),
            type=field,
            text="",
            value=control.data,
            draw=form_macro(field),
            control=control,
            errors=list(control.errors),
            label=control.label.text,
        )

    def _upload_url(self, field: FieldType) -> str:
        if not self.upload_url:
            return ""
        return f"{self.upload_url}{'&' if '?' in self.upload_url else '?'}field={field.key}"

    def _words_url(self, field: FieldType) -> str:
        form = self.access.form
        if not field.suggests or form.fields.get(field.key) is not field:
            return ""
        return url_for("web.words", tool=form.tool_key, form=form.key, field=field.key)

    def _preview_url(self, field: FieldType) -> str:
        form = self.access.form
        if not field.previewed:
            return ""
        return url_for("web.preview", tool=form.tool_key, form=form.spec.key, field=field.key)

    def _edited(
        self, field: FieldType, span: int, control: Input, reaction: FieldReaction | None = None
    ) -> FieldView:
        value = self.values.get(field.key, ABSENT)
        if isinstance(value, Broken) and not control.posted:
            # Its input is empty, which must not look as if nothing were there.
            control.add_error(
                _("%(text)s. Type it anew", text=shown_text(field, value, self.titles))
            )
        return FieldView(
            spec=field.spec,
            mode="edit",
            span=span,
            ui=self._ui(field, control, reaction),
            type=field,
            text=shown_text(field, value, self.titles),
            value=value,
            draw=form_macro(field),
            control=control,
            errors=list(control.errors),
            reaction=reaction,
        )

    def _shown(
        self, field: FieldType, span: int, control: Input, reaction: FieldReaction | None = None
    ) -> FieldView:
        value = self._shown_value(field)
        readable = value is not ABSENT and not isinstance(value, Broken)
        return FieldView(
            spec=spec_shown(field, self.titles),
            mode="read",
            span=span,
            ui=self._ui(field, control, reaction),
            type=field,
            text=shown_text(field, value, self.titles),
            value=self._read(field, value) if readable else value,
            detail=detail_macro(field) if readable else None,
            errors=list(control.errors),
            note=self.note,
            reaction=reaction,
        )

    def _shown_value(self, field: FieldType) -> Any:
        if field.spec.computed is not None and self.computed is not None:
            return self.computed.get(field.key, ABSENT)
        return self.values.get(field.key, ABSENT)

    def _read(self, field: FieldType, value: Any) -> Any:
        """What a field's `detail` macro is given."""
        if isinstance(field, ContainerType):
            hidden = self.reacting.evaluation.hidden if self.reacting is not None else frozenset()
            return read_inside(field, value, self.titles, hidden=hidden)
        shown = value_shown(field, value, self.titles)
        return Uploaded(shown, self.files.get(field.key, ())) if field.uploads else shown

    def _masked(
        self, field: FieldType, span: int, control: Input, reaction: FieldReaction | None
    ) -> FieldView:
        return FieldView(
            spec=field.spec,
            mode="masked",
            span=span,
            ui=self._ui(field, control, reaction),
            type=field,
            text="••••" if field.key in self.masked else "",
            note=_("Hidden from your role"),
            reaction=reaction,
        )

    def _hidden(
        self, field: FieldType, span: int, control: Input, reaction: FieldReaction | None
    ) -> FieldView:
        ui = self._ui(field, control, reaction)
        return FieldView(field.spec, "hidden", span, ui, text="", type=field, reaction=reaction)


def _with_reaction(view: FieldView, reaction: FieldReaction | None) -> FieldView:
    """A field with what it reacts with; its input is described by the notes that may appear."""
    if reaction is None:
        return view
    ui = view.ui
    if reaction.changes or reaction.notes:
        ui = replace(ui, described_by=f"{ui.described_by} {ui.id}-notes".strip())
    return replace(view, ui=ui, reaction=reaction)


def _with_cells(row: FieldView) -> FieldView:
    """A row whose fields are called by it: as cells they have no label that is seen."""
    if not row.ui.holds or not row.type.side_by_side:
        return replace(row, cell=row.label)
    inner = [
        replace(view, cell=", ".join(filter(None, (row.label, view.spec.title))))
        for view in row.ui.inner
    ]
    return replace(row, ui=replace(row.ui, inner=inner))


def control_id(name: str, prefix: str = FORM_PREFIX) -> str:
    """The id of the input of that name in the page."""
    return f"{prefix}-{_UNFIT.sub(_coded, name)}"


def _coded(found: re.Match[str]) -> str:
    """A sign that would part an id in two, as text that no name holds."""
    return f"~x{ord(found[0]):x}."


def values_of(record: RecordView | None) -> dict[str, Any]:
    """The typed values that a form is drawn with; unreadable ones are left to be typed anew."""
    if record is None:
        return {}
    return {key: value for key, value in record.values.items() if not isinstance(value, Broken)}


def people_named(
    access: FormAccess, records: Iterable[RecordView], keys: Iterable[str]
) -> set[str]:
    """The account names in the fields and system fields `keys` of the records."""
    found = [(key, access.form.fields.get(key)) for key in keys]
    columns = [SYSTEM_PEOPLE[key] for key, _ in found if key in SYSTEM_PEOPLE]
    users = [field for _, field in found if field is not None and _names_people(access, field)]
    named: set[str] = set()
    for record in records:
        named.update(getattr(record.stored, column) for column in columns)
        for user_field in users:
            value = record.value(user_field.key)
            if value is not None and not isinstance(value, Broken):
                named |= user_field.references(value)
    return named


def _names_people(access: FormAccess, field: FieldType) -> bool:
    return type(field).references is not FieldType.references and access.reads(field.key)
