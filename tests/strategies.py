"""Random records and predicates over them, for proofs that all back ends of conditions agree.

A record here is the flat mapping that `python_predicate` reads: the stored document and, beside
it, the system fields.  Texts leave out characters whose lower case depends on their neighbours
or on the Unicode version, where engines differ by design.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from form_specs.conditions import (
    AllOf,
    AnyOf,
    Comparison,
    Constant,
    CurrentUser,
    Env,
    FieldValue,
    Kind,
    Negation,
    Now,
    Predicate,
    Today,
    UserTest,
)
from form_specs.conditions.binding import stored_datetime

ALPHABET = "abcABC xyz019%_\\'\"-./;{}[]$*äÄéÉßñŁłжЖЩ日本ガ😀👍"
USERS = ("ada", "maya", "Ömer", "system")
ROLES = ("analyst", "lead")
STATES = ("new", "review", "won", "lost")
_MICROSECONDS = 1_000_000


@dataclass(frozen=True)
class TypedPath:
    """Where a value stands in the record, how it compares, and what values it takes."""

    path: tuple[str, ...]
    kind: Kind
    values: st.SearchStrategy[Any]
    dynamics: st.SearchStrategy[Any] | None = None


def _stored_datetimes() -> st.SearchStrategy[str]:
    return _moments(2020, 2030).map(stored_datetime)


def _moments(first: int, last: int) -> st.SearchStrategy[datetime]:
    """Moments in UTC from the beginning of one year to that of another."""
    seconds = [datetime(year, 1, 1, tzinfo=UTC).timestamp() for year in (first, last)]
    microseconds = st.integers(*(int(second) * 1_000_000 for second in seconds))
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return microseconds.map(lambda count: epoch + timedelta(microseconds=count))


def _stored_dates() -> st.SearchStrategy[str]:
    return st.dates(date(2026, 11, 1), date(2026, 12, 31)).map(date.isoformat)


texts = st.text(ALPHABET, min_size=1, max_size=6) | st.sampled_from(["Acme", "acme", "Äcme Ltd"])
integers = st.integers(-5, 5) | st.integers(-(2**62), 2**62)
reals = st.floats(-1e9, 1e9, allow_nan=False) | st.integers(-3, 3)
words = st.sampled_from(["a", "b", "A", "ä", "%", "_", "a,b", 'a"b', "日本"])
moments_in_microseconds = st.integers(1_700_000_000 * _MICROSECONDS, 1_800_000_000 * _MICROSECONDS)
nows = st.integers(-86_400, 86_400).map(Now)
todays = st.integers(-10, 10).map(Today)
midnights = st.integers(-10, 10).map(lambda days: Today(days, midnight=True))

DOCUMENT_PATHS = (
    TypedPath(("merchant",), Kind.TEXT, texts),
    TypedPath(("note",), Kind.TEXT, texts),
    TypedPath(("reason",), Kind.TEXT, st.sampled_from(["fraud", "error", "Fraud"])),
    TypedPath(("amount", "amount"), Kind.INTEGER, integers),
    TypedPath(("count",), Kind.INTEGER, integers),
    TypedPath(("ratio",), Kind.REAL, reals),
    TypedPath(("urgent",), Kind.BOOLEAN, st.booleans()),
    TypedPath(("tags",), Kind.LIST, words),
    TypedPath(("due_on",), Kind.TEXT, _stored_dates(), todays),
    TypedPath(("due_by",), Kind.TEXT, _stored_datetimes(), nows | midnights),
    TypedPath(("owner",), Kind.TEXT, st.sampled_from(USERS), st.just(CurrentUser())),
)
SYSTEM_PATHS = (
    TypedPath(("@state",), Kind.TEXT, st.sampled_from(STATES)),
    TypedPath(("@version",), Kind.INTEGER, st.integers(1, 9)),
    TypedPath(("@created_at",), Kind.INTEGER, moments_in_microseconds, nows | midnights),
    TypedPath(("@created_by",), Kind.TEXT, st.sampled_from(USERS), st.just(CurrentUser())),
    TypedPath(("@updated_by",), Kind.TEXT, st.sampled_from(USERS), st.just(CurrentUser())),
)
PATHS = DOCUMENT_PATHS + SYSTEM_PATHS


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """Stored documents: each field held or absent."""
    found: dict[str, Any] = {}
    for typed in DOCUMENT_PATHS:
        if not draw(st.booleans()):
            continue
        value = draw(_held(typed))
        match typed.path:
            case (key,):
                found[key] = value
            case (key, inner):
                found[key] = {inner: value, "currency": "EUR"}
    return found


def _held(typed: TypedPath) -> st.SearchStrategy[Any]:
    if typed.kind is Kind.LIST:
        return st.lists(typed.values, min_size=1, max_size=4, unique=True)
    return typed.values


def system_fields() -> st.SearchStrategy[dict[str, Any]]:
    """What stands beside the document; records of a form without a workflow have no state."""
    always = {typed.path[0]: typed.values for typed in SYSTEM_PATHS if typed.path != ("@state",)}
    return st.fixed_dictionaries(always, optional={"@state": SYSTEM_PATHS[0].values})


def records() -> st.SearchStrategy[dict[str, Any]]:
    """Document and system fields in one flat mapping."""
    return st.builds(lambda document, system: {**document, **system}, documents(), system_fields())


def envs() -> st.SearchStrategy[Env]:
    """Who asks, and when."""
    return st.builds(
        Env,
        user=st.sampled_from(USERS),
        roles=st.frozensets(st.sampled_from(ROLES)),
        now=_moments(2026, 2027),
    )


@st.composite
def comparisons(draw: st.DrawFn) -> Comparison:
    """One comparison whose operator and value fit the path's kind."""
    typed = draw(st.sampled_from(PATHS))
    op = draw(st.sampled_from(_operators(typed.kind)))
    return Comparison(typed.path, typed.kind, op, draw(_value(typed, op)))


