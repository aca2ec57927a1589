"""Whether a part has the shape its meta-schema wants, in plain words."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Final, TypeAlias

from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator

from form_specs.language import _, counted, digits, marked, marked_plural
from form_specs.problem import Problem, escaped, pointer_of, suggestion

_TYPES: Final = {
    "object": marked("an object"),
    "array": marked("a list"),
    "string": marked("a text"),
    "integer": marked("a whole number"),
    "number": marked("a number"),
    "boolean": marked("true or false"),
    "null": "null",
}
Described: TypeAlias = Callable[[ValidationError], tuple[str, str]]
"""From an error to what is wrong and what would be right."""
_SHOWN = 60
MAX_ERRORS = 200


def shape_problems(validator: Validator, document: Any, at: str = "") -> Iterator[Problem]:
    """What the schema of `validator` finds wrong with `document`, which stands at `at`; at most 200 things."""
    seen = set()
    for error in islice(validator.iter_errors(document), MAX_ERRORS):
        for problem in _worded(error, at):
            # A schema that is made of several says the same thing once for each of them.
            if (problem.pointer, problem.message) not in seen:
                seen.add((problem.pointer, problem.message))
                yield problem


def misfit(keyword: str, instance: Any, wanted: Any) -> str:
    """What is said of a value that does not have what a keyword wants, where another engine found it."""
    if keyword in _LIMITS:
        return _(_LIMITS[keyword], instance=_shown(instance), wanted=wanted)
    error = ValidationError("", validator=keyword, validator_value=wanted, instance=instance)
    return _OF_VALUES.get(keyword, _other)(error)[0]


def _worded(error: ValidationError, at: str) -> Iterator[Problem]:
    pointer = at + pointer_of(error.absolute_path)
    keyword = str(error.validator)
    if keyword in ("unevaluatedProperties", "additionalProperties"):
        yield from _unknown_names(error, pointer)
    elif keyword in ("anyOf", "oneOf") and (branch := _likeliest(error)):
        for inner in branch:
            yield from _worded(inner, at)
    elif _is_name(error):
        hint = _about(error) or _("Choose another name")
        message = _("'%(instance)s' cannot be a name here", instance=error.instance)
        yield Problem(f"{pointer}/{escaped(str(error.instance))}", message, hint, at_key=True)
    else:
        describe = _DESCRIPTIONS.get(keyword, _other)
        yield Problem(pointer, *describe(error))


def _unknown_names(error: ValidationError, pointer: str) -> Iterator[Problem]:
    schema = _schema(error)
    known = schema.get("properties", {})
    for name in error.instance if isinstance(error.instance, dict) else ():
        if name not in known:
            hint = suggestion(name, known) if known else _("Leave it out")
            message = _("'%(name)s' has no meaning here", name=name)
            yield Problem(f"{pointer}/{escaped(name)}", message, hint, at_key=True)


def _likeliest(error: ValidationError) -> list[ValidationError]:
    """The errors of the one alternative that was probably meant; none where no type fits."""
    branches: dict[Any, list[ValidationError]] = {}
    for inner in error.context or ():
        branches.setdefault(inner.schema_path[0], []).append(inner)
    fitting = [
        errors
        for errors in branches.values()
        if not any(e.validator == "type" and not e.path for e in errors)
    ]
    return min(fitting, key=len, default=[])


def _is_name(error: ValidationError) -> bool:
    """Whether the error is about a property's name (`propertyNames`), so that the path lacks it."""
    return "propertyNames" in error.absolute_schema_path and isinstance(error.instance, str)


def _schema(error: ValidationError) -> Mapping[str, Any]:
    return error.schema if isinstance(error.schema, Mapping) else {}


def _about(error: ValidationError) -> str:
    return _described(_schema(error))


def _described(schema: Mapping[str, Any]) -> str:
    """What a schema says of itself, which the catalogue has of those that are the product's own."""
    said = str(schema.get("description", ""))
    return _(said) if said else ""


def _value(error: ValidationError) -> Any:
    return error.validator_value


def _required(error: ValidationError) -> tuple[str, str]:
    # One error comes for each missing name; which one stands in its message only.
    missing = next((name for name in _value(error) if error.message.startswith(f"{name!r} ")), "")
    known = _schema(error).get("properties", {})
    about = known.get(missing, {}) if isinstance(known, Mapping) else {}
    hint = _described(about) or _("Add '%(missing)s'", missing=missing)
    return _("'%(missing)s' is missing", missing=missing), hint


