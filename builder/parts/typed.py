"""Values of fields as people type them into one input of the builder."""

from typing import Final

from components.base import ABSENT, FieldType
from form_specs.model import JsonValue

_NOT_TYPED: Final = ("sequence", "checklist", "signature", "location", "address", "json")


def is_typed(field: FieldType) -> bool:
    """Whether a value of the field can be written into one input."""
    whole = not (field.holds_fields or field.uploads or field.derived)
    return whole and field.name not in _NOT_TYPED


def as_typed(field: FieldType, value: JsonValue) -> str:
    """A value as its input writes it, a line each where there are several; empty: the field takes no such value."""
    try:
        texts = field.to_text(field.parse(value))
    except (ValueError, TypeError):
        return ""
    return ("\n" if field.multiple else " ").join(texts)


def from_typed(field: FieldType, typed: str) -> JsonValue:
    """What was typed as JSON of the record, null for nothing; raises `ValueError`."""
    value = field.parse_text(typed.splitlines() if field.multiple else [typed]) if typed else ABSENT
    return None if value is ABSENT else field.dump(value)
