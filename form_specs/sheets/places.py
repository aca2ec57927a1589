"""Countries as people write them: by name in several languages, or by code."""

from functools import cache
from typing import Final

from babel import Locale

_LANGUAGES: Final = ("en", "de", "fr", "es", "it", "pt", "nl", "ro", "pl")
_MORE: Final = {
    "uk": "GB", "u.k.": "GB", "great britain": "GB", "england": "GB", "usa": "US", "u.s.a.": "US", "u.s.": "US",
    "united states of america": "US", "holland": "NL", "czech republic": "CZ", "brd": "DE", "uae": "AE",
    "south korea": "KR", "korea": "KR", "russia": "RU", "vietnam": "VN", "the netherlands": "NL",
}  # fmt: skip


def country_code(text: str) -> str:
    """The code of two letters; empty where it is no country."""
    wanted = text.strip()
    if len(wanted) == 2 and wanted.upper() in country_codes():
        return wanted.upper()
    return _names().get(wanted.casefold().replace(" and ", " & "), "")


@cache
def country_codes() -> frozenset[str]:
    """The ISO 3166-1 codes of two letters."""
    known = Locale("en").territories
    none = {
        "EU",
        "EZ",
        "UN",
        "XA",
        "XB",
        "ZZ",
        "QO",
        "AC",
        "CP",
        "CQ",
        "DG",
        "EA",
        "IC",
        "TA",
    }
    return frozenset(code for code in map(str, known) if len(code) == 2 and code.isalpha()) - none


@cache
def _names() -> dict[str, str]:
    found = dict(_MORE)
    for language in _LANGUAGES:
        for code, name in Locale(language).territories.items():
            if code in country_codes():
                found.setdefault(name.casefold().replace(" and ", " & "), code)
    return found
