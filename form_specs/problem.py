"""What is wrong with a spec: where, what, and what would be right."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import Final

from form_specs.language import _

_MOST_SHOWN: Final = 20


class Severity(StrEnum):
    """An error stops what it is about (a publish, a save); a warning is shown."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a document, by JSON pointer."""

    pointer: str
    message: str
    hint: str = ""
    """What would be right."""
    severity: Severity = Severity.ERROR
    at_key: bool = False
    """The name is wrong, not what stands behind it."""
    kind: str = ""
    """What it is about, so that a warning can be told from others at its place; empty: its message says it."""


@dataclass(frozen=True, slots=True)
class LocatedProblem:
    """A problem with the place in the file where somebody mends it; lines and columns count from 1."""

    file: str
    line: int
    column: int
    pointer: str
    message: str
    hint: str = ""
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}:{self.column}: {self.severity}: "
        what = f"{self.message} (at {self.pointer})" if self.pointer else self.message
        return f"{where}{what}. {self.hint}" if self.hint else where + what


def pointer_of(path: Iterable[str | int]) -> str:
    """From the steps into a document to its JSON pointer."""
    return "".join(f"/{escaped(step)}" for step in path)


def steps_of(pointer: str) -> tuple[str, ...]:
    """From a JSON pointer to the steps into a document."""
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:])


def escaped(step: str | int) -> str:
    """One step of a JSON pointer."""
    return str(step).replace("~", "~0").replace("/", "~1")


def suggestion(wrong: str, known: Iterable[str]) -> str:
    """`Did you mean …?` for a name that is none, or the names that there are."""
    names = list(known)
    if close := get_close_matches(wrong.lower(), names, 1):
        return _("Did you mean '%(close)s'?", close=close[0])
    if not names:
        return _("There is none")
    return there_are(names)


def there_are(names: Sequence[str]) -> str:
    """The names that there are, or the first of them."""
    shown = ", ".join(names[:_MOST_SHOWN])
    return _("There are %(shown)s", shown=f"{shown}, …" if len(names) > _MOST_SHOWN else shown)
