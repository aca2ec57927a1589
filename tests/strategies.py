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
from form_specs.conditions.binding import stored_datetime

ALPHABET = "abcABC xyz019%_\\'\"-./;{}[]$*äÄéÉßñŁłжЖЩ日本ガ😀👍"
USERS = ("ada", "maya", "Ömer", "system")
TEAMS = ("emea", "apac", "night")
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
    TypedPath(("team",), Kind.TEXT, st.sampled_from(TEAMS), st.just(CurrentTeams())),
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
    if draw(st.booleans()):
        found["lines"] = draw(lines())
    if draw(st.booleans()):
        key = draw(st.sampled_from([*ENTRY_PATHS]))
        found[key] = draw(entries(key))
    if draw(st.booleans()):
        found["place"] = draw(places)
    return found


_coordinates = st.integers(-3, 3) | st.integers(-63_710_088, 63_710_088)
places = st.fixed_dictionaries({}, optional=dict.fromkeys(("x", "y", "z"), _coordinates))


def nearness() -> st.SearchStrategy[Comparison]:
    """Whether the record's place is near another."""
    distance = st.integers(0, 9) | st.integers(0, 127_420_176**2)
    sphere = st.tuples(_coordinates, _coordinates, _coordinates, distance)
    return sphere.map(lambda value: Comparison(("place", "x"), Kind.INTEGER, "within", value))


LINK = "shop"
"""The field of `linking` that links to another record."""


def hops(step: str) -> tuple[TypedPath, ...]:
    """The same values in a record that `LINK` leads to, among those of the form behind `step`."""
    return tuple(TypedPath((step, LINK, *p.path), p.kind, p.values, p.dynamics) for p in PATHS)


def across(step: str) -> st.SearchStrategy[Predicate]:
    """Predicates over a record and the one that it links to."""
    compared = comparisons((*PATHS, *hops(step)))
    mine = st.sampled_from([("owner",), ("@created_by",)]).map(
        lambda path: UserTest(is_path=(step, LINK, *path))
    )
    lines = rows().map(lambda found: SomeRow((step, LINK, "lines"), found.part))
    linked = comparisons(hops(step))
    return st.recursive(
        st.one_of(compared, linked, linked, mine, lines, leaves()), _joined, max_leaves=8
    )


ROW_PATHS = (
    TypedPath(("payout",), Kind.TEXT, texts),
    TypedPath(("value",), Kind.INTEGER, st.integers(-3, 3)),
    TypedPath(("paid",), Kind.BOOLEAN, st.booleans()),
    TypedPath(("marks",), Kind.LIST, words),
    TypedPath(("cost", "amount"), Kind.INTEGER, integers),
    TypedPath(("due_on",), Kind.TEXT, _stored_dates(), todays),
)


def lines() -> st.SearchStrategy[Any]:
    """A list of rows, some of which hold rows themselves; now and then something else."""
    odd = st.sampled_from([[], [None, 1, "a", [{}]], {}, {"payout": "a"}, "[]", 7, None])
    return st.lists(_row(st.lists(_row(st.none()), max_size=2)), max_size=3) | odd


@st.composite
def _row(draw: st.DrawFn, lines: st.SearchStrategy[Any]) -> dict[str, Any]:
    found = {p.path[0]: draw(_held(p)) for p in ROW_PATHS if draw(st.booleans())}
    if "cost" in found:
        found["cost"] = {"amount": found["cost"]}
    inner = draw(lines)
    return found if inner is None else found | {"lines": inner}


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
        teams=st.frozensets(st.sampled_from(TEAMS)),
    )


@st.composite
def comparisons(draw: st.DrawFn, paths: tuple[TypedPath, ...] = PATHS) -> Comparison:
    """One comparison whose operator and value fit the path's kind."""
    typed = draw(st.sampled_from(paths))
    op = draw(st.sampled_from(_operators(typed.kind)))
    return Comparison(typed.path, typed.kind, op, draw(_value(typed, op, paths)))


