"""Whether a part has the shape its meta-schema wants, in plain words."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator

from form_specs.problem import Problem, escaped, pointer_of, suggestion

_TYPES = {
    "object": "an object",
    "array": "a list",
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
}
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


def _worded(error: ValidationError, at: str) -> Iterator[Problem]:
    pointer = at + pointer_of(error.absolute_path)
    keyword = str(error.validator)
    if keyword in ("unevaluatedProperties", "additionalProperties"):
        yield from _unknown_names(error, pointer)
    elif keyword in ("anyOf", "oneOf") and (branch := _likeliest(error)):
        for inner in branch:
            yield from _worded(inner, at)
    elif _is_name(error):
        hint = _about(error) or "Choose another name"
        message = f"'{error.instance}' cannot be a name here"
        yield Problem(f"{pointer}/{escaped(str(error.instance))}", message, hint, at_key=True)
    else:
        describe = _DESCRIPTIONS.get(keyword, _other)
        yield Problem(pointer, *describe(error))


def _unknown_names(error: ValidationError, pointer: str) -> Iterator[Problem]:
    schema = _schema(error)
    known = schema.get("properties", {})
    for name in error.instance if isinstance(error.instance, dict) else ():
        if name not in known:
            hint = suggestion(name, known) if known else "Leave it out"
            message = f"'{name}' has no meaning here"
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
    return str(_schema(error).get("description", ""))


def _value(error: ValidationError) -> Any:
    return error.validator_value


def _required(error: ValidationError) -> tuple[str, str]:
    # One error comes for each missing name; which one stands in its message only.
    missing = next((name for name in _value(error) if error.message.startswith(f"{name!r} ")), "")
    known = _schema(error).get("properties", {})
    about = known.get(missing, {}) if isinstance(known, Mapping) else {}
    return f"'{missing}' is missing", str(about.get("description", f"Add '{missing}'"))


def _type(error: ValidationError) -> tuple[str, str]:
    wanted: Iterable[str] = [_value(error)] if isinstance(_value(error), str) else _value(error)
    words = " or ".join(_TYPES.get(name, name) for name in wanted)
    return f"{_shown(error.instance)} stands where {words} is needed", _about(error)


def _enum(error: ValidationError) -> tuple[str, str]:
    allowed = [str(value) for value in _value(error)]
    return f"{_shown(error.instance)} is none of the values possible here", suggestion(
        str(error.instance), allowed
    )


def _const(error: ValidationError) -> tuple[str, str]:
    return f"{_shown(error.instance)} is not possible here", f"Write {_shown(_value(error))}"


def _pattern(error: ValidationError) -> tuple[str, str]:
    return f"{_shown(error.instance)} is not written as needed here", _about(error)


def _size(error: ValidationError) -> int:
    return len(error.instance) if isinstance(error.instance, str | list | dict) else 0


def _at_most(what: str) -> Callable[[ValidationError], tuple[str, str]]:
    def describe(error: ValidationError) -> tuple[str, str]:
        most, size = _value(error), _size(error)
        told = f"at most {most:,} {what} fit here; there are {size:,}"
        return told, f"Take {size - most:,} of them out"

    return describe


def _at_least(what: str) -> Callable[[ValidationError], tuple[str, str]]:
    def describe(error: ValidationError) -> tuple[str, str]:
        return f"at least {_value(error):,} {what} needed here", _about(error)

    return describe


def _range(word: str) -> Callable[[ValidationError], tuple[str, str]]:
    def describe(error: ValidationError) -> tuple[str, str]:
        return f"{_shown(error.instance)} is out of range", f"{word} {_value(error)}"

    return describe


def _unique(error: ValidationError) -> tuple[str, str]:
    return error.message, "Name each one once"


def _other(error: ValidationError) -> tuple[str, str]:
    return f"{_shown(error.instance)} does not fit here", _about(error)


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    text = f"'{value}'" if isinstance(value, str) else str(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


_DESCRIPTIONS: Mapping[str, Callable[[ValidationError], tuple[str, str]]] = {
    "required": _required,
    "type": _type,
    "enum": _enum,
    "const": _const,
    "pattern": _pattern,
    "maxLength": _at_most("characters"),
    "maxItems": _at_most("entries"),
    "maxProperties": _at_most("entries"),
    "minLength": _at_least("characters are"),
    "minItems": _at_least("entries are"),
    "minProperties": _at_least("entries are"),
    "minimum": _range("At least"),
    "maximum": _range("At most"),
    "exclusiveMinimum": _range("More than"),
    "exclusiveMaximum": _range("Less than"),
    "uniqueItems": _unique,
}
