"""What people did by a version on trial, beside what the others did meanwhile by the one in force."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from statistics import median
from typing import Final

from sqlalchemy import Connection

from runtime.storage import pilots, tools
from runtime.storage.pilots import Move, Pilot

_RECORDS: Final = 2_000
"""Of each form, the records that moved last: more would change no median that people look at."""


@dataclass(slots=True)
class Figures:
    """What was done by one of two versions since a pilot began."""

    changes: int = 0
    records: int = 0
    people: int = 0
    refused: int = 0
    """Saves, however many reasons each had."""
    moves: int = 0
    returned: int = 0
    """Moves into a state in which the record had been before."""
    waits: list[int] = field(default_factory=list)
    """From one move of a record to its next, in microseconds."""

    @property
    def wait(self) -> int | None:
        """The median of the waits; none: nothing moved."""
        return round(median(self.waits)) if self.waits else None


@dataclass(frozen=True, slots=True)
class RefusedFor:
    """How often saves were refused for one reason, by the version on trial and by the other."""

    form: str
    field: str
    check: str
    tried: int
    others: int


@dataclass(frozen=True, slots=True)
class Measured:
    """Both sides of a pilot."""

    tried: Figures
    others: Figures
    refusals: Sequence[RefusedFor]


def measured(conn: Connection, pilot: Pilot) -> Measured:
    """What was done since a pilot began, until now or its end."""
    sides = {True: Figures(), False: Figures()}
    forms = [*tools.forms(conn, pilot.tool_id).values()]
    for work in pilots.work(conn, pilot, forms).values():
        side = sides[work.version == pilot.version]
        side.changes += work.changes
        side.records += work.records
        side.people += work.people
    for form_id in forms:
        since = pilots.moved(conn, pilot, form_id, _RECORDS)
        _count_moves(pilot, pilots.moves(conn, form_id, since), since, sides)
    refusals = [*_refusals(conn, pilot)]
    saves = [each for each in refusals if each.check == pilots.THE_SAVE]
    sides[True].refused = sum(each.tried for each in saves)
    sides[False].refused = sum(each.others for each in saves)
    reasons = [each for each in refusals if each.check != pilots.THE_SAVE]
    return Measured(sides[True], sides[False], reasons)


def _count_moves(
    pilot: Pilot, moves: Sequence[Move], since: Mapping[int, int], sides: Mapping[bool, Figures]
) -> None:
    until = pilot.ended_at or float("inf")
    for record, found in groupby(moves, key=lambda move: move.record_id):
        left: set[str] = set()
        before: int | None = None
        for move in found:
            if move.source and since[record] <= move.at <= until:
                side = sides[move.version == pilot.version]
                side.moves += 1
                side.returned += move.target in left
                if before is not None:
                    side.waits.append(move.at - before)
            left.add(move.source)
            before = move.at


def _refusals(conn: Connection, pilot: Pilot) -> Iterator[RefusedFor]:
    """By reason, the most frequent first."""
    found: dict[tuple[str, str, str], list[int]] = {}
    for each in pilots.refusals(conn, pilot):
        times = found.setdefault((each.form, each.field, each.check), [0, 0])
        times[each.version != pilot.version] += each.times
    for reason, (tried, others) in sorted(found.items(), key=lambda item: -sum(item[1])):
        yield RefusedFor(*reason, tried=tried, others=others)
