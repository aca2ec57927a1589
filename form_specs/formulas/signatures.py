"""How a function says which values it takes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from form_specs.formulas.types import (
    AMOUNTS,
    SCALARS,
    FormulaType,
    Value,
    common,
    fits,
)

Types = Sequence[FormulaType]
Result = Callable[[Types], FormulaType | None]
"""From the types of the arguments to that of the result; none where they do not fit."""


@dataclass(frozen=True, slots=True)
class Function:
    """One function of the language."""

    name: str
    usage: str
    """How it is written: `round(number, decimals)`."""
    result: Result
    run: Callable[..., Value]
    """Takes the frame and the arguments."""
    strict: bool = True
    """Whether an absent argument makes the result absent without asking the function."""
    live: bool = False
    """Whether its result changes though nothing in the record does."""


def takes(*wanted: FormulaType, gives: FormulaType, optional: int = 0) -> Result:
    """A function of these types, the last `optional` of which may be left out."""

    def result(given: Types) -> FormulaType | None:
        enough = len(wanted) - optional <= len(given) <= len(wanted)
        fitting = all(map(fits, given, wanted))
        return gives if enough and fitting else None

    return result


def either(*results: Result) -> Result:
    """A function that may be written in several ways."""

    def result(given: Types) -> FormulaType | None:
        return next((found for one in results if (found := one(given)) is not None), None)

    return result


def alike(least: int) -> Result:
    """At least so many values, all of one type, which is the result's."""

    def result(given: Types) -> FormulaType | None:
        return shared(given) if len(given) >= least else None

    return result


def shared(given: Types) -> FormulaType | None:
    """The one type of several values, or none."""
    found: FormulaType | None = given[0] if given else None
    for other in given[1:]:
        found = common(found, other) if found is not None else None
    return found


def gathered(allowed: Types) -> Result:
    """One list, or values one after the other, of a type among `allowed`, which is the result's."""

    def result(given: Types) -> FormulaType | None:
        items = [given[0].item] if len(given) == 1 and given[0].item is not None else given
        found = shared([item for item in items if item is not None])
        return next(
            (FormulaType(t.name) for t in allowed if found is not None and fits(found, t)), None
        )

    return result


def rounding(given: Types) -> FormulaType | None:
    """A number or an amount of money, then perhaps a number of decimals."""
    if not 1 <= len(given) <= 2 or given[0] not in AMOUNTS:
        return None
    return given[0] if len(given) == 1 or given[1].name == "number" else None


def lists(gives: FormulaType) -> Result:
    """One list of anything."""
    return lambda given: gives if len(given) == 1 and given[0].is_list else None


def scalars(gives: FormulaType) -> Result:
    """At least one value, each of which can be written down."""
    return lambda given: gives if given and all(one in SCALARS for one in given) else None


def itself(given: Types) -> FormulaType | None:
    """One value of any type, which is the result's."""
    return given[0] if len(given) == 1 else None


def anything(gives: FormulaType) -> Result:
    """One value of any type."""
    return lambda given: gives if len(given) == 1 else None
