"""The Python back end: a predicate becomes nested closures over a record.

A record is one flat mapping: the stored document's keys, and `@state`, `@created_at`, … beside
them.  A value of another type than its field stores counts as absent.  Under `BEFORE` it may
hold such a mapping of the record as it was.
"""

import operator
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from form_specs.conditions.binding import stored_value
from form_specs.conditions.model import (
    BEFORE,
    ENTRY,
    AllOf,
    AnyOf,
    Before,
    Changed,
    Comparison,
    Constant,
    CurrentTeams,
    CurrentUser,
    Env,
    FieldValue,
    Kind,
    Negation,
    Now,
    Predicate,
    SomeRow,
    Today,
    UserTest,
)

Record: TypeAlias = Mapping[str, Any]
Test: TypeAlias = Callable[[Record, Env], bool]
"""Whether a record meets a condition."""

_Read: TypeAlias = Callable[[Record], Any]
_Holds: TypeAlias = Callable[[Any, Any], bool]

_NOTHING: Record = {}

_TYPES: Mapping[Kind, tuple[type, ...]] = {
    Kind.TEXT: (str,),
    Kind.INTEGER: (int,),
    Kind.REAL: (int, float),
    Kind.BOOLEAN: (bool,),
    Kind.LIST: (list, tuple),
    Kind.DOCUMENT: (str, int, float, bool, list, tuple, dict),
}


def python_predicate(predicate: Predicate) -> Test:
    """Compile a predicate, bound or not, to a function of record and environment."""
    match predicate:
        case Comparison():
            return _comparison(predicate)
        case AllOf(parts):
            return _all_of(tuple(python_predicate(part) for part in parts))
        case AnyOf(parts):
            return _any_of(tuple(python_predicate(part) for part in parts))
        case Negation(part):
            inner = python_predicate(part)
            return lambda record, env: not inner(record, env)
        case SomeRow(path, part, alone):
            row = _entry if alone else _row
            return _some_row(_reader(path, Kind.LIST), python_predicate(part), row)
        case Constant() | UserTest() | Changed() | Before():
            return _special(predicate)


def _special(predicate: Constant | UserTest | Changed | Before) -> Test:
    """What asks nothing of the record as it is."""
    match predicate:
        case Constant(value):
            return lambda _record, _env: value
        case UserTest():
            return _user_test(predicate)
        case Changed(path):
            return _changed(_fetcher(path))
        case Before(part):
            return _before(python_predicate(part))


def _all_of(tests: tuple[Test, ...]) -> Test:
    def every(record: Record, env: Env) -> bool:
        for test in tests:  # noqa: SIM110 - a generator costs more than the tests themselves
            if not test(record, env):
                return False
        return True

    return every


def _any_of(tests: tuple[Test, ...]) -> Test:
    def some(record: Record, env: Env) -> bool:
        for test in tests:  # noqa: SIM110 - as above
            if test(record, env):
                return True
        return False

    return some


def _some_row(read: _Read, test: Test, as_record: Callable[[Any], Record]) -> Test:
    def some(record: Record, env: Env) -> bool:
        rows = read(record) or ()
        return any(test(as_record(row), env) for row in rows)

    return some


def _row(row: Any) -> Record:
    return row if isinstance(row, Mapping) else _NOTHING


def _entry(row: Any) -> Record:
    return {ENTRY: row}


def _changed(fetch: _Read) -> Test:
    def changed(record: Record, _env: Env) -> bool:
        return bool(fetch(record) != fetch(record.get(BEFORE) or _NOTHING))

    return changed


def _before(test: Test) -> Test:
    return lambda record, env: test(record.get(BEFORE) or _NOTHING, env)


def _user_test(test: UserTest) -> Test:
    if test.team is not None:
        team = test.team
        return lambda _record, env: team in env.teams
    if test.is_path is None:
        role = test.role
        return lambda _record, env: role in env.roles
    read = _reader(test.is_path, Kind.TEXT)
    return lambda record, env: read(record) == env.user


def _comparison(comparison: Comparison) -> Test:
    path, kind, op, value = comparison.path, comparison.kind, comparison.op, comparison.value
    if op == "empty":
        fetch = _fetcher(path)
        return lambda record, _env: fetch(record) is None
    if op == "within":
        return _within(path[:-1], value)
    read = _reader(path, kind)
    if isinstance(value, CurrentTeams):
        return lambda record, env: read(record) in env.teams
    holds = _OPERATORS[op]
    if isinstance(value, FieldValue):
        return _against_field(read, holds, _reader(value.path, value.kind))
    if isinstance(value, CurrentUser | Now | Today):
        return _against_env(read, holds, value, kind)
    literal = value.lower() if op in ("contains", "starts_with") else value

    def compare(record: Record, _env: Env) -> bool:
        found = read(record)
        return found is not None and holds(found, literal)

    return compare


def _within(place: tuple[str, ...], sphere: tuple[int, int, int, int]) -> Test:
    """Whether a place is near another: exact, as all of it is whole numbers."""
    reads = [_reader((*place, axis), Kind.INTEGER) for axis in ("x", "y", "z")]
    *center, limit = sphere

    def compare(record: Record, _env: Env) -> bool:
        found = [read(record) for read in reads]
        if None in found:
            return False
        return bool(sum((a - b) ** 2 for a, b in zip(found, center, strict=True)) <= limit)

    return compare


def _against_field(read: _Read, holds: _Holds, read_other: _Read) -> Test:
    def compare(record: Record, _env: Env) -> bool:
        found, other = read(record), read_other(record)
        return found is not None and other is not None and holds(found, other)

    return compare


def _against_env(read: _Read, holds: _Holds, value: CurrentUser | Now | Today, kind: Kind) -> Test:
    def compare(record: Record, env: Env) -> bool:
        found = read(record)
        return found is not None and holds(found, stored_value(value, kind, env))

    return compare


def _fetcher(path: tuple[str, ...]) -> _Read:
    if len(path) == 1:
        key = path[0]
        return lambda record: record.get(key)

    def fetch(record: Record) -> Any:
        found: Any = record
        for key in path:
            if not isinstance(found, Mapping):
                return None
            found = found.get(key)
        return found

    return fetch


def _reader(path: tuple[str, ...], kind: Kind) -> _Read:
    """Reads the value at a path, or none where it is absent or not of the kind."""
    fetch = _fetcher(path)
    types = _TYPES[kind]

    def read(record: Record) -> Any:
        found = fetch(record)
        # By identity, not isinstance: True is an int to Python, but no number to a store.
        return found if type(found) in types else None

    return read


def _between(found: Any, bounds: Any) -> bool:
    return bool(bounds[0] <= found <= bounds[1])


def _has_any(found: Any, wanted: Any) -> bool:
    return any(item in found for item in wanted)


def _has_key(found: Any, key: Any) -> bool:
    return isinstance(found, dict) and key in found


def _has_all(found: Any, wanted: Any) -> bool:
    return all(item in found for item in wanted)


_OPERATORS: Mapping[str, _Holds] = {
    "eq": operator.eq,
    "in": lambda found, wanted: found in wanted,
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
    "between": _between,
    # The literal is in lower case already.
    "contains": lambda found, part: part in found.lower(),
    "starts_with": lambda found, part: found.lower().startswith(part),
    "has": operator.contains,
    "has_any": _has_any,
    "has_all": _has_all,
    "has_key": _has_key,
}
