"""How the cells of one column are written, and what each means.

`Convention.plain` turns a cell into the text that a CSV file of Opswright's own would have, which
the field types read: `1.234,56 €` becomes `EUR 1234.56`, `03/04/24` becomes `2024-04-03`.
"""

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from form_specs.sheets.amounts import read_amount, read_number, read_percent
from form_specs.sheets.cells import Cell, text_of
from form_specs.sheets.days import read_beginning, read_duration, read_time, read_whole_day
from form_specs.sheets.places import country_code
from form_specs.sheets.words import BLANKS

TEXT: Final = "text"


@dataclass(frozen=True, slots=True)
class Convention:
    """How a column is written: its kind, and what that kind leaves open."""

    kind: str = TEXT
    """text, number, money, percent, date, moment, time, duration, boolean, choice, several, country or person."""
    order: str = ""
    """Of days: dmy, mdy, ymd or serial."""
    mark: str = "."
    """What stands before decimals."""
    currency: str = ""
    """Of amounts that name none."""
    unit: str = ""
    """What stands behind each number, in small letters: kg, days."""
    hundredfold: bool = False
    """Whether a workbook holds shares of one and shows percentages."""
    yes: tuple[str, ...] = ()
    """The words for yes, in small letters."""
    no: tuple[str, ...] = ()
    """The words for no; the empty word: an empty cell is a no."""
    separator: str = ""
    """What stands between several values in one cell."""
    titles: tuple[str, ...] = ()
    """Of choices, as they are offered; a cell may write them in other capitals."""
    blanks: tuple[str, ...] = ()
    """Words that stand for no value, in small letters."""
    people: tuple[tuple[str, str], ...] = ()
    """Of people: what is written for them, in small letters, and the names of their accounts."""

    def plain(self, cell: Cell) -> str | None:
        """The cell as our own CSV has it; empty where it has no value, none where it cannot be read."""
        if cell == "" and "" not in self.no:
            return ""
        if isinstance(cell, str) and cell.casefold() in self.blanks:
            return ""
        return _PLAIN[self.kind](self, cell)

    def as_json(self) -> dict[str, Any]:
        """What differs from a plain text, for keeping."""
        usual = asdict(Convention())
        return {name: value for name, value in asdict(self).items() if value != usual[name]}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Convention":
        """From what `as_json` made."""
        known = {item.name for item in fields(cls)} & kept.keys()
        found: dict[str, Any] = {name: kept[name] for name in known}
        for name in ("yes", "no", "titles", "blanks"):
            found[name] = tuple(found.get(name, ()))
        found["people"] = tuple((said, name) for said, name in found.get("people", ()))
        return cls(**found)


def is_blank(cell: Cell) -> bool:
    """Whether a cell holds a word that stands for no value."""
    return isinstance(cell, str) and cell.casefold() in BLANKS


def blank_words(cells: Iterable[Cell]) -> tuple[str, ...]:
    """The words in a column that stand for no value."""
    return tuple(sorted({text_of(cell).casefold() for cell in cells if is_blank(cell)}))


def _text(_convention: Convention, cell: Cell) -> str:
    return text_of(cell)


def _figures(number: Decimal) -> str:
    return f"{number:f}"


def _number(convention: Convention, cell: Cell) -> str | None:
    bare = without_unit(cell, convention.unit) if convention.unit else cell
    found = read_number(bare, convention.mark)
    return None if found is None else _figures(found)


def without_unit(cell: Cell, unit: str) -> Cell:
    """What is left of a number without its unit."""
    fits = isinstance(cell, str) and cell.casefold().endswith(unit)
    return cell[: -len(unit)].strip() if fits and isinstance(cell, str) else cell


def _money(convention: Convention, cell: Cell) -> str | None:
    found = read_amount(cell, convention.mark)
    if found is None:
        return None
    currency = found.currency or convention.currency
    return f"{currency} {_figures(found.number)}".strip()


def _percent(convention: Convention, cell: Cell) -> str | None:
    found = read_percent(cell, convention.mark)
    if found is None:
        found = read_number(cell, convention.mark)
        if found is not None and convention.hundredfold and isinstance(cell, Decimal):
            found = (found * 100).normalize()
    return None if found is None else _figures(found)


def _date(convention: Convention, cell: Cell) -> str | None:
    found = read_whole_day(cell, convention.order)
    return None if found is None else found.isoformat()


def _moment(convention: Convention, cell: Cell) -> str | None:
    found = read_beginning(cell, convention.order)
    return None if found is None else found.isoformat()


def _time(_convention: Convention, cell: Cell) -> str | None:
    found = read_time(cell)
    return None if found is None else f"{found:%H:%M}"


def _duration(_convention: Convention, cell: Cell) -> str | None:
    found = read_duration(cell)
    if found is None:
        return None
    minutes, seconds = divmod(int(found.total_seconds()), 60)
    return f"{minutes // 60}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")


def _boolean(convention: Convention, cell: Cell) -> str | None:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    word = text_of(cell).casefold()
    if word in convention.yes:
        return "true"
    return "false" if word in convention.no else None


def _choice(convention: Convention, cell: Cell) -> str | None:
    return _titles(convention).get(text_of(cell).casefold())


def _several(convention: Convention, cell: Cell) -> str | None:
    parts = parts_of(text_of(cell), convention.separator)
    if convention.titles:
        titles = _titles(convention)
        found = [titles.get(part.casefold()) for part in parts]
        if None in found:
            return None
        parts = list(dict.fromkeys(map(str, found)))
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="").writerow(parts)
    return out.getvalue()


@lru_cache(maxsize=64)
def _titles(convention: Convention) -> Mapping[str, str]:
    return {title.casefold(): title for title in convention.titles}


def parts_of(text: str, separator: str) -> list[str]:
    """The values of one cell, each once."""
    parts = (part.strip() for part in text.split(separator)) if separator else (text.strip(),)
    return list(dict.fromkeys(part for part in parts if part))


def _country(_convention: Convention, cell: Cell) -> str | None:
    return country_code(text_of(cell)) or None


def _person(convention: Convention, cell: Cell) -> str | None:
    return _accounts(convention).get(text_of(cell).casefold())


@lru_cache(maxsize=64)
def _accounts(convention: Convention) -> Mapping[str, str]:
    return dict(convention.people)


_PLAIN: Final[Mapping[str, Callable[[Convention, Cell], str | None]]] = {
    "text": _text,
    "number": _number,
    "money": _money,
    "percent": _percent,
    "date": _date,
    "moment": _moment,
    "time": _time,
    "duration": _duration,
    "boolean": _boolean,
    "choice": _choice,
    "several": _several,
    "country": _country,
    "person": _person,
}
