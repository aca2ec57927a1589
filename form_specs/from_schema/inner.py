"""From the subschemas of a property to fields inside the field, as far as they can be drawn."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, NamedTuple, Protocol

from form_specs.json_schema.drafts import humanised
from form_specs.language import _, marked
from form_specs.nesting import MAX_DEPTH

_MOST_IN_FORM: Final = 3_000
"""Fields of any kind inside all properties of a form together."""
_FEWEST: Final = 30
"""Of those that each property may have, however many the form has already."""
_LONGEST: Final = 60
_TOLD: Final = frozenset(("title", "description", "default", "x-ops"))
_JSON_NAMES: Final[Mapping[str, str]] = {
    "array": marked("A list"),
    "object": marked("An object"),
    "null": marked("Nothing (null)"),
    "any": marked("Anything else"),
}
"""What values are called that are typed in as JSON."""


class Made(Protocol):
    """From the name and schema of a property to the same with `x-ops`."""

    def __call__(self, name: str, schema: Any, *, required: bool) -> dict[str, Any]: ...


class Limits(NamedTuple):
    """How far fields are made inside one property; what is left then is JSON."""

    holding: int
    """Fields with fields inside."""
    depth: int
    """Fields inside one another."""
    rounds: int = 1
    """How often a reference is followed that leads back to what it stands in."""


LIMITS: Final = tuple(Limits(holding, depth=5) for holding in (500, 100, 20, 0))
"""The later ones hold where the property would be too large with the earlier."""
OF_GUESSED: Final = tuple(Limits(holding, depth=5) for holding in (40, 0))
"""The same for a property that only some records have as it is drawn."""
FURTHER: Final = tuple(Limits(100, MAX_DEPTH, rounds) for rounds in (1, 2, 3, 4))
"""What is tried, one after the other, with a property that could have fields further inside."""


class TooManyError(Exception):
    """There are more fields than the limits allow, and what they leave out was to be in."""


class Way:
    """How deep and how often fields are made inside one property, and which references led there."""

    def __init__(self, limits: Limits = LIMITS[0], before: int = 0, *, whole: bool = False) -> None:
        """`before` is the number of fields inside the properties that the form has already.

        What is to be made `whole` or not at all raises `TooManyError`.
        """
        self.fields = 0
        self.ended_early = False
        """Whether there could be more inside: a reference was not followed again, or it lay too deep."""
        self.was_full = False
        """Whether anything was left as JSON because there were too many fields."""
        self._whole = whole
        self._holding = 0
        self._limits = limits
        self._room = max(_MOST_IN_FORM - before, _FEWEST)
        self._followed: list[frozenset[str]] = []

    def ends(self, references: frozenset[str], schema: Mapping[str, Any]) -> bool:
        """Whether a schema that these references lead to has to be JSON: it comes back to itself, lies too deep, or there are too many."""
        rounds = max(
            (sum(ref in known for known in self._followed) for ref in references), default=0
        )
        if rounds >= self._limits.rounds or len(self._followed) >= self._limits.depth:
            self.ended_early = True
            return True
        full = self._holding >= self._limits.holding or self.fields + _size(schema) > self._room
        if full and self._whole:
            raise TooManyError
        self.was_full = self.was_full or full
        return full

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


def drawn_at_once(property_: Mapping[str, Any]) -> int:
    """How many fields a page shows for one, before any row or entry is added."""
    inside: list[Any] = [*(property_.get("properties") or {}).values()]
    for keyword in ("prefixItems", "oneOf", "anyOf"):
        inside += property_.get(keyword) or ()
    fields = (part for part in inside if isinstance(part, Mapping) and "x-ops" in part)
    return 1 + sum(map(drawn_at_once, fields))


def _size(schema: Mapping[str, Any]) -> int:
    """How many fields stand directly inside one."""
    inside = schema.get("properties") or schema.get("prefixItems")
    return len(inside) if isinstance(inside, dict | list) else 1


def with_inner(schema: Mapping[str, Any], made: Made, kind: Callable[[str], str]) -> dict[str, Any]:
    """The schema of a field that holds fields, each of them made; `kind` is what a type is called."""
    found, required = {**schema}, schema.get("required", ())
    if (properties := schema.get("properties")) and isinstance(properties, dict):
        # Its other keys are shown as one, whatever they may hold.
        found["properties"] = titled_apart(
            {name: made(name, part, required=name in required) for name, part in properties.items()}
        )
        return found
    places = schema.get("prefixItems")
    if isinstance(places, list):
        fewest = _number(schema.get("minItems"))
        found["prefixItems"] = [
            made(_("Entry %(number)s", number=at + 1), part, required=at < fewest)
            for at, part in enumerate(places)
        ]
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


def titled_apart(properties: dict[str, Any]) -> dict[str, Any]:
    """Properties of one title, such as that of a definition which several mean, under their names."""
    titles = [part["title"] for part in properties.values()]
    return {
        name: part if titles.count(part["title"]) == 1 else {**part, "title": humanised(name)}
        for name, part in properties.items()
    }


def _number(value: Any) -> float:
    return value if isinstance(value, int | float) else 0


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
    names = [[_name(part, kind), _entry_name(part, kind)] for part in alternatives]
    columns = [*zip(*names, strict=True)]
    return [
        {**part, "title": next(_clear(own, columns), part["title"])}
        if part["title"] == _numbered(at)
        else part
        for at, (part, own) in enumerate(zip(alternatives, names, strict=True))
    ]


def _clear(names: list[str], columns: list[tuple[str, ...]]) -> Iterator[str]:
    """Of the names of one alternative those that no other has."""
    for name, column in zip(names, columns, strict=True):
        if name and column.count(name) == 1:
            yield name


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
    if type_ != "json":
        return kind(type_)
    return _(_JSON_NAMES[declared]) if (declared := _json_type(alternative)) in _JSON_NAMES else ""


def _json_type(schema: Mapping[str, Any]) -> str:
    declared = schema.get("type", "" if schema.keys() - _TOLD else "any")
    return declared if isinstance(declared, str) else ""


def _entry_name(alternative: Mapping[str, Any], kind: Callable[[str], str]) -> str:
    """What a list or map is with what stands in it: for two of them; empty for anything else."""
    entries = [entry["x-ops"]["type"] for entry in entries_of(alternative)]
    name = _name(alternative, kind)
    return f"{name}: {kind(entries[0])}" if name and len(entries) == 1 else ""


def entries_of(schema: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What the entries of a list, the values of a map or the alternatives of a variant were made to."""
    if isinstance(schema.get("properties"), dict):
        return []
    found = [*(schema.get("prefixItems") or ())]
    found += [schema.get("items"), schema.get("additionalProperties")]
    found += (schema.get("patternProperties") or {}).values()
    found += [*(schema.get("oneOf") or ()), *(schema.get("anyOf") or ())]
    return [part for part in found if isinstance(part, Mapping) and "x-ops" in part]