def _operators(kind: Kind) -> tuple[str, ...]:
    order = ("eq", "in", "lt", "le", "gt", "ge", "between", "empty")
    if kind is Kind.LIST:
        return ("has", "has_any", "has_all", "empty")
    if kind is Kind.BOOLEAN:
        return ("eq", "empty")
    return (*order, "contains", "starts_with") if kind is Kind.TEXT else order


def _value(typed: TypedPath, op: str) -> st.SearchStrategy[Any]:
    match op:
        case "empty":
            return st.none()
        case "contains" | "starts_with":
            return st.text(ALPHABET, min_size=1, max_size=2)
        case "between":
            return st.tuples(typed.values, typed.values)
        case "in" | "has_any" | "has_all":
            return st.lists(typed.values, min_size=1, max_size=4).map(tuple)
        case "has":
            return typed.values
    alike = [p for p in PATHS if p.kind is typed.kind]
    other = st.sampled_from(alike).map(lambda p: FieldValue(p.path, p.kind))
    options = [typed.values, other, *([typed.dynamics] if typed.dynamics is not None else [])]
    return st.one_of(options)


def leaves() -> st.SearchStrategy[Predicate]:
    """Comparisons mostly; now and then a test of the user or a constant."""
    user_tests = st.sampled_from(ROLES).map(lambda role: UserTest(role=role)) | st.sampled_from(
        [("owner",), ("@created_by",), ("@updated_by",)]
    ).map(lambda path: UserTest(is_path=path))
    return st.one_of(
        comparisons(), comparisons(), comparisons(), user_tests, st.booleans().map(Constant)
    )


def predicates() -> st.SearchStrategy[Predicate]:
    """Predicates of all shapes, as `lower` makes them."""

    def joined(inner: st.SearchStrategy[Predicate]) -> st.SearchStrategy[Predicate]:
        parts = st.lists(inner, min_size=1, max_size=3).map(tuple)
        return parts.map(AllOf) | parts.map(AnyOf) | inner.map(Negation)

    return st.recursive(leaves(), joined, max_leaves=8)