def _type(error: ValidationError) -> tuple[str, str]:
    wanted: Iterable[str] = [_value(error)] if isinstance(_value(error), str) else _value(error)
    words = _(" or ").join(_(_TYPES.get(name, name)) for name in wanted)
    return _(
        "%(instance)s stands where %(words)s is needed",
        instance=_shown(error.instance),
        words=words,
    ), _about(error)


def _enum(error: ValidationError) -> tuple[str, str]:
    allowed = [str(value) for value in _value(error)]
    return _(
        "%(instance)s is none of the values possible here", instance=_shown(error.instance)
    ), suggestion(str(error.instance), allowed)


def _const(error: ValidationError) -> tuple[str, str]:
    return _("%(instance)s is not possible here", instance=_shown(error.instance)), _(
        "Write %(value)s", value=_shown(_value(error))
    )


def _pattern(error: ValidationError) -> tuple[str, str]:
    return _("%(instance)s is not written as needed here", instance=_shown(error.instance)), _about(
        error
    )


def _size(error: ValidationError) -> int:
    return len(error.instance) if isinstance(error.instance, str | list | dict) else 0


def _at_most(one: str, many: str) -> Described:
    def describe(error: ValidationError) -> tuple[str, str]:
        most, size = _value(error), _size(error)
        told = counted(one, many, most, num=digits(most), size=digits(size))
        return told, _("Take %(number)s of them out", number=digits(size - most))

    return describe


def _at_least(one: str, many: str) -> Described:
    def describe(error: ValidationError) -> tuple[str, str]:
        least = _value(error)
        return counted(one, many, least, num=digits(least)), _about(error)

    return describe


def _range(said: str) -> Described:
    def describe(error: ValidationError) -> tuple[str, str]:
        message = _("%(instance)s is out of range", instance=_shown(error.instance))
        return message, _(said, value=_value(error))

    return describe


def _unique(error: ValidationError) -> tuple[str, str]:
    return error.message, _("Name each one once")


def _other(error: ValidationError) -> tuple[str, str]:
    return _("%(instance)s does not fit here", instance=_shown(error.instance)), _about(error)


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return _("an object")
    if isinstance(value, list):
        return _("a list")
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    text = _("'%(text)s'", text=value) if isinstance(value, str) else str(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


_MOST_ENTRIES: Final = marked_plural(
    "at most one entry fits here; there are %(size)s",
    "at most %(num)s entries fit here; there are %(size)s",
)
_LEAST_ENTRIES: Final = marked_plural(
    "at least one entry is needed here", "at least %(num)s entries are needed here"
)
_DESCRIPTIONS: Mapping[str, Described] = {
    "required": _required,
    "type": _type,
    "enum": _enum,
    "const": _const,
    "pattern": _pattern,
    "maxLength": _at_most(
        *marked_plural(
            "at most one character fits here; there are %(size)s",
            "at most %(num)s characters fit here; there are %(size)s",
        )
    ),
    "maxItems": _at_most(*_MOST_ENTRIES),
    "maxProperties": _at_most(*_MOST_ENTRIES),
    "minLength": _at_least(
        *marked_plural(
            "at least one character is needed here",
            "at least %(num)s characters are needed here",
        )
    ),
    "minItems": _at_least(*_LEAST_ENTRIES),
    "minProperties": _at_least(*_LEAST_ENTRIES),
    "minimum": _range(marked("At least %(value)s")),
    "maximum": _range(marked("At most %(value)s")),
    "exclusiveMinimum": _range(marked("More than %(value)s")),
    "exclusiveMaximum": _range(marked("Less than %(value)s")),
    "uniqueItems": _unique,
}
_OF_VALUES: Final = {
    keyword: _DESCRIPTIONS[keyword]
    for keyword in ("type", "enum", "pattern", "minLength", "maxLength", "minItems", "maxItems")
}
_LIMITS: Final = {
    "minimum": marked("%(instance)s is less than the minimum of %(wanted)s"),
    "maximum": marked("%(instance)s is greater than the maximum of %(wanted)s"),
}
"""Those that have no hint beside them to name the limit."""
