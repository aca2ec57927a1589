"""Conditions that can never hold, or always do, whatever a record holds: found without any record.

Each path of a conjunction is held against what all its comparisons leave of its values.  What
depends on the moment, on whoever asks or on linked rows is taken as it may be.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from form_specs.conditions.model import (
    AllOf,
    AnyOf,
    Comparison,
    Constant,
    CurrentTeams,
    CurrentUser,
    FieldValue,
    Negation,
    Now,
    Predicate,
    Today,
)

_DYNAMIC: Final = (CurrentUser, CurrentTeams, Now, Today, FieldValue)
_MOST_ALTERNATIVES: Final = 64

Path = tuple[str, ...]
Bound = tuple[Any, bool]
"""A value, and whether it is itself allowed."""


@dataclass(frozen=True, slots=True)
class Held:
    """What the values at a path may still be."""

    absent: bool = True
    """Whether there may be none."""
    one_of: frozenset[Any] | None = None
    none_of: frozenset[Any] = frozenset()
    low: tuple[Bound, ...] = ()
    high: tuple[Bound, ...] = ()

    def __and__(self, other: "Held") -> "Held":
        sets = [held.one_of for held in (self, other) if held.one_of is not None]
        return Held(
            self.absent and other.absent,
            frozenset.intersection(*sets) if sets else None,
            self.none_of | other.none_of,
            self.low + other.low,
            self.high + other.high,
        )

    @property
    def is_nothing(self) -> bool:
        """Whether no value is left, and it may not be absent either."""
        if self.absent:
            return False
        if self.one_of is not None:
            return not any(self._allows(value) for value in self.one_of)
        return any(not _leaves(low, high) for low in self.low for high in self.high)

    def _allows(self, value: Any) -> bool:
        return (
            value not in self.none_of
            and all(_leaves(low, (value, True)) for low in self.low)
            and all(_leaves((value, True), high) for high in self.high)
        )


Domains = Mapping[Path, Held]
"""What is known of paths beforehand."""


def never_holds(predicate: Predicate, domains: Domains | None = None) -> bool:
    """Whether no record at all meets a condition."""
    return _Conjunction(domains or {}).with_all(((predicate, True),)).is_impossible


def always_holds(predicate: Predicate, domains: Domains | None = None) -> bool:
    """Whether every record meets a condition."""
    return _Conjunction(domains or {}).with_all(((predicate, False),)).is_impossible


Wanted = tuple[Predicate, bool]
"""A condition, and whether it shall hold."""


@dataclass
class _Conjunction:
    """Conditions that shall hold, or shall not, at once."""

    domains: Domains
    held: dict[Path, Held] = field(default_factory=dict)
    seen: set[Wanted] = field(default_factory=set)
    choices: list[tuple[Wanted, ...]] = field(default_factory=list)
    """Of each at least one holds."""
    is_impossible: bool = False

    def with_all(self, wanted: Iterable[Wanted]) -> "_Conjunction":
        """The same with more conditions, and what follows from them."""
        found = _Conjunction(self.domains, dict(self.held), set(self.seen), [*self.choices])
        for predicate, holds in wanted:
            found._take(predicate, holds)
        found.is_impossible = found.is_impossible or found._fails()
        return found

    def _take(self, predicate: Predicate, holds: bool) -> None:
        if (predicate, not holds) in self.seen:
            self.is_impossible = True
        self.seen.add((predicate, holds))
        match predicate:
            case Constant(value):
                self.is_impossible |= value is not holds
            case Negation(part):
                self._take(part, not holds)
            case AllOf(parts) | AnyOf(parts) if isinstance(predicate, AllOf) is holds:
                for part in parts:
                    self._take(part, holds)
            case AllOf(parts) | AnyOf(parts):
                self.choices.append(tuple((part, holds) for part in parts))
            case Comparison(path=path):
                known = self.held.get(path) or self.domains.get(path, Held())
                self.held[path] = known & (_met(predicate) if holds else _missed(predicate))

    def _fails(self) -> bool:
        if any(held.is_nothing for held in self.held.values()):
            return True
        return any(self._none_of(choice) for choice in self.choices)

    def _none_of(self, choice: tuple[Wanted, ...]) -> bool:
        """Whether none of some alternatives is possible beside the rest."""
        if len(choice) > _MOST_ALTERNATIVES:
            return False
        rest = _Conjunction(self.domains, self.held, self.seen)
        return all(rest.with_all((wanted,)).is_impossible for wanted in choice)


def _met(found: Comparison) -> Held:
    """What a comparison leaves where it holds; all but `empty` ask for a value."""
    op, value = found.op, found.value
    if op == "empty":
        return Held(one_of=frozenset())
    if _depends(value):
        return Held(absent=False)
    low = ((value, op == "ge"),) if op in ("gt", "ge") else ()
    high = ((value, op == "le"),) if op in ("lt", "le") else ()
    if op == "between":
        low, high = ((value[0], True),), ((value[1], True),)
    return Held(absent=False, one_of=_named(op, value), low=low, high=high)


def _missed(found: Comparison) -> Held:
    """What a comparison leaves where it does not hold: absent values are always among it."""
    op, value = found.op, found.value
    if op == "empty":
        return Held(absent=False)
    if _depends(value):
        return Held()
    low = ((value, op == "lt"),) if op in ("lt", "le") else ()
    high = ((value, op == "gt"),) if op in ("gt", "ge") else ()
    return Held(none_of=_named(op, value) or frozenset(), low=low, high=high)


def _named(op: str, value: Any) -> frozenset[Any] | None:
    """The values that a comparison names one by one; none: it names none."""
    if op == "eq":
        return frozenset((value,))
    return frozenset(value) if op == "in" else None


def _depends(value: Any) -> bool:
    """Whether it is known only when the condition is asked."""
    parts = value if isinstance(value, tuple) else (value,)
    return any(isinstance(part, _DYNAMIC) for part in parts)


def _leaves(low: Bound, high: Bound) -> bool:
    """Whether there is room between two bounds."""
    try:
        return bool(low[0] < high[0]) or (low[0] == high[0] and low[1] and high[1])
    except TypeError:
        return True
