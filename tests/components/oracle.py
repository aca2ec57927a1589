"""The second opinion on records: `jsonschema`, with its own reading of each keyword.

Only what it would judge by another engine of patterns or formats is asked of ours.
"""

import json
from functools import lru_cache

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend
from referencing import Registry

from components.judging.validator import engine


def explainer(schema):
    """The validator; none for the one kind of schema where it would use its own patterns."""
    text = json.dumps(schema)
    if '"unevaluatedProperties"' in text and '"patternProperties"' in text:
        return None
    return _Explainer(schema, registry=Registry())


@lru_cache(maxsize=4096)
def _leaf(keyword, value):
    return engine({keyword: value})


def _matches(pattern, text):
    return _leaf("pattern", pattern).is_valid(text)


def _asked(keyword):
    """A keyword whose verdict is the engine's own."""

    def judged(_, value, instance, __):
        if not _leaf(keyword, value).is_valid(instance):
            yield ValidationError(keyword)

    return judged


def _required(_, names, instance, __):
    if isinstance(instance, dict):
        for name in names:
            if name not in instance:
                yield ValidationError("required", path=[name], validator_value=name)


def _dependent_required(_, dependencies, instance, __):
    if isinstance(instance, dict):
        for cause, names in dependencies.items():
            for name in names:
                if cause in instance and name not in instance:
                    yield ValidationError("dependentRequired", path=[name], validator_value=cause)


def _pattern_properties(validator, schemas, instance, __):
    if isinstance(instance, dict):
        for pattern, schema in schemas.items():
            for key, value in instance.items():
                if _matches(pattern, key):
                    yield from validator.descend(value, schema, path=key, schema_path=pattern)


def _additional_properties(validator, allowed, instance, schema):
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


_Explainer = extend(
    Draft202012Validator,
    {
        **{name: _asked(name) for name in ("pattern", "format", "multipleOf", "uniqueItems")},
        "required": _required,
        "dependentRequired": _dependent_required,
        "patternProperties": _pattern_properties,
        "additionalProperties": _additional_properties,
    },
)
