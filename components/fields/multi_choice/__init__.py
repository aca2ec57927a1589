"""Some of several choices."""

from collections.abc import Mapping, Sequence
from typing import Any

from components.base.listed import TextListType, joined, split
from components.choices import Choices, are_keys, choices_problem
from components.recognition import holds_only, type_problem
from components.values import ABSENT
from form_specs.formulas import FormulaType, choice_of, list_of
from form_specs.language import _, marked
from form_specs.model import Choice, Color, FieldSpec, JsonValue


class MultiChoiceType(TextListType):
    """Some of the keys in `x-ops.choices`, each once, in the order chosen.

    Checkboxes post nothing when none is ticked; so before them stands a hidden input of the
    same name with an empty value.
    """

    name = "multi_choice"
    title = marked("Several choices")
    description = marked("Any of several named values, such as symptoms")
    filter_input = "options"
    grouped = True
    multiple = True
    has_choices = True
    lossless_from = ("choice",)
    lossy_from = ("tags",)

    def __init__(self, spec: FieldSpec, locale: str = "en") -> None:
        super().__init__(spec, locale)
        self.choices = Choices(spec, spec.schema.get("items", {}))

    @property
    def formula_kind(self) -> FormulaType:
        return list_of(choice_of(self.choices.keys))

    def parse_item(self, value: JsonValue) -> str:
        return self.choices.key_of(value)

    def parse_text(self, texts: Sequence[str]) -> Any:
        """From keys or titles, each a text of its own."""
        keys = dict.fromkeys(self.choices.key_from_text(text) for text in texts if text.strip())
        return list(keys) or ABSENT

    def to_text(self, value: list[str]) -> list[str]:
        return list(value)

    def display(self, value: list[str]) -> str:
        return ", ".join(map(self.choices.title, value))

    def to_cells(self, value: list[str]) -> list[str]:
        return [joined(map(self.choices.cell, value), ";")]

    def from_cells(self, texts: Sequence[str]) -> Any:
        return self.parse_text([item for text in texts for item in split(text, ";")])

    def keys(self, value: list[str]) -> tuple[str, ...]:
        return self.choices.looked_up(value)

    def display_named(self, value: list[str], titles: Mapping[str, str]) -> str:
        return ", ".join(titles.get(key) or self.choices.title(key) for key in value)

    def color(self, key: str) -> Color:
        """The colour of one choice's dot."""
        return self.choices.color(key)

    def offered(self, current: Any = ABSENT) -> tuple[Choice, ...]:
        """What is offered to a record that holds `current`."""
        return self.choices.offered(current or ())

    def change_problem(self, before: Any, after: Any) -> str | None:
        title = self.choices.retired(set(after or ()) - set(before or ()))
        return _("'%(choice)s' is not offered any more", choice=title) if title else None

    @classmethod
    def schema_for(cls, options: Mapping[str, Any]) -> dict[str, JsonValue]:
        return {
            "type": "array",
            "items": {"type": "string", "enum": ["first", "second"]},
            "uniqueItems": True,
            "maxItems": 100,
        }

    @classmethod
    def recognise(cls, schema: Mapping[str, Any]) -> int:
        items = schema.get("items")
        listed = ("type", "items", "uniqueItems", "maxItems", "minItems")
        if schema.get("type") != "array" or not holds_only(schema, *listed):
            return 0
        if not isinstance(items, Mapping) or not holds_only(items, "type", "enum"):
            return 0
        unique = schema.get("uniqueItems") is True
        return 20 if unique and are_keys(items.get("enum")) else 0

    @classmethod
    def schema_problem(cls, schema: Mapping[str, Any]) -> str | None:
        items = schema.get("items")
        problem = choices_problem(items) if isinstance(items, Mapping) else _('It needs "items"')
        if problem:
            return _("Its items: %(problem)s", problem=problem)
        return type_problem(schema, "array")


TYPE = MultiChoiceType
