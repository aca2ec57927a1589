"""Strict reading of a spec's text: what it says, and where each part of it stands.

Refused: duplicate keys, NaN and Infinity, numbers that overflow, lone surrogates, NUL, nesting
past 32 and texts over 2 MB.
"""

import json
import re
from bisect import bisect_right
from codecs import BOM_UTF8
from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isinf
from pathlib import Path
from typing import NamedTuple

from form_specs.exact_json import number_of
from form_specs.language import _, digits, marked
from form_specs.model import JsonObject, JsonValue
from form_specs.problem import escaped

MAX_BYTES = 2_000_000
MAX_DEPTH = 32
MAX_NUMBER = 400

_SPACE = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'"((?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*+)"')
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*+)(\.[0-9]++)?([eE][+-]?[0-9]++)?")
_NOT_ZERO = re.compile(r"-?[0.]*[1-9]")
_WORD = re.compile(r"[A-Za-z]+")
_WORDS: Mapping[str, JsonValue] = {"true": True, "false": False, "null": None}
_FORBIDDEN = re.compile("[\x00\ud800-\udfff]")
_NO_NUMBER = re.compile("-?(?:NaN|Infinity)")
_AS_TEXT = marked("Write another number, or a text in double quotes")
_SHORTER = marked("Take out what is not needed, or part it into several documents")


