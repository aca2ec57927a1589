"""From texts to the words they are found by, the same on both databases.

Folding and splitting happen here; the databases store and look up what they are given.
"""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

_MAX_WORDS: Final = 4_000
_MAX_LENGTH: Final = 60
_MAX_TERMS: Final = 12
_WORD: Final = re.compile(r"[^\W_]+")
_PLAIN: Final = (chr(n).lower() if chr(n).isalnum() else " " for n in range(128))
_ASCII: Final = "".join(_PLAIN).encode().ljust(256)
"""What `_WORD` finds in plain English letters and digits, several times as fast."""


def words_of(texts: Sequence[str]) -> list[str]:
    """The distinct words of the texts: without accents, in one case, cut to a length."""
    joined = " ".join(texts)
    # Folding is slow: only the texts that need it are folded.
    plain = joined.isascii()
    found = _words(joined) if plain else [word for text in texts for word in _words(text)]
    return list(dict.fromkeys(found))[:_MAX_WORDS]


def search_terms(query: str) -> list[str]:
    """The words of what somebody typed into a search box; the last may be the start of one."""
    return _words(query)[:_MAX_TERMS]


def _words(text: str) -> list[str]:
    if text.isascii():
        found = text.encode().translate(_ASCII).decode().split()
    else:
        found = _WORD.findall(_folded(text))
    if max(map(len, found), default=0) <= _MAX_LENGTH:
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
