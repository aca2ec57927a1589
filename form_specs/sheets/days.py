"""Days, times and moments as people write them in sheets."""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from typing import Final

from babel import Locale

from form_specs.sheets.cells import Cell

ORDERS: Final = ("dmy", "mdy", "ymd")
"""Which of day, month and year comes first, second and last."""
SERIAL: Final = "serial"
"""Days since the last of 1899, as spreadsheet programs count them."""
PIVOT: Final = 69
"""Two-digit years below it are those of this century."""
_FIRST: Final = date(1899, 12, 30)
_SERIALS: Final = range(1, 109_575)  # up to the end of 2199
_YEARS: Final = range(1000, 10_000)
_LANGUAGES: Final = (
    "en", "de", "fr", "es", "it", "pt", "nl", "ro", "pl", "cs", "sv", "da", "nb", "fi", "hu", "tr",
)  # fmt: skip
_WEEKDAY: Final = re.compile(r"^[^\W\d_]{2,12}\.?,?\s+(?=\d)")
_FIGURES: Final = re.compile(r"(\d{1,4})\s?([./\- ])\s?(\d{1,2})\s?\2\s?(\d{1,4})\.?")
_DAY_NAME: Final = re.compile(
    r"(\d{1,2})(?:\.|st|nd|rd|th|er|º)?[\s\-./]*(?:de\s+)?([^\W\d_]{3,12})\.?,?[\s\-./]*(?:de\s+)?(\d{2}|\d{4})"
)
_NAME_DAY: Final = re.compile(
    r"([^\W\d_]{3,12})\.?[\s\-]+(\d{1,2})(?:st|nd|rd|th)?,?[\s\-]+(\d{4})"
)
_SOLID: Final = re.compile(r"(\d{4})(\d{2})(\d{2})")
_TIME: Final = re.compile(
    r"(\d{1,2})[:h](\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?\s*(?:([AaPp])(?:\.?[Mm]\.?)?|Uhr)?"
)
_CLOCK: Final = re.compile(r"(\d{1,4}):(\d{2})(?::(\d{2}))?")
_HOURS: Final = re.compile(
    r"(\d{1,4})\s?(?:h|hrs?|std)\.?(?:\s?(\d{1,2})\s?(?:m|mins?)\.?)?()", re.IGNORECASE
)
_HOUR: Final = re.compile(r"(\d{1,2})()()\s*([AaPp])\.?[Mm]\.?")
_MOMENT: Final = re.compile(
    r"(.*?\d)(?:[T,]\s*|\s+)(\d{1,2}[:h]\d{2}.*?)\s*(Z|(?:UTC|GMT)?[+-]\d{1,2}(?::?\d{2})?|UTC|GMT)?"
)
_OFFSET: Final = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?")
_ISO: Final = re.compile(r"\d{4}-\d{2}-\d{2}.*")


def read_date(cell: Cell, order: str) -> date | None:
    """A day whose parts come in an order; names of months say for themselves which they are.

    ISO days are read in any order.  None for anything else.
    """
    if isinstance(cell, datetime):
        return cell.date() if cell.time() == time() else None
    if isinstance(cell, date):
        return cell
    if order == SERIAL:
        return _serial(cell)
    if not isinstance(cell, str) or not 6 <= len(cell) <= 40:
        return None
    text = cell.strip()
    found = _figures(text, order) or _named(text) or _solid(text)
    if found is None and (bare := _WEEKDAY.sub("", text)) != text:
        return _figures(bare, order) or _named(bare)
    return found


def two_digits(cell: Cell) -> bool:
    """Whether the year of a day is written with two digits."""
    found = _FIGURES.fullmatch(cell) if isinstance(cell, str) else None
    return found is not None and max(len(found[1]), len(found[4])) <= 2


