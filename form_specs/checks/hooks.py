"""Whether what actions pass to engineers' functions is what these declare that they take."""

from collections.abc import Iterator, Mapping
from typing import Any

from form_specs.checks.raw import object_at, objects, text
from form_specs.checks.record_schema import record_schema_problems
from form_specs.checks.shape import shape_problems
from form_specs.language import _
from form_specs.metaschemas import closed_validator
from form_specs.model import JsonObject
from form_specs.problem import Problem


def schema_fault(schema: Mapping[str, Any]) -> str:
    """Why a JSON Schema cannot judge arguments; empty: it can."""
    found = next(record_schema_problems(schema, ""), None)
    return f"{found.pointer or '/'}: {found.message}" if found else ""


def unfit(schema: JsonObject, arguments: JsonObject) -> str:
    """What is wrong with the arguments of one call; empty: nothing."""
    found = next(shape_problems(closed_validator(schema), arguments), None)
    return f"{found.pointer.removeprefix('/')} {found.message}".strip() if found else ""


def passes_arguments(document: Mapping[str, Any]) -> bool:
    """Whether a tool runs functions at all."""
    return any(text(raw, "type") == "run_hook" for _at, raw in objects(document, "actions", ""))


def argument_problems(
    document: Mapping[str, Any], parameters: Mapping[str, JsonObject]
) -> Iterator[Problem]:
    """What the actions of a tool pass that the function does not take; `parameters` are by its name."""
    for at, raw in objects(document, "actions", ""):
        options = object_at(raw, "options")
        schema = parameters.get(text(options, "hook") or "")
        if text(raw, "type") == "run_hook" and schema is not None:
            yield from _passed(schema, object_at(options, "with"), f"{at}/options/with")


def _passed(schema: JsonObject, passed: JsonObject, at: str) -> Iterator[Problem]:
    """Values that are known only when somebody presses the button are judged then."""
    moving = {name for name, value in passed.items() if is_moving(value)}
    known = object_at(schema, "properties")
    defaults = {name for name in known if "default" in object_at(known, name)}
    named = schema.get("required")
    wanted = [name for name in (named if isinstance(named, list) else ()) if isinstance(name, str)]
    required = [name for name in wanted if name not in defaults]
    for name in required:
        if passed.get(name) is None:
            about = text(object_at(known, name), "title") or name
            yield Problem(
                at,
                _("'%(name)s' is missing", name=name),
                _("The function needs it: %(about)s", about=about),
                kind=missing_kind(name),
            )
    judged = {**schema, "required": []}
    literals = {name: value for name, value in passed.items() if name not in moving}
    unknown = dict.fromkeys(moving - known.keys())
    yield from shape_problems(closed_validator(judged), {**literals, **unknown}, at)


def missing_kind(name: str) -> str:
    """By what the problem is known that an argument of this name is not passed."""
    return f"missing {name}"


def is_moving(value: Any) -> bool:
    """Whether a value is known only when the action is run, or stands for none."""
    if value is None:
        return True
    match value:
        case {"field": str(), **rest} | {"user": "id", **rest}:
            return not rest
        case {"now": dict(), **rest} | {"today": dict(), **rest}:
            return not rest
    return False
