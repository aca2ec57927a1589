"""Fields that hold null as a value of its own, apart from having no value.

Any type can: where the property's schema takes null beside the type's values.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from components.base import FieldType
from components.values import ABSENT
from form_specs.json_schema.nullable import bare
from form_specs.model import FieldSpec, JsonValue


class WithNull(FieldType):
    """What null is at each station of a value; the type behind it sees only its own values."""

    @property
    def allows_null(self) -> bool:
        return True

    def parse(self, value: JsonValue) -> Any:
        return None if value is None else super().parse(value)  # type: ignore[safe-super]

    def parse_posted(self, texts: Sequence[str], current: Any) -> Any:
        value = super().parse_posted(texts, ABSENT if current is None else current)
        return None if value is ABSENT and self.spec.blank == "null" else value

    def dump(self, value: Any) -> JsonValue:
        return None if value is None else super().dump(value)

    def to_store(self, value: Any) -> JsonValue:
        return None if value is None else super().to_store(value)

    def from_store(self, stored: JsonValue) -> Any:
        return None if stored is None else super().from_store(stored)

    def to_text(self, value: Any) -> list[str]:
        return ["" for _ in self.parts or ("",)] if value is None else super().to_text(value)

    def to_cells(self, value: Any) -> list[str]:
        return ["" for _ in self.columns or ("",)] if value is None else super().to_cells(value)

    def display(self, value: Any) -> str:
        return "" if value is None else super().display(value)  # type: ignore[safe-super]

    def to_formula(self, value: Any) -> Any:
        return None if value is None else super().to_formula(value)

    def search_text(self, value: Any) -> str:
        return "" if value is None else super().search_text(value)

    def references(self, value: Any) -> frozenset[str]:
        return frozenset() if value is None else super().references(value)

    def change_problem(self, before: Any, after: Any) -> str | None:
        before, after = (ABSENT if side is None else side for side in (before, after))
        return super().change_problem(before, after)


@cache
def _with_null(type_: type[FieldType]) -> type[FieldType]:
    # Its folder is that of the type, which is where its module stands.
    return type(f"Nullable{type_.__name__}", (WithNull, type_), {"__module__": type_.__module__})


def bound(type_: type[FieldType], spec: FieldSpec, locale: str, *inner: Any) -> FieldType:
    """The type bound to a field, and to the fields `inner` where it holds some; raises `ValueError` where a field of that spec cannot be."""
    value = None if type_.judges_null else bare(spec.schema)
    if value is None:
        return type_(spec, locale, *inner)
    return _with_null(type_)(replace(spec, schema=value), locale, *inner)
