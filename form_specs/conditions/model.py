"""What a condition becomes once lowered: a predicate over stored documents.

All classes are frozen and hashable, so that a predicate may be a key of a statement cache.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, TypeAlias

from form_specs.model import JsonValue


class Kind(StrEnum):
    """How a stored value sorts and compares.

    Dates, datetimes and choices are stored as text whose code point order is their own;
    decimals and money as scaled integers.
    """

    TEXT = "text"
    INTEGER = "integer"
    """Exact, 64 bit."""
    REAL = "real"
    BOOLEAN = "boolean"
    LIST = "list"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class CurrentUser:
    """The name of whoever asks."""


@dataclass(frozen=True, slots=True)
class CurrentTeams:
    """The teams of whoever asks: what equals it is one of them."""


@dataclass(frozen=True, slots=True)
class Now:
    """This moment, moved by some seconds."""

    delta_seconds: int = 0


@dataclass(frozen=True, slots=True)
class Today:
    """Today's date in UTC, moved by some days."""

    days: int = 0
    midnight: bool = False
    """Compared with a moment instead of a date: then it is the day's first moment."""


@dataclass(frozen=True, slots=True)
class FieldValue:
    """What another field of the same record holds, in the same stored form."""

    path: tuple[str, ...]
    kind: Kind


Dynamic: TypeAlias = CurrentUser | CurrentTeams | Now | Today | FieldValue


@dataclass(frozen=True, slots=True)
class Comparison:
    """A stored value compared; false where the value is absent (but for `empty`).

    `op` is positive: eq in lt le gt ge between empty contains starts_with has has_any has_all, or
    `within`: then `path` ends in `x`, beside it stand `y` and `z`, three coordinates of a place,
    and `value` holds those of another and the square of how far apart they may be.
    `value` is a literal in stored form, a tuple of them (in, between, has_any, has_all), none
    (empty) or a `Dynamic`.  A list given for it becomes a tuple, so that the whole is hashable.
    """

    path: tuple[str, ...]
    """Where it stands: `("network",)` or `("amount", "amount")` in the document, `("@state",)` beside
    it, `("->57", "merchant", "country")` in a linked record (see `form_specs.hops`)."""
    kind: Kind
    op: str
    value: Any = None

    def __post_init__(self) -> None:
        if isinstance(self.value, list):
            object.__setattr__(self, "value", tuple(self.value))


@dataclass(frozen=True, slots=True)
class AllOf:
    """True when every part is; so true without parts."""

    parts: "tuple[Predicate, ...]"


@dataclass(frozen=True, slots=True)
class AnyOf:
    """True when some part is; so false without parts."""

    parts: "tuple[Predicate, ...]"


@dataclass(frozen=True, slots=True)
class Negation:
    """True when the part is false."""

    part: "Predicate"


@dataclass(frozen=True, slots=True)
class Constant:
    """Always the same."""

    value: bool


@dataclass(frozen=True, slots=True)
class UserTest:
    """Whether the user holds a role, is in a team or is the one named at a path; exactly one is given."""

    role: str | None = None
    is_path: tuple[str, ...] | None = None
    team: str | None = None


@dataclass(frozen=True, slots=True)
class SomeRow:
    """True when some row of the list at `path` meets `part`, whose paths begin in the row.

    So false where the list is absent or empty; `every` and `none` are made of it and `Negation`.
    """

    path: tuple[str, ...]
    part: "Predicate"
    alone: bool = False
    """Its entries are no objects: to `part` each stands under the name `ENTRY`."""


@dataclass(frozen=True, slots=True)
class Changed:
    """True when a change gives the value at `path` another value, or takes it away."""

    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Before:
    """True when the part was true of the record before the change; of a new one nothing was."""

    part: "Predicate"


Predicate: TypeAlias = (
    Comparison | AllOf | AnyOf | Negation | Constant | UserTest | SomeRow | Changed | Before
)

ENTRY = "_value"
"""What an entry that is no object calls itself."""
BEFORE = "@before"
"""Under this key the facts about a record hold those from before the change, where one is judged."""


@dataclass(frozen=True, slots=True)
class Env:
    """Who asks, and when: what a predicate needs beside the record."""

    user: str
    roles: frozenset[str]
    """Keys of the roles that the user holds in the record's tool."""
    now: datetime
    """Aware."""
    teams: frozenset[str] = frozenset()
    """Keys of the teams of the record's tool that the user is in."""


class ConditionError(ValueError):
    """A condition that cannot be: where (a JSON pointer below the condition), what is wrong, what would be right.

    `unknown` is the path that leads to no field, where that is what is wrong.
    """

    def __init__(
        self, pointer: str, message: str, hint: str = "", *, unknown: str | None = None
    ) -> None:
        super().__init__(f"{pointer}: {message}" if pointer else message)
        self.pointer = pointer
        self.message = message
        self.hint = hint
        self.unknown = unknown


class UnknownField(KeyError):  # noqa: N818 - named for what it says, as KeyError is
    """A path that leads to no field; `known` holds those that would, `why` what else is wrong with it."""

    def __init__(self, path: str, known: tuple[str, ...] = (), why: str = "") -> None:
        super().__init__(path)
        self.path = path
        self.known = known
        self.why = why


class Operands(Protocol):
    """What conditions may speak of: the fields of one form and what every record has beside them.

    Each method raises `UnknownField` for a path that leads nowhere.
    """

    alone: bool
    """They are those of an entry that is no object."""

    def comparisons(self, path: str, op: str, literal: JsonValue) -> tuple[Comparison, ...]:
        """From a positive operator and a JSON literal to comparisons that must all hold; ValueError where it does not fit."""
        ...

    def compared_with(self, path: str, op: str, dynamic: Dynamic) -> tuple[Comparison, ...]:
        """The same for a value that is known only when asked."""
        ...

    def operand(self, path: str) -> tuple[tuple[str, ...], Kind]:
        """Where the value stands in the stored record, and how it compares."""
        ...

    def place(self, path: str) -> tuple[str, ...]:
        """Where the whole value stands, of which `operand` may be a part."""
        ...

    def operators(self, path: str) -> tuple[str, ...]:
        """What may be asked of it, negative operators included."""
        ...

    def measure(self, path: str) -> str:
        """What its values count in; two fields compare with each other where this is equal."""
        ...

    def hops(self, path: str) -> bool:
        """Whether it stands in a linked record."""
        ...

    def noun(self, path: str) -> str:
        """What a message calls such a field, e.g. `choice`."""
        ...

    def rows(self, path: str) -> "tuple[tuple[str, ...], Operands]":
        """Where the rows of a list stand, and what may be asked of one; ValueError where it holds no rows."""
        ...
