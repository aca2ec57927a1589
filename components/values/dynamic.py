"""Values that are known only when somebody acts: `{"now": {}}`, `{"today": {"days": 3}}`, `{"user": "id"}`."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from form_specs.model import JsonValue

_UNITS: Final = frozenset(("days", "hours", "minutes"))
_MAX_DISTANCE: Final = 36_525


def resolved(value: JsonValue, user: str, now: datetime) -> JsonValue:
    """The JSON that a literal or dynamic value stands for; anything not dynamic is itself.

    `now` is aware; days are those of UTC.
    """
    match value:
        case {"user": "id", **rest} if not rest:
            return user
        case {"now": dict(distance), **rest} if not rest and _is_distance(distance):
            moment = _moved(now, distance)
            return moment.isoformat(timespec="seconds").removesuffix("+00:00") + "Z"
        case {"today": dict(distance), **rest} if not rest and _is_distance(distance):
            return _moved(now, distance).date().isoformat()
    return value


def _is_distance(distance: Mapping[str, Any]) -> bool:
    return distance.keys() <= _UNITS and all(
        type(number) is int and abs(number) <= _MAX_DISTANCE for number in distance.values()
    )


def _moved(now: datetime, distance: Mapping[str, Any]) -> datetime:
    return now.astimezone(UTC) + timedelta(**distance)
