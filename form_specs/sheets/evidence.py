"""What was counted in a column: the ground of every guess about it."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Final

from form_specs.sheets.cells import Cell
from form_specs.sheets.convention import blank_words, is_blank
from form_specs.sheets.words import topics

_MISSING: Final = frozenset(("NA", "na", "<NA>", "N.A"))
_FIGURE: Final = re.compile(r"[-+(]?\W{0,3}\d|(?:true|false|yes|no|t|f)$", re.IGNORECASE)
_NEARLY_ALL: Final = 0.9
_LOOKED_AT: Final = 3_000
"""Different cells from which a kind is guessed; all are counted once one is chosen."""


class Cells:
    """The cells of one column, each different one judged once."""

    def __init__(self, heading: str, cells: Sequence[Cell]) -> None:
        self.heading = heading
        self.total = len(cells)
        seen = Counter(cells)
        seen.pop("", None)
        missing = _missing_among_figures(seen)
        self.blank_words = tuple(sorted({*blank_words(seen), *missing}))
        self.counts = {
            cell: count
            for cell, count in seen.items()
            if not (is_blank(cell) or str(cell).casefold() in missing)
        }
        """Cells with a value and how often each stands there."""

    @cached_property
    def topics(self) -> frozenset[str]:
        """What the heading says."""
        return topics(self.heading)

    @cached_property
    def filled(self) -> int:
        """How many cells have a value."""
        return sum(self.counts.values())

    @cached_property
    def sample(self) -> dict[Cell, int]:
        """Some of the different cells, the first ones."""
        return dict(islice(self.counts.items(), _LOOKED_AT))

    @cached_property
    def texts(self) -> list[str]:
        """The different cells that are texts, of the sample."""
        return [cell for cell in self.sample if isinstance(cell, str)]

    def share(self, reads: Callable[[Cell], object]) -> float:
        """The share of the sample's cells that something reads: answers neither none nor false."""
        total = sum(self.sample.values())
        read = sum(count for cell, count in self.sample.items() if _is_read(reads(cell)))
        return read / total if total else 0.0

    def all_of(self, *kinds: type) -> bool:
        """Whether the file itself says that all cells are of some kinds."""
        return bool(self.sample) and all(type(cell) in kinds for cell in self.sample)


def _missing_among_figures(seen: Mapping[Cell, int]) -> set[str]:
    """`NA`, where nearly all else are figures or yes and no: elsewhere it is Namibia or a region."""
    others = {cell: count for cell, count in seen.items() if cell not in _MISSING}
    figures = sum(count for cell, count in others.items() if _FIGURE.match(str(cell)))
    if len(others) == len(seen) or figures < sum(others.values()) * _NEARLY_ALL or not figures:
        return set()
    return {str(cell).casefold() for cell in seen.keys() - others.keys()}


def _is_read(found: object) -> bool:
    return found is not None and found is not False  # a 0 is read


@dataclass(frozen=True, slots=True)
class Evidence:
    """How well the cells of a column fit what it is taken for."""

    total: int
    """Rows of the table."""
    filled: int
    """Cells with something in them, words for "no value" left aside."""
    fitting: int
    """Of the filled ones."""
    distinct: int
    """Different values."""
    longest: int = 0
    """Characters of the longest value that fits."""
    misfits: Sequence[tuple[int, str]] = field(default=())
    """Row number and text of the first cells that do not fit."""

    @property
    def complete(self) -> bool:
        """Whether each row has a value that fits."""
        return self.total > 0 and self.filled == self.fitting == self.total

    @property
    def unique(self) -> bool:
        """Whether no value stands there twice."""
        return self.filled > 1 and self.distinct == self.filled