class Position(NamedTuple):
    """Counted from 1, in characters."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Fault:
    """One reason why a text is not read."""

    position: Position
    message: str
    hint: str = ""
    pointer: str = ""
    """The part of the document that was being read; empty: the whole of it."""
    is_json: bool = False
    """Whether it could be read, and is only a text that nothing can keep."""


class SourceError(ValueError):
    """A text that is no acceptable JSON; `faults` holds every reason found, at least one."""

    def __init__(self, faults: list[Fault]) -> None:
        first = faults[0]
        super().__init__(
            _(
                "line %(line)s, column %(column)s: %(message)s",
                line=first.position.line,
                column=first.position.column,
                message=first.message,
            )
        )
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Source:
    """A document and where each value and each key of it stands, by JSON pointer."""

    document: JsonValue
    values: Mapping[str, Position]
    keys: Mapping[str, Position]

    def position(self, pointer: str, *, at_key: bool = False) -> Position:
        """Where the part stands, or the nearest part around it that is there."""
        if at_key and pointer in self.keys:
            return self.keys[pointer]
        while pointer not in self.values:
            pointer = pointer.rpartition("/")[0]
        return self.values[pointer]


def read_source(path: Path) -> Source:
    """Read a file; raises `SourceError`, or `OSError` where it cannot be opened."""
    with path.open("rb") as file:
        return parse_source(file.read(MAX_BYTES + 1))


def parse_source(
    raw: bytes, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH, exact: bool = False
) -> Source:
    """Read UTF-8 JSON (with or without a byte order mark); raises `SourceError`.

    Where `exact`, a number that no float means is a `Decimal`; else it is the nearest float.
    """
    if len(raw) > max_bytes:
        raise SourceError(
            [
                Fault(
                    Position(1, 1),
                    _("the text is over %(most)s bytes", most=digits(max_bytes)),
                    _(_SHORTER),
                )
            ]
        )
    raw = raw.removeprefix(BOM_UTF8)
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode()
        position = _Lines(before).position(len(before))
        raise SourceError(
            [Fault(position, _("this is not UTF-8"), _("Save the file as UTF-8"))]
        ) from None
    reader = _Reader(text, max_depth, exact=exact)
    document = reader.document()
    if reader.faults:
        raise SourceError(reader.faults)
    return Source(document, reader.values, reader.keys)


class _Lines:
    """From an offset to line and column."""

    def __init__(self, text: str) -> None:
        self.starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def position(self, offset: int) -> Position:
        line = bisect_right(self.starts, offset)
        return Position(line, offset - self.starts[line - 1] + 1)


class _Reader:
    """A recursive descent over JSON; what can be read past is collected in `faults`."""

    def __init__(self, text: str, max_depth: int = MAX_DEPTH, *, exact: bool = False) -> None:
        self.exact = exact
        self.text = text
        self.max_depth = max_depth
        self.at = 0
        self.place = ""
        self.lines = _Lines(text)
        self.values: dict[str, Position] = {}
        self.keys: dict[str, Position] = {}
        self.faults: list[Fault] = []

    def fault(self, offset: int, message: str, hint: str = "") -> Fault:
        return Fault(self.lines.position(offset), message, hint, _writable(self.place))

    def stop(self, message: str, hint: str = "") -> SourceError:
        return SourceError([*self.faults, self.fault(self.at, message, hint)])

    def peek(self) -> str:
        match = _SPACE.match(self.text, self.at)
        self.at = match.end() if match else self.at
        return self.text[self.at : self.at + 1]

    def document(self) -> JsonValue:
        if not self.peek():
            raise self.stop(_("the text is empty"))
        value = self.value("", 1)
        if self.peek():
            raise self.stop(_("there is more after the end of the document"))
        return value

    def value(self, pointer: str, depth: int) -> JsonValue:
        start = self.peek()
        self.place = pointer
        self.values[pointer] = self.lines.position(self.at)
        if start and start in "{[":
            if depth > self.max_depth:
                raise self.stop(
                    _("nested more than %(most)s deep", most=self.max_depth),
                    _("Flatten it"),
                )
            return self.object(pointer, depth) if start == "{" else self.array(pointer, depth)
        if start == '"':
            return self.string()
        return self.scalar()

    def object(self, pointer: str, depth: int) -> JsonObject:
        found: JsonObject = {}
        self.at += 1
        if self.peek() == "}":
            self.at += 1
            return found
        while True:
            if self.peek() != '"':
                raise self.stop(
                    _("a key in double quotes is needed here"), _trailing(self.peek(), "}")
                )
            begin = self.at
            key = self.string()
            below = self.place = f"{pointer}/{escaped(key)}"
            if key in found:
                said = _("the key '%(key)s' stands here twice", key=key)
                self.faults.append(self.fault(begin, said, _("Keep one of the two")))
            self.keys[below] = self.lines.position(begin)
            if self.peek() != ":":
                raise self.stop(_("':' is needed after a key"))
            self.at += 1
            found[key] = self.value(below, depth + 1)
            self.place = pointer
            if self.ends("}"):
                return found

    def array(self, pointer: str, depth: int) -> list[JsonValue]:
        found: list[JsonValue] = []
        self.at += 1
        if self.peek() == "]":
            self.at += 1
            return found
        while True:
            if self.peek() == "]":
                raise self.stop(_("a value is needed here"), _trailing("]", "]"))
            found.append(self.value(f"{pointer}/{len(found)}", depth + 1))
            self.place = pointer
            if self.ends("]"):
                return found

    def ends(self, closing: str) -> bool:
        """Past the comma or closing bracket; whether it was the bracket."""
        found = self.peek()
        if found not in (",", closing) or not found:
            raise self.stop(_("',' or '%(closing)s' is needed here", closing=closing))
        self.at += 1
        return found == closing

    def string(self) -> str:
        """The text of a value, or a key of an object."""
        match = _STRING.match(self.text, self.at)
        if match is None:
            raise self.stop(
                _("this text is not closed or holds a raw control character"),
                _("Write a line break as \\n, a tab as \\t, a backslash as \\\\"),
            )
        value: str = match[1] if "\\" not in match[1] else json.loads(match[0])
        if bad := _FORBIDDEN.search(value):
            name = "NUL" if bad[0] == "\x00" else _("half of a surrogate pair")
            fault = self.fault(self.at, _("the text holds %(name)s", name=name), _("Leave it out"))
            self.faults.append(replace(fault, is_json=True))
        self.at = match.end()
        return value

    def scalar(self) -> JsonValue:
        if match := _NO_NUMBER.match(self.text, self.at):
            raise self.stop(
                _("'%(match)s' is no JSON value", match=match[0]), _("Write a number, or null")
            )
        if match := _NUMBER.match(self.text, self.at):
            return self.number(match)
        word = _WORD.match(self.text, self.at)
        if word and word[0] in _WORDS:
            self.at = word.end()
            return _WORDS[word[0]]
        if word:
            raise self.stop(
                _("'%(word)s' is no JSON value", word=word[0]), _("Texts stand in double quotes")
            )
        raise self.stop(_("a value is needed here"))

    def number(self, match: re.Match[str]) -> int | float:
        if len(match[0]) > MAX_NUMBER:
            raise self.stop(
                _("a number has at most %(most)s characters", most=MAX_NUMBER), _(_AS_TEXT)
            )
        real = float(match[0])
        if isinf(real):
            raise self.stop(_("the number is too large"), _(_AS_TEXT))
        if self.exact and real == 0 and _NOT_ZERO.match(match[0]):
            raise self.stop(_("the number is too small"), _(_AS_TEXT))
        self.at = match.end()
        if not (match[1] or match[2]):
            return int(match[0])
        return number_of(match[0]) if self.exact else real  # type: ignore[return-value]


def _writable(pointer: str) -> str:
    """The place, or the last around it, whose name holds nothing that cannot be kept."""
    found = _FORBIDDEN.search(pointer)
    return pointer[: found.start()].rpartition("/")[0] if found else pointer


def _trailing(found: str, closing: str) -> str:
    return _("Leave out the comma before it") if found == closing else ""
