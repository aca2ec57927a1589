"""The base of field types whose value is an object with a field for each of its known keys."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from wtforms.fields.core import Field as Control

from components.base import FieldType
from components.nested.containers import (
    ContainerType,
    dumped,
    parsed_parts,
    restored,
    shown,
    stored,
)
from components.nested.controls import ObjectControl
from components.nested.others import OthersType
from components.values import ABSENT, InvalidValueError, Kept
from components.values.documents import checked_document
from form_specs.formulas import FormulaType, group_of
from form_specs.from_schema.root_properties import asks_for_others, takes_others
from form_specs.language import _
from form_specs.model import JsonObject, JsonValue


class ObjectType(ContainerType):
    """An object; keys that are no fields keep their JSON, which the form's schema judges."""

    @cached_property
    def others(self) -> OthersType | None:
        """What shows the keys that are no fields, as one object in JSON; none where there are to be none."""
        return OthersType(self.members) if takes_others(self.spec.schema) else None

    @property
    def offers_others(self) -> bool:
        """Whether further keys are asked for, not only shown where there are some."""
        return asks_for_others(self.spec.schema)

    @property
    def members(self) -> Mapping[str, FieldType]:
        return {child.key: child for child in self.children}

    @property
    def side_by_side(self) -> tuple[FieldType, ...]:  # type: ignore[override]
        return tuple(part for part in self.children if "const" not in part.spec.schema)

    def inner(self, value: Any) -> Iterator[tuple[str | int, FieldType | None, Any]]:
        known = self.members
        for key in (*known, *(key for key in value if key not in known)):
            if key in value:
                yield key, known.get(key), value[key]

    def with_parts(self, value: Any, parts: Mapping[str | int, Any]) -> dict[str, Any]:
        found = {**value, **parts}
        return {str(key): part for key, part in found.items() if part is not ABSENT}

    def parse(self, value: JsonValue) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise InvalidValueError(_("This must be an object"))
        known = self.members
        checked_document({key: part for key, part in value.items() if key not in known})
        typed = dict(parsed_parts((key, known[key], value[key]) for key in value if key in known))
        return {key: typed.get(key, part) for key, part in value.items()}

    def dump(self, value: Any) -> JsonObject:
        return {str(key): dumped(field, part) for key, field, part in self._ordered(value)}

    def to_store(self, value: Any) -> JsonObject:
        return {str(key): stored(field, part) for key, field, part in self._ordered(value)}

    def from_store(self, stored: JsonValue) -> dict[str, Any]:
        if not isinstance(stored, dict):
            raise InvalidValueError(
                _("The stored value is no object: %(value)s", value=repr(stored))
            )
        known = self.members
        return {
            key: restored(known[key], part) if key in known else part
            for key, part in stored.items()
        }

    def _ordered(self, value: Any) -> Iterator[tuple[str, FieldType | None, Any]]:
        known = self.members
        return ((key, known.get(key), part) for key, part in value.items())

    @property
    def formula_kind(self) -> FormulaType:
        """What those of its fields hold that formulas can read."""
        kinds = {key: field.formula_kind for key, field in self.members.items()}
        return group_of({key: kind for key, kind in kinds.items() if kind is not None})

    def to_formula(self, value: Any) -> dict[str, Any]:
        return {
            str(key): field.to_formula(part)
            for key, field, part in self._ordered(value)
            if field is not None and not isinstance(part, Kept)
        }

    def display(self, value: Any) -> str:
        said = ((field, part) for _, field, part in self.inner(value) if field is not None)
        texts = (shown(field, part) for field, part in said if "const" not in field.spec.schema)
        return ", ".join(filter(None, texts)) or (_("Filled in") if value else _("Empty"))

    def control(self) -> Control:
        return ObjectControl(self)

    # -- in files -----------------------------------------------------------------------

    @cached_property
    def _apart(self) -> Sequence[FieldType]:
        """The fields that have columns of their own; none where one of them holds fields in turn."""
        simple = all(
            child.importable and not child.holds_fields and "." not in child.key
            for child in self.children
        )
        return self.children if simple else ()

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(
            f"{child.key}.{part}" if part else child.key
            for child in self._apart
            for part in child.columns or ("",)
        )

    def column_title(self, place: int) -> str:
        titles = [
            f"{child.spec.title}, {child.column_title(at)}" if child.columns else child.spec.title
            for child in self._apart
            for at in range(len(child.columns) or 1)
        ]
        return titles[place]

    def to_cells(self, value: Any) -> list[str]:
        """Each part in its own cells; what would not come back from there as JSON in the first."""
        if not self._apart:
            return super().to_cells(value)
        cells = [cell for child in self._apart for cell in _cells(child, part_of(value, child.key))]
        try:
            same = self.from_cells(cells) == value
        except InvalidValueError:
            same = False
        return cells if same else [*super().to_cells(value), *[""] * (len(cells) - 1)]

    def from_cells(self, texts: Sequence[str]) -> Any:
        if not self._apart or (texts[0].lstrip().startswith("{") and not any(texts[1:])):
            return super().from_cells(texts)
        left, found = list(texts), {}
        for child in self._apart:
            width = len(child.columns) or 1
            cells, left = left[:width], left[width:]
            try:
                found[child.key] = child.from_cells(cells)
            except InvalidValueError as error:
                raise error.below(child.spec.title) from None
        typed = {key: part for key, part in found.items() if part is not ABSENT}
        return typed or ABSENT


def _cells(child: FieldType, part: Any) -> list[str]:
    return [""] * (len(child.columns) or 1) if part is ABSENT else child.to_cells(part)


def part_of(value: Any, key: str) -> Any:
    """A part of an object's typed value, or `ABSENT`; what no type reads is none."""
    found = value.get(key, ABSENT) if isinstance(value, dict) else ABSENT
    return ABSENT if isinstance(found, Kept) else found
