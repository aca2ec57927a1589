"""One of several choices."""

from collections.abc import Mapping, Sequence
from typing import Any

from components.base import LISTED_OPERATORS, FieldType
from components.choices import Choices, are_keys
from components.recognition import holds_only
from components.texts import stored_text
from components.values import ABSENT
from form_specs.conditions import Kind
from form_specs.model import Choice, Color, FieldSpec, JsonValue


class ChoiceType(FieldType):
    """One of the keys in `x-ops.choices`; a retired one stays valid where it already is."""

    name = "choice"
    title = "Choice"
    description = "One of several named values, such as a reason"
    kind = Kind.TEXT
    operators = LISTED_OPERATORS
    has_choices = True

    def __init__(self, spec: FieldSpec, locale: str = "en") -> None:
        super().__init__(spec, locale)
        self.choices = Choices(spec, spec.schema)

    def parse(self, value: JsonValue) -> str:
        return self.choices.key_of(value)

    def parse_text(self, texts: Sequence[str]) -> Any:
        text = next(iter(texts), "")
        return self.choices.key_from_text(text) if text else ABSENT

    def from_store(self, stored: JsonValue) -> str:
        return stored_text(stored)

    def to_text(self, value: str) -> list[str]:
        return [value]

    def display(self, value: str) -> str:
        return self.choices.title(value)

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
        return f"'{title}' is not offered any more" if title else None

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
        keys = schema.get("enum")
        if not are_keys(keys):
            return 'The property must have an "enum" with the keys of its choices, which are texts'
        if schema.get("type", "string") != "string":
            return f'The property must have "type": "string", not {schema["type"]!r}'
        return None


TYPE = ChoiceType
