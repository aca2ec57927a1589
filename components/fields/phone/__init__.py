"""Telephone numbers."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import import_module
from typing import Any, Final

from components.base.plain import TextualType
from components.values import ABSENT, InvalidValueError
from form_specs.language import _, marked
from form_specs.model import FieldSpec, JsonValue

_PATTERN: Final = "^\\+[1-9][0-9]{6,14}$"
_E164: Final = re.compile(_PATTERN)
_LONGEST_TYPED: Final = 40
_TYPED: Final = re.compile(r"[0-9+()/. \u00a0\u202f\u2011\u2013-]+")


class PhoneType(TextualType):
    """A telephone number in the form of E.164; one typed without + is one of `options.country`."""

    name = "phone"
    title = marked("Telephone")
    description = marked("A telephone number, checked and called by a press on it")
    operators = (*TextualType.operators, "starts_with")

    def __init__(self, spec: FieldSpec, locale: str = "en") -> None:
        super().__init__(spec, locale)
        self.country: str | None = spec.options.get("country")

    def parse(self, value: JsonValue) -> str:
        if not isinstance(value, str) or not _E164.fullmatch(value):
            raise InvalidValueError(_('This must be a number written like "+40213144700"'))
        return self._checked(value)

    def parse_text(self, texts: Sequence[str]) -> Any:
        """From `+40 21 314 4700`, or `021 314 4700` where a country is set."""
        text = next(iter(texts), "").strip()
        if not text:
            return ABSENT
        if len(text) > _LONGEST_TYPED or not _TYPED.fullmatch(text):
            raise InvalidValueError(self._wanted)
        return self._checked(text)

    def to_text(self, value: str) -> list[str]:
        return [self.display(value)]

    def to_cells(self, value: str) -> list[str]:
        return [value]

    def display(self, value: str) -> str:
        return _written(value, self.country)

    @property
    def _wanted(self) -> str:
        if self.country:
            return _(
                "Write a telephone number like +40 21 314 4700 or, in your country, like 021 314 4700"
            )
        return _("Write a telephone number like +40 21 314 4700")

    def _checked(self, text: str) -> str:
        library = import_module("phonenumbers")
        try:
            number = library.parse(text, self.country)
        except library.NumberParseException:
            raise InvalidValueError(self._wanted) from None
        if not library.is_possible_number(number):
            few = _("This has too few or too many digits.")
            raise InvalidValueError(f"{few} {self._wanted}")
        return str(library.format_number(number, library.PhoneNumberFormat.E164))

    @classmethod
    def schema_for(cls, options: Mapping[str, Any]) -> dict[str, JsonValue]:
        return {"type": "string", "pattern": _PATTERN}


@lru_cache(maxsize=4096)
def _written(value: str, country: str | None) -> str:
    """A number in groups of digits; within its own country without the country's code."""
    library = import_module("phonenumbers")
    try:
        number = library.parse(value, None)
    except library.NumberParseException:
        return value
    at_home = library.region_code_for_number(number) == country
    forms = library.PhoneNumberFormat
    return str(library.format_number(number, forms.NATIONAL if at_home else forms.INTERNATIONAL))


TYPE = PhoneType
