"""Patterns in the spellings of other engines, written as the one that matches them here reads them."""

import re
from collections.abc import Iterator
from typing import Final

from form_specs.checks.patterns import pattern_problem

_ANCHORS: Final = {r"\A": "^", r"\Z": "$", r"\z": "$"}
"""Of the whole text, as Python, Perl and others write them."""
_ITEM: Final = re.compile(
    r"\\u\{[0-9A-Fa-f]+\}|\\u[0-9A-Fa-f]{4}|\\x[0-9A-Fa-f]{2}|\\[pP]\{[^}]*\}|\\.|[^\\]", re.DOTALL
)
_SETS: Final = re.compile(r"\\[dDwWsSpP]")
_SURROGATE: Final = re.compile(r"\\u[dD][89A-Fa-f][0-9A-Fa-f]{2}")


def spelled(pattern: str) -> str:
    r"""The same pattern in the spelling that is read here; as it is where it is read, or cannot be.

    What changes are anchors of the whole text, a hyphen beside a set in a class (`[\w-.]`), and
    halves of signs in a class, which stand in no text.
    """
    if pattern_problem(pattern) is None:
        return pattern
    written = "".join(_written(_ITEM.findall(pattern)))
    return written if pattern_problem(written) is None else pattern


def _written(items: list[str]) -> Iterator[str]:
    at = 0
    while at < len(items):
        if items[at] != "[":
            yield _ANCHORS.get(items[at], items[at])
            at += 1
            continue
        end = _end_of_class(items, at)
        yield from _class(items[at:end])
        at = end


def _end_of_class(items: list[str], start: int) -> int:
    """Where the class that begins at `start` is over."""
    at = start + 1
    while at < len(items) and items[at] != "]":
        at += 1
    return at + 1


def _class(items: list[str]) -> Iterator[str]:
    """A class from bracket to bracket."""
    head = 2 if items[1:2] == ["^"] else 1
    yield from items[:head]
    at, last = head, len(items) - 1
    while at < last:
        ranged = items[at + 1 : at + 2] == ["-"] and at + 2 < last
        ends = (items[at], items[at + 2]) if ranged else (items[at],)
        if any(map(_SURROGATE.fullmatch, ends)):
            at += 3 if ranged and all(map(_SURROGATE.fullmatch, ends)) else 1
        elif ranged and any(map(_SETS.match, ends)):
            yield from (items[at], r"\-")
            at += 2
        else:
            yield items[at]
            at += 1
            if ranged:
                yield from ("-", items[at + 1])
                at += 2
    yield from items[last:]
