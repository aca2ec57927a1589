"""A text that a pattern asks for, to show people in the place of the pattern.

It reads what patterns of numbers and codes are mostly made of; of anything else there is no
example. What it makes is judged by the pattern before it is shown.  Libraries make random texts of
patterns, `YN4876`; what people know at once is `AB1234`.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from components.judging.validator import engine

_LONGEST: Final = 40
_MOST_READ: Final = 200
_DEEPEST: Final = 10
_SOME: Final = 3
"""How often what may come any number of times comes in an example."""
_DIGITS: Final = "1234567890"
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_NAMED: Final = {"d": _DIGITS, "w": _LETTERS, "s": " "}
_ORDER: Final = _DIGITS + _LETTERS + _LETTERS.lower()
_SPECIAL: Final = frozenset("^$.*+?()[]{}|\\")


class _UnreadError(ValueError):
    """The pattern has something that no example is made of."""


@lru_cache(maxsize=256)
def example_of(pattern: str) -> str | None:
    """A text of the pattern; none where it is not anchored at both ends, or cannot be read here."""
    if len(pattern) > _MOST_READ or not (pattern.startswith("^") and pattern.endswith("$")):
        return None
    try:
        text = _Reader(pattern[1:-1]).whole()
        fits = engine({"pattern": pattern}).is_valid(text)
    except ValueError:
        return None
    return text if fits and 0 < len(text) <= _LONGEST and text.isprintable() else None


class _Reader:
    """Goes through a pattern once and writes the example as it goes."""

    def __init__(self, pattern: str) -> None:
        self._left = list(reversed(pattern))
        self._count = 0
        self._depth = 0

    def whole(self) -> str:
        text = self._either()
        if self._left:
            raise _UnreadError
        return text

    def _either(self) -> str:
        """The first of some alternatives; the others are read and left out."""
        text = self._row()
        while self._next() == "|":
            self._take()
            self._row()
        return text

    def _row(self) -> str:
        text = ""
        while (sign := self._next()) and sign not in "|)":
            text += self._times(self._piece())
            if len(text) > _LONGEST:
                raise _UnreadError
        return text

    def _piece(self) -> str:
        """What may stand at one place: the signs to choose from, or after a NUL one text."""
        sign = self._take()
        if sign == "[":
            return self._class()
        if sign == "\\":
            return self._escaped()
        if sign == "(":
            return f"\0{self._group()}"
        if sign == ".":
            return _LETTERS
        if sign in _SPECIAL:
            raise _UnreadError
        return sign

    def _group(self) -> str:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _UnreadError
        if self._next() == "?":
            self._take()
            if self._take() != ":":
                raise _UnreadError
        text = self._either()
        if self._take() != ")":
            raise _UnreadError
        self._depth -= 1
        return text

    def _escaped(self) -> str:
        sign = self._take()
        if sign in _NAMED:
            return _NAMED[sign]
        if sign.isalnum():
            raise _UnreadError
        return sign

    def _class(self) -> str:
        if self._next() == "^":
            raise _UnreadError
        found = ""
        while (sign := self._take()) != "]":
            signs = self._escaped() if sign == "\\" else sign
            if self._next() == "-" and self._left[-2:-1] != ["]"] and len(signs) == 1:
                self._take()
                signs = "".join(_between(signs, self._take()))
            found += signs
        ordered = [sign for sign in _ORDER if sign in found]
        return "".join(ordered) or found

    def _times(self, piece: str) -> str:
        least = most = 1
        sign = self._next()
        if sign in ("?", "*", "+"):
            self._take()
            least = most = {"?": 0, "*": 0, "+": _SOME}[sign]
        elif sign == "{":
            least, most = self._bounds()
        if self._next() in ("?", "+"):
            raise _UnreadError
        number = min(max(least, _SOME), most)
        if piece.startswith("\0"):
            number = number if sign == "{" else min(number, 1)
            if number * len(piece) > _LONGEST + 1:
                raise _UnreadError
            return piece[1:] * number
        return "".join(self._one_of(piece) for _ in range(min(number, _LONGEST + 1)))

    def _bounds(self) -> tuple[int, int]:
        text = ""
        while (sign := self._take()) != "}":
            text += sign
        least, comma, most = text.partition(",")
        low = int(least.replace("{", "") or 0)
        return low, int(most) if most else (max(low, _SOME) if comma else low)

    def _one_of(self, signs: str) -> str:
        """The next sign of a row, so that an example reads like 123 and not like 111."""
        if not signs:
            raise _UnreadError
        wide = signs[0] in _ORDER and len(signs) > _SOME
        sign = signs[self._count % len(signs)] if wide else signs[0]
        self._count = self._count + 1 if wide else 0
        return sign

    def _next(self) -> str:
        return self._left[-1] if self._left else ""

    def _take(self) -> str:
        if not self._left:
            raise _UnreadError
        return self._left.pop()


def _between(first: str, last: str) -> Iterator[str]:
    if ord(last) - ord(first) > 0x7F or last < first:
        raise _UnreadError
    return (chr(code) for code in range(ord(first), ord(last) + 1))
