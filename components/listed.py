"""The base of field types whose value is a list of texts."""

from abc import abstractmethod

from components.base import FieldType
from components.texts import stored_text
from components.values import InvalidValueError
from form_specs.conditions import Kind
from form_specs.model import JsonValue


class TextListType(FieldType):
    """A list of texts; conditions ask whether it has one, any or all of some."""

    kind = Kind.LIST
    operators = ("has", "has_any", "has_all", "empty", "present")
    sortable = False

    @abstractmethod
    def parse_item(self, value: JsonValue) -> str:
        """From JSON to one text of the list; raises `InvalidValueError`."""

    def parse(self, value: JsonValue) -> list[str]:
        if not isinstance(value, list):
            raise InvalidValueError("This must be a list of texts")
        return [self.parse_item(item) for item in value]

    def literal(self, literal: JsonValue) -> JsonValue:
        return self.parse_item(literal)

    def from_store(self, stored: JsonValue) -> list[str]:
        if not isinstance(stored, list):
            raise InvalidValueError(f"The stored value is no list: {stored!r}")
        return [stored_text(item) for item in stored]
