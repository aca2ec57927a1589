"""What every field type says in the same way: no value, and a wrong value."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final, NamedTuple

from form_specs.language import _
from form_specs.model import JsonValue

_MAX_TOLD: Final = 5


class Fault(NamedTuple):
    """One thing wrong in a value: where (the steps into it; none: the value itself), and what."""

    path: tuple[str | int, ...]
    message: str

    def __str__(self) -> str:
        steps = [
            _("entry %(number)s", number=step + 1) if isinstance(step, int) else step[:40]
            for step in self.path
        ]
        return f"{', '.join(steps)}: {self.message}" if steps else self.message


class InvalidValueError(ValueError):
    """A value that the field cannot hold; the message says in words what would be right.

    A value with fields inside it may hold several faults.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.faults: tuple[Fault, ...] = (Fault((), message),)

    @classmethod
    def of(cls, faults: Sequence[Fault]) -> "InvalidValueError":
        """The error that tells these faults, at least one."""
        error = cls("; ".join(str(fault) for fault in faults[:_MAX_TOLD]))
        error.faults = tuple(faults)
        return error

    def below(self, step: str | int) -> "InvalidValueError":
        """The same as the value around this one tells it."""
        return self.of([Fault((step, *fault.path), fault.message) for fault in self.faults])


class Absent:
    """The one value that says "no value": never stored, never null."""

    _instance: ClassVar["Absent | None"] = None

    def __new__(cls) -> "Absent":
        if cls._instance is None:
            cls._instance = super().__new__(cls)
        return cls._instance

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "ABSENT"

    def __copy__(self) -> "Absent":
        return self

    def __deepcopy__(self, _memo: object) -> "Absent":
        return self


ABSENT: Final = Absent()


@dataclass(frozen=True, slots=True)
class Kept:
    """JSON inside a value that no field type reads; it stays as it is until it is typed anew."""

    json: JsonValue


def same(one: Any, other: Any) -> bool:
    """Whether two values are equal and mean the same in JSON, where true is not 1."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, Kept) and isinstance(other, Kept):
        return same(one.json, other.json)
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)
