"""The base of field types whose value is a code that the world has agreed on, shown by its name."""

import unicodedata
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any, ClassVar, Final

from babel import Locale

from components.base.plain import TextualType
from components.values import ABSENT, InvalidValueError
from form_specs.language import _
from form_specs.model import Choice, FieldSpec, JsonValue

_MAX_TYPED: Final = 100


class NamedCodeType(TextualType):
    """A code such as `RO`, typed and shown by its name in the tool's locale.

    `options.only` says which codes there are; all of the world's without it.
    """

    filter_input = "suggest"
    example: ClassVar[str]
    """A code that messages name."""

    def __init__(self, spec: FieldSpec, locale: str = "en") -> None:
        super().__init__(spec, locale)
        known = _names(type(self), locale)
        only = spec.options.get("only") or spec.schema.get("enum") or ()
        if unknown := [code for code in only if code not in known]:
            raise ValueError(
                _(
                    "There is no %(what)s '%(code)s'",
                    what=_(self.title).lower(),
                    code=unknown[0],
                )
            )
        self._names = {code: known[code] for code in known if not only or code in only}
        self._codes = {name.casefold(): code for code, name in self._names.items()}
        self._offered = frozenset(only) or frozenset(filter(self.is_common, known))

    @classmethod
    @abstractmethod
    def names(cls, locale: Locale) -> Mapping[str, str]:
        """From each code that there is to its name."""

    @classmethod
    def is_common(cls, code: str) -> bool:
        """Whether a select offers the code; others may be typed into filters and files."""
        return True

    @classmethod
    @abstractmethod
    def refusal(cls) -> str:
        """What is said of a text that is no code: what to choose, with an example."""

    def parse(self, value: JsonValue) -> str:
        if isinstance(value, str) and value in self._names:
            return value
        raise InvalidValueError(self.refusal())

    def parse_text(self, texts: Sequence[str]) -> Any:
        """From a code or a name."""
        text = next(iter(texts), "")
        if not text:
            return ABSENT
        typed = text.strip()[:_MAX_TYPED]
        return self.parse(self._codes.get(typed.casefold(), typed))

    def to_cells(self, value: str) -> list[str]:
        return [value]

    def display(self, value: str) -> str:
        return self._names.get(value, value)

    def offered(self, current: str = "") -> tuple[Choice, ...]:
        """What the select offers, by name; the current code among them in any case."""
        return tuple(
            Choice(code, name)
            for code, name in self._names.items()
            if code in self._offered or code == current
        )

    def filter_options(self) -> tuple[Choice, ...]:
        return self.offered()


@lru_cache(maxsize=64)
def _names(type_: type[NamedCodeType], locale: str) -> Mapping[str, str]:
    names = type_.names(Locale.parse(locale.replace("-", "_")))
    in_order = sorted(names.items(), key=lambda item: _looked_up_as(item[1]))
    return MappingProxyType(dict(in_order))


def _looked_up_as(name: str) -> str:
    """A name as one looks for it in a list: Österreich beside Oman."""
    signs = unicodedata.normalize("NFD", name)
    return "".join(sign for sign in signs if not unicodedata.combining(sign)).casefold()
