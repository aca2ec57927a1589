"""The two validators behind the judge, made so that they cannot differ in what a keyword means."""

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final, NoReturn

import jsonschema_rs
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend
from referencing import Registry

_PATTERN_SIZE: Final = 1_000_000
_PATTERNS: Final = jsonschema_rs.RegexOptions(size_limit=_PATTERN_SIZE)
"""The linear engine: no look-around, no back-references, no pattern that explodes."""


def _refuse(uri: str) -> NoReturn:
    raise ValueError(f"'{uri}' leads out of the schema")


def engine(schema: Mapping[str, Any]) -> jsonschema_rs.Validator:
    """The validator that gives the verdict; raises `ValueError` for what is no schema of ours."""
    return jsonschema_rs.Draft202012Validator(
        dict(schema), validate_formats=True, pattern_options=_PATTERNS, retriever=_refuse
    )


def explainer(schema: Mapping[str, Any]) -> Validator | None:
    """The validator that finds all errors; none for the one kind of schema where it would use its own regex engine."""
    text = json.dumps(schema)
    if '"unevaluatedProperties"' in text and '"patternProperties"' in text:
        return None
    validator: Validator = _Explainer(schema, registry=Registry())
    return validator


@lru_cache(maxsize=4096)
def _leaf(keyword: str, value: str | float) -> jsonschema_rs.Validator:
    return engine({keyword: value})


def _matches(pattern: str, text: str) -> bool:
    return _leaf("pattern", pattern).is_valid(text)


def _asked(keyword: str) -> Any:
    """A keyword whose verdict is the engine's own."""

    def judged(_: Validator, value: Any, instance: Any, __: Any) -> Iterator[ValidationError]:
        if not _leaf(keyword, value).is_valid(instance):
            yield ValidationError(keyword)

    return judged


def _required(_: Validator, names: Any, instance: Any, __: Any) -> Iterator[ValidationError]:
    if isinstance(instance, dict):
        for name in names:
            if name not in instance:
                yield ValidationError("required", path=[name], validator_value=name)


def _dependent_required(
    _: Validator, dependencies: Any, instance: Any, __: Any
) -> Iterator[ValidationError]:
    if isinstance(instance, dict):
        for cause, names in dependencies.items():
            for name in names:
                if cause in instance and name not in instance:
                    yield ValidationError("dependentRequired", path=[name], validator_value=cause)


def _pattern_properties(
    validator: Any, schemas: Any, instance: Any, __: Any
) -> Iterator[ValidationError]:
    if isinstance(instance, dict):
        for pattern, schema in schemas.items():
            for key, value in instance.items():
                if _matches(pattern, key):
                    yield from validator.descend(value, schema, path=key, schema_path=pattern)


def _additional_properties(
    validator: Any, allowed: Any, instance: Any, schema: Any
) -> Iterator[ValidationError]:
    if not isinstance(instance, dict):
        return
    patterns = schema.get("patternProperties", {})
    known = schema.get("properties", {})
    for key, value in instance.items():
        if key in known or any(_matches(pattern, key) for pattern in patterns):
            continue
        if allowed is False:
            yield ValidationError("additionalProperties", path=[key], validator_value=False)
        else:
            yield from validator.descend(value, allowed, path=key)


_Explainer: Final[Any] = extend(  # type: ignore[no-untyped-call]
    Draft202012Validator,
    {
        **{name: _asked(name) for name in ("pattern", "format", "multipleOf", "uniqueItems")},
        "required": _required,
        "dependentRequired": _dependent_required,
        "patternProperties": _pattern_properties,
        "additionalProperties": _additional_properties,
    },
)
