"""What checking a spec must know of the types it names.

`components.registry` implements it; it stands here as a Protocol because this package may not
know components.
"""

from collections.abc import Mapping
from typing import Any, Protocol

from form_specs.conditions import FieldOperand
from form_specs.model import ActionSpec, FieldSpec, JsonObject, JsonValue


class CatalogField(FieldOperand, Protocol):
    """A field type bound to one field, as far as checking asks it."""

    @property
    def sortable(self) -> bool: ...
    def parse(self, value: JsonValue) -> Any:
        """From JSON to a typed value; a `ValueError` says in words what would be right."""
        ...


class Catalog(Protocol):
    """The field, view and action types that a spec may name."""

    @property
    def field_types(self) -> tuple[str, ...]: ...
    @property
    def view_types(self) -> tuple[str, ...]: ...
    @property
    def action_types(self) -> tuple[str, ...]: ...

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

    def has_choices(self, name: str) -> bool:
        """Whether a field type takes its values from `choices`."""
        ...

    def action_fields(self, spec: ActionSpec) -> tuple[str, ...]:
        """The form's fields that an action's options name."""
        ...

    def recognised(self, schema: Mapping[str, Any]) -> tuple[str, JsonObject] | None:
        """The field type that fits a foreign property schema best, with its options; none fits: none.

        A type fits only where it takes, and gives back equal, each value that the schema takes.
        """
        ...

    def schema_problem(self, name: str, schema: Mapping[str, Any]) -> str | None:
        """Why a property schema cannot belong to a field of this type, or none."""
        ...

    def field(self, spec: FieldSpec) -> CatalogField:
        """The type bound to a field; a `ValueError` where the field cannot be of it."""
        ...
