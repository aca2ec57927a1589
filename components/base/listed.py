"""The base of field types whose value is a list of texts, and such lists written as one text."""

import re
from abc import abstractmethod
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Final

from components.base import FieldType
from components.values import ABSENT, InvalidValueError
from components.values.texts import stored_text
from form_specs.conditions import Kind
from form_specs.formulas import TEXT, FormulaType, list_of
from form_specs.language import _
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
            raise InvalidValueError(_("This must be a list of texts"))
        return [self.parse_item(item) for item in value]

    @property
    def empty(self) -> list[str]:
        return []

    def parse_posted(self, texts: Sequence[str], current: Any) -> Any:
        value = super().parse_posted(texts, current)
        return [] if value is ABSENT and self.spec.blank == "empty" else value

    def literal(self, literal: JsonValue) -> JsonValue:
        return self.parse_item(literal)

    @property
    def formula_kind(self) -> FormulaType:
        return list_of(TEXT)

    def from_formula(self, value: Sequence[str]) -> list[str]:
        return self.parse(list(dict.fromkeys(value)))

    def from_store(self, stored: JsonValue) -> list[str]:
        if not isinstance(stored, list):
            raise InvalidValueError(_("The stored value is no list: %(value)s", value=repr(stored)))
        return [stored_text(item) for item in stored]


_NEEDS_QUOTES: Final = re.compile(r'^\s|\s$|^"|[,;\r\n]|^$')


def joined(texts: Iterable[str], separator: str) -> str:
    """Texts as one, apart by a separator and a space; one that holds a separator in double quotes."""
    return f"{separator} ".join(map(_quoted, texts))


def split(text: str, separators: str) -> list[str]:
    """From one text to what is apart by any of the separators; empty ones are left out.

    Takes back whatever `joined` gave.  Raises `InvalidValueError`.
    """
    found: list[str] = []
    at = 0
    while at < len(text):
        match = _item(separators).match(text, at)
        if match is None:
            raise InvalidValueError(
                _('What begins with a double quote must end with one, like "a, b"')
            )
        if match[1] is not None:
            found.append(match[1].replace('""', '"'))
        elif match[2]:
            found.append(match[2].strip())
        at = match.end()
    return found


@lru_cache
def _item(separators: str) -> re.Pattern[str]:
    others = f'[^{separators}"][^{separators}]*+'
    return re.compile(rf'\s*+(?:"((?:[^"]|"")*+)"|({others})|)\s*+(?:[{separators}]|$)')


def _quoted(text: str) -> str:
    if not _NEEDS_QUOTES.search(text):
        return text
    doubled = text.replace('"', '""')
    return f'"{doubled}"'
