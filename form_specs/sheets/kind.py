"""What a column is taken for."""

from dataclasses import dataclass, field
from typing import Any, Final

from form_specs.sheets.convention import Convention

ENOUGH: Final = 0.9
"""The share of cells that has to fit."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A field type for a column, how its cells are written, and what was left open."""

    type: str
    convention: Convention = field(default_factory=Convention)
    options: dict[str, Any] = field(default_factory=dict)
    choices: tuple[str, ...] = ()
    """The titles, the most frequent first unless they have an order of their own."""
    other: Convention | None = None
    """How the same cells can be read as well, to other values."""