def read_time(cell: Cell) -> time | None:
    """A time of day; none for anything else."""
    if isinstance(cell, time):
        return cell
    text = cell.strip() if isinstance(cell, str) else ""
    found = _TIME.fullmatch(text) or _HOUR.fullmatch(text)
    if found is None:
        return None
    hour, half = int(found[1]), (found[4] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + 12 * (half == "p")
    minute, second = int(found[2] or 0), int(found[3] or 0)
    return time(hour, minute, second) if hour < 24 and minute < 60 and second < 60 else None


def read_duration(cell: Cell) -> timedelta | None:
    """How long something takes, as 23:45 or 2h 30m; none for anything else."""
    if isinstance(cell, time):
        return timedelta(hours=cell.hour, minutes=cell.minute, seconds=cell.second)
    text = cell.strip() if isinstance(cell, str) else ""
    found = _CLOCK.fullmatch(text) or _HOURS.fullmatch(text)
    if found is None or int(found[2] or 0) > 59 or int(found[3] or 0) > 59:
        return None
    return timedelta(hours=int(found[1]), minutes=int(found[2] or 0), seconds=int(found[3] or 0))


def read_moment(cell: Cell, order: str) -> datetime | None:
    """A day and a time, with an offset where the text has one; none for anything else."""
    if isinstance(cell, datetime):
        return cell
    if not isinstance(cell, str):
        return _serial_moment(cell) if order == SERIAL else None
    if _ISO.fullmatch(cell) and len(cell) > 10:
        try:
            return datetime.fromisoformat(cell)
        except ValueError:
            pass  # perhaps in another way
    found = _MOMENT.fullmatch(cell.strip())
    if found is None:
        return None
    day, clock = read_date(found[1].strip(), order), read_time(found[2])
    if day is None or clock is None:
        return None
    return _at(day, clock, found[3] or "")


def read_whole_day(cell: Cell, order: str) -> date | None:
    """A day, also one that a program wrote with the time of midnight; none for anything else."""
    if (day := read_date(cell, order)) is not None:
        return day
    moment = read_moment(cell, order)
    return moment.date() if moment is not None and moment.time() == time() else None


def read_beginning(cell: Cell, order: str) -> datetime | None:
    """A moment; a day without a time is its midnight.  None for anything else."""
    if (moment := read_moment(cell, order)) is not None:
        return moment
    day = read_date(cell, order)
    return None if day is None else datetime.combine(day, time())


def _at(day: date, clock: time, zone: str) -> datetime | None:
    shifted = _OFFSET.fullmatch(zone)
    offset = "+00:00" if zone else ""
    if shifted:
        offset = f"{shifted[1]}{shifted[2]:>02}:{shifted[3] or '00'}"
    try:
        return datetime.fromisoformat(f"{day.isoformat()}T{clock.isoformat()}{offset}")
    except ValueError:
        return None


def _serial(cell: Cell) -> date | None:
    number = _number(cell)
    if number is None or number != int(number) or int(number) not in _SERIALS:
        return None
    return _FIRST + timedelta(days=int(number))


def _serial_moment(cell: Cell) -> datetime | None:
    number = _number(cell)
    if number is None or int(number) not in _SERIALS:
        return None
    seconds = round((number - int(number)) * 86_400)
    return datetime.combine(_FIRST, time()) + timedelta(days=int(number), seconds=seconds)


def _number(cell: Cell) -> Decimal | None:
    if isinstance(cell, Decimal):
        return cell
    plain = isinstance(cell, str) and re.fullmatch(r"\d{1,6}(?:\.\d{1,12})?", cell)
    return Decimal(str(cell)) if plain else None


def _figures(text: str, order: str) -> date | None:
    found = _FIGURES.fullmatch(text)
    if found is None:
        return None
    first, second, third = found[1], found[3], found[4]
    if len(first) == 4:
        return _day(first, second, third)
    if order == "ymd":
        return _day(first, second, third) if len(first) == 2 and len(third) <= 2 else None
    if len(third) not in (2, 4) or len(first) > 2:
        return None
    return _day(third, *((first, second) if order == "mdy" else (second, first)))


def _day(year: str, month: str, day: str) -> date | None:
    number = int(year)
    if len(year) == 2:
        number += 2000 if number < PIVOT else 1900
    if number not in _YEARS or len(year) == 3:
        return None
    try:
        return date(number, int(month), int(day))
    except ValueError:
        return None


def _named(text: str) -> date | None:
    if found := _DAY_NAME.fullmatch(text):
        day, name, year = found[1], found[2], found[3]
    elif found := _NAME_DAY.fullmatch(text):
        name, day, year = found[1], found[2], found[3]
    else:
        return None
    month = _months().get(name.casefold())
    return _day(year, str(month), day) if month else None


def _solid(text: str) -> date | None:
    found = _SOLID.fullmatch(text)
    day = _day(found[1], found[2], found[3]) if found else None
    return day if day is not None and 1900 <= day.year < 2100 else None


@cache
def _months() -> dict[str, int]:
    """The numbers of the months by their names and short names in several languages."""
    found: dict[str, int] = {}
    for language in _LANGUAGES:
        months = Locale(language).months
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in months[context][width].items():
                    found.setdefault(name.casefold().strip("."), number)
    return found | {"sept": 9, "mär": 3, "mrz": 3, "maerz": 3}
