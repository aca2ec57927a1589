"""Some of several choices."""

from collections.abc import Mapping, Sequence
from typing import Any

from components.choices import Choices, are_keys
from components.listed import TextListType
from components.recognition import holds_only, type_problem
from components.values import ABSENT
from form_specs.model import Choice, Color, FieldSpec, JsonValue


class MultiChoiceType(TextListType):
    """Some of the keys in `x-ops.choices`, each once, in the order chosen.

    Checkboxes post nothing when none is ticked; so before them stands a hidden input of the
    same name with an empty value.
    """

    name = "multi_choice"
    title = "Several choices"
    description = "Any of several named values, such as symptoms"
    multiple = True
    has_choices = True

    def __init__(self, spec: FieldSpec, locale: str = "en") -> None:
        super().__init__(spec, locale)
        self.choices = Choices(spec, spec.schema.get("items", {}))

    def parse_item(self, value: JsonValue) -> str:
        return self.choices.key_of(value)

    def parse_text(self, texts: Sequence[str]) -> Any:
        """From keys or titles; one text alone may hold several, apart by semicolons, as a CSV cell does."""
        if len(texts) == 1 and ";" in texts[0]:
            texts = texts[0].split(";")
        keys = dict.fromkeys(self.choices.key_from_text(text) for text in texts if text.strip())
        return list(keys) or ABSENT

    def to_text(self, value: list[str]) -> list[str]:
        return list(value)

    def display(self, value: list[str]) -> str:
        return ", ".join(map(self.choices.title, value))

    def color(self, key: str) -> Color:
        """The colour of one choice's dot."""
        return self.choices.color(key)

    def offered(self, current: Any = ABSENT) -> tuple[Choice, ...]:
        """What is offered to a record that holds `current`."""
        return self.choices.offered(current or ())

    def change_problem(self, before: Any, after: Any) -> str | None:
        title = self.choices.retired(set(after or ()) - set(before or ()))
        return f"'{title}' is not offered any more" if title else None

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
        keys = items.get("enum") if isinstance(items, Mapping) else None
        if not are_keys(keys):
            return 'The property must have "items" with an "enum" of the keys of its choices'
        return type_problem(schema, "array")


TYPE = MultiChoiceType
