"""Whether a form's record schema is a JSON Schema that can safely judge records."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from jsonschema_rs import Draft202012Validator

from form_specs.checks.patterns import MATCHING, is_large, pattern_problem
from form_specs.checks.raw import object_at, texts
from form_specs.checks.shape import misfit, shape_problems
from form_specs.json_schema.subschemas import (
    KEYWORDS,
    crowded,
    endless,
    is_manifold,
    referred,
    subschemas,
)
from form_specs.language import _, digits, marked
from form_specs.metaschemas import dialect_validator, is_json_schema
from form_specs.problem import Problem, escaped, suggestion

_REFUSED = {
    "$id": marked("Refer to parts by '#/$defs/…'"),
    "$dynamicRef": marked("Use '$ref'"),
    "$dynamicAnchor": marked("Use '$defs' and '$ref'"),
    "$recursiveRef": marked("Use '$ref'"),
    "$vocabulary": marked("Leave it out"),
}
_MOST_LARGE: Final = 20
"""Large patterns of one form: each is in memory as long as somebody works with the form."""
_MOST_AT_ONCE: Final = 5_000
"""Alternatives in alternatives double with every level, and so does the time that judging takes."""


def record_schema_problems(schema: Mapping[str, Any], at: str) -> Iterator[Problem]:
    """All that is wrong with a form's schema, which stands at `at`."""
    sure = is_json_schema(schema)
    found = [] if sure else list(shape_problems(dialect_validator(), schema, at))
    yield from found
    yield from _names(schema, at)
    if found:
        return
    for pointer, subschema in subschemas(schema, at):
        yield from _references(schema, subschema, pointer)
        yield from _patterns(subschema, pointer)
        if subschema.get("uniqueItems") is True and "maxItems" not in subschema:
            yield Problem(
                pointer,
                _("'uniqueItems' without 'maxItems' may take very long to judge"),
                _('Add "maxItems", for example 100'),
            )
    yield from _large_patterns(schema, at)
    circles = sorted(set(endless(schema)))
    for pointer in circles:
        message = _("the schema refers back to itself without end")
        yield Problem(at + pointer, message, _("Take one of the references of the circle out"))
    if circles:
        return
    wide = [*crowded(schema, _MOST_AT_ONCE)]
    for pointer in wide:
        yield Problem(
            at + pointer,
            _(
                "one value would be judged by more than %(most)s schemas here",
                most=digits(_MOST_AT_ONCE),
            ),
            _("Put fewer alternatives into alternatives"),
        )
    if not wide:
        yield from default_problems(schema, at)


def _closed(uri: str) -> Any:
    raise ValueError(f"{uri} leads out of the document")


def default_problems(schema: Mapping[str, Any], at: str) -> Iterator[Problem]:
    """Literal defaults that the schema itself refuses."""
    values = {
        key: value["default"]
        for key, value in object_at(schema, "properties").items()
        if isinstance(value, dict) and "default" in value
    }
    judged = {keyword: schema[keyword] for keyword in ("properties", "$defs") if keyword in schema}
    try:
        validator = Draft202012Validator(
            judged, validate_formats=True, retriever=_closed, pattern_options=MATCHING
        )
    except ValueError:
        return  # said above, where the reason is
    for key, value in values.items():
        for message in _refusals(validator, judged, {key: value}):
            hint = _("A default is a value that the field takes")
            yield Problem(f"{at}/properties/{escaped(key)}/default", message, hint)


def _refusals(
    validator: Draft202012Validator, schema: Mapping[str, Any], record: Mapping[str, Any]
) -> list[str]:
    """What a schema has against a record; only that it has where listing all might never end."""
    if validator.is_valid(record):
        return []
    if is_manifold(schema):
        return [_("the schema does not take this default")]
    return [
        misfit(str(error.kind.name), error.instance, error.kind.value)
        for error in validator.iter_errors(record)
    ]


def _large_patterns(schema: Mapping[str, Any], at: str) -> Iterator[Problem]:
    found: dict[str, str] = {}
    for pointer, subschema in subschemas(schema, at):
        pattern = subschema.get("pattern")
        if isinstance(pattern, str) and is_large(pattern):
            found.setdefault(pattern, f"{pointer}/pattern")
        for name in object_at(subschema, "patternProperties"):
            if is_large(name):
                found.setdefault(name, f"{pointer}/patternProperties/{escaped(name)}")
    for pointer in [*found.values()][_MOST_LARGE:]:
        yield Problem(
            pointer,
            _(
                "a form has at most %(most)s patterns that are large once they are compiled",
                most=_MOST_LARGE,
            ),
            _("Say how long a text may be by 'maxLength' instead of {1,1024} in a pattern"),
        )


def _names(schema: Mapping[str, Any], at: str) -> Iterator[Problem]:
    """Names that belong to no property, and keywords that are none."""
    properties = object_at(schema, "properties")
    if not isinstance(schema.get("patternProperties"), dict):
        for pointer, name in texts(schema, "required", at):
            if name not in properties and schema.get("additionalProperties") is False:
                message = _("'%(name)s' is required but is no property", name=name)
                yield Problem(pointer, message, suggestion(name, properties))
    for key, value in properties.items():
        for keyword in value if isinstance(value, dict) else ():
            if keyword not in KEYWORDS and keyword not in _REFUSED and not keyword.startswith("x-"):
                yield Problem(
                    f"{at}/properties/{escaped(key)}/{escaped(keyword)}",
                    _("'%(keyword)s' is no keyword of JSON Schema", keyword=keyword),
                    suggestion(keyword, sorted(KEYWORDS)),
                    at_key=True,
                )


def _references(root: Mapping[str, Any], schema: Mapping[str, Any], at: str) -> Iterator[Problem]:
    for keyword, instead in _REFUSED.items():
        if keyword in schema:
            yield Problem(
                f"{at}/{keyword}",
                _("'%(keyword)s' is not possible in a form", keyword=keyword),
                _(instead),
                at_key=True,
            )
    ref = schema.get("$ref")
    if not isinstance(ref, str):
        return
    if not ref.startswith("#"):
        message = _("'%(ref)s' leads out of this document", ref=ref)
        yield Problem(f"{at}/$ref", message, _("Copy what it means into '$defs'"))
    elif (target := referred(root, ref)) is None or not isinstance(target[1], dict | bool):
        known = [f"#/$defs/{escaped(name)}" for name in object_at(root, "$defs")]
        yield Problem(
            f"{at}/$ref", _("'%(ref)s' leads to no schema", ref=ref), suggestion(ref, known)
        )


def _patterns(schema: Mapping[str, Any], at: str) -> Iterator[Problem]:
    hint = _("Patterns are written as in JavaScript, such as ^[A-Z]{2}[0-9]+$")
    pattern = schema.get("pattern")
    if isinstance(pattern, str) and (problem := pattern_problem(pattern)):
        yield Problem(f"{at}/pattern", problem, hint)
    for pattern in object_at(schema, "patternProperties"):
        if problem := pattern_problem(pattern):
            yield Problem(f"{at}/patternProperties/{escaped(pattern)}", problem, hint, at_key=True)
