"""One of several choices."""

from collections.abc import Mapping, Sequence
from typing import Any

from components.base import LISTED_OPERATORS, FieldType
from components.choices import Choices, are_keys, choices_problem
from components.recognition import holds_only
from components.values import ABSENT, InvalidValueError
from components.values.texts import stored_text
from form_specs.conditions import Kind
from form_specs.formulas import FormulaType, choice_of
from form_specs.language import _, marked
from form_specs.model import Choice, Color, FieldSpec, JsonValue


class ChoiceType(FieldType):
    """One of the keys in `x-ops.choices`; a retired one stays valid where it already is."""

    name = "choice"
    title = marked("Choice")
    description = marked("One of several named values, such as a reason")
    formats = ("text", "badge")
    filter_input = "options"
    kind = Kind.TEXT
    operators = LISTED_OPERATORS
    has_choices = True
    lossy_from = ("multi_choice",)

    def __init__(self, spec: FieldSpec, locale: str = "en") -> None:
        super().__init__(spec, locale)
        self.choices = Choices(spec, spec.schema)
        self.mindful = self.choices.retires
        elsewhere = spec.source is not None or spec.or_other or bool(spec.depends_on)
        self.grouped = spec.widget == "radios" and not elsewhere

    def parse(self, value: JsonValue) -> str:
        return self.choices.key_of(value)

    def parse_text(self, texts: Sequence[str]) -> Any:
        # The select comes first, then what was typed beside it.
        text = next((text for text in reversed(texts) if text), "")
        return self.choices.key_from_text(text) if text else ABSENT

    @property
    def formula_kind(self) -> FormulaType:
        return choice_of(self.choices.keys)

    def from_store(self, stored: JsonValue) -> str:
        return stored_text(stored)

    def to_text(self, value: str) -> list[str]:
        return [value]

    def display(self, value: str) -> str:
        return self.choices.title(value)

    def to_cells(self, value: str) -> list[str]:
        return [self.choices.cell(value)]

    def converted(self, value: Any, old: FieldType, formats: Sequence[str]) -> Any:
        texts = old.to_text(value)
        if len(texts) > 1:
            raise InvalidValueError(
                _("%(number)s are chosen, and only one can be", number=len(texts))
            )
        return self.parse_text(texts)

    def keys(self, value: str) -> tuple[str, ...]:
        return self.choices.looked_up((value,))

    def display_named(self, value: str, titles: Mapping[str, str]) -> str:
        return titles.get(value) or self.display(value)

    def color(self, value: str) -> Color:
        """The colour of the dot before the title."""
        return self.choices.color(value)

    def offered(self, current: Any = ABSENT) -> tuple[Choice, ...]:
        """What the select offers to a record that holds `current`."""
        return self.choices.offered(() if current is ABSENT else (current,))

    def change_problem(self, before: Any, after: Any) -> str | None:
        if after is ABSENT or after == before:
            return None
        title = self.choices.retired((after,))
        return _("'%(choice)s' is not offered any more", choice=title) if title else None

    @classmethod
    def schema_for(cls, options: Mapping[str, Any]) -> dict[str, JsonValue]:
        return {"type": "string", "enum": ["first", "second"]}

    @classmethod
    def recognise(cls, schema: Mapping[str, Any]) -> int:
        keys = schema.get("enum")
        if schema.get("type", "string") != "string" or not holds_only(schema, "type", "enum"):
            return 0
        return 20 if are_keys(keys) else 0

    @classmethod
    def schema_problem(cls, schema: Mapping[str, Any]) -> str | None:
        return choices_problem(schema)


TYPE = ChoiceType
