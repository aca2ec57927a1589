"""What actions pass to hooks, judged by the JSON Schemas that hooks declare of it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from form_specs.checks.hooks import argument_problems, passes_arguments, schema_fault, unfit
from form_specs.model import JsonObject, JsonValue
from form_specs.problem import Problem
from runtime.hooks.answers import HookFailed, HookInfo, HookProblem

if TYPE_CHECKING:
    from runtime.hooks.runner import HookRunner


def sound(item: HookInfo, problems: list[HookProblem]) -> HookInfo:
    """A hook as it can be used: parameters that are no JSON Schema are told of and left out."""
    fault = schema_fault(item.parameters) if item.parameters is not None else ""
    if not fault:
        return item
    message = f"the parameters of {item.name} are no JSON Schema: {fault}"
    problems.append(HookProblem(item.file, item.file, item.line, message))
    return replace(item, parameters=None)


def passed_problems(document: Any, hooks: "HookRunner") -> list[Problem]:
    """What is wrong with the arguments that a tool passes to the hooks that there are."""
    if not isinstance(document, Mapping) or not passes_arguments(document):
        return []
    try:
        return list(argument_problems(document, hooks.parameters()))
    except HookFailed:
        return []


def given(hooks: "HookRunner", name: str, arguments: JsonObject) -> tuple[JsonObject, str]:
    """The arguments of a press with the defaults filled in, and what is wrong with them.

    A field of the record that holds nothing counts as not passed.
    """
    schema = hooks.parameters().get(name)
    if schema is None:
        return arguments, ""
    properties = schema["properties"]
    known: Mapping[str, Any] = properties if isinstance(properties, dict) else {}
    found: dict[str, JsonValue] = {
        key: each["default"]
        for key, each in known.items()
        if isinstance(each, dict) and "default" in each
    }
    found |= {key: value for key, value in arguments.items() if value is not None}
    return found, unfit(schema, found)
