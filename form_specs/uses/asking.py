"""What a condition asks about, found in it as it is written, whatever its shape."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

_ROWS: Final = ("some", "every", "none")


@dataclass(frozen=True, slots=True)
class Asked:
    """A part that a condition names."""

    kind: str
    key: str
    at: str
    """Its pointer."""
    within: str = ""
    """It is a field inside this one: asked of one row of it."""


def asked(raw: Any, at: str) -> Iterator[Asked]:
    """The fields, states, roles and teams that a condition names."""
    if not isinstance(raw, dict):
        return
    for word in ("all", "any"):
        parts = raw.get(word)
        for index, part in enumerate(parts if isinstance(parts, list) else ()):
            yield from asked(part, f"{at}/{word}/{index}")
    if "not" in raw:
        yield from asked(raw["not"], f"{at}/not")
    yield from _user(raw.get("user"), f"{at}/user")
    yield from _rows(raw, at)
    yield from _comparison(raw, at)


def _user(user: Any, at: str) -> Iterator[Asked]:
    if not isinstance(user, dict):
        return
    for word, kind in (("role", "role"), ("team", "team"), ("is", "field")):
        if isinstance(key := user.get(word), str):
            yield Asked(kind, key, f"{at}/{word}")


def _rows(raw: dict[str, Any], at: str) -> Iterator[Asked]:
    """A list of rows; what is asked of one row is about fields inside it."""
    for word in _ROWS:
        if isinstance(key := raw.get(word), str):
            yield Asked("field", key, f"{at}/{word}")
            for each in asked(raw.get("match"), f"{at}/match"):
                within = ".".join(filter(None, (key, each.within)))
                yield replace(each, within=within) if each.kind == "field" else each


def _comparison(raw: dict[str, Any], at: str) -> Iterator[Asked]:
    key, value = raw.get("field"), raw.get("value")
    if not isinstance(key, str):
        return
    yield Asked("field", key, f"{at}/field")
    if isinstance(value, dict) and isinstance(other := value.get("field"), str):
        yield Asked("field", other, f"{at}/value/field")
    if key == "@state":
        yield from _states(value, f"{at}/value")


def _states(value: Any, at: str) -> Iterator[Asked]:
    if isinstance(value, str):
        yield Asked("state", value, at)
    for index, item in enumerate(value if isinstance(value, list) else ()):
        if isinstance(item, str):
            yield Asked("state", item, f"{at}/{index}")
