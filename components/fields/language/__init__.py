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
        tags = ((code.replace("_", "-"), name) for code, name in locale.languages.items())
        return {tag: name for tag, name in tags if _TAG.fullmatch(tag)}

    @classmethod
    def is_common(cls, code: str) -> bool:
        return len(code) == 2

    @classmethod
    def schema_for(cls, options: Mapping[str, Any]) -> dict[str, JsonValue]:
        return {"type": "string", "pattern": _PATTERN}


TYPE = LanguageType
