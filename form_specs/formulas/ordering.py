"""In which order formulas that read one another are evaluated."""

from collections.abc import Mapping
from graphlib import CycleError as GraphCycle
from graphlib import TopologicalSorter


class CycleError(ValueError):
    """Formulas that need one another; `keys` leads around, its first key again at the end."""

    def __init__(self, keys: tuple[str, ...]) -> None:
        super().__init__(" → ".join(keys))
        self.keys = keys


def evaluation_order(reads: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    """The keys of `reads`, each after those it reads; raises `CycleError`."""
    inner = {key: [name for name in reads if name in found] for key, found in reads.items()}
    try:
        return tuple(TopologicalSorter(inner).static_order())
    except GraphCycle as error:
        raise CycleError(tuple(reversed(error.args[1]))) from None
