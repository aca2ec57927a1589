"""The tests of a tool: what people do with it, one step after the other, and what must come of it.

They stand in the tool's document as `tests` and are read from there; `check` has judged them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from form_specs.model import JsonObject, JsonValue

START: Final = datetime(2026, 1, 5, 9, tzinfo=UTC)
"""What the clock of a test says where it does not say itself: a Monday morning."""
_LATER: Final = re.compile(r"\+([1-9][0-9]{0,5}) (minute|hour|day|week)s?")


class Doing(StrEnum):
    """What a step does."""

    CREATE = "create"
    CHANGE = "change"
    TRANSITION = "transition"
    ACTION = "action"
    COMMENT = "comment"
    DELETE = "delete"
    LOOK = "look"
    """Nothing: only what is expected is looked at."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What must come of a step."""

    refused: str | None = None
    """A text that a reason must hold; empty: any reason; none: it must go through."""
    fields: tuple[str, ...] = ()
    """Fields that the reasons must name."""
    state: str | None = None
    values: Mapping[str, JsonValue] = field(default_factory=dict)
    """What whoever does the step must see then; null stands for nothing."""
    in_views: tuple[str, ...] = ()
    not_in_views: tuple[str, ...] = ()
    visible_to: tuple[str, ...] = ()
    hidden_from: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """Somebody does something with a record."""

    doing: Doing
    form: str
    role: str = ""
    """Empty: a hook or another program does it."""
    person: str = ""
    later: timedelta = timedelta()
    record: str = ""
    """The name of the record within the test."""
    transition: str = ""
    action: str = ""
    values: Mapping[str, JsonValue] = field(default_factory=dict)
    comment: str = ""
    expect: Expectation = Expectation()


@dataclass(frozen=True, slots=True)
class Scenario:
    """One test of a tool."""

    key: str
    title: str
    steps: tuple[Step, ...]
    start: datetime = START


def scenarios_of(document: Mapping[str, Any]) -> tuple[Scenario, ...]:
    """The tests of a checked document."""
    return tuple(scenario_of(raw) for raw in document.get("tests", ()))


def scenario_of(raw: Mapping[str, Any]) -> Scenario:
    """One test as it is written."""
    start = datetime.fromisoformat(raw["start"]) if "start" in raw else START
    return Scenario(raw["key"], raw["title"], tuple(map(_step, raw["steps"])), start)


def _step(raw: Mapping[str, Any]) -> Step:
    role = raw.get("as", "")
    return Step(
        doing=Doing(raw["do"]),
        form=raw["form"],
        role=role,
        person=raw.get("person", role),
        later=later(raw.get("at", "")),
        record=record_name(raw),
        transition=raw.get("transition", ""),
        action=raw.get("action", ""),
        values=raw.get("values", {}),
        comment=raw.get("comment", ""),
        expect=_expectation(raw.get("expect", {})),
    )


def record_name(raw: Mapping[str, Any]) -> str:
    """What the record of a step is called within its test: as it says, else as its form."""
    return str(raw.get("record") or raw.get("form", ""))


def _expectation(raw: Mapping[str, Any]) -> Expectation:
    return Expectation(
        refused=raw.get("refused", "" if raw.get("fields") else None),
        fields=tuple(raw.get("fields", ())),
        state=raw.get("state"),
        values=raw.get("values", {}),
        in_views=tuple(raw.get("in", ())),
        not_in_views=tuple(raw.get("notIn", ())),
        visible_to=tuple(raw.get("visibleTo", ())),
        hidden_from=tuple(raw.get("hiddenFrom", ())),
    )


def later(text: str) -> timedelta:
    """How much `+2 days` is; nothing for an empty text."""
    found = _LATER.fullmatch(text)
    return timedelta(**{f"{found[2]}s": int(found[1])}) if found else timedelta()


# -- values -------------------------------------------------------------------------------


def resolved(value: JsonValue, now: datetime, records: Mapping[str, str]) -> JsonValue:
    """A value by the clock and the records of a test.

    `{"now": {"days": 2}}` and `{"today": {}}` are a moment and a day, `{"record": NAME}` is the id
    of a record; raises `KeyError` for one that is not there yet.
    """
    match value:
        case {"now": dict() as delta, **rest} if not rest:
            return (now + _delta(delta)).isoformat().replace("+00:00", "Z")
        case {"today": dict() as delta, **rest} if not rest:
            return (now + _delta(delta)).date().isoformat()
        case {"record": str() as name, **rest} if not rest:
            return records[name]
        case dict():
            return {key: resolved(item, now, records) for key, item in value.items()}
        case list():
            return [resolved(item, now, records) for item in value]
    return value


def _delta(raw: JsonObject) -> timedelta:
    return timedelta(**{name: float(raw[name]) for name in raw})  # type: ignore[arg-type]


_UNITS: Final = frozenset(("minutes", "hours", "days", "weeks"))
_MOST: Final = 1_000_000


def wrong_times(value: JsonValue) -> Iterator[str]:
    """What is wrong with the moments and days that are written into a value."""
    match value:
        case {"now": dict() as delta, **rest} | {"today": dict() as delta, **rest} if not rest:
            yield from (wrong for unit, number in delta.items() if (wrong := _wrong(unit, number)))
        case dict():
            yield from (wrong for item in value.values() for wrong in wrong_times(item))
        case list():
            yield from (wrong for item in value for wrong in wrong_times(item))


def _wrong(unit: str, number: JsonValue) -> str:
    if unit not in _UNITS:
        return unit
    fits = isinstance(number, int | float) and not isinstance(number, bool)
    return "" if fits and abs(number) <= _MOST else f"{unit}: {number}"  # type: ignore[arg-type]


def named_records(value: JsonValue) -> Sequence[str]:
    """The names of the records that a value speaks of."""
    match value:
        case {"record": str() as name, **rest} if not rest:
            return [name]
        case dict():
            return [name for item in value.values() for name in named_records(item)]
        case list():
            return [name for item in value for name in named_records(item)]
    return []
