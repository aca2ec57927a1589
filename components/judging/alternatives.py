"""Which of some schemas a JSON value is meant to fit, where it may fit none of them wholly."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, Final

from jsonschema_rs import Validator

from components.judging.validator import engine
from components.values import same

_RULED_OUT: Final = -1_000
_MISSING: Final = -10
_DISTINCT: Final = 10
_FITS: Final = 100
_TYPES: Final[Mapping[str, tuple[type, ...]]] = {
    "string": (str,),
    "integer": (int, float),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
    "null": (type(None),),
}


class Alternatives:
    """Some schemas, compiled once, when a value first asks."""

    def __init__(self, schemas: Sequence[Mapping[str, Any]]) -> None:
        self._schemas = schemas

    @cached_property
    def _engines(self) -> list[Validator | None]:
        return [_engine(schema) for schema in self._schemas]

    def ranked(self, value: Any) -> list[int]:
        """The places of the schemas that the value may be meant for, likeliest first."""
        scores = [self._score(at, value) for at in range(len(self._schemas))]
        fitting = [at for at, score in enumerate(scores) if score > _RULED_OUT / 2]
        return sorted(fitting, key=lambda at: -scores[at])

    def _score(self, at: int, value: Any) -> int:
        fits = _FITS if self._accepts(at, value) else 0
        return fits + _likeness(self._schemas[at], value)

    def _accepts(self, at: int, value: Any) -> bool:
        judge = self._engines[at]
        try:
            return judge is not None and judge.is_valid(value)
        except (ValueError, TypeError):
            return False  # such as half of a character


def _engine(schema: Mapping[str, Any]) -> Validator | None:
    try:
        return engine(schema)
    except ValueError:
        return None  # it refers to other parts of the form's schema


def _likeness(schema: Mapping[str, Any], value: Any) -> int:
    score = 0 if _is_of_type(schema.get("type"), value) else _RULED_OUT
    if "const" in schema and not same(schema["const"], value):
        score += _RULED_OUT
    if isinstance(schema.get("enum"), list) and not any(same(v, value) for v in schema["enum"]):
        score += _RULED_OUT
    if isinstance(value, dict):
        score += _likeness_of_object(schema, value)
    return score


def _is_of_type(named: Any, value: Any) -> bool:
    names = named if isinstance(named, list) else [named] if isinstance(named, str) else []
    types = tuple(type_ for name in names for type_ in _TYPES.get(name, ()))
    if isinstance(value, bool) and bool not in types:
        return not names
    return not names or isinstance(value, types)


def _likeness_of_object(schema: Mapping[str, Any], value: Mapping[str, Any]) -> int:
    properties = schema.get("properties")
    known: Mapping[str, Any] = properties if isinstance(properties, Mapping) else {}
    required = schema.get("required")
    missing = [key for key in required if key not in value] if isinstance(required, list) else []
    closed = schema.get("additionalProperties") is False
    strange = [key for key in value if key not in known] if closed else []
    shared = [key for key in value if key in known]
    score = _MISSING * (len(missing) + len(strange)) + len(shared)
    for key in shared:
        part = known[key]
        if isinstance(part, Mapping) and "const" in part:
            score += _DISTINCT if same(part["const"], value[key]) else _RULED_OUT
    return score
