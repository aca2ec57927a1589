"""The languages of an XLSForm: `label::Français (fr)` beside `label`."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

_CODE: Final = re.compile(r"\(([A-Za-z]{2,3}(?:[-_][A-Za-z]{2})?)\)\s*$|^([a-z]{2}(?:-[A-Z]{2})?)$")
_NAMED: Final[Mapping[str, str]] = {
    "english": "en", "french": "fr", "français": "fr", "francais": "fr", "spanish": "es", "español": "es",
    "portuguese": "pt", "português": "pt", "arabic": "ar", "german": "de", "deutsch": "de",
    "romanian": "ro", "română": "ro", "russian": "ru", "swahili": "sw", "kiswahili": "sw", "hindi": "hi",
    "ukrainian": "uk", "italian": "it", "dutch": "nl", "amharic": "am", "somali": "so", "turkish": "tr",
    "bengali": "bn", "bangla": "bn", "nepali": "ne", "urdu": "ur", "vietnamese": "vi", "chinese": "zh",
    "indonesian": "id", "hausa": "ha", "burmese": "my", "farsi": "fa", "dari": "fa", "pashto": "ps",
}  # fmt: skip


def code_of(name: str) -> str:
    """From `French (fr)`, `fr` or `French` to the code; empty where none is known."""
    if match := _CODE.search(name.strip()):
        language, _, country = (match[1] or match[2]).replace("_", "-").partition("-")
        return f"{language.lower()}-{country.upper()}" if country else language.lower()
    return _NAMED.get(name.strip().lower(), "")


@dataclass
class Languages:
    """Which language the texts are shown in, and which others there are."""

    default: str = ""
    """As the headings name it; empty: the texts without a language, or the first one."""
    unknown: dict[str, int] = field(default_factory=dict)
    """Languages without a code, and how many texts they have."""

    @classmethod
    def found_in(cls, headings: Iterable[str], default: str) -> "Languages":
        """The languages of the headings; `default` is what the settings name."""
        named = [
            heading.partition("::")[2] for heading in headings if heading.startswith("label::")
        ]
        if default in named or not named:
            return cls(default if default in named else "")
        plain = "label" in headings
        return cls("" if plain else named[0])

    @property
    def locale(self) -> str:
        """The code of the language shown; empty where it is not known."""
        return code_of(self.default)

    def main(self, texts: Mapping[str, str]) -> str:
        """The text to show."""
        return texts.get(self.default) or texts.get("") or next(iter(texts.values()), "")

    def others(self, texts: Mapping[str, str]) -> dict[str, str]:
        """The texts in the other languages, by code; those without a code are counted."""
        shown = self.main(texts)
        found: dict[str, str] = {}
        for name, text in texts.items():
            if name == self.default or (not name and text == shown):
                continue
            if code := code_of(name):
                found[code] = text
            else:
                self.unknown[name or "(none)"] = self.unknown.get(name or "(none)", 0) + 1
        return found
