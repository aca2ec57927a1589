"""Bank accounts."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import import_module
from typing import Any, Final

from components.base.plain import TextualType
from components.values import ABSENT, InvalidValueError
from form_specs.language import _, marked
from form_specs.model import JsonValue

_PATTERN: Final = "^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$"
_COMPACT: Final = re.compile(_PATTERN)
_LONGEST_TYPED: Final = 60


class IbanType(TextualType):
    """An IBAN without spaces, whose length and check digits fit its country.

    Lists show its ends only, as they are seen by many; search and other copies leave it out.
    """

    name = "iban"
    title = marked("Bank account (IBAN)")
    description = marked("A bank account number, checked by its check digits")
    operators = ("eq", "ne", "in", "not_in", "starts_with", "empty", "present")

    def parse(self, value: JsonValue) -> str:
        if not isinstance(value, str) or not _COMPACT.fullmatch(value) or not _fits(value):
            raise InvalidValueError(_("Write an IBAN like DE89 3704 0044 0532 0130 00"))
        return value

    def parse_text(self, texts: Sequence[str]) -> Any:
        text = next(iter(texts), "")
        if not text:
            return ABSENT
        return self.parse("".join(text.upper().split()) if len(text) <= _LONGEST_TYPED else text)

    def to_text(self, value: str) -> list[str]:
        return [_grouped(value)]

    def to_cells(self, value: str) -> list[str]:
        return [value]

    def display(self, value: str) -> str:
        """Its ends: which account it is may be told apart, not copied."""
        return f"{value[:4]} … {value[-4:]}"

    def shown(self, value: str, titles: Mapping[str, str]) -> Any:
        return _grouped(value)

    @classmethod
    def schema_for(cls, options: Mapping[str, Any]) -> dict[str, JsonValue]:
        return {"type": "string", "pattern": _PATTERN}


def _grouped(value: str) -> str:
    return " ".join(value[at : at + 4] for at in range(0, len(value), 4))


@lru_cache(maxsize=1024)
def _fits(value: str) -> bool:
    """Whether length and check digits are those of the country."""
    return bool(import_module("stdnum.iban").is_valid(value))


TYPE = IbanType
