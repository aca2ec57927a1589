"""Rows of fields."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

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
from components.nested.slots import MAX_DRAWN, RowsControl
from components.recognition import type_problem
from components.values import InvalidValueError, Kept
from components.values.limits import and_more, rows_at_most
from form_specs.formulas import FormulaType, list_of
from form_specs.language import _, counted, digits, marked
from form_specs.model import FieldSpec, JsonValue

_MOST: Final = 5_000
_DISPLAYED: Final = 5


class RepeatType(ContainerType):
    """A list whose entries are rows: groups of columns, or values of one column."""

    name = "repeat"
    title = marked("Rows")
    counts_rows = True
    description = marked("Rows of the same fields, such as the lines of an order")

    def __init__(self, spec: FieldSpec, locale: str = "en", children: Any = ()) -> None:
        super().__init__(spec, locale, children)
        if len(self.children) != 1:
            raise ValueError(_("The rows need one kind of entry: 'items' that are fields"))
        self.row: FieldType = self.children[0]
        self.most: int = spec.options.get("rows", MAX_DRAWN)

    @property
    def empty(self) -> list[Any]:
        return []

    @property
    def columns_drawn(self) -> tuple[FieldType, ...]:
        """The fields of a row, or the one that each row is."""
        return self.row.side_by_side or (self.row,)

    @property
    def wide(self) -> bool:
        return len(self.columns_drawn) > 2

    def inner(self, value: Any) -> Iterator[tuple[str | int, FieldType | None, Any]]:
        return ((at, self.row, row) for at, row in enumerate(value))

    def with_parts(self, value: Any, parts: Mapping[str | int, Any]) -> list[Any]:
        return [parts.get(at, row) for at, row in enumerate(value)]

    def part_title(self, step: str | int, field: FieldType | None) -> str:
        return _("Row %(number)s", number=int(step) + 1)

    def parse(self, value: JsonValue) -> list[Any]:
        if not isinstance(value, list):
            raise InvalidValueError(_("This must be a list"))
        if len(value) > self.most:
            raise InvalidValueError(rows_at_most(self.most, len(value)))
        return [row for _, row in parsed_parts((at, self.row, row) for at, row in enumerate(value))]

    def dump(self, value: Any) -> JsonValue:
        return [dumped(self.row, row) for row in value]

    def to_store(self, value: Any) -> JsonValue:
        return [stored(self.row, row) for row in value]

    def from_store(self, stored: JsonValue) -> list[Any]:
        if not isinstance(stored, list):
            raise InvalidValueError(_("The stored value is no list: %(value)s", value=repr(stored)))
        return [restored(self.row, row) for row in stored]

    @property
    def formula_kind(self) -> FormulaType | None:
        kind = self.row.formula_kind
        return None if kind is None else list_of(kind)

    def to_formula(self, value: Any) -> list[Any]:
        return [self.row.to_formula(row) for row in value if not isinstance(row, Kept)]

    def display(self, value: Any) -> str:
        if not value:
            return _("No rows")
        if self.row.side_by_side:
            return counted("%(num)s row", "%(num)s rows", len(value), num=digits(len(value)))
        more = " " + and_more(len(value) - _DISPLAYED) if len(value) > _DISPLAYED else ""
        return ", ".join(shown(self.row, row) for row in value[:_DISPLAYED]) + more or _("Empty")

    def control(self) -> Control:
        return RowsControl(self)

    @classmethod
    def schema_for(cls, options: Mapping[str, Any]) -> dict[str, JsonValue]:
        column: JsonValue = {"type": "string", "title": "First", "x-ops": {"type": "text"}}
        row: JsonValue = {
            "type": "object",
            "properties": {"first": column},
            "additionalProperties": False,
        }
        return {"type": "array", "items": row, "maxItems": options.get("rows", MAX_DRAWN)}

    @classmethod
    def recognise(cls, schema: Mapping[str, Any]) -> int:
        items = schema.get("items")
        if schema.get("type") != "array" or "prefixItems" in schema:
            return 0
        telling = {"type", "properties", "enum", "const", "$ref", "oneOf", "anyOf", "allOf"}
        return 5 if isinstance(items, Mapping) and telling & items.keys() else 0

    @classmethod
    def options_for(cls, schema: Mapping[str, Any]) -> dict[str, JsonValue]:
        most = schema.get("maxItems")
        few = isinstance(most, int) and most <= MAX_DRAWN
        return {} if few else {"rows": _MOST}

    @classmethod
    def schema_problem(cls, schema: Mapping[str, Any]) -> str | None:
        if not isinstance(schema.get("items"), Mapping):
            return _(
                'The property must have "items" whose "properties" are fields, or that are one'
            )
        return type_problem(schema, "array")


TYPE = RepeatType
