"""Taking times in turn, so that what else the machine does hits all that is compared alike."""

import gc
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Final

WARM_UP: Final = 8


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the report."""

    what: str
    where: str
    """The database, or the peer and the database."""
    measured: str
    against: str
    ratio: str
    wanted: str
    met: bool | None = None
    """None: told for interest, nothing was wanted of it."""

    @classmethod
    def compared(
        cls, what: str, where: str, ours: float, other: float, *, at_most: float | None, name: str
    ) -> "Row":
        """Of two times in seconds; `at_most` is what their ratio may be."""
        ratio = ours / other
        return cls(
            what,
            where,
            _milliseconds(ours),
            f"{name}: {_milliseconds(other)}",
            f"{ratio:.2f}",
            f"≤ {at_most:.2f}" if at_most is not None else "",
            ratio <= at_most if at_most is not None else None,
        )

    @classmethod
    def limited(cls, what: str, where: str, value: float, limit: float, unit: str) -> "Row":
        """Of one number that has a limit."""
        return cls(
            what, where, f"{value:,.1f} {unit}", "", "", f"≤ {limit:g} {unit}", value <= limit
        )

    @classmethod
    def reached(cls, what: str, where: str, rate: float, least: float) -> "Row":
        """Of how often a second something is done, and has to be."""
        shown, ratio = f"{rate:,.0f} a second", f"{rate / least:.2f}"
        return cls(what, where, shown, "", ratio, f"≥ {least:,.0f} a second", rate >= least)

    @classmethod
    def told(cls, what: str, where: str, measured: str, against: str = "") -> "Row":
        """A number for interest."""
        return cls(what, where, measured, against, "", "")


def alternating(actions: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """The median seconds of each action, all done once in each round."""
    taken: dict[str, list[float]] = {name: [] for name in actions}
    for number in range(-WARM_UP, rounds):
        for name, action in actions.items():
            started = time.perf_counter()
            action()
            if number >= 0:
                taken[name].append(time.perf_counter() - started)
        # Between rounds, so that nobody's rubbish is paid for by the next.
        gc.collect(1)
    return {name: median(times) for name, times in taken.items()}


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.2f} ms"
