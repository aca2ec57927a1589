"""From the subschemas of a property to fields inside the field, as far as they can be drawn."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, Protocol

from form_specs.json_schema.drafts import humanised
from form_specs.nesting import MAX_DEPTH

MOST_INNER: Final = (500, 100, 20, 0)
"""Fields with fields inside that are made in one property; what is left then is JSON.

The later ones hold where the property would be too large.
"""
_MOST_IN_FORM: Final = 3_000
"""Fields of any kind inside all properties of a form together."""
_FEWEST: Final = 30
"""Of those that each property may have, however many the form has already."""
_LONGEST: Final = 60


class Made(Protocol):
    """From the name and schema of a property to the same with `x-ops`."""

    def __call__(self, name: str, schema: Any, *, required: bool) -> dict[str, Any]: ...


class Way:
    """How deep and how often fields are made inside one property, and which references led there."""

    def __init__(self, most: int = MOST_INNER[0], before: int = 0) -> None:
        """`before` is the number of fields inside the properties that the form has already."""
        self.fields = 0
        self._holding = 0
        self._most = most
        self._room = max(_MOST_IN_FORM - before, _FEWEST)
        self._followed: list[frozenset[str]] = []

    def ends(self, references: frozenset[str], schema: Mapping[str, Any]) -> bool:
        """Whether a schema that these references lead to has to be JSON: it comes back to itself, lies too deep, or there are too many."""
        again = any(references & known for known in self._followed)
        full = self._holding >= self._most or self.fields + _size(schema) > self._room
        return again or full or len(self._followed) >= MAX_DEPTH

    @contextmanager
    def inside(self, references: frozenset[str], schema: Mapping[str, Any]) -> Iterator[None]:
        """While the fields inside are made."""
        self._followed.append(references)
        self._holding += 1
        self.fields += _size(schema)
        try:
            yield
        finally:
            self._followed.pop()


def _size(schema: Mapping[str, Any]) -> int:
    """How many fields stand directly inside one."""
    properties = schema.get("properties")
    return len(properties) if isinstance(properties, dict) and properties else 1


def with_inner(schema: Mapping[str, Any], made: Made, kind: Callable[[str], str]) -> dict[str, Any]:
    """The schema of a field that holds fields, each of them made; `kind` is what a type is called."""
    found, required = {**schema}, schema.get("required", ())
    if (properties := schema.get("properties")) and isinstance(properties, dict):
        # Its other keys are shown as one, whatever they may hold.
        found["properties"] = {
            name: made(name, part, required=name in required) for name, part in properties.items()
        }
        return found
    for keyword in ("items", "additionalProperties"):
        if isinstance(part := schema.get(keyword), dict):
            found[keyword] = _entry(made, part)
    patterns = schema.get("patternProperties")
    if isinstance(patterns, dict) and len(patterns) == 1:
        found["patternProperties"] = {key: _entry(made, part) for key, part in patterns.items()}
    for keyword in ("oneOf", "anyOf"):
        parts = schema.get(keyword)
        if isinstance(parts, list) and "properties" not in schema:
            alike = [_alternative(made, at, part) for at, part in enumerate(parts)]
            found[keyword] = _told_apart(alike, kind)
    return found


def _entry(made: Made, schema: Any) -> dict[str, Any]:
    found = made("", schema, required=True)
    return {key: value for key, value in found.items() if key != "title" or value}


def _alternative(made: Made, at: int, schema: Any) -> dict[str, Any]:
    found = made(_numbered(at), schema, required=True)
    if found["x-ops"]["type"] != "variant":
        return found
    return {**found, "x-ops": {"type": "json"}}


def _numbered(at: int) -> str:
    return f"Form {at + 1}"


def _told_apart(
    alternatives: list[dict[str, Any]], kind: Callable[[str], str]
) -> list[dict[str, Any]]:
    """Alternatives without a title under what they are, as far as that tells each from the others."""
    names = [
        _name(part, kind) if part["title"] == _numbered(at) else part["title"]
        for at, part in enumerate(alternatives)
    ]
    return [
        {**part, "title": name} if name and names.count(name) == 1 else part
        for part, name in zip(alternatives, names, strict=True)
    ]


def _name(alternative: Mapping[str, Any], kind: Callable[[str], str]) -> str:
    """What an alternative is: its constant, what must be filled in, or its type; empty: hard to say."""
    type_ = alternative["x-ops"]["type"]
    parts: Mapping[str, Any] = alternative["properties"] if type_ == "group" else {}
    constants = [part["const"] for part in parts.values() if "const" in part]
    if words := [humanised(value) for value in constants if isinstance(value, str) and value]:
        return words[0]
    if parts:
        needed = alternative.get("required") or parts
        return ", ".join(parts[key]["title"] for key in needed if key in parts)[:_LONGEST]
    if "const" in alternative:
        value = alternative["const"]
        return humanised(value) if isinstance(value, str) and value else json.dumps(value)
    return "" if type_ == "json" else kind(type_)


def entries_of(schema: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What the entries of a list, the values of a map or the alternatives of a variant were made to."""
    if isinstance(schema.get("properties"), dict):
        return []
    found = [schema.get("items"), schema.get("additionalProperties")]
    found += (schema.get("patternProperties") or {}).values()
    found += [*(schema.get("oneOf") or ()), *(schema.get("anyOf") or ())]
    return [part for part in found if isinstance(part, Mapping) and "x-ops" in part]
