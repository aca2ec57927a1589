"""The errors of a record one level after the other: of each value apart from what lies inside it.

The engine lists the errors of every alternative, and inside each those of the alternatives
further in.  Where alternatives lead back to themselves that doubles with every level of a
record.  Its verdict does not: it remembers what it has judged.  So each value is asked about by
itself, with a plain verdict on its parts, and a part is looked into once, however many
alternatives it is a part of.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from jsonschema_rs import Registry, ValidationError, Validator

from components.judging.findings import PART, Path, Reading
from components.judging.validator import engine
from components.judging.wording import Finding
from form_specs.json_schema.subschemas import NAMED, ONE, SEVERAL, referred, subschemas
from form_specs.problem import escaped

_ROOT: Final = "s0"
_FLAT: Final = "urn:opswright:flat"
_INSIDE: Final = frozenset(
    [
        *("properties", "patternProperties", "additionalProperties", "unevaluatedProperties"),
        *("prefixItems", "items", "unevaluatedItems"),
    ]
)
"""Keywords whose schemas judge what lies inside a value."""
_LEADING_ON: Final = frozenset(("$ref", *ONE, *SEVERAL, *NAMED))


class Levels:
    """A form's schema, each of its subschemas by itself; made once, shared by threads."""

    def __init__(self, root: Mapping[str, Any]) -> None:
        self._root = root
        schemas: dict[str, Any] = dict(subschemas(root))
        targets = [referred(root, schema.get("$ref")) for schema in schemas.values()]
        schemas |= dict(target for target in targets if target is not None)
        self._numbers = {at: f"s{number}" for number, at in enumerate(schemas)}
        self.flat = self._flat(schemas, inside=PART)
        """Every subschema under `$defs`; of a part it only says which of them the part must fit."""
        self._by_level = Registry([(_FLAT, self.flat)])
        self._as_a_whole = Registry([(_FLAT, self._flat(schemas, inside="$ref"))])
        self._judging: dict[str, Validator] = {}
        self._listing: dict[str, Validator] = {}

    def look(self, record: Any) -> "Look":
        """All that is wrong with a record."""
        return Look(self, record)

    def accepts(self, number: str, value: Any) -> bool:
        """The verdict of a subschema on a value with all that lies inside."""
        if number not in self._judging:
            schema = {"$ref": _FLAT + _ref(number)}
            self._judging[number] = engine(schema, registry=self._as_a_whole)
        return self._judging[number].is_valid(value)

    def errors(self, number: str, value: Any) -> list[ValidationError]:
        """What a subschema has against a value; of each wrong part no more than that it is wrong."""
        if number not in self._listing:
            keywords = {PART: partial(_MustFit, self)}
            schema = {"$ref": _FLAT + _ref(number)}
            self._listing[number] = engine(schema, keywords, self._by_level)
        return [*self._listing[number].iter_errors(value)]

    def _flat(self, schemas: Mapping[str, Any], inside: str) -> dict[str, Any]:
        alone = ((at, self._alone(at, schema, inside)) for at, schema in schemas.items())
        return {"$defs": {self._numbers[at]: schema for at, schema in alone}}

    def _alone(self, at: str, schema: Any, inside: str) -> Any:
        """One subschema, with references in place of those in it."""
        if not isinstance(schema, dict):
            return schema
        found = {k: v for k, v in schema.items() if k not in ("$defs", "$anchor", PART)}
        if (target := referred(self._root, schema.get("$ref"))) is not None:
            found["$ref"] = _ref(self._numbers[target[0]])
        for keyword, value in found.items():
            refer = partial(self._refer, inside if keyword in _INSIDE else "$ref")
            if keyword in ONE:
                found[keyword] = refer(f"{at}/{keyword}", value)
            elif keyword in SEVERAL:
                found[keyword] = [refer(f"{at}/{keyword}/{n}", v) for n, v in enumerate(value)]
            elif keyword in NAMED:
                named = ((name, f"{at}/{keyword}/{escaped(name)}") for name in value)
                found[keyword] = {name: refer(below, value[name]) for name, below in named}
        return found

    def _refer(self, by: str, at: str, schema: Any) -> Any:
        """What stands for a subschema: itself where it leads no further."""
        if not isinstance(schema, dict) or not schema.keys() & _LEADING_ON:
            return schema
        target = referred(self._root, schema["$ref"]) if schema.keys() == {"$ref"} else None
        number = self._numbers[at if target is None else target[0]]
        return {by: number if by == PART else _ref(number)}


def _ref(number: str) -> str:
    return f"#/$defs/{number}"


class _MustFit:
    """The keyword that a part of a value must fit another subschema, with all that lies inside."""

    def __init__(self, levels: Levels, _around: object, number: str, _path: object) -> None:
        self._levels = levels
        self._number = number

    def validate(self, part: Any) -> None:
        """Raise for a part that does not."""
        if not self._levels.accepts(self._number, part):
            raise ValueError(self._number)


class Look:
    """One look through a record."""

    def __init__(self, levels: Levels, record: Any) -> None:
        self._levels = levels
        self._record = record
        self._readings: dict[tuple[str, Path], Reading] = {}

    @property
    def findings(self) -> list[Finding]:
        """All that is wrong with the record."""
        return self._reading(_ROOT, (), self._record).findings

    @property
    def steps(self) -> int:
        """How often a schema was asked about a value."""
        return len(self._readings)

    def _reading(self, number: str, path: Path, value: Any) -> Reading:
        """What a subschema has against the value at a place in the record; read once."""
        found = self._readings.get((number, path))
        if found is None:
            errors = self._levels.errors(number, value)
            found = Reading(self._levels.flat, value, errors, partial(self._part, path))
            self._readings[number, path] = found
        return found

    def _part(self, outer: Path, number: str, path: Path, value: Any) -> Reading:
        return self._reading(number, (*outer, *path), value)
