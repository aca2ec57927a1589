"""The language in which sentences are said to people.

The product's own texts are written in English where they are used, `_("Not set")`, and looked up
in the catalogue of whoever reads.  Which one that is, the runtime says with `speaking`; without
it, in tests and on the command line, everything is English.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from gettext import NullTranslations
from typing import Any, Final

_ENGLISH: Final = NullTranslations()
_spoken: ContextVar[NullTranslations] = ContextVar("spoken", default=_ENGLISH)

Digits = Callable[[int], str]
"""How a language writes a count in groups of digits."""


def _in_commas(number: int) -> str:
    return f"{number:,}"


Voice = tuple[NullTranslations, Digits]
"""What decides how a sentence with counts in it is said."""
_digits: ContextVar[Digits] = ContextVar("digits", default=_in_commas)


def _(text: str, /, **values: Any) -> str:
    """A text in the reader's language, with its `%(name)s` filled in where values are given."""
    said = _spoken.get().gettext(text)
    return said % values if values else said


def spoken() -> NullTranslations:
    """The catalogue by which this thread says its texts: what is kept in words is kept for it alone."""
    return _spoken.get()


def voice() -> Voice:
    """The same with how it groups digits, for what is kept with counts in it."""
    return _spoken.get(), _digits.get()


def marked(text: str, /) -> str:
    """The English text itself: in a table, a text that `_` is to say later is known by this."""
    return text


def marked_plural(one: str, many: str, /) -> tuple[str, str]:
    """The same for two texts that `counted` is to say later."""
    return one, many


def looked_up(text: str, /) -> str:
    """A text out of a table, where there is one: the catalogue has something else for none."""
    return _(text) if text else ""


def plural(one: str, many: str, number: int, /) -> str:
    """The text for a number of things, not filled in."""
    return _spoken.get().ngettext(one, many, number)


def counted(one: str, many: str, number: int, /, **values: Any) -> str:
    """The text for a number of things, which stands in it as `%(num)s`: "1 row", "2 rows"."""
    return plural(one, many, number) % {"num": number, **values}


def digits(number: int, /) -> str:
    """A count as the reader's language groups its digits: "1,234", "1.234"."""
    return _digits.get()(number)


def speak(catalogue: NullTranslations | None, grouping: Digits | None = None) -> None:
    """From here on, this thread says its texts by a catalogue and its counts so; none: in English."""
    _spoken.set(catalogue or _ENGLISH)
    _digits.set(grouping or _in_commas)


@contextmanager
def speaking(catalogue: NullTranslations | None) -> Iterator[None]:
    """Inside, texts are said by a catalogue; afterwards as before."""
    said, written = _spoken.set(catalogue or _ENGLISH), _digits.set(_in_commas)
    try:
        yield
    finally:
        _digits.reset(written)
        _spoken.reset(said)
