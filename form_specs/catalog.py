"""What checking a spec must know of the types it names.

`components.registry` implements it; it stands here as a Protocol because this package may not
know components.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Protocol

from form_specs.inside import Nesting
from form_specs.model import ActionSpec, FieldSpec, JsonObject, JsonValue


class Conversion(StrEnum):
    """What becomes of a field's values when its type or options change."""

    SAME = "same"
    """They stand in the store as they did: nothing is to be done."""
    LOSSLESS = "lossless"
    """Each has exactly one counterpart."""
    LOSSY = "lossy"
    """Some have none, or lose a part of themselves."""
    NONE = "none"
    """There is no way from one to the other."""


class CatalogField(Nesting, Protocol):
    """A field type bound to one field, as far as checking asks it."""

    @property
    def children(self) -> "Sequence[CatalogField]": ...
    @property
    def sortable(self) -> bool: ...
    @property
    def formats(self) -> tuple[str, ...]:
        """The ways beside the usual one in which a list may show its values."""
        ...

    def parse(self, value: JsonValue) -> Any:
        """From JSON to a typed value; a `ValueError` says in words what would be right."""
        ...


class Catalog(Protocol):
    """The field, view and action types that a spec may name."""

    def __hash__(self) -> int:
        """What is worked out with a catalogue is kept by it."""
        ...

    @property
    def field_types(self) -> tuple[str, ...]: ...
    @property
    def view_types(self) -> tuple[str, ...]: ...
    @property
    def action_types(self) -> tuple[str, ...]: ...

    def field_title(self, name: str) -> str:
        """What people call a field type, in the reader's language."""
        ...

    def field_options(self, name: str) -> JsonObject:
        """The JSON Schema of a field type's `options`."""
        ...

    def view_options(self, name: str) -> JsonObject:
        """The JSON Schema of a view type's `options`."""
        ...

    def action_options(self, name: str) -> JsonObject:
        """The JSON Schema of an action type's `options`."""
        ...

    def generates(self, name: str) -> bool:
        """Whether a field type makes its values itself when a record is created."""
        ...

    def derives(self, name: str) -> bool:
        """Whether the values of a field type follow from other fields."""
        ...

    @property
    def results(self) -> tuple[str, ...]:
        """The field types whose values a formula may give."""
        ...

    def has_choices(self, name: str) -> bool:
        """Whether a field type takes its values from `choices`."""
        ...

    def has_free_choices(self, name: str) -> bool:
        """Whether a field type with `choices` takes any other text as well."""
        ...

    def holds(self, name: str) -> bool:
        """Whether a field of the type holds fields of its own, made from parts of its schema."""
        ...

    def nests(self, name: str) -> bool:
        """Whether a field of the type may stand inside another field."""
        ...

    def action_fields(self, spec: ActionSpec) -> tuple[str, ...]:
        """The form's fields that an action's options name."""
        ...

    def recognised(self, schema: Mapping[str, Any]) -> tuple[str, JsonObject] | None:
        """The field type that fits a foreign property schema best, with its options; none fits: none.

        A type fits only where it takes, and gives back equal, each value that the schema takes.
        """
        ...

    def new_schema(self, name: str) -> JsonObject:
        """The schema that a new property of a field type gets, with the options as they are."""
        ...

    def schema_with(self, name: str, options: Mapping[str, Any]) -> JsonObject:
        """The same with these options."""
        ...

    def schema_problem(self, name: str, schema: Mapping[str, Any]) -> str | None:
        """Why a property schema cannot belong to a field of this type, or none."""
        ...

    def field(self, spec: FieldSpec) -> CatalogField:
        """The type bound to a field; a `ValueError` where the field cannot be of it."""
        ...

    def conversion(self, old: FieldSpec, new: FieldSpec) -> Conversion:
        """What becomes of the values of one field as another of the same key."""
        ...

    def converter(
        self, old: FieldSpec, new: FieldSpec, formats: Sequence[str] = ()
    ) -> Callable[[JsonValue], JsonValue]:
        """From a JSON value of `old` to one of `new`: pure; a `ValueError` says why there is none.

        `formats` say how moments are written in texts, as `strptime` has it.
        """
        ...

    def accepts(self, schema: Mapping[str, Any]) -> Callable[[Any], bool]:
        """The verdict of a schema of records or of values."""
        ...
