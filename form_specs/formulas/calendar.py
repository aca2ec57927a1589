"""Days and working days, in a number of steps that does not grow with the distance."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal

_FIRST = date.min.toordinal()
_LAST = date.max.toordinal()


def whole(number: Decimal) -> int | None:
    """The number as a whole one of a size that days come in, else none."""
    if abs(number) > _LAST or number != number.to_integral_value():
        return None
    return int(number)


def moved(day: date | datetime, days: Decimal) -> date | datetime | None:
    """The day (or moment) so many days later; none outside of the calendar."""
    count = whole(days)
    if count is None:
        return None
    try:
        return day + timedelta(days=count)
    except OverflowError:
        return None


def _weekdays_until(ordinal: int) -> int:
    """How many days from Monday to Friday there are from the first day to `ordinal`, which is one of them."""
    weeks, rest = divmod(ordinal, 7)  # the first of all days was a Monday
    return weeks * 5 + min(rest, 5)


class WorkCalendar:
    """Monday to Friday without some holidays."""

    def __init__(self, holidays: Iterable[date]) -> None:
        self._off = sorted(day.toordinal() for day in holidays if day.weekday() < 5)

    def _until(self, ordinal: int) -> int:
        return _weekdays_until(ordinal) - bisect_right(self._off, ordinal)

    def between(self, start: date, end: date) -> int:
        """How many working days there are after `start` up to and with `end`; negative backwards."""
        return self._until(end.toordinal()) - self._until(start.toordinal())

    def after(self, start: date, days: int) -> date | None:
        """The working day that many working days after `start`; none outside of the calendar.

        Backwards it is the working day from which it takes so many to come to `start`.
        """
        if days == 0:
            return start
        base = self._until(start.toordinal())
        if days < 0 and not self.works(start):
            base += 1  # as counted from the next working day
        wanted = base + days
        return self._nth(wanted) if wanted >= 1 else None

    def works(self, day: date) -> bool:
        """Whether the day is a working day."""
        place = bisect_left(self._off, day.toordinal())
        return day.weekday() < 5 and self._off[place : place + 1] != [day.toordinal()]

    def _nth(self, number: int) -> date | None:
        """The working day up to which there are `number` of them: found by halving."""
        low, high = _FIRST, _LAST
        if self._until(high) < number:
            return None
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if self._until(middle) >= number else (middle + 1, high)
        return date.fromordinal(low)
