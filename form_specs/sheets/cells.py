"""One cell: a text as it was typed, or a value whose kind the file itself knows."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from form_specs.language import marked

Cell = str | Decimal | bool | date | datetime | time
"""An empty cell is the empty text.  All cells of a CSV file are texts."""

LONGEST: Final = 20_000
"""Characters of one cell; what is longer is cut, and the sheet says so."""
CUT: Final = marked("Cells cut at %(most)s characters: %(cells)s")


def cell_of(value: Any) -> Cell:
    """A cell from what a library read.

    A number has the 15 digits that spreadsheet programs show: 0.1 + 0.2 is 0.3 to whoever made
    the sheet.
    """
    if value is None:
        return ""
    if isinstance(value, bool | date | time):
        return value
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, timedelta):
        return _span(value)
    text = str(value).replace("\0", "")[:LONGEST].strip()
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _number(value: float) -> Cell:
    found = Decimal(f"{value:.15g}")
    return Decimal(f"{found:f}") if found.is_finite() else ""


def _span(value: timedelta) -> str:
    seconds = int(value.total_seconds())
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def text_of(cell: Cell) -> str:
    """A cell as the text that somebody typed: 1 and not 1.0, TRUE and not True."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return cell.isoformat(sep=" ") if isinstance(cell, datetime) else cell.isoformat()


def packed(cell: Cell) -> str:
    """A cell as a text that keeps its kind, for the way between two processes."""
    if isinstance(cell, str):
        return f"s{cell}" if cell else ""
    if isinstance(cell, bool):
        return "b1" if cell else "b"
    if isinstance(cell, Decimal):
        return f"n{cell:f}"
    if isinstance(cell, datetime):
        return f"m{cell.isoformat()}"
    return f"{'d' if isinstance(cell, date) else 't'}{cell.isoformat()}"


def unpacked(text: str) -> Cell:
    """A cell from what `packed` made of it; raises `ValueError` for anything else."""
    kind, rest = text[:1], text[1:]
    if kind in ("", "s"):
        return rest
    if kind == "b":
        return bool(rest)
    if kind == "n":
        return Decimal(rest)
    if kind == "m":
        return datetime.fromisoformat(rest)
    return date.fromisoformat(rest) if kind == "d" else time.fromisoformat(rest)
