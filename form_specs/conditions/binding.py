"""Putting the moment and the user into a predicate."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from form_specs.conditions.model import (
    AllOf,
    AnyOf,
    Before,
    Comparison,
    Constant,
    CurrentTeams,
    CurrentUser,
    Env,
    Kind,
    Negation,
    Now,
    Predicate,
    SomeRow,
    Today,
    UserTest,
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST = datetime(1, 1, 1, tzinfo=UTC)
_LAST = datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def bind(predicate: Predicate, env: Env) -> Predicate:
    """The same predicate with literals and constants for all that depends on `env`.

    References to other fields stay.  Constants are folded, so that the result is either one
    `Constant` or holds none but as what every row of a list meets.
    """
    match predicate:
        case Comparison():
            return _bound_comparison(predicate, env)
        case AllOf() | AnyOf():
            return _bound_group(predicate, env)
        case Negation(part):
            bound = bind(part, env)
            return Constant(not bound.value) if isinstance(bound, Constant) else Negation(bound)
        case UserTest():
            return _bound_user_test(predicate, env)
        case SomeRow() | Before():
            return _bound_around(predicate, env)
    return predicate


def _bound_comparison(comparison: Comparison, env: Env) -> Predicate:
    if isinstance(comparison.value, CurrentTeams):
        teams = tuple(sorted(env.teams))
        return replace(comparison, op="in", value=teams) if teams else Constant(value=False)
    return replace(comparison, value=stored_value(comparison.value, comparison.kind, env))


def _bound_around(around: SomeRow | Before, env: Env) -> Predicate:
    bound = bind(around.part, env)
    # What every row meets still needs a row.
    fixed = bound == Constant(value=False) or (
        isinstance(around, Before) and isinstance(bound, Constant)
    )
    return bound if fixed else replace(around, part=bound)


def _bound_group(group: AllOf | AnyOf, env: Env) -> Predicate:
    absorbing = isinstance(group, AnyOf)
    kept = []
    for part in group.parts:
        bound = bind(part, env)
        if not isinstance(bound, Constant):
            kept.append(bound)
        elif bound.value is absorbing:
            return bound
    if not kept:
        return Constant(not absorbing)
    return kept[0] if len(kept) == 1 else replace(group, parts=tuple(kept))


def _bound_user_test(test: UserTest, env: Env) -> Predicate:
    if test.team is not None:
        return Constant(test.team in env.teams)
    if test.is_path is None:
        return Constant(test.role in env.roles)
    return Comparison(path=test.is_path, kind=Kind.TEXT, op="eq", value=env.user)


def stored_value(value: Any, kind: Kind, env: Env) -> Any:
    """From a literal or dynamic value to what compares with a stored value of `kind`."""
    match value:
        case CurrentUser():
            return env.user
        case Now(delta_seconds):
            return _stored_moment(_moved(env.now, timedelta(seconds=delta_seconds)), kind)
        case Today(days, midnight):
            start = _moved(
                datetime.combine(env.now.astimezone(UTC).date(), time(), tzinfo=UTC),
                timedelta(days=days),
            )
            return _stored_moment(start, kind) if midnight else stored_date(start.date())
        case _:
            return value


def _moved(moment: datetime, delta: timedelta) -> datetime:
    try:
        return moment.astimezone(UTC) + delta
    except OverflowError:
        return _LAST if delta > timedelta() else _FIRST


def _stored_moment(moment: datetime, kind: Kind) -> str | int:
    return microseconds(moment) if kind is Kind.INTEGER else stored_datetime(moment)


def microseconds(moment: datetime) -> int:
    """From an aware datetime to microseconds since the epoch, as native columns hold moments."""
    return (moment - _EPOCH) // _MICROSECOND


def moment_of(microseconds: int) -> datetime:
    """From microseconds since the epoch to an aware datetime."""
    return _EPOCH + microseconds * _MICROSECOND


def stored_datetime(moment: datetime) -> str:
    """From an aware datetime to its text in a document: UTC, six digits, so that it sorts."""
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def stored_date(day: date) -> str:
    """From a date to its text in a document."""
    return day.isoformat()