def _operators(kind: Kind) -> tuple[str, ...]:
    order = ("eq", "in", "lt", "le", "gt", "ge", "between", "empty")
    if kind is Kind.LIST:
        return ("has", "has_any", "has_all", "empty")
    if kind is Kind.BOOLEAN:
        return ("eq", "empty")
    return (*order, "contains", "starts_with") if kind is Kind.TEXT else order


def _value(typed: TypedPath, op: str, paths: tuple[TypedPath, ...]) -> st.SearchStrategy[Any]:
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
    alike = [p for p in paths if p.kind is typed.kind]
    other = st.sampled_from(alike).map(lambda p: FieldValue(p.path, p.kind))
    options = [typed.values, other, *([typed.dynamics] if typed.dynamics is not None else [])]
    return st.one_of(options)


def leaves() -> st.SearchStrategy[Predicate]:
    """Comparisons mostly; now and then a test of the user or a constant."""
    user_tests = st.sampled_from(ROLES).map(lambda role: UserTest(role=role)) | st.sampled_from(
        [("owner",), ("@created_by",), ("@updated_by",)]
    ).map(lambda path: UserTest(is_path=path))
    team_tests = st.sampled_from(TEAMS).map(lambda team: UserTest(team=team))
    compared = (comparisons(), comparisons(), comparisons(), comparisons(), nearness())
    listed = (rows(), entry_tests())
    return st.one_of(*compared, user_tests, team_tests, st.booleans().map(Constant), *listed)


ENTRY_PATHS: dict[str, TypedPath] = {
    "sizes": TypedPath((ENTRY,), Kind.INTEGER, st.integers(-3, 3)),
    "names": TypedPath((ENTRY,), Kind.TEXT, texts),
    "ticks": TypedPath((ENTRY,), Kind.BOOLEAN, st.booleans()),
    "costs": TypedPath((ENTRY, "amount"), Kind.INTEGER, integers),
}
"""Lists of values that are no rows, by key."""


def entries(key: str) -> st.SearchStrategy[Any]:
    """Such a list, null among its values; now and then something else in its place."""
    typed = ENTRY_PATHS[key]
    value = typed.values.map(lambda v: {"amount": v}) if len(typed.path) > 1 else typed.values
    return st.lists(st.none() | value, max_size=3) | st.sampled_from(["no list", 7, {}])


@st.composite
def entry_tests(draw: st.DrawFn) -> Predicate:
    """Tests of the entries of such a list."""
    key = draw(st.sampled_from([*ENTRY_PATHS]))
    inner = st.recursive(comparisons((ENTRY_PATHS[key],)), _joined, max_leaves=3)
    return SomeRow((key,), draw(inner), alone=True)


def rows(deeper: bool = True) -> st.SearchStrategy[Predicate]:
    """Tests of the rows of a list, and of the rows in a row."""
    leaf: st.SearchStrategy[Predicate] = comparisons(ROW_PATHS)
    inner = st.recursive(leaf | rows(deeper=False) if deeper else leaf, _joined, max_leaves=3)
    return st.builds(SomeRow, st.just(("lines",)), inner)


def _joined(inner: st.SearchStrategy[Predicate]) -> st.SearchStrategy[Predicate]:
    parts = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return parts.map(AllOf) | parts.map(AnyOf) | inner.map(Negation)


def predicates() -> st.SearchStrategy[Predicate]:
    """Predicates of all shapes, as `lower` makes them."""
    return st.recursive(leaves(), _joined, max_leaves=8)


def changes() -> st.SearchStrategy[Predicate]:
    """Predicates that ask about the record as it was, too."""
    asked = st.sampled_from(DOCUMENT_PATHS).map(lambda typed: Changed(typed.path[:1]))
    return st.recursive(leaves() | asked | leaves().map(Before), _joined, max_leaves=6)


def changed_records() -> st.SearchStrategy[dict[str, Any]]:
    """Records as a change would make them, with what they were before."""
    return st.builds(lambda now, was: {**now, BEFORE: was}, records(), records() | st.just({}))
