"""What is to be done with a file: which column is which, how it is written, how records are found."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Final

from components.base import FieldType
from form_specs.sheets.amounts import read_amount, read_number
from form_specs.sheets.convention import Convention
from form_specs.sheets.days import read_date, read_moment

_ORDERS: Final = ("ymd", "dmy", "mdy", "serial")
_MARKS: Final = (".", ",")
_NUMBERS: Final = frozenset({"integer", "number", "decimal", "percent", "rating", "money"})
_DAYS: Final = {"date": "date", "date_range": "date", "datetime": "moment"}


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that is decided about one file before its rows come in."""

    file: str
    """Hash of the rows in the file store."""
    name: str
    """What the file was called."""
    titles: Sequence[str]
    samples: Sequence[Sequence[str]]
    rows: int
    notes: Sequence[tuple[str, dict[str, Any]]] = ()
    targets: Sequence[str] = ()
    """For each column of the file the column of the form; empty: it is left out."""
    ways: Mapping[str, str] = field(default_factory=dict)
    """By target how it is written: an order of days, or what stands before decimals."""
    key: str = ""
    """The field by which records are found again; empty: every row is a new record."""
    clears: bool = False
    """Whether an empty cell takes the value of a record away."""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Plan":
        known = {item.name for item in fields(cls)}
        return cls(**{name: value for name, value in kept.items() if name in known})

    def used(self) -> dict[str, int]:
        """By target the place of its column in the file."""
        return {name: place for place, name in enumerate(self.targets) if name}


def way_kind(found: FieldType, part: int) -> str:
    """What has to be said of how a column is written: `order` of days, `mark` of decimals, or nothing."""
    if found.name in _DAYS:
        return "order"
    return "mark" if found.name in _NUMBERS and part == 0 else ""


def guessed_way(found: FieldType, cells: Sequence[str]) -> tuple[str, bool]:
    """How the cells of a column are most probably written, and whether another way fits as well."""
    if found.name in _DAYS:
        fits = Counter({o: sum(map(bool, (_day(cell, o) for cell in cells))) for o in _ORDERS})
        ways: Sequence[str] = _ORDERS
    else:
        fits = Counter({m: sum(_is_number(cell, m) for cell in cells) for m in _MARKS})
        ways = _MARKS
    most = max(fits.values(), default=0)
    best = [way for way in ways if fits[way] == most]
    plain = sum(_told_apart(found, cell, best) for cell in cells)
    return (best[0] if most else ways[0]), bool(most) and len(best) > 1 and plain > 0


def _told_apart(found: FieldType, cell: str, ways: Sequence[str]) -> bool:
    """Whether a cell means something else in each of some ways."""
    read = {convention_of(found, way).plain(cell) for way in ways}
    return len(read - {None, ""}) > 1


def _day(cell: str, order: str) -> bool:
    return read_date(cell, order) is not None or read_moment(cell, order) is not None


def _is_number(cell: str, mark: str) -> bool:
    text = cell.replace("%", "").strip()
    return read_number(text, mark) is not None or read_amount(text, mark) is not None


def convention_of(found: FieldType, way: str) -> Convention:
    """How the cells of a field's column are written."""
    if found.name in _DAYS:
        return Convention(_DAYS[found.name], order=way)
    kind = {"money": "money", "percent": "percent"}.get(found.name, "number")
    return Convention(kind, mark=way or ".")


def with_ways(plan: Plan, of: Mapping[str, FieldType]) -> Plan:
    """The plan with a guess for each column that may be written in several ways and has none yet."""
    ways = {}
    for name, place in plan.used().items():
        found = of.get(name)
        if found is not None and way_kind(found, 0):
            cells = plan.samples[place] if place < len(plan.samples) else ()
            ways[name] = plan.ways.get(name) or guessed_way(found, cells)[0]
    return replace(plan, ways=ways)
