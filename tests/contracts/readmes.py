"""What the README in a type's folder says: its property examples, and what it puts in backticks."""

import json
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from components.base import FieldType

_EXAMPLE = re.compile(r"^```json\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CONDITION = re.compile(r"^```json condition\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FACT = re.compile(r"^- \*\*(.+?)\*\*: (.+)$", re.MULTILINE)
_OPTION = re.compile(r"^- `(\w+)`: ", re.MULTILINE)
_QUOTED = re.compile(r"`([^`]+)`")


@dataclass(frozen=True)
class Readme:
    """The documentation page of one field type."""

    text: str

    @cached_property
    def properties(self) -> list[dict[str, Any]]:
        """The fenced property schemas."""
        return [json.loads(text) for text in _EXAMPLE.findall(self.text)]

    @cached_property
    def conditions(self) -> dict[str, Any]:
        """For operators that take something else than the field's values: a literal that its first example meets."""
        found = (json.loads(text) for text in _CONDITION.findall(self.text))
        return {condition["op"]: condition["value"] for condition in found}

    @cached_property
    def facts(self) -> dict[str, str]:
        """From `Typed in`, `Filtered by` and `In CSV` to what is said about it."""
        return dict(_FACT.findall(self.text))

    @property
    def title(self) -> str:
        return self.text.splitlines()[0].removeprefix("# ")

    @property
    def operators(self) -> list[str]:
        """The operators that it names."""
        return self.quoted_about("Filtered by")

    def quoted_about(self, fact: str) -> list[str]:
        """What stands in backticks in one of the facts."""
        return _QUOTED.findall(self.facts[fact])

    @property
    def options(self) -> set[str]:
        """The options that it explains."""
        return set(_OPTION.findall(self.text))


def readme(type_: type[FieldType]) -> Readme:
    """The page in the type's folder; an empty one where another package brings none."""
    page = type_.folder() / "README.md"
    return Readme(page.read_text(encoding="utf-8") if page.is_file() else "")
