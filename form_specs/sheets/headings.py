"""Which row of a sheet holds the headings: names above what they name."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from form_specs.sheets.cells import Cell
from form_specs.sheets.convention import is_blank

_LOOKED_AT: Final = 60
_BELOW: Final = 25
_LONGEST: Final = 120
_VALUE: Final = re.compile(r"[^\w]*\d[\d\W]*(?:[A-Za-z€$£]{1,3})?\W*|[A-Z]{3} ?-?\d[\d.,' ]*")
_SIGN: Final = re.compile(r"[#%№€$£]")
_ADDRESS: Final = re.compile(r"\S+@\S+\.\S+|https?://\S+")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_NUMBER: Final = re.compile(r"\d{1,12}")

_Judge = Callable[[Cell], bool]


@dataclass(frozen=True, slots=True)
class _Candidate:
    number: int
    filled: float
    """Share of the usual width."""
    contrast: int
    """In how many columns it is a name and what is below it is not."""


def header_row_of(rows: Sequence[Sequence[Cell]]) -> int:
    """The number of the row with the headings; 0: there is none."""
    usual = _usual_width(rows)
    found = _candidates(rows, usual, _is_label) or _candidates(rows, usual, _is_label_or_year)
    most = max((candidate.contrast for candidate in found), default=0)
    if most:
        return next(c.number for c in found if c.contrast == most)
    if (numbered := _numbered_header(rows)) or not found:
        return numbered
    fullest = min(max(candidate.filled for candidate in found[:4]), 1.0)
    return next(c.number for c in found if c.filled >= fullest * 0.75)


def _numbered_header(rows: Sequence[Sequence[Cell]]) -> int:
    """The number of the first row where it names its columns by numbers; 0: it does not.

    The first cell is a name, the others are different numbers, and no number stands below them.
    """
    first = next((index for index, row in enumerate(rows[:_LOOKED_AT]) if _filled(row) > 2), None)
    if first is None or not _is_label(rows[first][0]) or rows[first][0] == "":
        return 0
    others = [at for at, cell in enumerate(rows[first]) if at and cell != ""]
    numbers = {str(rows[first][at]) for at in others}
    named = len(numbers) == len(others) and all(map(_NUMBER.fullmatch, numbers))
    below = [row for row in rows[first + 1 : first + 1 + _BELOW] if _filled(row)]
    return first + 1 if named and below and not _figures_below(below, others) else 0


def _figures_below(rows: Sequence[Sequence[Cell]], columns: Sequence[int]) -> bool:
    cells = (row[at] for row in rows for at in columns if at < len(row))
    return any(_is_value(cell) and not isinstance(cell, bool) for cell in cells if cell != "")


def next_header_row(rows: Sequence[Sequence[Cell]], header: int) -> int:
    """The number of a row with the headings of another table below the first; 0: there is none.

    It comes after an empty row and has names where the rows above it have values.
    """
    for index in range(header + 2, len(rows) - 1):
        row = rows[index]
        if (
            row == rows[header - 1]
            or _filled(rows[index - 1])
            or _filled(row) < 2
            or not _filled(rows[index + 1])
        ):
            continue
        labels = [at for at, cell in enumerate(row) if cell != ""]
        if all(_is_label(row[at]) and not is_blank(row[at]) for at in labels):
            above = _values_below(rows[:index], max(header - 1, index - _BELOW))
            if above & {*labels}:
                return index + 1
    return 0


def _usual_width(rows: Sequence[Sequence[Cell]]) -> int:
    """What three of four rows do not exceed, among those with more than one cell."""
    widths = sorted(width for row in rows[:400] if (width := _filled(row)) > 1)
    return widths[len(widths) * 3 // 4] if widths else 1


def _filled(row: Sequence[Cell]) -> int:
    return sum(1 for cell in row if cell != "")


def _candidates(rows: Sequence[Sequence[Cell]], usual: int, is_label: _Judge) -> list[_Candidate]:
    found: list[_Candidate] = []
    for index, row in enumerate(rows[:_LOOKED_AT]):
        width = _filled(row)
        if width / usual < 0.5 or (usual > 1 and _is_comment(row)):
            continue
        below = _values_below(rows, index)
        labels = {at: cell for at, cell in enumerate(row) if cell != "" and is_label(cell)}
        contrast = len(labels.keys() & below)
        if not contrast and _are_values(row, below, labels):
            break  # the table has begun
        if _names(labels, width):
            found.append(_Candidate(index + 1, width / usual, contrast))
    return found


def _is_comment(row: Sequence[Cell]) -> bool:
    """Whether a line only says something about the file, as programs mark it."""
    return _filled(row) == 1 and str(row[0]).startswith("#") and len(str(row[0])) > 1


def _names(labels: dict[int, Cell], width: int) -> bool:
    """Whether labels are headings: most cells are, and few are the same.

    A lone sign (`#`, `%`) says only what is counted: groups above tell its columns apart.
    """
    words = [text for label in labels.values() if not _SIGN.fullmatch(text := str(label))]
    distinct = {word.casefold() for word in words}
    return bool(words) and len(labels) >= width * 0.6 and len(distinct) * 2 >= len(words)


def _are_values(row: Sequence[Cell], below: set[int], labels: dict[int, Cell]) -> bool:
    return any(row[at] != "" and at not in labels for at in below if at < len(row))


def _values_below(rows: Sequence[Sequence[Cell]], index: int) -> set[int]:
    """The columns in which the next rows hold values rather than words."""
    words: dict[int, int] = {}
    for row in rows[index + 1 : index + 1 + _BELOW]:
        if words and not _filled(row):
            break  # what comes after an empty row is about something else
        for at, cell in enumerate(row):
            if cell != "":
                words[at] = words.get(at, 0) + (1 if _is_value(cell) else -1)
    return {at for at, balance in words.items() if balance > 0}


def _is_label(cell: Cell) -> bool:
    """Whether a cell may name a column: a short text that is no value and no `Name:` of one."""
    if not isinstance(cell, str) or len(cell) > _LONGEST or cell.endswith(":"):
        return False
    return not _is_value(cell)


def _is_value(cell: Cell) -> bool:
    return not isinstance(cell, str) or bool(_VALUE.fullmatch(cell) or _ADDRESS.fullmatch(cell))


def _is_label_or_year(cell: Cell) -> bool:
    return _is_label(cell) or bool(_YEAR.fullmatch(str(cell)))
