"""How good or bad something is."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from components.base import ORDERED_OPERATORS, FieldType
from components.recognition import type_problem
from components.values import ABSENT, InvalidValueError
from components.values.numbers import integer_from_text, integer_of, scaled_text
from form_specs.conditions import Kind
from form_specs.formulas import NUMBER, FormulaType
from form_specs.language import _, marked
from form_specs.model import FieldSpec, JsonValue

_HIGHEST: Final = 10
_COMMON: Final = 5


class RatingType(FieldType):
    """A whole number from 1 to the schema's `maximum`, chosen among as many buttons."""

    name = "rating"
    title = marked("Rating")
    description = marked("A grade from 1 to 5, or to another small number")
    kind = Kind.INTEGER
    operators = ORDERED_OPERATORS
    filter_input = "number"
    grouped = True

    def __init__(self, spec: FieldSpec, locale: str = "en") -> None:
        super().__init__(spec, locale)
        problem = self.schema_problem(spec.schema)
        if problem is not None:
            raise ValueError(problem)
        self.grades: range = range(1, spec.schema["maximum"] + 1)

    def parse(self, value: JsonValue) -> int:
        grade = integer_of(value)
        if grade not in self.grades:
            raise InvalidValueError(
                _("From 1 to %(limit)s; this is %(number)s", limit=self.grades[-1], number=grade)
            )
        return grade

    def parse_text(self, texts: Sequence[str]) -> Any:
        """From the button chosen, the last text posted; before the buttons stands an empty one."""
        text = next(reversed(texts), "").strip()
        return self.parse(integer_from_text(text)) if text else ABSENT

    @property
    def formula_kind(self) -> FormulaType:
        return NUMBER

    def to_formula(self, value: int) -> Decimal:
        return Decimal(value)

    def from_formula(self, value: Decimal) -> int:
        return self.parse(int(scaled_text(value, 0)))

    def from_store(self, stored: JsonValue) -> int:
        return integer_of(stored)

    def to_text(self, value: int) -> list[str]:
        return [str(value)]

    def display(self, value: int) -> str:
        return _("%(grade)s of %(limit)s", grade=value, limit=self.grades[-1])

    def shown(self, value: int, titles: Mapping[str, str]) -> Any:
        return tuple(grade <= value for grade in self.grades)

    @classmethod
    def schema_for(cls, options: Mapping[str, Any]) -> dict[str, JsonValue]:
        return {"type": "integer", "minimum": 1, "maximum": _COMMON}

    @classmethod
    def schema_problem(cls, schema: Mapping[str, Any]) -> str | None:
        highest = schema.get("maximum")
        if schema.get("minimum") != 1 or type(highest) is not int or not 2 <= highest <= _HIGHEST:
            return _(
                'The property must have "minimum": 1 and a "maximum" from 2 to %(highest)s',
                highest=_HIGHEST,
            )
        return type_problem(schema, "integer")


TYPE = RatingType
