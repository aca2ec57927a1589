"""Inputs made of a type's option schema: one for each option that fits into an input."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from builder.commanding import WrongInput
from builder.drafting.examined import PlacedProblem
from form_specs.checks.raw import object_at, objects, text
from form_specs.exact_json import dumps, loads
from form_specs.language import _
from form_specs.model import JsonObject, JsonValue

_TYPED: Final = ("string", "integer", "number")


@dataclass(frozen=True, slots=True)
class OptionInput:
    """One option: how it is asked for and what it holds."""

    name: str
    title: str
    description: str
    value: str
    """As the input writes it; empty: the type's own."""
    choices: Sequence[tuple[str, str]] = ()
    """Where it is one of some; the first is "as the type has it"."""
    is_number: bool = False
    is_complex: bool = False
    """It fits into no input: it is changed in the text."""
    problems: Sequence[PlacedProblem] = ()


def option_inputs(
    schema: JsonObject, options: Mapping[str, Any], problems: Mapping[str, Sequence[PlacedProblem]]
) -> list[OptionInput]:
    """The inputs of a type's options, in the order of its schema; then what no option is called."""
    known = object_at(schema, "properties")
    inputs = [_input(name, object_at(known, name), options, problems) for name in known]
    return [*inputs, *(_unknown(name, options, problems) for name in options if name not in known)]


def _input(
    name: str,
    schema: Mapping[str, Any],
    options: Mapping[str, Any],
    problems: Mapping[str, Sequence[PlacedProblem]],
) -> OptionInput:
    value, kind = options.get(name), schema.get("type")
    description = text(schema, "description")
    choices = list(_choices(schema))
    is_complex = not choices and kind not in _TYPED
    written = value if isinstance(value, str) and not choices else dumps(value).decode()
    return OptionInput(
        name,
        _(text(schema, "title") or name),
        _(description) if description else "",
        "" if name not in options else written,
        [("", _("As usual")), *choices] if choices else (),
        is_number=kind in ("integer", "number"),
        is_complex=is_complex,
        problems=problems.get(name, ()),
    )


def _unknown(
    name: str, options: Mapping[str, Any], problems: Mapping[str, Sequence[PlacedProblem]]
) -> OptionInput:
    value = dumps(options[name]).decode()
    return OptionInput(name, name, "", value, is_complex=True, problems=problems.get(name, ()))


def _choices(schema: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(JSON, title) of each value that an option can have, where they are few."""
    if schema.get("type") == "boolean":
        yield from (("true", _("Yes")), ("false", _("No")))
    for _at, each in objects(schema, "oneOf", ""):
        if "const" in each:
            written = dumps(each["const"]).decode()
            yield written, _(text(each, "title") or written.strip('"'))
    values = schema.get("enum")
    for value in values if isinstance(values, list) else ():
        yield dumps(value).decode(), value if isinstance(value, str) else dumps(value).decode()


def option_value(schema: JsonObject, name: str, typed: str) -> JsonValue:
    """From what was typed for an option to its value; raises `WrongInput`."""
    found = object_at(object_at(schema, "properties"), name)
    choices = [key for key, _title in _choices(found)]
    if choices and typed not in choices:
        raise WrongInput("value", _("Choose one of those offered"))
    if not choices and found.get("type") == "string":
        return typed
    if not choices and found.get("type") not in _TYPED:
        raise WrongInput("value", _("This option is changed in the text of the spec"))
    try:
        value: JsonValue = loads(typed)
    except ValueError as error:
        raise WrongInput("value", _("Type a number")) from error
    if not choices and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise WrongInput("value", _("Type a number"))
    return value
