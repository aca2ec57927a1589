"""Languages."""

import re
from collections.abc import Mapping
from typing import Any, Final

from babel import Locale

from components.base.named import NamedCodeType
from form_specs.language import _, marked
from form_specs.model import JsonValue

_PATTERN: Final = "^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$"
_TAG: Final = re.compile(_PATTERN)
_NAMED_ELSEWHERE: Final = ("apc", "az-Arab", "bal-Latn", "kk-Arab", "lld", "mhn", "skr")
"""Tags that English has no name for and other languages have."""


class LanguageType(NamedCodeType):
    """A language by its short BCP 47 tag: `ro`, `pt-BR`."""

    name = "language"
    title = marked("Language")
    description = marked("A language, chosen by its name")
    example = "ro"

    @classmethod
    def refusal(cls) -> str:
        return _("Choose a language, such as %(example)s", example=cls.example)

    @classmethod
    def names(cls, locale: Locale) -> Mapping[str, str]:
        own, known = _named(locale), _named(Locale("en"))
        # A language that has no name for another one must not make a record's value invalid.
        tags = dict.fromkeys((*known, *_NAMED_ELSEWHERE, *own))
        return {tag: own.get(tag) or _described(tag, locale) or known.get(tag, tag) for tag in tags}

    @classmethod
    def is_common(cls, code: str) -> bool:
        return len(code) == 2

    @classmethod
    def schema_for(cls, options: Mapping[str, Any]) -> dict[str, JsonValue]:
        return {"type": "string", "pattern": _PATTERN}


def _named(locale: Locale) -> dict[str, str]:
    tags = ((code.replace("_", "-"), name) for code, name in locale.languages.items())
    return {tag: name for tag, name in tags if _TAG.fullmatch(tag)}


def _described(tag: str, locale: Locale) -> str:
    """The name of a language with that of its script or territory; empty where one of them has none."""
    language, *parts = tag.split("-")
    names = [locale.scripts.get(part) or locale.territories.get(part) for part in parts]
    found = [str(name) for name in (locale.languages.get(language), *names) if name]
    if not parts or len(found) <= len(parts):
        return ""
    return f"{found[0]} ({', '.join(found[1:])})"


TYPE = LanguageType
