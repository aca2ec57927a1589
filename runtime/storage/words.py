"""From texts to the words they are found by, the same on both databases.

Folding and splitting happen here; the databases store and look up what they are given.
"""

import re
import unicodedata
from collections.abc import Iterable
from itertools import islice
from typing import Final

_MAX_WORDS: Final = 4_000
_MAX_LENGTH: Final = 60
_MAX_TERMS: Final = 12
_WORD: Final = re.compile(r"[^\W_]+")
_ASCII: Final = {n: chr(n).lower() if chr(n).isalnum() else " " for n in range(128)}
"""What `_WORD` finds in plain English letters and digits, several times as fast."""


def words_of(texts: Iterable[str]) -> list[str]:
    """The distinct words of the texts: without accents, in one case, cut to a length."""
    found: dict[str, None] = {}
    for text in texts:
        found |= dict.fromkeys(_words(text))
    return list(islice(found, _MAX_WORDS))


def search_terms(query: str) -> list[str]:
    """The words of what somebody typed into a search box; the last may be the start of one."""
    return _words(query)[:_MAX_TERMS]


def _words(text: str) -> list[str]:
    plain = text.isascii()
    found: list[str] = text.translate(_ASCII).split() if plain else _WORD.findall(_folded(text))
    if plain and len(text) <= _MAX_LENGTH:
        return found
    return [word[:_MAX_LENGTH] for word in found]


def _folded(text: str) -> str:
    spread = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in spread if not unicodedata.combining(letter))


def match_text(terms: list[str], dialect: str) -> str:
    """The terms in the database's query language; words hold letters and digits only."""
    if dialect == "sqlite":
        return " ".join(f'"{term}"' for term in terms) + " *"
    return " & ".join(f"'{term}'" for term in terms) + ":*"
