"""A sheet as it stands in the file, before anybody looks for a table in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from form_specs.sheets.cells import Cell

Span = tuple[int, int, int, int]
"""First row, first column, last row, last column, all from 0."""


@dataclass(frozen=True, slots=True)
class Grid:
    """All cells of one sheet; rows may have different lengths."""

    name: str
    rows: Sequence[Sequence[Cell]]
    hidden: bool = False
    merged: Sequence[Span] = ()
    formats: Mapping[int, str] = field(default_factory=dict)
    """How the numbers of a column are shown, by its index: a currency's sign or code, or "%"."""
