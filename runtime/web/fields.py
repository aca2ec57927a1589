"""From a form, its layout and a person's rights to the fields that a page draws."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from components.base import ABSENT, FieldType
from components.controls import Input
from components.forms import RecordForm
from form_specs.model import Placement, Section
from runtime.access import FormAccess
from runtime.compiled import Broken
from runtime.gate import Reason as GateReason
from runtime.reading import RecordView
from runtime.web.contexts import (
    FieldView,
    FileItem,
    FormError,
    InputUi,
    Person,
    Reason,
    SectionView,
)
from runtime.web.rendering import detail_macro, form_macro

FORM_PREFIX = "f"
STEP_PREFIX = "step"
"""What the ids of a form's inputs start with: those of the record, those of a transition's dialog."""

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
    prefix: str = FORM_PREFIX
    """Of the inputs' ids: a dialog's inputs are others than those of the page below it."""

    def sections(self, layout: Iterable[Section]) -> list[SectionView]:
        """The sections that hold at least one field which exists for the person."""
        drawn = (self._section(index, section) for index, section in enumerate(layout))
        return [section for section in drawn if section.fields]

    def _section(self, index: int, section: Section) -> SectionView:
        return SectionView(
            id=f"section-{index}",
            title=section.title,
            columns=section.columns,
            description=section.description,
            fields=self.fields(section.fields),
        )

    def fields(self, placements: Iterable[Placement]) -> list[FieldView]:
        """The fields of some placements that exist for the person."""
        return [
            self._field(self.access.form.fields[place.field], place.span)
            for place in placements
            if self.access.sees(place.field)
        ]

    def _field(self, field: FieldType, span: int) -> FieldView:
        control = self.form.control(field.key)
        if not self.access.reads(field.key):
            return self._masked(field, span, control)
        if self.editable and self.access.writes(field.key):
            return self._edited(field, span, control)
        return self._shown(field, span, control)

    def _ui(self, field: FieldType, control: Input) -> InputUi:
        name = control_id(field.key, self.prefix)
        described = [f"{name}-hint"] if field.spec.description else []
        if control.errors:
            described.append(f"{name}-error")
        return InputUi(
            id=name,
            name=field.key,
            required=field.spec.required or field.key in self.required,
            invalid=bool(control.errors),
            described_by=" ".join(described),
            users=[Person(name, title) for name, title in self.people]
            if field.name == "user"
            else (),
            files=self.files.get(field.key, ()),
            upload_url=self._upload_url(field),
            max_bytes=self.upload_limit if field.uploads else 0,
        )

    def _upload_url(self, field: FieldType) -> str:
        if not self.upload_url:
            return ""
        return f"{self.upload_url}{'&' if '?' in self.upload_url else '?'}field={field.key}"

    def _edited(self, field: FieldType, span: int, control: Input) -> FieldView:
        value = self.values.get(field.key, ABSENT)
        if isinstance(value, Broken) and not control.posted:
            # Its input is empty, which must not look as if nothing were there.
            control.add_error(f"{shown_text(field, value, self.titles)}. Type it anew")
        return FieldView(
            spec=field.spec,
            mode="edit",
            span=span,
            ui=self._ui(field, control),
            text=shown_text(field, value, self.titles),
            value=value,
            draw=form_macro(field),
            control=control,
            errors=list(control.errors),
        )

    def _shown(self, field: FieldType, span: int, control: Input) -> FieldView:
        value = self.values.get(field.key, ABSENT)
        readable = value is not ABSENT and not isinstance(value, Broken)
        return FieldView(
            spec=field.spec,
            mode="read",
            span=span,
            ui=self._ui(field, control),
            text=shown_text(field, value, self.titles),
            value=value,
            detail=detail_macro(field) if readable else None,
            errors=list(control.errors),
            note=self.note,
        )

    def _masked(self, field: FieldType, span: int, control: Input) -> FieldView:
        return FieldView(
            spec=field.spec,
            mode="masked",
            span=span,
            ui=self._ui(field, control),
            text="••••" if field.key in self.masked else "",
            note="Hidden from your role",
        )


def control_id(key: str, prefix: str = FORM_PREFIX) -> str:
    """The id of a field's input in the page."""
    return f"{prefix}-{key}"


def shown_text(field: FieldType, value: Any, titles: Mapping[str, str]) -> str:
    """What a person reads for a value; empty where there is none."""
    if value is ABSENT:
        return ""
    if isinstance(value, Broken):
        return f"Unreadable: {str(value.stored)[:80]}"
    if field.name == "user":
        return titles.get(value, value)
    return field.display(value)


def show_reasons(form: RecordForm, reasons: Iterable[GateReason]) -> list[FormError]:
    """Puts each reason at its field, and gives the lines of the summary above the form."""
    lines: list[FormError] = []
    for reason in reasons:
        if reason.field is not None and reason.field in form:
            form.control(reason.field).add_error(reason.message)
        target = control_id(reason.field) if reason.field is not None else ""
        lines.append(FormError(reason.message, target))
    return lines


def form_errors(form: RecordForm) -> list[FormError]:
    """The lines of the summary for what could not even be read."""
    return [
        FormError(f"{field.spec.title}: {message}", control_id(field.key))
        for field in form.field_types
        for message in form.control(field.key).errors
    ]


def reasons_shown(reasons: Iterable[GateReason]) -> list[Reason]:
    """Why a button is disabled, each with the input that would help."""
    return [Reason(r.message, control_id(r.field) if r.field else "") for r in reasons]


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
