"""Limits of a whole document that hold wherever it came from: depth, and texts that no store takes."""

import re
from collections.abc import Iterator
from typing import Any

from form_specs.language import _, digits
from form_specs.problem import Problem, escaped
from form_specs.source import MAX_DEPTH

MAX_TEXT = 20_000
_FORBIDDEN = re.compile("[\x00\ud800-\udfff]")


def text_problems(document: Any, depth: int = 1) -> Iterator[Problem]:
    """What a document may not hold anywhere; a file was read strictly already, an upload was not.

    `depth` says how deep it stands itself.
    """
    waiting: list[tuple[str, Any, int]] = [("", document, depth)]
    while waiting:
        at, value, level = waiting.pop()
        if isinstance(value, str):
            yield from _text(value, at)
        elif isinstance(value, dict | list) and level > MAX_DEPTH:
            yield Problem(at, _("nested more than %(most)s deep", most=MAX_DEPTH), _("Flatten it"))
        elif isinstance(value, dict):
            for key, item in value.items():
                yield from _text(key, f"{at}/{escaped(key)}")
                waiting.append((f"{at}/{escaped(key)}", item, level + 1))
        elif isinstance(value, list):
            waiting += [(f"{at}/{i}", item, level + 1) for i, item in enumerate(value)]


def _text(value: str, at: str) -> Iterator[Problem]:
    if len(value) > MAX_TEXT:
        told = _(
            "a text has at most %(most)s characters; this has %(size)s",
            most=digits(MAX_TEXT),
            size=digits(len(value)),
        )
        yield Problem(at, told, _("Shorten it"))
    if _FORBIDDEN.search(value):
        yield Problem(at, _("the text holds NUL or half of a surrogate pair"), _("Leave it out"))
