"""When the things happen that a demo dispute is plotted from."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Final

from opswright.demo.plot import IN_HAND, Beat, Fate, What

_DAY: Final = timedelta(days=1)
_WEEK: Final = 7 * _DAY
_MONTHS: Final = 330
"""How many days back the first closed disputes ended."""


def dated(random: Random, fate: Fate, beats: Sequence[Beat], now: datetime) -> list[datetime]:
    """A moment for each beat: people's in working hours, each later than the one before, all past."""
    start = now - _since_last(random, fate) - sum((beat.after for beat in beats), timedelta())
    moments = _from(random, beats, start)
    while moments[-1] > now - timedelta(minutes=2):  # nights and weekends made it longer
        start -= _DAY
        moments = _from(random, beats, start)
    return moments


def _from(random: Random, beats: Sequence[Beat], start: datetime) -> list[datetime]:
    at, moments = start, list[datetime]()
    for beat in beats:
        at += beat.after
        if not beat.by_program:
            at = _at_work(random, at)
        at = at.replace(microsecond=random.randrange(10**6))
        if moments and at <= moments[-1]:
            soon = moments[-1] + timedelta(seconds=random.randint(150, 1500))
            at = soon if beat.by_program else _next_at_work(random, soon)
        moments.append(at)
    return moments


def _since_last(random: Random, fate: Fate) -> timedelta:
    if fate in IN_HAND:
        return timedelta(hours=min(260, random.expovariate(1 / 46)), minutes=10)
    if fate is Fate.SUBMITTED:
        return timedelta(days=random.uniform(0.1, 42))
    # A little denser towards today: the business grows.
    return timedelta(days=_MONTHS * random.random() ** 1.25, hours=1)


def _at_work(random: Random, moment: datetime) -> datetime:
    """The same moment, or an earlier one on a working day between 7 and 19 o'clock."""
    day = moment if moment.hour >= 7 else moment - _DAY
    day -= _DAY * max(0, day.weekday() - 4)
    if 7 <= moment.hour < 19 and day.date() == moment.date():
        return moment
    return day.replace(hour=random.randrange(8, 19), minute=random.randrange(60))


def _next_at_work(random: Random, moment: datetime) -> datetime:
    """The same moment, or a later one on a working day between 7 and 19 o'clock."""
    day = moment if moment.hour < 19 else moment + _DAY
    day += _DAY * max(0, 7 - day.weekday()) if day.weekday() > 4 else timedelta()
    if moment.hour >= 7 and day.date() == moment.date():
        return moment
    return day.replace(hour=random.randrange(7, 11), minute=random.randrange(60))


def deadline(
    random: Random,
    fate: Fate,
    beats: Sequence[Beat],
    moments: Sequence[datetime],
    now: datetime,
) -> datetime:
    """The network's deadline: after the filing where there was one, near today for open work."""
    opened = moments[0]
    if fate in IN_HAND:
        return _open_deadline(random, opened, now)
    whats = [beat.what for beat in beats]
    filed = moments[whats.index(What.SUBMIT)] if What.SUBMIT in whats else moments[-1]
    due = max(filed + timedelta(hours=4), opened + _WEEK) + _DAY * random.uniform(0, 9)
    return due.replace(hour=23, minute=59, second=0, microsecond=0)


def _open_deadline(random: Random, opened: datetime, now: datetime) -> datetime:
    """Five to seventeen days after the opening; of what is older some is urgent, a little late."""
    due, age = opened + _DAY * random.uniform(5, 17), now - opened
    drawn = random.random()
    if age > 4 * _DAY and drawn < 0.06:
        due = now - timedelta(hours=random.uniform(2, 22))
    elif due < now or (age > 2 * _DAY and drawn < 0.18):
        due = now + timedelta(hours=random.uniform(2, 44))
    return due.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
