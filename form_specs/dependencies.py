"""Which fields have to be settled before which: what depends on others, in an order that works."""

from collections.abc import Collection, Mapping
from graphlib import CycleError, TopologicalSorter


def in_order(reads: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    """The keys of `reads`, each after those of them that it reads; raises `CycleError`."""
    inner = {key: [other for other in others if other in reads] for key, others in reads.items()}
    return tuple(TopologicalSorter(inner).static_order())


def circles(reads: Mapping[str, Collection[str]]) -> list[tuple[str, ...]]:
    """Keys that depend on themselves by way of one another, one circle each; none: there is an order.

    A circle begins and ends with the same key.
    """
    left = {key: set(others) for key, others in reads.items()}
    found: list[tuple[str, ...]] = []
    while True:
        try:
            in_order(left)
        except CycleError as error:
            # The library gives it in the order of what comes first; read it as "depends on".
            circle = tuple(reversed(error.args[1]))
            found.append(circle)
            left[circle[0]].discard(circle[1])
        else:
            return found
