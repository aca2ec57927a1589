"""What changed in a value, part by part, in the words of its fields: for people who read a history."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any, Final

from components.base import FieldType
from components.nested.containers import ContainerType, dumped
from components.values import ABSENT, Kept, same
from form_specs.exact_json import dumps
from form_specs.language import _, counted, marked_plural

Show = Callable[[FieldType | None, Any], str]
"""From a field and a value of it (or `ABSENT`, or JSON that no type reads) to what a person reads."""

MOST: Final = 12
"""Differences that are told one by one."""

_ADDED: Final = marked_plural("%(num)s row added", "%(num)s rows added")
_REMOVED: Final = marked_plural("%(num)s row removed", "%(num)s rows removed")
_MOVED: Final = marked_plural("%(num)s row moved", "%(num)s rows moved")


@dataclass(frozen=True, slots=True)
class Difference:
    """One part of a value that changed."""

    title: str
    """In which part; empty: the value itself."""
    old: str
    new: str

    def __str__(self) -> str:
        new = self.new or _("removed")
        change = f"{self.old} → {new}" if self.old else self.new
        return f"{self.title}: {change}" if self.title else change

    def within(self, title: str) -> "Difference":
        """The same as the value around it tells it."""
        return replace(self, title=", ".join(filter(None, (title, self.title))))


def differences(field: FieldType, before: Any, after: Any, show: Show) -> list[Difference]:
    """What changed from one value of a field (or `ABSENT`) to another; the last one may say how much more."""
    found = list(_changes(field, before, after, show))
    if len(found) <= MOST:
        return found
    return [*found[:MOST], Difference("", "", _more(len(found) - MOST))]


def _more(number: int) -> str:
    return counted("%(num)s more change", "%(num)s more changes", number)


def _changes(field: FieldType | None, before: Any, after: Any, show: Show) -> Iterator[Difference]:
    if same(before, after):
        return
    alike = isinstance(field, ContainerType) and all(map(_has_parts, (before, after)))
    if not isinstance(field, ContainerType) or not alike:
        yield Difference("", show(field, before), show(field, after))
    elif isinstance(before, list):
        yield from _in_rows(field, before, after, show)
    else:
        yield from _in_parts(field, before, after, show)


def _has_parts(value: Any) -> bool:
    return value is not ABSENT and value is not None and not isinstance(value, Kept)


def _in_parts(field: ContainerType, before: Any, after: Any, show: Show) -> Iterator[Difference]:
    old, new = ({step: (of, part) for step, of, part in field.inner(v)} for v in (before, after))
    if field.exclusive and old.keys() != new.keys():
        yield Difference("", show(field, before), show(field, after))
        return
    for step in (*old, *(step for step in new if step not in old)):
        of = (new.get(step) or old[step])[0]
        was, is_ = (side[step][1] if step in side else ABSENT for side in (old, new))
        for change in _changes(of, was, is_, show):
            yield change.within(field.part_title(step, of))


def _in_rows(field: ContainerType, before: Any, after: Any, show: Show) -> Iterator[Difference]:
    row = field.children[0]
    old, new = ([dumps(dumped(row, part)) for part in rows] for rows in (before, after))
    gone: Counter[bytes] = Counter()
    come: Counter[bytes] = Counter()
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "replace" and b - a == d - c and not set(old[a:b]) & set(new):
            for at in range(b - a):
                for change in _changes(row, before[a + at], after[c + at], show):
                    yield change.within(_("row %(number)s", number=c + at + 1))
        elif kind != "equal":
            gone.update(old[a:b])
            come.update(new[c:d])
    moved = gone & come
    for count, texts in (
        (come.total() - moved.total(), _ADDED),
        (gone.total() - moved.total(), _REMOVED),
        (moved.total(), _MOVED),
    ):
        if count:
            yield Difference("", "", counted(*texts, count))
