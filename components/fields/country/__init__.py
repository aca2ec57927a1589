"""Countries."""

import re
from collections.abc import Mapping
from typing import Any, Final

from babel import Locale

from components.base.named import NamedCodeType
from form_specs.language import _, marked
from form_specs.model import JsonValue

_PATTERN: Final = "^[A-Z]{2}$"
_CODE: Final = re.compile(_PATTERN)
_NOT_COUNTRIES: Final = frozenset(
    {*("EU", "EZ", "UN", "ZZ", "QO", "XA", "XB"), *("AC", "CP", "CQ", "DG", "EA", "IC", "TA")}
)
"""Codes of unions, of nothing, and of places that ISO 3166-1 only reserves."""


class CountryType(NamedCodeType):
    """A country or territory by its ISO 3166-1 code of two letters."""

    name = "country"
    title = marked("Country")
    description = marked("A country, chosen by its name")
    example = "RO"

    @classmethod
    def refusal(cls) -> str:
        return _("Choose a country, such as %(example)s", example=cls.example)

    @classmethod
    def names(cls, locale: Locale) -> Mapping[str, str]:
        return {
            code: name
            for code, name in locale.territories.items()
            if _CODE.fullmatch(code) and code not in _NOT_COUNTRIES
        }

    @classmethod
    def schema_for(cls, options: Mapping[str, Any]) -> dict[str, JsonValue]:
        return {"type": "string", "pattern": _PATTERN}


TYPE = CountryType
