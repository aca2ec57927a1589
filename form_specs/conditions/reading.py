"""What a predicate asks about."""

from collections.abc import Iterator

from form_specs.conditions.model import (
    AllOf,
    AnyOf,
    Before,
    Changed,
    Comparison,
    CurrentTeams,
    CurrentUser,
    FieldValue,
    Negation,
    Predicate,
    SomeRow,
    UserTest,
)
from form_specs.hops import hop, is_hop


def parts_of(predicate: Predicate) -> Iterator[Predicate]:
    """A predicate and all predicates within it."""
    yield predicate
    match predicate:
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from parts_of(part)
        case Negation(part) | Before(part) | SomeRow(part=part):
            yield from parts_of(part)


def asks_who(predicate: Predicate) -> bool:
    """Whether the answer depends on who asks."""
    return any(
        isinstance(one, UserTest)
        or (isinstance(one, Comparison) and isinstance(one.value, CurrentUser | CurrentTeams))
        for one in parts_of(predicate)
    )


def fields_read(predicate: Predicate) -> frozenset[str]:
    """The keys of the fields and system fields whose values the answer depends on.

    For what stands in a linked record both: the field that links, and the `hop` over it.
    """
    return frozenset(_keys(predicate))


def _keys(predicate: Predicate) -> Iterator[str]:
    match predicate:
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from _keys(part)
        case Negation(part) | Before(part):
            yield from _keys(part)
        case SomeRow(path=path) | Changed(path):
            yield from _at(path)
        case Comparison(path=path, value=value):
            yield from _at(path)
            if isinstance(value, FieldValue):
                yield from _at(value.path)
        case UserTest(is_path=path) if path:
            yield from _at(path)
        case _:
            return


def _at(path: tuple[str, ...]) -> Iterator[str]:
    if is_hop(path[0]):
        yield path[1]
        yield hop(path[1], path[2])
    else:
        yield path[0]
