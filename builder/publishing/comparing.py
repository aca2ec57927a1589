"""Two versions of a tool side by side: what changed in words, and part by part as text, line by line."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Final

from orjson import OPT_INDENT_2

from builder.telling import part_words
from form_specs.catalog import Catalog
from form_specs.compatibility import compare
from form_specs.editing import Address, Insert, Move, Operation, changes, find, has
from form_specs.exact_json import dumps
from form_specs.model import JsonObject

_AROUND: Final = 3
"""How many lines that are the same stand around those that differ."""
_MOST_PARTS: Final = 100
_FIELD: Final = 5
"""The steps to a field of a form: forms, its key, schema, properties, the field's."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of both texts; of one alone where the other has none beside it."""

    before: str
    after: str
    kind: str
    """`same`, `changed`, `added`, `removed`, or `gap` where lines are left out."""


@dataclass(frozen=True, slots=True)
class ComparedPart:
    """One part that differs."""

    title: str
    kind: str
    """`changed`, `added`, `removed` or `moved`."""
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class SaidChange:
    """One change in words."""

    text: str
    impact: str


def in_words(before: JsonObject, after: JsonObject, catalog: Catalog) -> list[SaidChange]:
    """What changed, the gravest first; both have to be without errors."""
    found = compare(before, after, catalog).changes
    return [SaidChange(change.sentence, change.impact.value) for change in found]


def side_by_side(before: JsonObject, after: JsonObject) -> list[ComparedPart]:
    """The parts that differ, each with its text in both documents."""
    touched: dict[Address, Operation] = {}
    for operation in changes(before, after).operations:
        touched.setdefault(_part_of(_place(operation)), operation)
    found = (_compared(before, after, at, operation) for at, operation in touched.items())
    return [part for part in found if part is not None][:_MOST_PARTS]


def _place(operation: Operation) -> Address:
    if isinstance(operation, Insert):
        return (*operation.into, operation.name or _name(operation.value))
    return operation.at


def _name(value: Any) -> str:
    named = value if isinstance(value, Mapping) else {}
    return str(named.get("key") or named.get("form") or "")


def _part_of(at: Address) -> Address:
    """The part that people think of: a field, a view, a role; else the member of the document."""
    if at[:1] == ("forms",) and at[2:4] == ("schema", "properties"):
        return at[:_FIELD]
    return at[:3] if at[:1] == ("forms",) else at[:2]


def _compared(
    before: JsonObject, after: JsonObject, at: Address, operation: Operation
) -> ComparedPart | None:
    was, now = (_text(document, at) for document in (before, after))
    titled = after if now is not None else before
    title = part_words(titled, at)
    if was is None and now is None:
        return None
    if was == now:
        moved = isinstance(operation, Move)
        return ComparedPart(title, "moved", ()) if moved else None
    kind = "added" if was is None else "removed" if now is None else "changed"
    return ComparedPart(title, kind, [*_lines(was or "", now or "")])


def _text(document: JsonObject, at: Address) -> str | None:
    if not has(document, at):
        return None
    found = find(document, at)
    return dumps(found, option=OPT_INDENT_2).decode()


def _lines(before: str, after: str) -> Iterator[Line]:
    """Both texts line by line beside each other, with a gap for what is long the same."""
    old, new = before.splitlines(), after.splitlines()
    groups = SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(_AROUND)
    for number, group in enumerate(groups):
        if number:
            yield Line("", "", "gap")
        for _tag, first, last, start, end in group:
            yield from _paired(old[first:last], new[start:end])


def _paired(old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
    for index in range(max(len(old), len(new))):
        was = old[index] if index < len(old) else ""
        now = new[index] if index < len(new) else ""
        kind = "same" if was == now else "changed"
        if index >= len(old):
            kind = "added"
        elif index >= len(new):
            kind = "removed"
        yield Line(was, now, kind)
