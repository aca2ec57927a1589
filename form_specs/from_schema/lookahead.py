"""Patterns with look-ahead at their beginning, or of very long texts, written so that each is matched in linear time."""

import re
from typing import Any

from form_specs.checks.patterns import is_linear, pattern_problem
from form_specs.from_schema.spelling import spelled
from form_specs.language import _

_LOOK = re.compile(r"\^?\(\?([=!])")
_COUNTED = re.compile(
    r"\^(\.|\\[dDwWsS]|\[(?:\\.|[^\\\]])+\])\{(\d{1,9})(,?)(\d{0,9})\}\$", re.DOTALL
)


def without_lookahead(schema: dict[str, Any], notes: list[str]) -> dict[str, Any]:
    """The same schema without look-ahead where it can be; what no engine takes is left out, which a note says.

    `^(?=A)(?!B)C` means: matches `^A`, does not match `^B`, matches `^C`.
    """
    pattern = schema.get("pattern")
    if not isinstance(pattern, str) or _at_once(pattern):
        return schema
    written = spelled(pattern)
    if written != pattern:
        return without_lookahead({**schema, "pattern": written}, notes)
    rest = {keyword: value for keyword, value in schema.items() if keyword != "pattern"}
    if pattern_problem(pattern) and (counted := _counted(pattern)):
        return {**rest, "allOf": [*rest.get("allOf", ()), counted]}
    parts = list(_parts(pattern))
    if not parts or not all(_at_once(text) for _, text in parts):
        if pattern_problem(pattern) is None:
            return schema
        notes.append(
            _(
                "The pattern %(pattern)s is no regular expression that can be matched here; it is left out, so the form takes other texts there too",
                pattern=repr(pattern[:80]),
            )
        )
        return rest
    # Patterns judge texts only, so what must not match says nothing of other values.
    tests: list[Any] = [
        {"pattern": text} if wanted else {"not": {"type": "string", "pattern": text}}
        for wanted, text in parts
    ]
    return {**rest, "allOf": [*rest.get("allOf", ()), *tests]}


def _counted(pattern: str) -> dict[str, Any]:
    """`^.{1,9000}$` as how long a text is and what it consists of; nothing for any other pattern."""
    found = _COUNTED.fullmatch(pattern)
    if found is None or pattern_problem(whole := f"^{found[1]}*$"):
        return {}
    least, comma, most = int(found[2]), found[3], found[4]
    longest = {} if comma and not most else {"maxLength": int(most or least)}
    return {"minLength": least, **longest, "pattern": whole}


def _at_once(pattern: str) -> bool:
    """Whether a pattern is taken as it is, and needs no going back and forth."""
    return is_linear(pattern) and pattern_problem(pattern) is None


def _parts(pattern: str) -> list[tuple[bool, str]]:
    """Whether it must match, and the pattern, of each look-ahead in front and of what follows."""
    found: list[tuple[bool, str]] = []
    at = 0
    while match := _LOOK.match(pattern, at):
        end = _closing(pattern, match.end())
        if end is None:
            return []
        found.append((match[1] == "=", f"^(?:{pattern[match.end() : end]})"))
        at = end + 1
    if not pattern.startswith("^") or _closing(f"{pattern[at:]})", 0, "|)") != len(pattern) - at:
        # Not at the beginning of the text, or only of one alternative.
        return []
    return [*found, (True, f"^{pattern[at:]}")]


def _closing(pattern: str, at: int, signs: str = ")") -> int | None:
    """Where the bracket that stands before `at` ends, or where another of `signs` stands in it."""
    depth, in_class = 1, False
    while at < len(pattern):
        sign = pattern[at]
        if sign == "\\":
            at += 1
        elif in_class:
            in_class = sign != "]"
        elif sign == "[":
            in_class = True
        elif sign in signs and depth == 1:
            return at
        elif sign in "()":
            depth += 1 if sign == "(" else -1
        at += 1
    return None
