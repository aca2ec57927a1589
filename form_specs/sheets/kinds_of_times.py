"""What a column of days and times can be."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from form_specs.sheets.cells import Cell
from form_specs.sheets.convention import Convention
from form_specs.sheets.days import (
    ORDERS,
    SERIAL,
    read_beginning,
    read_date,
    read_duration,
    read_moment,
    read_time,
    read_whole_day,
)
from form_specs.sheets.evidence import Cells
from form_specs.sheets.kind import ENOUGH, Kind


def as_native(cells: Cells, _shown: str) -> Kind | None:
    """What a workbook says of its cells."""
    if cells.all_of(bool):
        return Kind("boolean", Convention("boolean"))
    if cells.all_of(date, datetime):
        at_midnight = all(
            not isinstance(cell, datetime) or cell.time() == time() for cell in cells.sample
        )
        if at_midnight:
            return Kind("date", Convention("date", order="ymd"))
        return Kind("datetime", Convention("moment", order="ymd"))
    return Kind("time", Convention("time")) if cells.all_of(time) else None


def as_dates(cells: Cells, _shown: str) -> Kind | None:
    """Days, unless figures are years or codes."""
    if not any(isinstance(cell, str | date) for cell in cells.sample) or _solid_figures(cells):
        return None
    if cells.share(_zoned) > 0:
        return _days(cells, "date", read_date) or _days(cells, "moment", read_moment)
    dates = _days(cells, "date", read_whole_day)
    moments = _days(cells, "moment", read_beginning)
    if dates and moments and _unread(cells, dates) > _unread(cells, moments):
        return moments  # some of the days have a time
    return dates or moments


def _zoned(cell: Cell) -> bool:
    """Whether a moment is the same all over the world: midnight of some place is then no day."""
    return any((found := read_moment(cell, order)) and found.tzinfo for order in ORDERS)


def _unread(cells: Cells, kind: Kind) -> int:
    return sum(1 for cell in cells.sample if kind.convention.plain(cell) is None)


def _days(cells: Cells, kind: str, reads: Callable[[Cell, str], Any]) -> Kind | None:
    orders = {order: cells.share(lambda cell, o=order: reads(cell, o)) for order in ORDERS}  # type: ignore[misc]
    best = max(orders.values())
    if best < ENOUGH:
        return None
    able = [order for order in ORDERS if orders[order] == best]
    other = _other_order(cells, able, reads)
    open_ = Convention(kind, order=other) if other else None
    type_ = "date" if kind == "date" else "datetime"
    dated = "ymd" in able and all(text[:4].isdigit() for text in cells.texts)
    order = "ymd" if dated else able[0]
    return Kind(type_, Convention(kind, order=order), other=open_)


def _solid_figures(cells: Cells) -> bool:
    """Whether 20240131 may as well be a number: only a heading can say that it is a day."""
    solid = all(cell.isdigit() for cell in cells.texts)
    return bool(cells.texts) and solid and "date" not in cells.topics


def _other_order(cells: Cells, able: list[str], reads: Callable[[Cell, str], Any]) -> str:
    """An order in which the cells can be read too, to other days."""
    for order in able[1:]:
        if any(reads(cell, order) != reads(cell, able[0]) for cell in cells.sample):
            return order
    return ""


def as_mixed_dates(cells: Cells, _shown: str) -> Kind | None:
    """A column whose days are partly numbers of days: the heading has to say so."""
    if "date" not in cells.topics or cells.topics & {"money", "percent"}:
        return None
    if cells.share(lambda cell: _plausible(cell, read_date)) >= ENOUGH:
        return Kind("date", Convention("date", order=SERIAL))
    if cells.share(lambda cell: _plausible(cell, read_moment)) >= ENOUGH:
        return Kind("datetime", Convention("moment", order=SERIAL))
    return None


def _plausible(cell: Cell, reads: Callable[[Cell, str], Any]) -> bool:
    """Whether a number is a day within a lifetime from now."""
    found = reads(cell, SERIAL)
    return found is not None and 1950 <= found.year <= 2080


def as_times(cells: Cells, _shown: str) -> Kind | None:
    """Times of day; what goes beyond a day, or is called hours, is how long something takes."""
    of_day = cells.share(read_time)
    if cells.share(read_duration) >= ENOUGH and (of_day < 1 or "duration" in cells.topics):
        return Kind("duration", Convention("duration"))
    return Kind("time", Convention("time")) if of_day >= ENOUGH else None
